#!/usr/bin/env python3
"""Writes an ONNX network of the graph shape of a family of speech encoders, with random weights.

    encoder_networks.py wav2vec2|whisper|fbank|vector OUT.onnx [--size small|base] [--recording FILE.wav]

Beside it come its preprocessor configuration and, of a 16-bit WAV at 16 kHz, what PyTorch computes: OUT.vectors.json,
which `prosodia encoder check OUT.onnx` compares with. `--size base` has the 12 layers of wav2vec 2.0 base (94 million
weights), for measuring speed. Needs torch and numpy.
"""
import argparse
import json
import math
import pathlib
import wave

import numpy as np
import torch
from torch import nn

SIZES = {"small": (2, 32, 4, 64), "base": (12, 768, 12, 3072)}  # layers, width, heads, inner width


class Block(nn.Module):
    """A transformer layer with layer norms after (wav2vec 2.0) or before (Whisper) its parts."""

    def __init__(self, width, heads, inner, first):
        super().__init__()
        self.heads, self.first = heads, first
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def attend(self, x):
        batch, frames, width = x.shape
        q, k, v = (
            p(x).reshape(batch, frames, self.heads, width // self.heads).transpose(1, 2)
            for p in (self.q, self.k, self.v)
        )
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // self.heads), -1)
        return self.o((weights @ v).transpose(1, 2).reshape(batch, frames, width))

    def forward(self, x):
        if self.first:
            x = x + self.attend(self.norm1(x))
            return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))
        x = self.norm1(x + self.attend(x))
        return self.norm2(x + self.down(nn.functional.gelu(self.up(x))))


class Wav2Vec2(nn.Module):
    """Convolutions over the waveform, one over positions, transformer layers; all hidden states."""

    def __init__(self, layers, width, heads, inner):
        super().__init__()
        channels = 512 if width > 100 else 24
        kernels, strides = [10, 3, 3, 3, 3, 2, 2], [5, 2, 2, 2, 2, 2, 2]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(1 if i == 0 else channels, channels, k, s, bias=False)
            for i, (k, s) in enumerate(zip(kernels, strides))
        )
        self.group = nn.GroupNorm(channels, channels)
        self.norm, self.project = nn.LayerNorm(channels), nn.Linear(channels, width)
        self.position = nn.Conv1d(width, width, 128 if width > 100 else 16, padding=64 if width > 100 else 8, groups=16)
        self.after = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(Block(width, heads, inner, first=False) for _ in range(layers))

    def forward(self, input_values):
        x = input_values[:, None]
        for i, convolution in enumerate(self.convolutions):
            x = convolution(x)
            x = nn.functional.gelu(self.group(x) if i == 0 else x)
        x = self.project(self.norm(x.transpose(1, 2)))
        x = self.after(x + nn.functional.gelu(self.position(x.transpose(1, 2))[:, :, :-1]).transpose(1, 2))
        states = [x]
        for block in self.blocks:
            states.append(block(states[-1]))
        return tuple(states)


