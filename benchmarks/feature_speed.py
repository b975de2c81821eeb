#!/usr/bin/env python3
"""Times `prosodia features` from a cold start on one core, whole processes, and SMILExtract (openSMILE) where it is.

    benchmarks/feature_speed.py MANIFEST.csv [RECORDINGS]       200 recordings by default; medians of 5 runs

Prints seconds and times real time; with SMILExtract on the path, its eGeMAPSv02 on the same recordings and the ratio.
Give openSMILE's configuration by SMILE_CONFIG=.../eGeMAPSv02.conf.
"""
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import wave

RUNS = 5


def seconds(*commands):
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(manifest, count=200):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(manifest, newline="") as file:
        rows = list(csv.DictReader(file))[: int(count)]
    paths = [os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(manifest)), row["path"])) for row in rows]
    audio = 0.0
    for path in paths:
        with wave.open(path) as sound:
            audio += sound.getnframes() / sound.getframerate()
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    with tempfile.TemporaryDirectory() as folder:
        few = os.path.join(folder, "few.csv")
        with open(few, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["path", "speaker", "sex", "emotion"])
            table.writerows([path, row["speaker"], row["sex"], row["emotion"]] for path, row in zip(paths, rows))
        runs = {
            name: [[*pinned, f"{root}/prosodia", "features", few, "--set", name, "--out", f"{folder}/{name}.csv"]]
            for name in ("egemaps", "prosody")
        }
        if shutil.which("SMILExtract") and "SMILE_CONFIG" in os.environ:
            smile = [*pinned, "SMILExtract", "-C", os.environ["SMILE_CONFIG"], "-noconsoleoutput", "1"]
            runs["openSMILE"] = [[*smile, "-I", path, "-csvoutput", f"{folder}/smile.csv"] for path in paths]
        times = {name: [] for name in runs}
        for _ in range(RUNS):
            for name, commands in runs.items():
                times[name].append(seconds(*commands))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{len(paths)} recordings, {audio:.0f} s, one core, medians of {RUNS} runs")
    for name, median in medians.items():
        print(f"{name:<10} {median:.2f} s, {audio / median:.0f} x real time")
    if "openSMILE" in medians:
        print(f"egemaps is {medians['openSMILE'] / medians['egemaps']:.1f} times as fast as openSMILE")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) > 1 else print(__doc__)
