"""Golden values of significance tests: SciPy's paired t test, exact sign randomisation, and corrections by definition.

"randomised": p over all 2^n assignments of signs, two-sided. "adjusted": Bonferroni, Holm and Benjamini-Hochberg.
"beta", "student": the incomplete beta function and two-sided 95 % quantiles. Needs NumPy and SciPy.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
from scipy import special, stats

generator = np.random.Generator(np.random.PCG64(20240242))


def paired(n: int) -> dict:
    a = generator.uniform(0, 1, n).round(3)
    b = (a + generator.normal(0.05, 0.2, n)).round(3)
    found = stats.ttest_rel(a, b)
    signs = np.array(list(itertools.product([-1, 1], repeat=n)))
    sums = np.abs(signs @ (a - b))
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "t": round(float(found.statistic), 10),
        "p": round(float(found.pvalue), 10),
        "randomised": round(float(np.mean(sums >= abs((a - b).sum()) - 1e-12)), 10),
    }


def adjusted(p: np.ndarray) -> dict:
    order, m = np.argsort(p, kind="stable"), len(p)
    holm, hochberg = np.empty(m), np.empty(m)
    holm[order] = np.minimum(1, np.maximum.accumulate((m - np.arange(m)) * p[order]))
    hochberg[order] = np.minimum(1, np.minimum.accumulate((m / np.arange(1, m + 1) * p[order])[::-1])[::-1])
    values = {"bonferroni": np.minimum(1, m * p), "holm": holm, "benjamini-hochberg": hochberg}
    return {"p": p.tolist(), **{name: value.round(10).tolist() for name, value in values.items()}}


content = {
    "paired": [paired(n) for n in (2, 5, 9, 14)],
    "adjusted": [adjusted(generator.uniform(0, 1, m).round(4) ** 3) for m in (1, 4, 9)],
    "beta": [
        {"x": x, "a": a, "b": b, "value": float(f"{special.betainc(a, b, x):.12g}")}
        for x in (0.001, 0.3, 0.5, 0.97)
        for a, b in ((0.5, 0.5), (2, 7), (150.5, 0.5), (40, 60))
    ],
    "student": [
        {"freedom": v, "quantile": round(float(stats.t.ppf(0.975, v)), 9)} for v in (1, 2, 4, 30, 5000)
    ],
}
path = Path(__file__).resolve().parent / "significance.json"
text = json.dumps(content) + "\n"
if "--check" not in sys.argv:
    path.write_text(text)
elif path.read_text() != text:
    sys.exit(f"{path} is not what this program computes")
