// Results as files: CSV with the columns of `prosodia predict`, JSON as the server gave it, WebVTT for players.
const cell = value => (/[",\n\r]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : (value ?? ""));

const time = seconds => new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);

export function csv(results) {
  const emotions = results[0].emotions;
  const dimensions = (results[0].dimensions ?? []).map(dimension => dimension.name);
  const adapted = results.some(result => result.turns.some(turn => turn.adapted));
  const rows = results.flatMap(result =>
    result.turns.map(turn => [
      result.name,
      turn.channel,
      turn.start_s,
      turn.end_s,
      result.name.replace(/\.[^.]*$/, "") + (turn.channel ? `-${turn.channel}` : ""),
      turn.answer,
      turn.reason ?? "",
      turn.emotion,
      turn.probability,
      ...emotions.map(emotion => turn.probabilities[emotion]),
      ...dimensions.map(name => turn.dimensions?.[name]),
      ...(adapted ? [turn.adapted ?? ""] : []),
    ]),
  );
  const names = ["path", "channel", "start_s", "end_s", "speaker", "answer", "reason", "emotion", "probability"];
  return [[...names, ...emotions, ...dimensions, ...(adapted ? ["adapted"] : [])], ...rows]
    .map(row => row.map(cell).join(",") + "\n")
    .join("");
}

export const json = results =>
  JSON.stringify(
    results.map(({ peaks, peaks_per_second, why, ...result }) => result),
    null,
    2,
  ) + "\n";

// Dimensions in words, as `arousal 3.2, valence 1.5`.
export const inWords = dimensions =>
  Object.entries(dimensions)
    .map(([name, value]) => `${name} ${Number(value.toFixed(2))}`)
    .join(", ");

const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export const vtt = ([result]) =>
  "WEBVTT\n" +
  result.turns
    .filter(turn => turn.emotion && turn.end_s > turn.start_s)
    .map(
      turn =>
        `\n${time(turn.start_s)} --> ${time(turn.end_s)}\n` +
        `${turn.answer === turn.emotion ? "" : "unsure, perhaps "}${escaped(turn.emotion)} ` +
        `(${Math.round(100 * turn.probability)}%)${turn.dimensions ? ` ${escaped(inWords(turn.dimensions))}` : ""}\n`,
    )
    .join("");

const forms = { csv: [csv, "text/csv"], json: [json, "application/json"], vtt: [vtt, "text/vtt"] };

// Offers results as a download.
export function save(results, form, name) {
  const [write, type] = forms[form];
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([write(results)], { type })),
    download: `${name}.${form}`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
