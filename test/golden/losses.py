"""Golden values of losses, float64: each loss and its gradient by every float input.

Logits of 90 and more in the extreme cases overflow exp in float32: a loss that is not written with care gives infinity.
"""

import torch
from torch.nn import functional as F

import common

ROWS, CLASSES, DIM, NEGATIVES = 5, 4, 3, 6


def weighted(losses: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()


def bce(p) -> torch.Tensor:
    return weighted(F.binary_cross_entropy_with_logits(p["x"], p["labels"], reduction="none"), p.get("weights"))


def cross_entropy(p) -> torch.Tensor:
    return weighted(F.cross_entropy(p["x"], p["targets"], reduction="none"), p.get("weights"))


def linear_cross_entropy(p) -> torch.Tensor:
    logits = p["hidden"] @ p["table"].T
    return weighted(F.cross_entropy(logits, p["targets"], reduction="none"), p.get("weights"))


def sampled_cross_entropy(p) -> torch.Tensor:
    positive, negative = p["positive"], p["negative"]
    if "positiveCorrection" in p:
        positive, negative = positive - p["positiveCorrection"], negative - p["negativeCorrection"]
    logits = torch.cat([positive[:, None], negative], dim=1)
    return weighted(F.cross_entropy(logits, torch.zeros(ROWS, dtype=torch.int64), reduction="none"), p.get("weights"))


def bpr(p) -> torch.Tensor:
    return weighted(-F.logsigmoid(p["positive"] - p["negative"]), p.get("weights"))


def info_nce(p) -> torch.Tensor:
    similarity = F.cosine_similarity(p["a"][:, None], p["b"][None], dim=2)
    return F.cross_entropy(similarity / 0.2, torch.arange(ROWS))


def mean_squared_error(p) -> torch.Tensor:
    return weighted(F.mse_loss(p["x"], p["targets"], reduction="none"), p.get("weights"))


def listwise_softmax(p) -> torch.Tensor:
    """Cross-entropy from softmax(relevance) to softmax(scores); padded places are in neither."""
    total = torch.zeros(())
    for row in range(ROWS):
        kept = torch.ones(CLASSES, dtype=torch.bool) if "padding" not in p else p["padding"][row] == 0
        ideal = p["relevance"][row][kept].softmax(0)
        total = total - (ideal * p["scores"][row][kept].log_softmax(0)).sum()
    return total / ROWS


def cases() -> dict:
    draw = common.Draw(20240211)
    n, positive = draw.normal, lambda *shape: draw.normal(*shape, deviation=0.5).abs() + 0.1
    targets = draw.integers(0, CLASSES, ROWS)
    labels = draw.integers(0, 2, ROWS).double()
    padding = torch.tensor([[0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1]])
    extreme = torch.tensor([-120.0, 120.0, 95.5, -95.5, 0.0])
    corrections = {"positiveCorrection": n(ROWS), "negativeCorrection": n(ROWS, NEGATIVES)}
    sampled = {"positive": n(ROWS), "negative": n(ROWS, NEGATIVES)}
    lists = {"scores": n(ROWS, CLASSES), "relevance": n(ROWS, CLASSES)}
    return {
        "BCE": (bce, {"x": n(ROWS), "labels": labels}),
        "BCE, soft labels and weights": (bce, {"x": n(ROWS), "labels": positive(ROWS).clamp(max=1), "weights": positive(ROWS)}),
        "BCE, extreme logits": (bce, {"x": extreme.clone(), "labels": labels}),
        "cross-entropy": (cross_entropy, {"x": n(ROWS, CLASSES), "targets": targets}),
        "cross-entropy, weights": (cross_entropy, {"x": n(ROWS, CLASSES), "targets": targets, "weights": positive(ROWS)}),
        "cross-entropy, extreme logits": (cross_entropy, {"x": 40 * n(ROWS, CLASSES), "targets": targets}),
        "linear cross-entropy": (linear_cross_entropy, {"hidden": n(ROWS, DIM), "table": n(CLASSES, DIM), "targets": targets}),
        "linear cross-entropy, weights": (
            linear_cross_entropy,
            {"hidden": n(ROWS, DIM), "table": n(CLASSES, DIM), "targets": targets, "weights": positive(ROWS)},
        ),
        "linear cross-entropy, extreme logits": (
            linear_cross_entropy,
            {"hidden": 10 * n(ROWS, DIM), "table": 4 * n(CLASSES, DIM), "targets": targets},
        ),
        "sampled cross-entropy": (sampled_cross_entropy, {**sampled}),
        "sampled cross-entropy, corrections and weights": (
            sampled_cross_entropy,
            {"positive": n(ROWS), "negative": n(ROWS, NEGATIVES), **corrections, "weights": positive(ROWS)},
        ),
        "BPR": (bpr, {"positive": n(ROWS), "negative": n(ROWS)}),
        "BPR, weights": (bpr, {"positive": n(ROWS), "negative": n(ROWS), "weights": positive(ROWS)}),
        "BPR, extreme scores": (bpr, {"positive": extreme.clone(), "negative": n(ROWS)}),
        "InfoNCE": (info_nce, {"a": n(ROWS, DIM), "b": n(ROWS, DIM)}),
        "MSE": (mean_squared_error, {"x": n(ROWS), "targets": n(ROWS)}),
        "MSE, weights": (mean_squared_error, {"x": n(ROWS), "targets": n(ROWS), "weights": positive(ROWS)}),
        "listwise softmax": (listwise_softmax, lists),
        "listwise softmax, padding": (listwise_softmax, {"scores": n(ROWS, CLASSES), "relevance": n(ROWS, CLASSES), "padding": padding}),
    }


def describe(loss, inputs: dict[str, torch.Tensor]) -> dict:
    inputs = {name: tensor.clone() for name, tensor in inputs.items()}
    # Whole labels are data; only losses of soft ones are differentiated by them.
    fixed = {"weights", "padding", "targets" if inputs.get("targets", torch.zeros(0)).dtype == torch.int64 else ""}
    tracked = {n: t for n, t in inputs.items() if n not in fixed and t.is_floating_point()}
    common.track(tracked)
    content = common.case(inputs, {}, {}, loss(inputs))
    common.verify(lambda: loss(inputs), tracked)
    return {"inputs": content["inputs"], "loss": content["loss"], "gradients": content["gradients"]}


if __name__ == "__main__":
    common.write("losses", {name: describe(loss, inputs) for name, (loss, inputs) in cases().items()})
