"""A model of another program: loud is angry, and what is not is sad; called with a list of WAV files and a CSV file."""

import csv
import math
import sys
import wave

with open(sys.argv[1]) as names, open(sys.argv[2], "w", newline="") as out:
    answers = csv.writer(out)
    answers.writerow(["file", "emotion", "angry", "sad"])
    for name in names.read().split("\n"):
        if not name:
            continue
        with wave.open(name) as sound:
            samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
        level = 10 * math.log10(sum(x * x for x in samples[::8]) / len(samples[::8]) / 2**30 + 1e-12)
        angry = 1 / (1 + math.exp(-(level + 30) / 5))
        answers.writerow([name, "angry" if angry > 0.5 else "sad", angry, 1 - angry])
