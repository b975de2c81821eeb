#!/usr/bin/env python3
"""A program for `./prosodia stress --command`: answers with a model that `./prosodia evaluate` trains on a manifest,
such as egemaps or compact, none of whose speakers should be in the recordings that are tested.

    ./prosodia stress cremad.csv --limit 200 --out stress-egemaps \\
      --command 'python3 benchmarks/stress_evaluated.py --model egemaps --train emodb4.csv'

The model is trained each time that the program is called, on the same recordings with the same seed, so it is the same
model each time.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

PROSODIA = pathlib.Path(__file__).resolve().parents[1] / "prosodia"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--train", required=True, help="a manifest")
    parser.add_argument("--option", action="append", default=[], help="a further argument of evaluate")
    parser.add_argument("list")
    parser.add_argument("answers")
    options = parser.parse_args()
    with open(options.train, newline="") as manifest:
        known = list(csv.DictReader(manifest))
    folder = pathlib.Path(options.train).resolve().parent
    asked = [line for line in pathlib.Path(options.list).read_text().split("\n") if line]
    with tempfile.TemporaryDirectory() as scratch:
        table = pathlib.Path(scratch) / "all.csv"
        with open(table, "w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["path", "speaker", "sex", "emotion", "split"])
            for row in known:
                rows.writerow([folder / row["path"], row["speaker"], row.get("sex", ""), row["emotion"], "train"])
            for path in asked:  # its label is not looked at
                rows.writerow([path, "tested", "", known[0]["emotion"], "test"])
        run = pathlib.Path(scratch) / "run"
        ended = subprocess.run(
            [PROSODIA, "evaluate", table, "--protocol", "official", "--model", options.model, "--out", run]
            + options.option,
            stdout=subprocess.DEVNULL,
        ).returncode
        if ended not in (0, 3):  # 3: some recordings could not be used
            return ended
        answered = {}
        with open(run / "predictions.csv", newline="") as predictions:
            for row in csv.DictReader(predictions):
                answered[str(pathlib.Path(row["path"]).resolve())] = row
    classes = sorted({row["emotion"] for row in known})
    with open(options.answers, "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["file", "emotion"] + classes)
        for path in asked:
            row = answered.get(str(pathlib.Path(path).resolve()))
            if row:
                rows.writerow([path, row["predicted"]] + [row["p_" + c] for c in classes])
            else:
                rows.writerow([path, "no speech"] + [0] * len(classes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
