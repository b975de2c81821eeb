#!/usr/bin/env python3
"""Kills features, evaluate and train at random moments (SIGKILL), runs each again until it ends, and
compares what comes out with undisturbed runs.

usage: kill_nine.py MANIFEST [KILLS]        a small manifest, such as that of `prosodia demo`; 200 kills by default
"""
import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "prosodia")


def start(arguments, home):
    return subprocess.Popen(
        [program, *arguments],
        env={**os.environ, "PROSODIA_HOME": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def main(manifest, kills):
    work = tempfile.mkdtemp(prefix="prosodia-kills-")
    # arguments given an output, and the file in it that must come out the same
    verbs = {
        "evaluate": (
            lambda out: [
                "evaluate", manifest, "--protocol", "leave-one-speaker-out",
                "--model", "compact", "--epochs", "4", "--out", out,
            ],
            "results.json",
        ),
        "features": (
            lambda out: ["features", manifest, "--set", "prosody", "--out", os.path.join(out, "features.csv")],
            "features.csv",
        ),
        "train": (
            lambda out: ["train", manifest, "--out", os.path.join(out, "model.onnx"), "--language", "none"],
            "model.onnx",
        ),
    }
    random.seed(1)
    lost = done = 0
    for name, (arguments, result) in verbs.items():
        share = kills // len(verbs)
        if name == "evaluate" and kills % len(verbs) or name == "features" and kills % len(verbs) == 2:
            share += 1
        calm = os.path.join(work, name, "calm")
        os.makedirs(calm)
        began = time.time()
        assert start(arguments(calm), os.path.join(work, "home")).wait() == 0, f"{name} does not run undisturbed"
        length, killed, runs = time.time() - began, 0, 0
        while killed < share:
            out = os.path.join(work, name, "killed")
            shutil.rmtree(out, ignore_errors=True)
            os.makedirs(out)
            for _ in range(min(3, share - killed)):  # several times in one run
                process = start(arguments(out), os.path.join(work, "home"))
                time.sleep(random.uniform(0, length))
                killed += process.poll() is None
                kill(process)
            if start(arguments(out), os.path.join(work, "home")).wait() != 0 or not filecmp.cmp(
                os.path.join(calm, result), os.path.join(out, result), shallow=False
            ):
                lost += 1
            leftovers = [f for _, _, files in os.walk(out) for f in files if f.endswith(".tmp")]
            runs += 1
        done += killed
        print(
            f"{name}: undisturbed {length:.1f} s; {killed} kills in {runs} runs, {lost} results lost; "
            f"half-written files left beside the last: {len(leftovers)}",
            flush=True,
        )
    shutil.rmtree(work)
    print(f"{done} kills, {lost} results lost")
    return 1 if lost else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200))
