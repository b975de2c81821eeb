#!/usr/bin/env python3
"""Leaves one corpus out in turn: UA of shrinkage LDA on tables of features, with and without adaptation.

    for c in emodb4 ravdess cremad nemo; do ./prosodia features $c.csv --set prosody --out $c-prosody.csv; done
    benchmarks/across_corpora.py *-prosody.csv

Each table is a corpus; the emotions that all have are used. Features are normal deviates of their ranks among the
training recordings; "adapted" standardizes these over the recordings of the corpus left out, or of each of its
speakers, unlabeled. Prints a Markdown table. Needs numpy and scipy.
"""
import csv
import sys

import numpy as np
from scipy.stats import norm

SHRINKAGE = 0.5
FURTHEST = 4


def read(files):
    tables = []
    for file in files:
        with open(file, newline="", encoding="utf-8") as stream:
            tables.append(list(csv.DictReader(stream)))
    shared = set.intersection(*({row["emotion"] for row in table} for table in tables))
    names = [n for n in tables[0][0] if n not in ("path", "speaker", "sex", "emotion", "start", "end")]
    rows = [(i, row) for i, table in enumerate(tables) for row in table if row["emotion"] in shared]
    classes = sorted(shared)
    return (
        np.array([[float(row[n]) for n in names] for _, row in rows]),
        np.array([classes.index(row["emotion"]) for _, row in rows]),
        np.array([i for i, _ in rows]),
        np.array([f"{i}/{row['speaker']}" for i, row in rows]),
    )


def ranks(known):
    ordered, n = np.sort(known, 0), len(known)

    def deviates(x):
        sides = [[np.searchsorted(o, column, side) for o, column in zip(ordered.T, x.T)] for side in ("left", "right")]
        return norm.ppf(np.clip((np.array(sides[0]) + sides[1]).T / 2 / n, 0.5 / n, 1 - 0.5 / n))

    return deviates


def standardized(x, groups):
    out = np.empty_like(x)
    for group in set(groups):
        own = groups == group
        out[own] = np.clip((x[own] - x[own].mean(0)) / np.sqrt(x[own].var(0) + 1e-4), -FURTHEST, FURTHEST)
    return out


def lda(known, labels):
    means = np.array([known[labels == k].mean(0) for k in range(labels.max() + 1)])
    within = known - means[labels]
    covariance = within.T @ within / len(known)
    size = len(covariance)
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.trace(covariance) / size * np.eye(size)
    weights = np.linalg.solve(covariance, means.T)
    return lambda x: (x @ weights - 0.5 * np.sum(means.T * weights, 0)).argmax(1)


def ua(labels, predicted):
    return np.mean([(predicted[labels == k] == k).mean() for k in set(labels)])


def main(files):
    x, y, corpus, speaker = read(files)
    figures = {}
    for left in sorted(set(corpus)):
        train, test = corpus != left, corpus == left
        deviates = ranks(x[train])
        known, asked = deviates(x[train]), deviates(x[test])
        collection, speakers = standardized(asked, corpus[test]), standardized(asked, speaker[test])
        for trained_on, model in (
            ("as they are", lda(known, y[train])),
            ("standardized over corpora", lda(standardized(known, corpus[train]), y[train])),
            ("standardized over speakers", lda(standardized(known, speaker[train]), y[train])),
        ):
            for tested_on, rows in (("nothing", asked), ("the collection", collection), ("speakers", speakers)):
                figures.setdefault((trained_on, tested_on), []).append(ua(y[test], model(rows)))
    print("| training recordings | adapted to | " + " | ".join(files) + " | mean |")
    print("|---" * (len(files) + 3) + "|")
    for (trained_on, tested_on), values in figures.items():
        cells = [f"{v:.3f}" for v in [*values, np.mean(values)]]
        print(f"| {trained_on} | {tested_on} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
