#!/usr/bin/env python3
"""The bundled model on corpora that it was not trained on: CREMA-D (English) and nEMO (Polish), the four
classes that the model has.

    python3 benchmarks/unseen_corpora.py ../shared/corpora

prints for each corpus UA if the model always answers (where it finds no speech, that is an error), with a 95 % interval
from a bootstrap over speakers (2,000 draws, seed 1, percentiles), the share of recordings that it answers, and the
share of these answers that are right.
"""
import csv
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLASSES = ["angry", "happy", "neutral", "sad"]
CREMAD = {"ANG": "angry", "HAP": "happy", "NEU": "neutral", "SAD": "sad"}
NEMO = {"anger": "angry", "happiness": "happy", "neutral": "neutral", "sadness": "sad"}


def cremad(folder):
    for path in sorted((folder / "AudioWAV").iterdir()):
        speaker, _, emotion, _ = path.stem.split("_")
        if emotion in CREMAD:
            yield path, speaker, CREMAD[emotion]


def nemo(folder):
    for path in sorted((folder / "samples").iterdir()):
        speaker, emotion, _ = path.stem.split("_")
        if emotion in NEMO:
            yield path, speaker, NEMO[emotion]


def predict(recordings, folder):
    manifest, out = folder / "manifest.csv", folder / "predictions.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "speaker", "emotion"])
        writer.writerows([str(path), speaker, emotion] for path, speaker, emotion in recordings)
    subprocess.run([ROOT / "prosodia", "predict", manifest, "--format", "csv", "--out", out], check=True)
    with out.open(encoding="utf-8") as file:
        return [(row["answer"], row["emotion"]) for row in csv.DictReader(file)]


def ua(rows):
    """Mean recall of the classes; rows of (true class, predicted class)."""
    right, all_ = defaultdict(int), defaultdict(int)
    for true, predicted in rows:
        all_[true] += 1
        right[true] += true == predicted
    return sum(right[c] / all_[c] for c in all_) / len(all_)


def interval(rows):
    speakers, draw = defaultdict(list), random.Random(1)
    for speaker, true, predicted in rows:
        speakers[speaker].append((true, predicted))
    names = sorted(speakers)
    values = sorted(
        ua([row for name in draw.choices(names, k=len(names)) for row in speakers[name]]) for _ in range(2000)
    )
    return values[49], values[1949]


def main(corpora):
    print("| corpus | recordings | speakers | UA, always answering | answered | right among the answers | no speech |")
    print("|---|---|---|---|---|---|---|")
    for name, recordings in (
        ("CREMA-D, English", cremad(corpora / "cremad")),
        ("nEMO, Polish", nemo(corpora / "nemo")),
    ):
        recordings = list(recordings)
        with tempfile.TemporaryDirectory() as folder:
            predictions = predict(recordings, Path(folder))
        if len(predictions) != len(recordings):
            sys.exit(f"{name}: {len(recordings)} recordings, {len(predictions)} predictions")
        rows = [(speaker, true, predicted) for (_, speaker, true), (_, predicted) in zip(recordings, predictions)]
        answered = [
            (true, predicted)
            for (_, _, true), (answer, predicted) in zip(recordings, predictions)
            if answer in CLASSES
        ]
        silent = sum(answer == "no speech" for answer, _ in predictions)
        low, high = interval(rows)
        always = ua([row[1:] for row in rows])
        right = sum(true == predicted for true, predicted in answered) / max(1, len(answered))
        print(
            f"| {name} | {len(rows):,} | {len({row[0] for row in rows})} | {always:.3f} ({low:.3f} to {high:.3f}) "
            f"| {len(answered) / len(rows):.1%} | {right:.1%} | {silent} |"
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
