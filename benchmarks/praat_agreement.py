#!/usr/bin/env python3
"""Compares features of `--set prosody` with Praat's: correlations over recordings, and gross errors over frames.

    benchmarks/praat_agreement.py MANIFEST.csv [MANIFEST.csv ...] [--recordings 60] [--values FILE]

Takes so many recordings, as many of each manifest, evenly spaced. --values writes Praat's values of each as CSV. Needs
praat (Debian: apt-get install praat) and recordings that it reads. Prints Markdown tables.
"""
import argparse
import csv
import math
import os
import statistics
import subprocess
import tempfile
from collections import defaultdict

HOP = 0.01  # seconds between our frames
CENTER = 0.0125  # of our first frame
GROSS = 0.2  # a pitch that differs by more is another one
NEAR = 3.5 * HOP  # from a voiced frame


def correlation(pairs):
    x, y = zip(*pairs)
    return statistics.correlation(x, y)


def percentile(values, part):
    values = sorted(values)
    at = part * (len(values) - 1)
    below = values[int(at)]
    return below + (at - int(at)) * (values[min(int(at) + 1, len(values) - 1)] - below)


def rise(semitones):
    """Mean speed where the contour rises, per second, over 50 ms; semitones by frame, None where unvoiced."""
    changes = [now - before for before, now in zip(semitones, semitones[5:]) if None not in (before, now)]
    rising = [c for c in changes if c > 0]
    return statistics.fmean(rising) / 0.05 if rising else 0.0


def measured_by_praat(paths, folder):
    files = [os.path.join(folder, name) for name in ("list.txt", "frames.csv", "recordings.csv")]
    with open(files[0], "w", encoding="utf-8") as file:
        file.writelines(path + "\n" for path in paths)
    script = os.path.splitext(os.path.abspath(__file__))[0] + ".praat"
    subprocess.run(["praat", "--run", script, *files], check=True)
    frames, recordings = defaultdict(list), {}
    with open(files[1]) as file:
        for recording, *values in csv.reader(file):
            frames[int(recording) - 1].append([float(v) for v in values])
    with open(files[2]) as file:
        for recording, shimmer, jitter, nuclei in csv.reader(file):
            recordings[int(recording) - 1] = dict(
                shimmer_mean=float(shimmer), jitter_mean=float(jitter), loudness_peaks=float(nuclei)
            )
    for r, values in frames.items():
        semitones = [12 * math.log2(f0 / 27.5) if f0 else None for _, f0, *_ in values]
        voiced = [s for s in semitones if s is not None]
        if not voiced:
            continue
        recordings[r] |= dict(
            f0_mean=statistics.fmean(voiced),
            f0_median=percentile(voiced, 0.5),
            f0_percentile10=percentile(voiced, 0.1),
            f0_percentile90=percentile(voiced, 0.9),
            f0_deviation=statistics.pstdev(voiced),
            f0_rise=rise(semitones),
        )
        for formant in range(3):
            known = [v[2 + formant] for v in values if v[1] and v[2 + formant]]
            recordings[r][f"f{formant + 1}_mean"] = statistics.fmean(known) if known else 0.0
    return frames, recordings


def measured_by_prosodia(manifest, folder):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for level in ("functionals", "lld"):
        command = [f"{root}/prosodia", "features", manifest, "--set", "prosody", "--level", level]
        subprocess.run([*command, "--out", f"{folder}/{level}.csv"], check=True, stdout=subprocess.DEVNULL)
    with open(f"{folder}/functionals.csv", newline="") as file:
        recordings = list(csv.DictReader(file))
    pitch = defaultdict(list)
    with open(f"{folder}/lld.csv", newline="") as file:
        for row in csv.DictReader(file):
            semitones = float(row["f0"])
            pitch[row["path"]].append(0.0 if math.isnan(semitones) else 27.5 * 2 ** (semitones / 12))
    return recordings, [pitch[row["path"]] for row in recordings]


def at(frames, time):
    """Pitch of the frame that is nearest to a time, by frames of (time, pitch, ...); None outside of them."""
    i = round((time - frames[0][0]) / HOP)
    return frames[i][1] if 0 <= i < len(frames) else None


def between(frames, time):
    """Pitch at a time, interpolated; 0 where it is unvoiced or unknown."""
    i = int((time - frames[0][0]) / HOP)
    if not 0 <= i < len(frames) - 1 or not frames[i][1] or not frames[i + 1][1]:
        return 0
    part = (time - frames[i][0]) / HOP
    return frames[i][1] * (1 - part) + frames[i + 1][1] * part


