#!/usr/bin/env python3
"""Times the first result on a recording, from the shell, in turn with the start of PyTorch; prints medians of 11 runs.

    benchmarks/fast_start.py ../shared/corpora/emodb4/wav/08a05Ta.wav
"""
import os
import shutil
import statistics
import subprocess
import sys
import time


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else shutil.which("python3")
commands = {
    "prosodia predict": [f"{root}/prosodia", "predict", sys.argv[1]],
    "import torch": [python, "-c", "import torch"],
}
for command in commands.values():
    seconds(command)
times = {name: [] for name in commands}
for _ in range(11):
    for name, command in commands.items():
        times[name].append(seconds(command))
for name, values in times.items():
    print(f"{name:<18} {statistics.median(values):.2f} s  ({min(values):.2f} to {max(values):.2f})")