class Whisper(nn.Module):
    """Two convolutions over log-mel bands, sinusoidal positions, transformer layers; the last hidden state."""

    def __init__(self, layers, width, heads, inner, bands=80, frames=3000):
        super().__init__()
        self.first = nn.Conv1d(bands, width, 3, padding=1)
        self.second = nn.Conv1d(width, width, 3, stride=2, padding=1)
        rates = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
        angles = torch.arange(frames // 2)[:, None] * rates[None]
        self.register_buffer("positions", torch.cat([angles.sin(), angles.cos()], 1))
        self.blocks = nn.ModuleList(Block(width, heads, inner, first=True) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, input_features):
        x = nn.functional.gelu(self.first(input_features))
        x = nn.functional.gelu(self.second(x)).transpose(1, 2) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class FilterBank(nn.Module):
    """A projection of filter banks and transformer layers, with a mask; hidden states in one output."""

    def __init__(self, layers, width, heads, inner, bands=80):
        super().__init__()
        self.norm, self.project = nn.LayerNorm(bands), nn.Linear(bands, width)
        self.blocks = nn.ModuleList(Block(width, heads, inner, first=True) for _ in range(layers))

    def forward(self, input_features, attention_mask):
        states = [self.project(self.norm(input_features)) * attention_mask[:, :, None].float()]
        for block in self.blocks:
            states.append(block(states[-1]))
        return torch.stack(states, 1)


class Vector(nn.Module):
    """Convolutions and a mean: one vector, as models of emotion dimensions give."""

    def __init__(self, layers, width, heads, inner):
        super().__init__()
        self.convolution, self.out = nn.Conv1d(1, width, 400, 160), nn.Linear(width, width)

    def forward(self, signal):
        return torch.tanh(self.out(torch.relu(self.convolution(signal[:, None])).mean(2)))


def log_mel(samples, bands=80):
    """Whisper's input, with numpy's Fourier transform."""
    x = np.zeros(480000)
    x[: len(samples)] = samples
    x = np.pad(x, 200, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    frames = np.lib.stride_tricks.sliding_window_view(x, 400)[::160][:3000] * window
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    to_mel = lambda f: np.where(f < 1000, 3 * f / 200, 15 + np.log(np.maximum(f, 1) / 1000) * 27 / np.log(6.4))
    to_hertz = lambda m: np.where(m < 15, 200 * m / 3, 1000 * np.exp(np.log(6.4) / 27 * (m - 15)))
    edges = to_hertz(np.linspace(0, to_mel(np.array(8000.0)), bands + 2))
    bins = np.fft.rfftfreq(400, 1 / 16000)[:, None]
    filters = np.maximum(
        0, np.minimum((bins - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - bins) / np.diff(edges)[1:])
    )
    filters *= 2 / (edges[2:] - edges[:-2])
    logs = np.log10(np.maximum(power @ filters, 1e-10)).T
    return (np.maximum(logs, logs.max() - 8) + 4) / 4


def filter_bank(samples, bands=80):
    """Kaldi's filter bank, with numpy's Fourier transform."""
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, float), 400)[::160].copy()
    frames -= frames.mean(1, keepdims=True)
    frames = np.concatenate([frames[:, :1] * 0.03, frames[:, 1:] - 0.97 * frames[:, :-1]], 1)
    frames *= (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    power = np.abs(np.fft.rfft(frames, 512, axis=1))[:, :256] ** 2
    mel = lambda f: 1127 * np.log(1 + f / 700)
    edges = np.linspace(mel(20), mel(8000), bands + 2)
    bins = mel(np.arange(256) * 16000 / 512)[:, None]
    filters = np.maximum(
        0, np.minimum((bins - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - bins) / np.diff(edges)[1:])
    )
    return np.log(np.maximum(power @ filters, np.finfo(np.float32).eps))


def normalized(samples):
    return (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)


def tensor(values):
    return torch.tensor(np.asarray(values), dtype=torch.float32)[None]


def pooled(state):
    return torch.cat([state.mean(0), state.std(0, unbiased=False)]).tolist()


FAMILIES = {
    "wav2vec2": (Wav2Vec2, {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True}),
    "whisper": (Whisper, {"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80, "chunk_length": 30}),
    "fbank": (FilterBank, None),
    "vector": (Vector, {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": False}),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--recording")
    parser.add_argument("--input", help="write what the network is given, as 32-bit floats")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    make, config = FAMILIES[arguments.family]
    network = make(*SIZES[arguments.size]).eval()
    samples = np.sin(np.arange(16000) * 0.1)
    if arguments.recording:
        with wave.open(arguments.recording) as recording:
            samples = np.frombuffer(recording.readframes(recording.getnframes()), "<i2") / 32768
    layers = SIZES[arguments.size][0]
    name = {"wav2vec2": "input_values", "vector": "signal"}.get(arguments.family, "input_features")
    outputs, axes = ["last_hidden_state"], {}
    if arguments.family == "wav2vec2":
        inputs = (tensor(normalized(samples)),)
        outputs = [f"hidden_states.{i}" for i in range(layers + 1)]
        axes = {name: {0: "batch", 1: "samples"}, **{o: {0: "batch", 1: "frames"} for o in outputs}}
    elif arguments.family == "whisper":
        inputs = (tensor(log_mel(samples)),)
    elif arguments.family == "fbank":
        bank = tensor(filter_bank(samples))
        inputs = (bank, torch.ones(1, bank.shape[1], dtype=torch.int64))
        axes = {name: {0: "batch", 1: "frames"}, "attention_mask": {0: "batch", 1: "frames"}}
        axes["last_hidden_state"] = {0: "batch", 2: "frames"}
    else:
        inputs = (tensor(samples),)
        axes = {name: {0: "batch", 1: "samples"}}
    names = [name] + (["attention_mask"] if len(inputs) > 1 else [])
    torch.onnx.export(
        network,
        inputs,
        str(arguments.out),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=14,
    )
    if config:
        file = arguments.out.with_name(arguments.out.stem + ".preprocessor_config.json")
        file.write_text(json.dumps({"sampling_rate": 16000, **config}, indent=2) + "\n")
    if arguments.input:
        pathlib.Path(arguments.input).write_bytes(inputs[0].numpy().tobytes())
    if arguments.recording:
        with torch.no_grad():
            result = network(*inputs)
        if arguments.family == "vector":
            features = [result[0].tolist()]
        elif arguments.family == "whisper":
            features = [pooled(result[0][: math.ceil(1500 * len(samples) / 480000)])]
        else:
            states = result[0] if arguments.family == "fbank" else [s[0] for s in result]
            features = [pooled(state) for state in states]
        vectors = {"recording": str(pathlib.Path(arguments.recording).resolve()), "features": features}
        arguments.out.with_suffix(".vectors.json").write_text(json.dumps(vectors) + "\n")
    print(f"{arguments.out}: {sum(p.numel() for p in network.parameters()):,} weights")


if __name__ == "__main__":
    main()
