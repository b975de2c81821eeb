#!/usr/bin/env python3
"""The method of Mustaqeem, Sajjad and Kwon (IEEE Access 8, 2020) in Python, which `prosodia bench --peer` times.

    benchmarks/peer_pipeline.py CORPUS [--limit N] [--threads N]

Times each stage on the first N WAV recordings of a folder, each after an untimed run, and prints one JSON object:
seconds of audio, seconds that stages took, and rates. Weights are random, which costs the same. torch computes with
--threads threads, all else with one.

Needs numpy, scipy, torch and torchvision. Debian: apt-get install python3-torch python3-torchvision python3-scipy
libopenblas0-pthread. Without the last, its torch multiplies matrices with the reference BLAS, which is
about half as fast.
"""
import argparse
import json
import os
import pathlib
import sys
import time

import numpy as np
import torch
import torchvision
from scipy.io import wavfile
from scipy.spatial.distance import pdist, squareform

RATE = 16_000
SEGMENT = RATE // 2  # samples; 500 ms
SEGMENT_HOP = SEGMENT * 3 // 4  # overlap of 25 %
BETA = 1.5  # neighbors that are farther apart than BETA times the mean distance are a boundary
MAX_ITERATIONS = 100
WINDOW, HOP = 512, 128
FEATURES, UNITS, CLASSES = 1000, 256, 4
CNN_BATCH, TRAIN_BATCH = 16, 32  # 16 was the fastest of 8 to 64
EPOCHS = 20
ONE_BY_ONE = 16  # segments
REPEATS = 20  # of stages that take milliseconds


def read(path):
    """Samples of a recording from -1 to 1, (samples)."""
    rate, samples = wavfile.read(path)
    if rate != RATE or samples.ndim != 1 or samples.dtype != np.int16:
        sys.exit(f"{path}: 16 kHz, mono and 16 bits are needed")
    if len(samples) == 0:
        sys.exit(f"{path}: holds no samples")
    return samples.astype(np.float32) / 32768


