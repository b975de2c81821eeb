// The page: takes recordings from files and the microphone, shows each as a card, compares them.
import { Card, element, emotionChip, means } from "./card.js";
import { colorOf } from "./draw.js";
import { inWords, save } from "./exports.js";
import { Microphone } from "./microphone.js";
import { models, recognize } from "./server.js";

const AT_ONCE = 2;

const byId = id => document.getElementById(id);
const cards = [];
const waiting = [];
let busy = 0,
  total = 0,
  done = 0,
  recorded = 0,
  microphone = null,
  emotions = [];

function say(text, problem = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("problem", problem);
}

function add(files) {
  waiting.push(...files.map(file => ({ file, adapts: byId("adapt").checked })));
  total += files.length;
  work();
}

async function work() {
  while (waiting.length && busy < AT_ONCE) {
    busy++;
    const { file, adapts } = waiting.shift();
    say(`Listening to ${done + 1} of ${total}: ${file.name}`);
    listen(file, adapts).finally(() => {
      busy--;
      done++;
      work();
    });
  }
  if (busy || waiting.length || !total) return;
  say(total === 1 ? "Done." : `Done: ${total} recordings.`);
  total = done = 0;
}

async function listen(file, adapts) {
  try {
    const result = await recognize(file, file.name, adapts, seconds =>
      say(`The server has much to do; asking again in ${seconds} s.`),
    );
    const card = new Card(file, file.name, { ...result, name: file.name }, removed => change(removed));
    cards.push(card);
    byId("recordings").prepend(card.node);
    card.show();
    change();
  } catch (problem) {
    fail(file.name, problem.message);
  }
}

function fail(name, message) {
  const remove = element("button", { type: "button", textContent: "Remove" });
  const card = element(
    "article",
    { className: "card error" },
    element("h2", { textContent: name }),
    element("p", { textContent: message, role: "alert" }),
    remove,
  );
  card.setAttribute("aria-label", name);
  remove.addEventListener("click", () => card.remove());
  byId("recordings").prepend(card);
}

function change(removed) {
  if (removed instanceof Card) cards.splice(cards.indexOf(removed), 1);
  byId("export-all").hidden = cards.length < 2;
  const chosen = cards.filter(card => card.chosen);
  byId("compared").hidden = chosen.length === 0;
  const rows = chosen.map(card => {
    const overall = means(card.result);
    return element(
      "tr",
      {},
      element("th", { className: "text", scope: "row", textContent: card.name }),
      element("td", { textContent: `${card.result.seconds.toFixed(1)} s` }),
      ...card.result.emotions.map(emotion => {
        if (!overall) return element("td", { textContent: "no speech" });
        const bar = element("span", { className: "bar" });
        bar.style.width = `${Math.round(70 * overall[emotion])}px`;
        bar.style.setProperty("--emotion", colorOf(emotions, emotion));
        return element("td", { className: "text" }, bar, `${Math.round(100 * overall[emotion])}\u202f%`);
      }),
    );
  });
  const headings = ["recording", "length", ...emotions].map(text =>
    element("th", { textContent: text, scope: "col", className: text === "length" ? "" : "text" }),
  );
  byId("compared")
    .querySelector("table")
    .replaceChildren(element("thead", {}, element("tr", {}, ...headings)), element("tbody", {}, ...rows));
}

async function record() {
  const button = byId("record");
  if (microphone) {
    microphone.stop();
    return;
  }
  let provisional = null;
  const show = (turn, sure) => {
    const item = emotionChip(emotions, turn, "li");
    item.prepend(`${turn.start_s.toFixed(1)} s `);
    if (turn.dimensions) item.append(`, ${inWords(turn.dimensions)}`);
    item.classList.toggle("provisional", !sure);
    if (provisional) provisional.replaceWith(item);
    else byId("live-turns").append(item);
    provisional = sure ? null : item;
  };
  const ended = (wav, problem) => {
    microphone = null;
    byId("live").hidden = true;
    button.setAttribute("aria-pressed", "false");
    button.querySelector(".label").textContent = "Record";
    if (problem) say(problem, true);
    if (wav) add([new File([wav], `recording ${++recorded}.wav`, { type: "audio/wav" })]);
  };
  microphone = new Microphone({
    event: event =>
      event.type === "turn" || event.type === "provisional" ? show(event.turn, event.type === "turn") : null,
    level: (loudness, seconds) => {
      byId("live-level").value = Math.sqrt(loudness);
      byId("live-time").textContent = `${seconds.toFixed(1)} s`;
    },
    ended,
  });
  byId("live-turns").replaceChildren();
  button.setAttribute("aria-pressed", "true");
  button.querySelector(".label").textContent = "Stop";
  try {
    await microphone.start(byId("adapt").checked);
    byId("live").hidden = false;
    say("Speak. The audio is sent to the server while you do.");
  } catch (problem) {
    const names = {
      NotAllowedError: "The microphone may not be used. Allow it in the browser's settings for this page.",
      NotFoundError: "There is no microphone.",
      TypeError: "Browsers let pages use the microphone over https or on this machine only.",
    };
    microphone.stop();
    say(names[problem.name] ?? problem.message, true);
  }
}

function wire() {
  const [drop, files] = [byId("drop"), byId("files")];
  byId("choose").addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    add([...files.files]);
    files.value = "";
  });
  byId("record").addEventListener("click", record);
  for (const event of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(event, e => {
      e.preventDefault();
      drop.classList.toggle("over", event === "dragover");
    });
  }
  document.addEventListener("drop", e => add([...e.dataTransfer.files]));
  for (const button of byId("export-all").querySelectorAll("button"))
    button.addEventListener("click", () =>
      save(
        cards.map(card => card.result),
        button.dataset.form,
        "recordings",
      ),
    );
}

async function introduce() {
  try {
    const [model] = await models();
    emotions = model.emotions;
    const predicted = [...emotions, ...(model.dimensions ?? []).map(d => d.name)].join(", ");
    byId("model").textContent =
      `Model ${model.name}: ${predicted}; learned from ${model.data.map(d => d.name).join(" and ")} ` +
      `(${model.languages.join(", ")}).`;
    byId("limits").textContent = model.limits;
    const percent = share => `${Math.round(100 * share)}\u202f%`;
    const [low, high] = model.figures.ua_ci95;
    const interval = low === undefined ? "" : ` (95 % over speakers: ${percent(low)} to ${percent(high)})`;
    byId("figures").textContent =
      `On ${model.figures.protocol.startsWith("speaker") ? "speakers" : "corpora"} that it was not trained on, its ` +
      `unweighted accuracy was ${percent(model.figures.ua)}${interval}; it answered ` +
      `${percent(model.abstention.coverage)} of the recordings, and ${percent(model.abstention.error)} of these ` +
      `answers were wrong. For the others it says "unsure".`;
    byId("license").textContent = `License of the model: ${model.licence}`;
  } catch (problem) {
    say(problem.message, true);
  }
}

wire();
introduce();
