// Samples and WAV files. Everything that is sent for a closer look is 16 kHz, one channel.
const RATE = 16000;

// A WAV file of 16-bit samples.
export function toWav(chunks, rate) {
  const bytes = 2 * chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const header = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, bytes, true);
  return new Blob([header, ...chunks], { type: "audio/wav" });
}

// The samples of a file, one channel at 16 kHz; null where the browser doesn't know its format.
export async function decode(file) {
  try {
    const audio = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());
    const mono = new Float32Array(audio.length);
    for (let c = 0; c < audio.numberOfChannels; c++) {
      const channel = audio.getChannelData(c);
      for (let i = 0; i < mono.length; i++) mono[i] += channel[i] / audio.numberOfChannels;
    }
    return mono;
  } catch {
    return null;
  }
}

// A part of samples as a WAV file.
export function cut(samples, start, end) {
  const part = samples.subarray(Math.round(start * RATE), Math.round(end * RATE));
  return toWav([Int16Array.from(part, value => Math.max(-32768, Math.min(32767, Math.round(value * 32768))))], RATE);
}

// The largest magnitudes of so many equal stretches.
export function peaks(samples, count) {
  const loudest = new Float32Array(count);
  for (let i = 0; i < samples.length; i++) {
    const at = Math.min(count - 1, Math.floor((i * count) / samples.length));
    loudest[at] = Math.max(loudest[at], Math.abs(samples[i]));
  }
  return loudest;
}
