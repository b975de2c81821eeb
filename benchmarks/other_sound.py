#!/usr/bin/env python3
"""Counts what `prosodia predict` answers to sound that isn't speech, and to speech of a synthesizer (sentences, single
words, whispers), all made by programs that no model was trained with; and to the recordings of folders, such as those
of corpora. Needs sox, timidity with freepats, and espeak-ng (Debian: apt-get install sox timidity freepats espeak-ng).

    benchmarks/other_sound.py FOLDER [RECORDINGS ...]
"""
import collections
import csv
import pathlib
import random
import struct
import subprocess
import sys

root, folder = pathlib.Path(__file__).resolve().parent.parent, pathlib.Path(sys.argv[1])
random.seed(11)


def quietly(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def length(n):  # a number as MIDI writes it
    parts = [n & 127]
    while n := n >> 7:
        parts.insert(0, n & 127 | 128)
    return bytes(parts)


def midi(path):  # random chords and melodies of one to four instruments, with or without drums
    beat, events = 480, []
    scale = random.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 4, 7, 9]])
    for channel in range(random.randint(1, 4)):
        events.append((0, bytes([0xC0 | channel, random.randint(0, 103)])))
        base, at = random.randint(36, 72), 0
        while at < 12 * beat:
            held = random.choice([240, 480, 480, 960, 1920])
            for degree in random.sample(range(len(scale)), random.choice([0, 1, 1, 1, 3])):
                note = base + scale[degree]
                events += [
                    (at, bytes([0x90 | channel, note, random.randint(60, 120)])),
                    (at + held * 95 // 100, bytes([0x80 | channel, note, 0])),
                ]
            at += held
    if random.random() < 0.6:
        events += [(at, bytes([0x99, random.choice([35, 38, 42, 46]), 100])) for at in range(0, 12 * beat, 240)]
    track, last = length(0) + b"\xff\x51\x03" + struct.pack(">I", random.randint(350_000, 900_000))[1:], 0
    for at, event in sorted(events, key=lambda e: e[0]):
        track, last = track + length(at - last) + event, at
    track += length(0) + b"\xff\x2f\x00"
    path.write_bytes(b"MThd" + struct.pack(">IHHH", 6, 0, 1, beat) + b"MTrk" + struct.pack(">I", len(track)) + track)


def music(target):
    midi(target.with_suffix(".mid"))
    whole = target.with_suffix(".whole.aiff")
    score = target.with_suffix(".mid")
    quietly("timidity", "-c", str(folder / "freepats.cfg"), "-Oa", "-o", str(whole), "-s", "16000", str(score))
    quietly("sox", str(whole), str(target), "trim", f"{random.uniform(0, 1)}", f"{random.uniform(2, 8)}")
    whole.unlink()


def noise(target):
    change = random.choice(
        [
            [],
            ["tremolo", f"{random.uniform(0.5, 8)}", "60"],
            ["lowpass", f"{random.randint(300, 3000)}"],
            ["bandpass", f"{random.randint(300, 3000)}", "500"],
        ]
    )
    seconds = f"{random.uniform(1.5, 6)}"
    color = random.choice(["whitenoise", "pinknoise", "brownnoise", "tpdfnoise"])
    quietly("sox", "-n", "-r", "16000", "-c", "1", str(target), "synth", seconds, color, "vol", "0.3", *change)


def tones(target):
    shape = random.choice(["sine", "square", "triangle", "sawtooth", "pluck", "trapezium"])
    hertz = 80 * 2 ** random.uniform(0, 4.5)
    pitch = f"{hertz}" if shape == "pluck" or random.random() < 0.6 else f"{hertz}-{hertz * random.uniform(0.5, 2)}"
    seconds = f"{random.uniform(1.5, 5)}"
    change = random.choice([[], ["tremolo", "3", "50"]])
    quietly("sox", "-n", "-r", "16000", "-c", "1", str(target), "synth", seconds, shape, pitch, "vol", "0.3", *change)


SENTENCES = {
    "de": "Guten Tag, wie geht es Ihnen heute?",
    "en": "Hello, I wanted to ask you about tomorrow.",
    "fr": "Bonjour, je voulais vous demander quelque chose.",
    "es": "Buenos días, quería preguntarle algo sobre mañana.",
    "it": "Buongiorno, volevo chiederle una cosa.",
    "pl": "Dzień dobry, chciałem o coś zapytać.",
    "ru": "Здравствуйте, я хотел спросить вас.",
    "tr": "Merhaba, size bir şey sormak istedim.",
}


WORDS = {
    "de": "ja nein halt gut warum danke",
    "en": "yes no stop hello fine why",
    "fr": "oui non bonjour merci pourquoi",
    "es": "hola gracias luego nunca",
    "it": "ciao grazie bene dove",
    "pl": "tak nie dobrze kiedy",
    "ru": "да нет хорошо когда",
    "tr": "evet tamam neden",
}


def synthesize(target, texts, variants):
    language = random.choice(list(texts))
    voice = language + random.choice(variants)
    speed = f"{random.randint(120, 200)}"
    pitch = f"{random.randint(30, 70)}"
    quietly("espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", str(target), random.choice(texts[language]))


def speech(target):
    synthesize(target, {language: [text] for language, text in SENTENCES.items()}, ["", "+f2", "+f4", "+m3"])


def words(target):
    synthesize(target, {language: text.split() for language, text in WORDS.items()}, ["", "+f2", "+f4", "+m3"])


def whispers(target):
    synthesize(target, {language: [text] for language, text in SENTENCES.items()}, ["+whisper", "+whisperf"])


def count(name, recordings):
    command = [root / "prosodia", "predict", recordings, "--format", "csv"]
    output = subprocess.run(command, capture_output=True, text=True).stdout
    rows = csv.DictReader(output.splitlines())
    answers = collections.Counter("speech" if row["emotion"] else row["answer"] for row in rows)
    print(f"{name}: " + ", ".join(f"{answer} {count}" for answer, count in answers.most_common()), flush=True)


folder.mkdir(parents=True, exist_ok=True)
(folder / "freepats.cfg").write_text("dir /usr/share/midi/freepats\nsource /etc/timidity/freepats.cfg\n")
kinds = {"noise": noise, "tones": tones, "music": music, "speech": speech, "words": words, "whispers": whispers}
for kind, make in kinds.items():
    (folder / kind).mkdir(exist_ok=True)
    for i in range(100):
        make(folder / kind / f"{i:03}.wav")
    count(kind, folder / kind)
for recordings in sys.argv[2:]:
    count(recordings, recordings)
