// One recording on the page: picture, answer, playing, turns, what decided.
import { cut, decode, peaks } from "./audio.js";
import {
  colorOf,
  colorOfDimension,
  dimensionCurves,
  keepDrawn,
  plane,
  probabilities,
  spectrogram,
  waveform,
} from "./draw.js";
import { inWords, save } from "./exports.js";
import { recognize } from "./server.js";

const PEAKS = 700,
  MOST_DECODED = 200e6; // bytes that the browser is made to decode

const percent = probability => `${Math.round(100 * probability)}\u202f%`;

const clock = seconds =>
  seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

export const emotionChip = (emotions, turn, name = "span") => {
  const sure = turn.emotion && turn.answer === turn.emotion;
  const text = !turn.emotion
    ? turn.answer
    : sure
      ? `${turn.emotion} ${percent(turn.probability)}`
      : `unsure, perhaps ${turn.emotion} ${percent(turn.probability)}`;
  const chip = element(name, { className: "chip", textContent: text });
  if (turn.emotion) chip.style.setProperty("--emotion", colorOf(emotions, turn.emotion));
  return chip;
};

// Mean probabilities over the turns, weighted by their lengths; null where nobody speaks.
export function means(result) {
  const speech = result.turns.filter(turn => turn.emotion);
  const total = speech.reduce((sum, turn) => sum + turn.end_s - turn.start_s, 0);
  return total
    ? Object.fromEntries(
        result.emotions.map(emotion => [
          emotion,
          speech.reduce((sum, turn) => sum + turn.probabilities[emotion] * (turn.end_s - turn.start_s), 0) / total,
        ]),
      )
    : null;
}

export class Card {
  constructor(file, name, result, changed) {
    Object.assign(this, { file, name, result, position: 0 });
    this.node = document.getElementById("recording").content.firstElementChild.cloneNode(true);
    this.find = selector => this.node.querySelector(selector);
    this.peaks = Float32Array.from(result.peaks);
    this.audio = new Audio(URL.createObjectURL(file));
    this.fill();
    this.wire(changed);
    this.decoded =
      file.size < MOST_DECODED ? decode(file).then(samples => this.drawSamples(samples)) : this.drawSamples(null);
  }

  get chosen() {
    return this.find(".compare").checked;
  }

  fill() {
    const { result } = this;
    const heading = this.find("h2");
    heading.textContent = this.name;
    this.node.setAttribute("aria-label", this.name);
    const summary = result.is_timeline
      ? element("span", { className: "soft", textContent: `${clock(result.seconds)}, ${result.turns.length} turns` })
      : emotionChip(result.emotions, result.turns[0]);
    this.find(".answer").append(
      summary,
      result.is_timeline ? "" : element("span", { className: "soft", textContent: ` ${clock(result.seconds)}` }),
    );
    if (result.warnings.length)
      Object.assign(this.find(".note"), { hidden: false, textContent: result.warnings.join("\n") });
    const overall = means(result);
    this.find(".legend").append(
      ...result.emotions.map(emotion => {
        const item = element("li", {}, element("i"), overall ? `${emotion} ${percent(overall[emotion])}` : emotion);
        item.style.setProperty("--emotion", colorOf(result.emotions, emotion));
        return item;
      }),
    );
    this.find(".wave").setAttribute("aria-label", `Waveform of ${this.name}, in the colors of its emotions`);
    this.find(".curve").setAttribute(
      "aria-label",
      `Probabilities over time: ${result.turns.map(turn => `${clock(turn.start_s)} ${turn.answer}`).join(", ")}`,
    );
    this.find(".curve").hidden = !result.is_timeline;
    this.find(".seek").max = result.seconds;
    this.drawWave = keepDrawn(this.find(".wave"), (...canvas) => waveform(...canvas, this));
    this.drawCurve = keepDrawn(this.find(".curve"), (...canvas) => probabilities(...canvas, this));
    if (result.dimensions) this.fillDimensions();
    if (result.is_timeline) this.fillTurns();
    else {
      this.find(".turns").remove();
      this.explain(result.why, "Key segments");
    }
    this.show();
  }

