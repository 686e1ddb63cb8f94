"""Golden values of DeepFM (Guo et al. 2017, arXiv 1703.04247): loss and every gradient, float64.

logit = sum of linear weights + 0.5 * sum_d((sum_f e)^2 - sum_f e^2) + MLP(concatenated e); no global bias.
Loss: mean binary cross-entropy with logits.
"""

import torch
from torch.nn import functional as F

import common

FIELDS, DIM, HIDDEN, BATCH = {"a": 7, "b": 5, "c": 4}, 4, [6, 5], 8


def build():
    draw = common.Draw(20240121)
    inputs = {field: draw.integers(0, size, BATCH) for field, size in FIELDS.items()}
    inputs["label"] = draw.integers(0, 2, BATCH)
    parameters = {}
    for field, size in FIELDS.items():
        parameters[f"embedding/{field}"] = draw.normal(size, DIM, deviation=0.5)
    for field, size in FIELDS.items():
        parameters[f"linear/{field}"] = draw.normal(size, 1, deviation=0.5)
    sizes = [len(FIELDS) * DIM, *HIDDEN, 1]
    for layer, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        parameters[f"mlp/{layer}/weight"] = draw.normal(rows, columns, deviation=rows**-0.5)
        parameters[f"mlp/{layer}/bias"] = draw.normal(columns, deviation=0.2)
    return inputs, common.track(parameters)


def logits(inputs, p) -> torch.Tensor:
    e = torch.stack([p[f"embedding/{field}"][inputs[field]] for field in FIELDS], dim=1)
    first = sum(p[f"linear/{field}"][inputs[field], 0] for field in FIELDS)
    pairs = sum((e[:, i] * e[:, j]).sum(1) for i in range(len(FIELDS)) for j in range(i))
    x = e.reshape(BATCH, -1)
    for layer in range(len(HIDDEN) + 1):
        x = x @ p[f"mlp/{layer}/weight"] + p[f"mlp/{layer}/bias"]
        if layer < len(HIDDEN):
            x = F.relu(x)
    return first + pairs + x[:, 0]


def loss_of(inputs, parameters) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(logits(inputs, parameters), inputs["label"].double())


if __name__ == "__main__":
    inputs, parameters = build()
    outputs = {"logit": logits(inputs, parameters)}
    content = common.case(inputs, parameters, outputs, loss_of(inputs, parameters))
    common.verify(lambda: loss_of(inputs, parameters), parameters)
    common.write("deepfm", content)