def split(samples):
    """Segments of a recording, the last ones padded with zeros, (segments, 8000)."""
    count = -(-len(samples) // SEGMENT_HOP)
    padded = np.zeros((count - 1) * SEGMENT_HOP + SEGMENT, np.float32)
    padded[: len(samples)] = samples
    return np.lib.stride_tricks.sliding_window_view(padded, SEGMENT)[::SEGMENT_HOP]


def squared_center_distances(kernel, labels, clusters):
    """Squared distances in the kernel's space of all points to the means of all clusters, (points, clusters)."""
    members = np.eye(clusters)[labels]  # (points, clusters)
    sizes = members.sum(axis=0)
    share = members / np.maximum(sizes, 1)
    sums = kernel @ share
    distances = kernel.diagonal()[:, None] - 2 * sums + (share * sums).sum(axis=0)
    distances[:, sizes == 0] = np.inf
    return distances


def kernel_k_means(kernel, clusters, generator):
    """The cluster of each point, and squared distances to the centers."""
    starts = generator.choice(len(kernel), clusters, replace=False)
    labels = kernel[starts].argmax(axis=0)  # the largest similarity is the smallest distance
    distances = squared_center_distances(kernel, labels, clusters)
    for _ in range(MAX_ITERATIONS):
        nearest = distances.argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        distances = squared_center_distances(kernel, labels, clusters)
    return labels, distances


def key_segments(segments, generator):
    """The segment nearest the center of each cluster, (clusters, 8000), in the order of time."""
    if len(segments) == 1:
        return segments
    pairs = pdist(segments, "sqeuclidean")
    squared = squareform(pairs)
    steps = np.sqrt(squared.diagonal(1))
    clusters = 1 + np.count_nonzero(steps > BETA * steps.mean())
    bandwidth = max(np.median(pairs), 1e-12)  # sigma^2; silence has none
    kernel = np.exp(-squared / (2 * bandwidth))
    labels, distances = kernel_k_means(kernel, clusters, generator)
    own = np.where(labels[:, None] == np.arange(clusters), distances, np.inf)
    keys = own.argmin(axis=0)[np.isfinite(own).any(axis=0)]
    return segments[np.sort(keys)]


def select(samples):
    """Key segments of a recording, (clusters, 8000)."""
    return key_segments(split(samples), np.random.default_rng(1))


def spectrograms(segments):
    """STFT magnitudes of segments, (segments, 1, 257, 63)."""
    window = torch.hann_window(WINDOW)
    signals = torch.from_numpy(segments)
    stft = torch.stft(signals, WINDOW, HOP, window=window, center=True, pad_mode="reflect", return_complex=True)
    return stft.abs().unsqueeze(1)


def resnet():
    """ResNet-101 for images of one channel."""
    network = torchvision.models.resnet101(num_classes=FEATURES)
    network.conv1 = torch.nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    return network.eval()


@torch.inference_mode()
def encode(network, images, batch):
    """Features of spectrograms, (segments, 1000)."""
    return torch.cat([network(part) for part in images.split(batch)])


class BiLstm(torch.nn.Module):
    """The classifier of sequences of features."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(FEATURES, UNITS, num_layers=2, batch_first=True, bidirectional=True)
        self.linear = torch.nn.Linear(2 * UNITS, CLASSES)

    def forward(self, sequences):
        """Logits of a list of (segments, 1000) tensors, (sequences, classes)."""
        packed = torch.nn.utils.rnn.pack_sequence(sequences, enforce_sorted=False)
        _, (last, _) = self.lstm(packed)
        return self.linear(torch.cat([last[-2], last[-1]], dim=1))


def train(sequences, epochs):
    """Trains a classifier; what the classes are makes no difference to the time."""
    network = BiLstm()
    optimizer = torch.optim.Adam(network.parameters())
    labels = torch.arange(len(sequences)) % CLASSES
    for _ in range(epochs):
        for batch in torch.randperm(len(sequences)).split(TRAIN_BATCH):
            optimizer.zero_grad()
            logits = network([sequences[i] for i in batch])
            torch.nn.functional.cross_entropy(logits, labels[batch]).backward()
            optimizer.step()


def timed(work, repeats=1):
    """Seconds that one call takes, and what it returns; called once before, untimed."""
    work()
    start = time.perf_counter()
    for _ in range(repeats):
        result = work()
    return (time.perf_counter() - start) / repeats, result


def benchmark(paths):
    """Times all stages on some recordings."""
    torch.manual_seed(1)
    network = resnet()

    def audio_to_features():
        images = [spectrograms(select(read(path))) for path in paths]
        return encode(network, torch.cat(images), CNN_BATCH).split([len(image) for image in images])

    read_s, recordings = timed(lambda: [read(path) for path in paths], REPEATS)
    select_s, keys = timed(lambda: [select(samples) for samples in recordings], REPEATS)
    spectrogram_s, images = timed(lambda: [spectrograms(segments) for segments in keys], REPEATS)
    one = images[0][:1].repeat(ONE_BY_ONE, 1, 1, 1)
    one_s, _ = timed(lambda: encode(network, one, 1))
    every = torch.cat(images)
    batched_s, _ = timed(lambda: encode(network, every, CNN_BATCH))
    whole_s, features = timed(audio_to_features)
    sequences = [sequence.clone() for sequence in features]  # out of inference mode, to train with
    train_s, _ = timed(lambda: train(sequences, EPOCHS))
    return {
        "audio_s": sum(len(samples) for samples in recordings) / RATE,
        "read_s": read_s,
        "select_s": select_s,
        "spectrogram_s": spectrogram_s,
        "cnn_one_by_one_segments_per_s": ONE_BY_ONE / one_s,
        "cnn_batched_segments_per_s": len(every) / batched_s,
        "bilstm_utterance_epochs_per_s": EPOCHS * len(paths) / train_s,
        "end_to_end_utterances_per_s_without_training": len(paths) / whole_s,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("corpus", type=pathlib.Path, help="a folder of WAV recordings")
    parser.add_argument("--limit", type=int, default=40, help="recordings, the first in alphabetical order")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of torch")
    arguments = parser.parse_args()
    paths = sorted(str(path) for path in arguments.corpus.rglob("*.wav"))[: arguments.limit]
    if not paths:
        sys.exit(f"{arguments.corpus}: holds no WAV recordings")
    torch.set_num_threads(arguments.threads)
    print(json.dumps(benchmark(paths), indent=2))


if __name__ == "__main__":
    main()
