#!/usr/bin/env python3
"""Writes hours of audio to time `prosodia predict` with: recordings of a folder in random order, pauses and
noise between.

    benchmarks/long_audio.py ../shared/corpora 10 /tmp/ten-hours.wav
    /usr/bin/time -v ./prosodia predict /tmp/ten-hours.wav --format csv --out /tmp/ten-hours.csv
"""
import pathlib
import random
import struct
import sys
import wave

RATE = 16_000
folder, hours, target = pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
recordings = sorted(folder.rglob("*.wav"))
random.seed(1)
noise = [
    struct.pack(f"<{RATE}h", *(random.randint(-level, level) for _ in range(RATE))) for level in (0, 10, 100, 1000)
]
with wave.open(target, "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(RATE)
    left = int(hours * 3600 * RATE)
    while left > 0:
        with wave.open(str(random.choice(recordings))) as recording:
            speech = recording.readframes(recording.getnframes())
        pause = random.choice(noise) * random.randint(0, 4)
        block = (speech + pause)[: 2 * left]
        out.writeframesraw(block)
        left -= len(block) // 2
