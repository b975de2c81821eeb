// Records from the microphone and sends the samples while someone speaks. Reports: event(event of the server),
// level(0..1, seconds), ended(WAV or null, problem or null).
import { toWav } from "./audio.js";

export class Microphone {
  constructor(tell) {
    this.tell = tell;
    this.chunks = [];
  }

  /** @param adapts whether each turn is compared with those before it */
  async start(adapts) {
    this.media = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    this.context = new AudioContext();
    await this.context.audioWorklet.addModule("recorder.js");
    const url = new URL(`v1/stream?rate=${this.context.sampleRate}${adapts ? "&adapt=stream" : ""}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = message => this.receive(JSON.parse(message.data));
    this.socket.onclose = () => this.finish("The connection to the server was lost. What was recorded is below.");
    await new Promise((opened, failed) => {
      this.socket.onopen = opened;
      this.socket.onerror = () => failed(new Error("The server doesn't take a live stream now. Try again later."));
    });
    const recorder = new AudioWorkletNode(this.context, "recorder", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    recorder.port.onmessage = message => this.send(message.data);
    this.context.createMediaStreamSource(this.media).connect(recorder);
  }

  stop() {
    this.media?.getTracks().forEach(track => track.stop());
    this.context?.close();
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("end");
    else this.finish(null);
  }

  send(samples) {
    if (this.socket.readyState !== WebSocket.OPEN || this.context.state === "closed") return;
    this.chunks.push(samples);
    this.socket.send(samples.buffer.slice(0));
    const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 32768;
    this.tell.level(loudest, (this.chunks.length * samples.length) / this.context.sampleRate);
  }

  receive(event) {
    if (event.type === "error") this.problem = event.detail;
    if (event.type === "end") this.finish(null);
    else this.tell.event(event);
  }

  finish(problem) {
    if (this.finished) return;
    this.finished = true;
    this.media?.getTracks().forEach(track => track.stop());
    if (this.context?.state !== "closed") this.context?.close();
    this.tell.ended(this.chunks.length ? toWav(this.chunks, this.context.sampleRate) : null, this.problem ?? problem);
  }
}
