#!/usr/bin/env python3
"""Plants copies of recordings among them, resampled, coded as MP3, louder, trimmed and from a video, and counts which
of them `./prosodia audit` finds, and which pairs of different recordings of one speaker it takes for the same.

    python3 benchmarks/planted_duplicates.py ../shared/corpora/ravdess ../shared/corpora/emodb --copies 1000
"""

import argparse
import concurrent.futures
import csv
import hashlib
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

WAYS = {
    "resampled": ("wav", ["-ar", "11025"]),
    "mp3": ("mp3", ["-b:a", "32k"]),
    "louder": ("wav", ["-af", "volume=9dB"]),
    "trimmed": ("wav", ["-ss", "0.2"]),
    "video": ("mp4", ["-f", "lavfi", "-i", "color=c=black:s=32x32:r=5", "-shortest", "-c:a", "aac", "-b:a", "64k"]),
}
PROSODIA = pathlib.Path(__file__).parents[1] / "prosodia"


def copy(job):
    source, way, target = job
    extension, arguments = WAYS[way]
    file = target.with_suffix("." + extension)
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, *arguments, file], check=True)
    return str(file), str(source)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--copies", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        originals = []
        for i, folder in enumerate(options.folders):
            manifest = scratch / f"{i}.csv"
            subprocess.run([PROSODIA, "import", "auto", folder, "--out", manifest], check=True, capture_output=True)
            with open(manifest, newline="") as rows:
                originals += [
                    (str((scratch / row["path"]).resolve()), f"{i} {row['speaker']}") for row in csv.DictReader(rows)
                ]
        each = options.copies // len(WAYS)
        planted = originals[:: max(1, len(originals) // each)][:each]
        jobs = [
            (path, way, scratch / f"{n}-{way}") for n, (path, _) in enumerate(planted) for way in WAYS
        ]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            origin = dict(pool.map(copy, jobs))
        table = scratch / "all.csv"
        with open(table, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["path", "speaker", "split"])
            writer.writerows([path, speaker, "train"] for path, speaker in originals)
            writer.writerows([path, "copy", "test"] for path in origin)
        subprocess.run([PROSODIA, "audit", table, "--out", scratch / "audit", "--force"], capture_output=True)
        findings = json.loads((scratch / "audit" / "audit.json").read_text())["findings"]
        content = {path: hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() for path, _ in originals}
        found, wrong = set(), set()
        for finding in findings:
            if not finding["check"].startswith("same sound"):
                continue
            for item in finding["items"]:
                pair = [side.split(": ", 1)[1] for side in item.rsplit(" (correlation", 1)[0].split(" = ")]
                one, other = (origin.get(str(pathlib.Path(p).resolve()), str(pathlib.Path(p).resolve())) for p in pair)
                if content[one] != content[other]:
                    wrong.add((one, other))
                found.update(str(pathlib.Path(p).resolve()) for p in pair)
        speakers = itertools.groupby(sorted(originals, key=lambda o: o[1]), key=lambda o: o[1])
        pairs = sum(n * (n - 1) // 2 for n in (len(list(group)) for _, group in speakers))
        missed = [file for file in origin if file not in found]
        print(f"{len(origin) - len(missed)} of {len(origin)} copies found")
        print(f"{len(wrong)} wrong pairs among {pairs} of different recordings of one speaker")
        for one, other in sorted(wrong):
            print(f"  {one} {other}")
        return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
