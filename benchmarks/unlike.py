#!/usr/bin/env python3
"""Distorts recordings of speech and counts how many the bundled models call unlike those that they know, and how many
they answer. Needs sox and numpy (Debian: apt-get install sox python3-numpy).

    benchmarks/unlike.py FOLDER RECORDINGS ...
"""
import csv
import pathlib
import subprocess
import sys
import wave

import numpy as np

root, folder, recordings = pathlib.Path(__file__).resolve().parent.parent, pathlib.Path(sys.argv[1]), sys.argv[2:]
random = np.random.default_rng(1)
KINDS = {
    "as they are": [],
    "reverberation": ["gain", "-6", "reverb", "100"],
    "backwards": ["reverse"],
    "overdrive": ["overdrive", "40"],
    "twice as fast": ["tempo", "2"],
    "half as fast": ["tempo", "0.5"],
    "six semitones lower": ["pitch", "-600"],
    "eight semitones higher": ["pitch", "800"],
    "40 dB softer, 16 bits": ["gain", "-40"],
    "below 1 kHz": ["lowpass", "1000", "lowpass", "1000"],
    "above 1 kHz": ["highpass", "1000", "highpass", "1000"],
    "white noise, SNR 10 dB": 10,
    "white noise, SNR 0 dB": 0,
}


def distort(source, target, change):
    effects = change if isinstance(change, list) else []
    command = ["sox", "-V0", "-D", source, "-r", "16000", "-c", "1", "-b", "16", str(target), *effects]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    if isinstance(change, list):
        return
    with wave.open(str(target)) as file:
        x = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(float)
    noise = random.normal(size=len(x)) * np.sqrt((x**2).mean()) * 10 ** (-change / 20)
    y = (x + noise) / max(1, np.abs(x + noise).max() / 32000)
    with wave.open(str(target), "w") as file:
        file.setparams((1, 2, 16000, len(y), "NONE", ""))
        file.writeframes(y.astype(np.int16).tobytes())


for kind, change in KINDS.items():
    place = folder / kind.replace(" ", "-").replace(",", "")
    place.mkdir(parents=True, exist_ok=True)
    for i, recording in enumerate(recordings):
        distort(recording, place / f"{i:04}.wav", change)
    counts = []
    for model in "prosodia", "prosodia-open":
        command = [root / "prosodia", "predict", place, "--model", model, "--format", "csv"]
        rows = list(csv.DictReader(subprocess.run(command, capture_output=True, text=True).stdout.splitlines()))
        unlike = sum(row["reason"].startswith("unlike") for row in rows)
        answered = sum(row["answer"] == row["emotion"] != "" for row in rows)
        counts.append(f"{model}: unlike {unlike}, answered {answered} of {len(rows)}")
    print(f"{kind}: {'; '.join(counts)}", flush=True)
