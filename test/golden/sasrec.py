"""Golden values of SASRec (Kang & McAuley 2018, arXiv 1808.09781) in pre-norm form: loss and every gradient, float64.

x = item[s] * sqrt(dim) + position; twice x = x + attention(norm1(x)), x = x + feedforward2(relu(feedforward1(norm2(x))));
final norm; logits = x @ item[1:]^T; loss = mean cross-entropy over positions whose target is not 0.
Item 0 is padding, on the left; its row is zero and, reaching no counted position, has gradient zero.
"""

import math

import torch
from torch.nn import functional as F

import common

ITEMS, DIM, HEADS, BLOCKS, LENGTH = 11, 8, 2, 2, 6
LINEARS = ["attention/query", "attention/key", "attention/value", "attention/output", "feedforward1", "feedforward2"]
# Users with seven, five and three events: each input item is followed by its target.
HISTORY_LENGTHS = [7, 5, 3]
EPSILON = 1e-5


def build():
    draw = common.Draw(20240103)
    sequence = torch.zeros(len(HISTORY_LENGTHS), LENGTH, dtype=torch.int64)
    target = torch.zeros_like(sequence)
    for row, length in enumerate(HISTORY_LENGTHS):
        history = draw.integers(1, ITEMS + 1, length)
        sequence[row, LENGTH - length + 1 :] = history[:-1]
        target[row, LENGTH - length + 1 :] = history[1:]
    item = draw.normal(ITEMS + 1, DIM, deviation=0.3)
    item[0] = 0
    parameters = {"item": item, "position": draw.normal(LENGTH, DIM, deviation=0.3)}
    for block in range(BLOCKS):
        for norm in ("norm1", "norm2"):
            parameters[f"block{block}/{norm}/scale"] = draw.normal(DIM, deviation=0.2, mean=1.0)
            parameters[f"block{block}/{norm}/bias"] = draw.normal(DIM, deviation=0.2)
        for linear in LINEARS:
            parameters[f"block{block}/{linear}/weight"] = draw.normal(DIM, DIM, deviation=DIM**-0.5)
            parameters[f"block{block}/{linear}/bias"] = draw.normal(DIM, deviation=0.2)
    parameters["norm/scale"] = draw.normal(DIM, deviation=0.2, mean=1.0)
    parameters["norm/bias"] = draw.normal(DIM, deviation=0.2)
    return {"sequence": sequence, "target": target}, common.track(parameters)


def norm(x, p, name) -> torch.Tensor:
    mean = x.mean(-1, keepdim=True)
    variance = (x - mean).square().mean(-1, keepdim=True)
    return (x - mean) / (variance + EPSILON).sqrt() * p[f"{name}/scale"] + p[f"{name}/bias"]


def linear(x, p, name) -> torch.Tensor:
    return x @ p[f"{name}/weight"] + p[f"{name}/bias"]


def attention(x, p, name, allowed) -> torch.Tensor:
    """Heads are consecutive slices of the projected vectors; allowed is [batch, query, key]."""
    query, key, value = (linear(x, p, f"{name}/{part}") for part in ("query", "key", "value"))
    width, joined = DIM // HEADS, []
    for head in range(HEADS):
        part = slice(head * width, (head + 1) * width)
        scores = query[..., part] @ key[..., part].transpose(1, 2) / math.sqrt(width)
        joined.append(scores.masked_fill(~allowed, -math.inf).softmax(-1) @ value[..., part])
    return linear(torch.cat(joined, dim=-1), p, f"{name}/output")


def logits(inputs, p) -> torch.Tensor:
    sequence = inputs["sequence"]
    causal = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    itself = torch.eye(LENGTH, dtype=torch.bool)
    allowed = (causal & (sequence != 0)[:, None, :]) | itself
    x = p["item"][sequence] * math.sqrt(DIM) + p["position"]
    for block in range(BLOCKS):
        x = x + attention(norm(x, p, f"block{block}/norm1"), p, f"block{block}/attention", allowed)
        hidden = F.relu(linear(norm(x, p, f"block{block}/norm2"), p, f"block{block}/feedforward1"))
        x = x + linear(hidden, p, f"block{block}/feedforward2")
    return norm(x, p, "norm") @ p["item"][1:].T


def loss_of(inputs, parameters) -> torch.Tensor:
    counted = inputs["target"] != 0
    return F.cross_entropy(logits(inputs, parameters)[counted], inputs["target"][counted] - 1)


if __name__ == "__main__":
    inputs, parameters = build()
    outputs = {"logits": logits(inputs, parameters)}
    content = common.case(inputs, parameters, outputs, loss_of(inputs, parameters))
    common.verify(lambda: loss_of(inputs, parameters), parameters)
    common.write("sasrec", content)
