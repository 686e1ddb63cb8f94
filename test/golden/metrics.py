"""Golden values of metrics, straight from their definitions in NumPy: AUC over all pairs, log loss, ranked lists.

"lists": binary relevance; an item listed twice counts at its first place only. DCG = sum of 1 / log2(place + 1).
"""

import math

import numpy as np

import common

generator = np.random.Generator(np.random.PCG64(20240241))


def labelled() -> dict:
    n = int(generator.integers(2, 40))
    labels = generator.integers(0, 2, n)
    labels[:2] = [0, 1]
    # One decimal, so that many scores tie.
    scores = generator.uniform(0, 1, n).round(1)
    positive, negative = scores[labels == 1], scores[labels == 0]
    ordered = (positive[:, None] > negative[None]).sum() + 0.5 * (positive[:, None] == negative[None]).sum()
    kept = scores.clip(1e-15, 1 - 1e-15)
    log_loss = -np.mean(np.where(labels == 1, np.log(kept), np.log1p(-kept)))
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "auc": common.number(float(ordered / (len(positive) * len(negative)))),
        "logLoss": common.number(float(log_loss)),
    }


def ranked() -> dict:
    listed = generator.integers(1, 15, int(generator.integers(0, 12))).tolist()
    relevant = sorted(set(generator.integers(1, 15, int(generator.integers(1, 6))).tolist()))
    k = int(generator.integers(1, 11))
    gains = [1.0 if item in relevant and item not in listed[:i] else 0.0 for i, item in enumerate(listed[:k])]
    dcg = sum(gain / math.log2(i + 2) for i, gain in enumerate(gains))
    ideal = sum(1 / math.log2(i + 2) for i in range(min(k, len(relevant))))
    first = next((i for i, gain in enumerate(gains) if gain), None)
    return {
        "ranked": listed,
        "relevant": relevant,
        "k": k,
        "hitRate": float(any(gains)),
        "ndcg": common.number(dcg / ideal),
        "mrr": 0.0 if first is None else common.number(1 / (first + 1)),
        "recall": common.number(sum(gains) / len(relevant)),
        "precision": common.number(sum(gains) / k),
    }


if __name__ == "__main__":
    common.write("metrics", {"labelled": [labelled() for _ in range(12)], "lists": [ranked() for _ in range(40)]})
