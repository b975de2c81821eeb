// The server's side: one recording at a time goes there; when it has too much to do, it is asked again as late as it
// says.
const MOST_TRIES = 20;

export async function models() {
  const answer = await fetch("v1/models");
  if (!answer.ok) throw new Error((await problem(answer)).detail);
  return (await answer.json()).models;
}

// What is recognized in a recording, with what decided.
export async function recognize(file, name, adapts, waiting = () => {}) {
  for (let tries = 1; ; tries++) {
    const form = new FormData();
    form.append("file", file, name);
    let answer;
    try {
      const query = `details=true${adapts ? "&adapt=stream" : ""}`;
      answer = await fetch(`v1/recognitions?${query}`, { method: "POST", body: form });
    } catch {
      throw new Error("The server could not be reached, or the recording is larger than it takes.");
    }
    if (answer.ok) return answer.json();
    if (answer.status !== 429 || tries === MOST_TRIES) throw new Error((await problem(answer)).detail);
    const seconds = Number(answer.headers.get("Retry-After") ?? 1);
    waiting(seconds);
    await new Promise(done => setTimeout(done, 1000 * seconds));
  }
}

async function problem(answer) {
  try {
    const { detail, title } = await answer.json();
    return { detail: detail ?? title };
  } catch {
    return { detail: `The server answered ${answer.status}.` };
  }
}
