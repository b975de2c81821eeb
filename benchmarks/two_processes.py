#!/usr/bin/env python3
"""What a second process gains in a sweep of jobs that compute on one core each.

usage: two_processes.py MANIFEST [RUNS]        RUNS in turn of each, 3 by default
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "prosodia")


def sweep(spec, processes):
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        subprocess.run(
            [program, "sweep", spec, "--out", os.path.join(folder, "sweep"), "--processes", str(processes)],
            env={**os.environ, "DOTNET_PROCESSOR_COUNT": "1"},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return time.time() - began


manifest, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)  # builds, where that is to be done
with tempfile.TemporaryDirectory() as folder:
    spec = os.path.join(folder, "spec.json")
    with open(spec, "w") as f:
        json.dump(
            {
                "corpora": [manifest],
                "protocols": ["leave-one-speaker-out"],
                "models": ["prosody"],
                "seeds": [1, 2, 3, 4],
            },
            f,
        )
    seconds = {1: [], 2: []}
    for _ in range(runs):
        for processes in seconds:
            seconds[processes].append(sweep(spec, processes))
            print(f"{processes} process(es): {seconds[processes][-1]:.1f} s", flush=True)
one, two = (statistics.median(seconds[p]) for p in (1, 2))
print(f"medians of {runs}: one process {one:.1f} s, two {two:.1f} s: {one / two:.2f} times")
