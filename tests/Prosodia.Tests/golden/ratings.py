"""Writes ratings.json: figures of numbers and of votes by scipy and scikit-learn's definitions.

python3 tests/Prosodia.Tests/golden/ratings.py > tests/Prosodia.Tests/golden/ratings.json
"""

import json

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon


def ccc(truth, predicted):
    """Lin's coefficient, with variances by n."""
    covariance = np.cov(truth, predicted, bias=True)
    apart = (np.mean(truth) - np.mean(predicted)) ** 2
    return 2 * covariance[0, 1] / (covariance[0, 0] + covariance[1, 1] + apart)


random = np.random.default_rng(25)
numbers = []
for count, step in [(40, 0.0), (200, 0.5), (7, 1.0)]:  # steps make ties
    truth = random.normal(50, 12, count)
    predicted = 0.6 * truth + random.normal(22, 8, count)
    if step:
        truth, predicted = np.round(truth / step) * step, np.round(predicted / step) * step
    numbers.append(
        {
            "truth": truth.tolist(),
            "predicted": predicted.tolist(),
            "ccc": ccc(truth, predicted),
            "pearson": stats.pearsonr(truth, predicted)[0],
            "spearman": stats.spearmanr(truth, predicted)[0],
            "rmse": float(np.sqrt(np.mean((predicted - truth) ** 2))),
            "mae": float(np.mean(np.abs(predicted - truth))),
        }
    )

votes = []
for labels in [2, 4, 6, 6, 8]:
    one, other = random.multinomial(9, random.dirichlet(np.ones(labels))), random.dirichlet(np.ones(labels))
    p = one / one.sum()
    votes.append(
        {
            "votes": one.tolist(),
            "predicted": other.tolist(),
            "entropy": float(stats.entropy(p, base=2)),
            "kl": float(stats.entropy(p, other, base=2)),
            "jsd": float(jensenshannon(p, other, base=2) ** 2),
        }
    )

print(json.dumps({"numbers": numbers, "votes": votes}, indent=1))
