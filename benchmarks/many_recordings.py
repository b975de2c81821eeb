"""Writes a corpus of N recordings that differ in content: a corpus's own, over and over, each copy with its first
samples set to the copy's number. For the memory figures of docs/benchmarks.md; needs nothing but Python.

  many_recordings.py CORPUS N FOLDER    writes FOLDER/*.wav and FOLDER.csv
"""
import pathlib
import struct
import sys

source, count, folder = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
originals = [bytearray(path.read_bytes()) for path in sorted(source.rglob("*.wav"))]
with open(f"{folder}.csv", "w") as manifest:
    manifest.write("path,speaker,emotion\n")
    for i in range(count):
        recording = originals[i % len(originals)]
        samples = recording.index(b"data") + 8
        recording[samples : samples + 4] = struct.pack("<I", i // len(originals) & 0x007F007F)
        (folder / f"{i}.wav").write_bytes(recording)
        manifest.write(f"{folder.name}/{i}.wav,{i % 10},neutral\n")