  fillDimensions() {
    const { result } = this;
    const speech = result.turns.filter(turn => turn.dimensions);
    if (!speech.length) return;
    this.find(".dimensions").hidden = false;
    this.find(".dimensions").append(
      ...result.dimensions.map(({ name, low, high }, i) => {
        const value = result.is_timeline ? "" : ` ${Number(speech[0].dimensions[name].toFixed(2))}`;
        const range = `${Number(low.toFixed(2))} to ${Number(high.toFixed(2))}`;
        const item = element("li", {}, element("i"), `${name}${value} (${range})`);
        item.style.setProperty("--emotion", colorOfDimension(result, i));
        return item;
      }),
    );
    const words = speech.map(turn => `${clock(turn.start_s)} ${inWords(turn.dimensions)}`).join("; ");
    const curve = this.find(".dimension-curve");
    curve.hidden = !result.is_timeline;
    curve.setAttribute("aria-label", `Dimensions over time: ${words}`);
    this.drawDimensions = keepDrawn(curve, (...canvas) => dimensionCurves(...canvas, this));
    const names = result.dimensions.map(dimension => dimension.name);
    if (!names.includes("valence") || !names.includes("arousal")) return;
    this.find(".plane").hidden = false;
    this.find(".plane").setAttribute("aria-label", `Valence and arousal: ${words}`);
    this.drawPlane = keepDrawn(this.find(".plane"), (...canvas) => plane(...canvas, this));
  }

  fillTurns() {
    const { result } = this;
    const rows = result.turns.map(turn =>
      element(
        "tr",
        {},
        element("td", {}, this.playButton(turn.start_s, turn.end_s, clock(turn.start_s))),
        element("td", { textContent: clock(turn.end_s) }),
        element("td", { className: "text" }, emotionChip(result.emotions, turn)),
        ...result.emotions.map(emotion =>
          element("td", { textContent: turn.emotion ? percent(turn.probabilities[emotion]) : "" }),
        ),
        ...(result.dimensions ?? []).map(({ name }) =>
          element("td", { textContent: turn.dimensions ? turn.dimensions[name].toFixed(2) : "" }),
        ),
        element("td", {}, turn.emotion ? this.closerButton(turn) : ""),
      ),
    );
    const headings = [
      "from",
      "to",
      "answer",
      ...result.emotions,
      ...(result.dimensions ?? []).map(dimension => dimension.name),
      "why",
    ].map(text =>
      element("th", { textContent: text, scope: "col", className: text === "answer" ? "text" : "" }),
    );
    this.find(".turns table").append(
      element("thead", {}, element("tr", {}, ...headings)),
      element("tbody", {}, ...rows),
    );
    this.find("summary").textContent = `Turns (${result.turns.length})`;
    this.find(".turns").open = result.turns.length <= 30;
  }

  wire(changed) {
    const { audio } = this;
    this.find(".play").addEventListener("click", () =>
      audio.paused ? this.play(this.position >= this.result.seconds - 0.05 ? 0 : this.position) : audio.pause(),
    );
    this.find(".seek").addEventListener("input", event => this.moveTo(Number(event.target.value)));
    this.find(".wave").addEventListener("click", event =>
      this.play((event.offsetX / event.target.clientWidth) * this.result.seconds),
    );
    this.find(".compare").addEventListener("change", changed);
    this.find(".remove").addEventListener("click", () => {
      this.close();
      changed(this);
    });
    for (const button of this.node.querySelectorAll("[data-form]")) {
      button.setAttribute("aria-label", `Export ${this.name} as ${button.textContent}`);
      button.addEventListener("click", () =>
        save([this.result], button.dataset.form, this.name.replace(/\.[^.]*$/, "")),
      );
    }
    audio.addEventListener("play", () => this.follow());
    for (const event of ["pause", "ended"]) audio.addEventListener(event, () => this.show());
    audio.addEventListener(
      "error",
      () => Object.assign(this.find(".play"), { disabled: true, title: "This browser can't play this format" }),
      { once: true },
    );
  }

