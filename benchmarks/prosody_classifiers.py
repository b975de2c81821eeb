#!/usr/bin/env python3
"""Other classifiers and fewer features than `--model prosody` has, compared without a look at any test speaker.

    ./prosodia features ravdess.csv --set prosody --out ravdess-prosody.csv
    benchmarks/prosody_classifiers.py ravdess-prosody.csv ../shared/folds/ravdess-6fold.csv

Every other fold of the file (without one: every other speaker) is set aside; the rest is cross-validated in four
groups of speakers. The UA printed is the mean over the folds of the best setting's. Needs numpy and scipy.
"""
import csv
import re
import sys

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import cdist
from scipy.stats import norm

GROUPS = 4
SHRINKAGES = (0.3, 0.5, 0.7, 0.85)
PENALTIES = (0.03, 0.1, 0.3, 1)


def ranked(x):
    return norm.ppf((np.argsort(np.argsort(x, 0), 0) + 0.5) / len(x))


def standardized(x):
    return np.clip((x - x.mean(0)) / np.maximum(x.std(0), 1e-9), -4, 4)


def by_speaker(x, speakers):
    x = x.copy()
    for s in set(speakers):
        x[speakers == s] = standardized(x[speakers == s])
    return x


def lda(known, y, classes, asked, speakers, between=1.0):
    means = np.array([known[y == c].mean(0) for c in range(classes)])
    rest = known - means[y]
    own = np.array([rest[speakers == s].mean(0) for s in sorted(set(speakers))])
    of = np.searchsorted(sorted(set(speakers)), speakers)
    covariance = np.cov((rest - own[of]).T, bias=True) + between * own.T @ own / len(own)
    level = np.trace(covariance) / len(covariance)
    for s in SHRINKAGES:
        w = np.linalg.solve((1 - s) * covariance + s * level * np.eye(len(covariance)), means.T)
        yield asked @ w - 0.5 * (means * w.T).sum(1)


def ridge(known, y, classes, asked, speakers, metric="sqeuclidean", widths=(0.1, 0.2, 0.4)):
    weight = np.sqrt(len(y) / (classes * np.bincount(y, minlength=classes)[y]))[:, None]
    target = np.where(np.eye(classes)[y] == 1, 1, -1 / (classes - 1))
    between, to_asked = cdist(known, known, metric), cdist(asked, known, metric)
    for width in widths:
        values, vectors = eigh(np.exp(-width * between / known.shape[1]) * weight * weight.T)
        kernel = np.exp(-width * to_asked / known.shape[1])
        for penalty in PENALTIES:
            yield kernel @ (weight * (vectors @ ((vectors.T @ (weight * target)) / (values + penalty)[:, None])))


def ua(y, scores):
    return np.mean([np.mean(scores[y == c].argmax(1) == c) for c in sorted(set(y))])


def inner(x, y, speakers, folds, method):
    best = []
    for tested in folds:
        known = ~np.isin(speakers, tested)
        names = np.random.RandomState(1).permutation(sorted(set(speakers[known])))
        group = {n: i % GROUPS for i, n in enumerate(names)}
        of = np.array([group[s] for s in speakers[known]])
        a, b, s = x[known], y[known], speakers[known]
        scores = [None] * GROUPS
        for g in range(GROUPS):
            scores[g] = list(method(a[of != g], b[of != g], len(set(y)), a[of == g], s[of != g]))
        truth = np.concatenate([b[of == g] for g in range(GROUPS)])
        settings = range(len(scores[0]))
        best.append(max(ua(truth, np.concatenate([scores[g][i] for g in range(GROUPS)])) for i in settings))
    return np.mean(best)


def main():
    header, *rows = csv.reader(open(sys.argv[1], encoding="utf-8"))
    x, names = np.array([r[4:] for r in rows], float), header[4:]
    speakers, emotions = np.array([r[1] for r in rows]), np.array([r[3] for r in rows])
    y = np.searchsorted(sorted(set(emotions)), emotions)
    if len(sys.argv) > 2:
        file = list(csv.DictReader(open(sys.argv[2], encoding="utf-8")))
        folds = [[r["speaker"] for r in file if r["fold"] == f] for f in sorted({r["fold"] for r in file})][::2]
    else:
        folds = [[s] for s in sorted(set(speakers))][::2]

    def show(what, features, method=lda):
        print(f"{inner(features, y, speakers, folds, method):.3f}  {what}", flush=True)

    ranks = ranked(x)
    show("LDA, z-scores", standardized(x))
    show("LDA, ranks", ranks)
    show("ridge, RBF kernel, z-scores", standardized(x), ridge)
    show("ridge, RBF kernel, ranks", ranks, ridge)
    show("ridge, Laplacian kernel, ranks", ranks, lambda *a: ridge(*a, metric="cityblock"))
    for between in (0.5, 2, 4, 8):
        show(f"LDA, covariance between speakers times {between}", ranks, lambda *a, b=between: lda(*a, between=b))
    show("LDA, ranks, by speaker", by_speaker(ranks, speakers))
    show("ridge, RBF kernel, ranks, by speaker", by_speaker(ranks, speakers), ridge)
    families = {
        "mel bands": r"^mel\d+_(?!.*modulation)",
        "cepstra": "^mfcc",
        "pitch, voice and formants": r"^(f0|periodicity|hnr|jitter|shimmer|f[123]_|h1)",
        "modulation": "modulation",
        "thirds": "third$",
        "rise and fall": "_(rise|fall)$",
        "slopes": "_slope$",
        "percentiles": "(percentile|median)",
        "voiced and unvoiced parts": "_(voiced|unvoiced)_(mean|deviation)$",
        "rhythm": "(stretches|length|duration|share)",
    }
    for family, pattern in families.items():
        kept = [not re.search(pattern, n) for n in names]
        show(f"LDA, ranks, without {family} ({sum(kept)} left)", ranks[:, kept])


if __name__ == "__main__":
    main()
