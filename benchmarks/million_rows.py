#!/usr/bin/env python3
"""Time and memory of lists of recordings that grow: import, planning of a shard, merging of a thousand shards.

usage: million_rows.py [ROWS ...]        100000 and 1000000 by default
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "prosodia")
SHARDS = 1000


def run(what, rows, *arguments):
    began = time.time()
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    print(
        f"{what}, {rows} rows: {time.time() - began:.1f} s, {usage.ru_maxrss / 1e6:.2f} GB, "
        f"exit code {os.waitstatus_to_exitcode(status)}",
        flush=True,
    )


def write_shards(folder, rows):
    """Shards as predict writes them, of recordings that were all understood."""
    for shard in range(1, SHARDS + 1):
        file = os.path.join(folder, f"{shard}.csv")
        first, end = (shard - 1) * rows // SHARDS, shard * rows // SHARDS
        text = "path,channel,start_s,end_s,answer,emotion,probability,angry,sad\n" + "".join(
            f"calls/{i:08d}.wav,0,0,2.5,sad,sad,0.9,0.1,0.9\n" for i in range(first, end)
        )
        with open(file, "w") as f:
            f.write(text)
        note = dict(
            number=shard,
            of=SHARDS,
            list="0",
            model="0",
            files=end - first,
            left_out=0,
            predictions=hashlib.sha256(text.encode()).hexdigest(),
        )
        with open(file + ".shard.json", "w") as f:
            json.dump(note, f)


subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)  # builds, where that is to be done
for rows in [int(a) for a in sys.argv[1:]] or [100_000, 1_000_000]:
    with tempfile.TemporaryDirectory() as folder:
        table, manifest, parts = (os.path.join(folder, name) for name in ("table.csv", "manifest.csv", "parts"))
        with open(table, "w") as f:
            f.write("path,speaker,sex,emotion,text\n")
            for i in range(rows):
                f.write(f"calls/{i // 1000:05d}/{i:08d}.wav,{i % 5000},female,angry,hello {i}\n")
        run("import", rows, "import", "csv", table, "--out", manifest)
        # one recording, which isn't there (exit code 3): what is left is planning
        one = os.path.join(folder, "one.csv")
        run("planning", rows, "predict", manifest, "--format", "csv", "--shard", f"1/{rows}", "--out", one)
        os.mkdir(parts)
        write_shards(parts, rows)
        shards = (os.path.join(parts, f"{i}.csv") for i in range(1, SHARDS + 1))
        run(f"merging {SHARDS} shards", rows, "merge", *shards, "--out", os.path.join(folder, "merged.csv"))
