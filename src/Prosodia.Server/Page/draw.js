// Pictures: canvases that are drawn again whenever their size or theme changes.
const COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#7f3c8d",
  "#8c8c00",
  "#8c564b",
  "#f2778f",
  "#4b5fa8",
  "#5fbf3f",
];

// Dimensions have the colors after those of the emotions.
export const colorOfDimension = (result, i) => COLORS[(result.emotions.length + i) % COLORS.length];

export const colorOf = (emotions, emotion) => COLORS[emotions.indexOf(emotion) % COLORS.length] ?? themed("--wave");

const themed = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const darkness = matchMedia("(prefers-color-scheme: dark)");

// Draws now and whenever needed; the function that it returns draws again.
export function keepDrawn(canvas, draw) {
  const again = () => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !canvas.isConnected) return;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, width, height);
  };
  new ResizeObserver(again).observe(canvas);
  darkness.addEventListener("change", again);
  return again;
}

// The waveform in the colors of its turns, the key segments behind it, and where it plays.
export function waveform(context, width, height, { result, peaks, position, marked }) {
  const x = seconds => (seconds / result.seconds) * width;
  for (const segment of result.why?.key_segments ?? []) {
    context.fillStyle = themed("--line");
    context.fillRect(x(segment.start_s), 0, Math.max(1, x(segment.end_s) - x(segment.start_s)), height);
  }
  if (marked) {
    context.fillStyle = themed("--line");
    context.fillRect(x(marked.start_s), 0, x(marked.end_s) - x(marked.start_s), height);
  }
  const loudest = Math.max(1e-4, ...peaks);
  const turnAt = seconds => result.turns.find(turn => turn.start_s <= seconds && seconds < turn.end_s);
  const step = width / peaks.length;
  peaks.forEach((peak, i) => {
    const turn = turnAt(((i + 0.5) / peaks.length) * result.seconds);
    const half = Math.max(0.5, (peak / loudest) * (height / 2 - 2));
    context.fillStyle = turn?.emotion ? colorOf(result.emotions, turn.emotion) : themed("--wave");
    context.globalAlpha = turn?.emotion && turn.answer === turn.emotion ? 1 : 0.55;
    context.fillRect(i * step, height / 2 - half, Math.max(0.6, step - (step > 3 ? 1 : 0)), 2 * half);
  });
  context.globalAlpha = 1;
  context.fillStyle = themed("--ink");
  context.fillRect(Math.min(width - 2, x(position)), 0, 2, height);
}

// Each turn's probabilities, one above the other; they fill the height.
export function probabilities(context, width, height, { result, position }) {
  const x = seconds => (seconds / result.seconds) * width;
  context.fillStyle = themed("--card");
  context.fillRect(0, 0, width, height);
  for (const turn of result.turns) {
    let top = height;
    for (const emotion of result.emotions) {
      const share = (turn.probabilities[emotion] ?? 0) * height;
      context.fillStyle = colorOf(result.emotions, emotion);
      context.fillRect(x(turn.start_s), top - share, Math.max(1, x(turn.end_s) - x(turn.start_s) - 1), share);
      top -= share;
    }
  }
  context.fillStyle = themed("--ink");
  context.fillRect(Math.min(width - 2, x(position)), 0, 2, height);
}

// Each turn's dimensions, each from the lowest to the highest that the model predicts.
export function dimensionCurves(context, width, height, { result, position }) {
  const x = seconds => (seconds / result.seconds) * width;
  context.fillStyle = themed("--card");
  context.fillRect(0, 0, width, height);
  for (const turn of result.turns) {
    result.dimensions.forEach(({ name, low, high }, i) => {
      if (!turn.dimensions) return;
      const y = height - 4 - ((turn.dimensions[name] - low) / (high - low)) * (height - 8);
      context.fillStyle = colorOfDimension(result, i);
      context.fillRect(x(turn.start_s), y - 2, Math.max(2, x(turn.end_s) - x(turn.start_s) - 1), 4);
    });
  }
  context.fillStyle = themed("--ink");
  context.fillRect(Math.min(width - 2, x(position)), 0, 2, height);
}

// The plane of valence (to the right) and arousal (up): each turn, and the way from one to the next.
export function plane(context, width, height, { result, position }) {
  const [valence, arousal] = ["valence", "arousal"].map(name => result.dimensions.find(d => d.name === name));
  const share = (value, { low, high }) => (value - low) / (high - low);
  const pad = 22;
  const at = turn => [
    pad + share(turn.dimensions.valence, valence) * (width - 2 * pad),
    height - pad - share(turn.dimensions.arousal, arousal) * (height - 2 * pad),
  ];
  context.fillStyle = themed("--card");
  context.fillRect(0, 0, width, height);
  context.strokeStyle = themed("--line");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(width / 2, pad);
  context.lineTo(width / 2, height - pad);
  context.moveTo(pad, height / 2);
  context.lineTo(width - pad, height / 2);
  context.stroke();
  const turns = result.turns.filter(turn => turn.dimensions);
  context.beginPath();
  turns.forEach((turn, i) => (i ? context.lineTo(...at(turn)) : context.moveTo(...at(turn))));
  context.stroke();
  for (const turn of turns) {
    const now = turn.start_s <= position && position < turn.end_s;
    context.fillStyle = colorOf(result.emotions, turn.emotion);
    context.globalAlpha = now ? 1 : 0.6;
    context.beginPath();
    context.arc(...at(turn), now ? 8 : 5, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
  context.fillStyle = themed("--ink");
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText("arousal", width / 2, 14);
  context.fillText("valence", width / 2, height - 6);
}

// A spectrogram of 257 x 63 shades, low frequencies at the bottom.
export function spectrogram(canvas, base64) {
  const [bins, frames] = [257, 63];
  const shades = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  Object.assign(canvas, { width: frames, height: bins });
  const context = canvas.getContext("2d");
  const image = context.createImageData(frames, bins);
  shades.forEach((shade, i) => {
    const at = 4 * ((bins - 1 - Math.floor(i / frames)) * frames + (i % frames));
    image.data.set([...warmth(shade / 255), 255], at);
  });
  context.putImageData(image, 0, 0);
}

// From black over violet and orange to pale yellow, evenly lighter.
const STOPS = [
  [0, 0, 4],
  [60, 15, 110],
  [150, 40, 105],
  [225, 90, 55],
  [250, 175, 45],
  [252, 253, 190],
];

function warmth(share) {
  const at = Math.min(STOPS.length - 1.001, share * (STOPS.length - 1));
  return STOPS[Math.floor(at)].map((low, c) => low + (STOPS[Math.floor(at) + 1][c] - low) * (at % 1));
}