  drawSamples(samples) {
    this.samples = samples;
    if (samples) this.peaks = peaks(samples, PEAKS);
    for (const button of this.node.querySelectorAll(".closer")) button.disabled = !samples;
    this.drawWave();
  }

  play(start, end = Infinity) {
    this.end = end;
    this.moveTo(start);
    this.audio.play().catch(() => {}); // the error event reports it
  }

  moveTo(seconds) {
    this.position = seconds;
    if (this.audio.readyState > 0 || !this.audio.error) this.audio.currentTime = seconds;
    this.show();
  }

  follow() {
    if (this.audio.paused) return;
    this.position = this.audio.currentTime;
    if (this.position >= this.end) this.audio.pause();
    this.show();
    requestAnimationFrame(() => this.follow());
  }

  show() {
    const playing = !this.audio.paused;
    Object.assign(this.find(".play"), { textContent: playing ? "Pause" : "Play", ariaPressed: String(playing) });
    this.find(".position").textContent = `${clock(this.position)} of ${clock(this.result.seconds)}`;
    const [seek, turn] = [
      this.find(".seek"),
      this.result.turns.find(turn => turn.start_s <= this.position && this.position < turn.end_s),
    ];
    seek.value = this.position;
    seek.setAttribute("aria-valuetext", `${clock(this.position)}${turn ? `, ${turn.answer}` : ""}`);
    this.drawWave();
    this.drawCurve();
    this.drawDimensions?.();
    this.drawPlane?.();
  }

  playButton(start, end, text) {
    const button = element("button", { type: "button", textContent: text, title: "Play" });
    button.setAttribute("aria-label", `Play from ${text} to ${clock(end)}`);
    button.addEventListener("click", () => this.play(start, end));
    return button;
  }

  closerButton(turn) {
    const button = element("button", { type: "button", className: "closer", textContent: "look", disabled: true });
    button.setAttribute("aria-label", `look at what decided from ${clock(turn.start_s)} to ${clock(turn.end_s)}`);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const closer = await recognize(cut(this.samples, turn.start_s, turn.end_s), "turn.wav");
        this.marked = turn;
        this.explain(closer.why, `Key segments from ${clock(turn.start_s)} to ${clock(turn.end_s)}`, turn.start_s);
      } catch (problem) {
        Object.assign(this.find(".note"), { hidden: false, textContent: problem.message });
      }
      button.disabled = false;
      this.drawWave();
    });
    return button;
  }

  explain(why, title, offset = 0) {
    const section = this.find(".why");
    section.hidden = !why?.key_segments.length && !why?.groups.length;
    if (section.hidden) return;
    this.find("h3").textContent = title;
    this.find(".keys").replaceChildren(
      ...why.key_segments.map(segment => {
        const [start, end] = [segment.start_s + offset, segment.end_s + offset];
        const canvas = element("canvas", { role: "img" });
        canvas.setAttribute("aria-label", `Spectrogram from ${clock(start)} to ${clock(end)}, 0 to 8 kHz`);
        spectrogram(canvas, segment.spectrogram);
        const less = Math.round(100 * segment.drop);
        const points = `${Math.abs(less)} point${Math.abs(less) === 1 ? "" : "s"}`;
        const without =
          less > 0
            ? `without it ${points} less likely`
            : less < 0
              ? `without it ${points} likelier`
              : "without it as likely";
        return element(
          "figure",
          {},
          canvas,
          element("figcaption", {}, this.playButton(start, end, `${start.toFixed(2)} s`), without),
        );
      }),
    );
    const list = (values, show) => values.map(show).join(", ");
    for (const part of [".voice", ".groups"]) this.find(part).hidden = !why.groups.length; // an encoder has no names
    this.find(".voice").textContent = why.voice.length
      ? `What stands out, in deviations: ${list(why.voice, v => `${v.name} ${signed(v.deviations)}`)}.`
      : "Nothing of the voice stands out.";
    this.find(".groups").textContent =
      `What decided, in logarithms of odds: ${list(why.groups, g => `${g.name} ${signed(g.score)}`)}.`;
  }

  close() {
    this.audio.pause();
    URL.revokeObjectURL(this.audio.src);
    this.node.remove();
  }
}

const signed = value => `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