def offset(praat, ours):
    """Milliseconds by which our frames must be moved to agree best."""

    def difference(shift):
        pairs = (
            (hertz, between(praat[r], f * HOP + CENTER + shift / 1000))
            for r, pitch in enumerate(ours)
            for f, hertz in enumerate(pitch)
        )
        octaves = [abs(math.log2(a / b)) for a, b in pairs if a and b]
        return statistics.fmean(o for o in octaves if o < 0.1)

    return min(range(-10, 11), key=difference)


def compare_frames(praat, ours):
    counts = defaultdict(int)
    for r, pitch in enumerate(ours):
        frames = praat[r]
        voiced = [t for t, f0, *_ in frames if f0]
        for f, hertz in enumerate(pitch):
            time = f * HOP + CENTER
            theirs = at(frames, time)
            if theirs is None:
                continue
            counts["voiced" if theirs else "unvoiced"] += 1
            if not theirs:
                counts["false voicing"] += hertz > 0
                far = not any(abs(time - t) < NEAR for t in voiced)
                counts["far"] += far
                counts["false voicing far from a voice"] += far and hertz > 0
                continue
            counts["missed"] += hertz == 0
            if hertz:
                counts["both"] += 1
                octaves = math.log2(hertz / theirs)
                counts["gross"] += abs(hertz / theirs - 1) > GROSS
                counts["octave up"] += abs(octaves - 1) < 0.2
                counts["octave down"] += abs(octaves + 1) < 0.2
    return counts


def evenly(manifest, count):
    folder = os.path.dirname(os.path.abspath(manifest))
    with open(manifest, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    count = min(count, len(rows))
    for i in range(count):
        row = rows[int((i + 0.5) * len(rows) / count)]
        yield row | {"path": os.path.abspath(os.path.join(folder, row["path"]))}


def write_values(file, paths, theirs):
    names = sorted({name for values in theirs.values() for name in values})
    root = os.path.commonpath(paths)
    with open(file, "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["file", *names])
        for r, path in enumerate(paths):
            values = (theirs[r].get(name) for name in names)
            table.writerow([os.path.relpath(path, root), *("" if v is None else f"{v:.6g}" for v in values)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("manifests", nargs="+", metavar="MANIFEST")
    parser.add_argument("--recordings", type=int, default=60)
    parser.add_argument("--values", metavar="FILE")
    arguments = parser.parse_args()
    each = arguments.recordings // len(arguments.manifests)
    rows = [row for manifest in arguments.manifests for row in evenly(manifest, each)]
    paths = [row["path"] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        few = os.path.join(folder, "few.csv")
        with open(few, "w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(["path", "speaker", "sex", "emotion"])
            table.writerows([row["path"], row["speaker"], row["sex"], row["emotion"]] for row in rows)
        recordings, pitch = measured_by_prosodia(few, folder)
        frames, theirs = measured_by_praat(paths, folder)
    for r, values in theirs.items():
        values["loudness_peaks"] /= float(recordings[r]["duration"])  # of speech
    if arguments.values:
        write_values(arguments.values, paths, theirs)
    print(f"| feature, {len(rows)} recordings | correlation with Praat's | mean | Praat's mean |\n|---|---|---|---|")
    names = [n for n in dict.fromkeys(n for values in theirs.values() for n in values)]
    for name in sorted(names):
        pairs = [(float(recordings[r][name]), values[name]) for r, values in theirs.items() if name in values]
        ours, praats = (statistics.fmean(p[i] for p in pairs) for i in (0, 1))
        print(f"| `{name}` | {correlation(pairs):.3f} | {ours:.4g} | {praats:.4g} |")
    counts = compare_frames(frames, pitch)
    print("\n| of frames | share |\n|---|---|")
    for what, of, among in (
        ("false voicing", "unvoiced", "Praat finds unvoiced, voiced here"),
        ("false voicing far from a voice", "far", "the same, more than 3 frames from a voice"),
        ("missed", "voiced", "Praat finds voiced, unvoiced here"),
        ("gross", "both", "both find voiced, pitch more than 20 % apart"),
        ("octave up", "both", "an octave up"),
        ("octave down", "both", "an octave down"),
    ):
        print(f"| {among} | {100 * counts[what] / max(counts[of], 1):.2f} % of {counts[of]} |")
    print(f"\nThe pitch agrees best where frames are moved by {offset(frames, pitch)} ms.")


if __name__ == "__main__":
    main()
