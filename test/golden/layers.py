"""Golden values of layers on x [3, 5, 4], float64: GRU, LSTM, batch norm in training, layer norm.

Each loss is sum(output * coefficients) with fixed coefficients, differentiated by x and every parameter. The recurrent
layers (hidden size 3, first state zero) are PyTorch's own; their weights [gates * hidden, in] are the transposes of
those written here, with gates side by side on the last axis: reset, update, candidate for the GRU and input, forget,
cell, output for the LSTM. Batch norm is over the 15 rows of the flattened x; running moments start at 0 and 1.
"""

import torch
from torch.nn import functional as F

import common

BATCH, LENGTH, INPUT, HIDDEN = 3, 5, 4, 3


def recurrent(draw: common.Draw, gates: int, kernel):
    inputs = {
        "x": draw.normal(BATCH, LENGTH, INPUT).requires_grad_(True),
        "coefficients": draw.normal(BATCH, LENGTH, HIDDEN),
    }
    p = common.track(
        {
            "inputWeight": draw.normal(INPUT, gates * HIDDEN, deviation=0.5),
            "hiddenWeight": draw.normal(HIDDEN, gates * HIDDEN, deviation=0.5),
            "inputBias": draw.normal(gates * HIDDEN, deviation=0.5),
            "hiddenBias": draw.normal(gates * HIDDEN, deviation=0.5),
        }
    )

    def run():
        weights = [p["inputWeight"].T, p["hiddenWeight"].T, p["inputBias"], p["hiddenBias"]]
        return {"output": kernel(inputs["x"], [w.contiguous() for w in weights])}

    return inputs, p, run


def gru(x: torch.Tensor, weights: list[torch.Tensor]) -> torch.Tensor:
    first = torch.zeros(1, BATCH, HIDDEN)
    # has_biases, layers, dropout, train, bidirectional, batch_first
    return torch.gru(x, first, weights, True, 1, 0.0, True, False, True)[0]


def lstm(x: torch.Tensor, weights: list[torch.Tensor]) -> torch.Tensor:
    first = (torch.zeros(1, BATCH, HIDDEN), torch.zeros(1, BATCH, HIDDEN))
    return torch.lstm(x, first, weights, True, 1, 0.0, True, False, True)[0]


def normalization(draw: common.Draw):
    inputs = {
        "x": draw.normal(BATCH, LENGTH, INPUT, deviation=1.5, mean=0.5).requires_grad_(True),
        "coefficients": draw.normal(BATCH, LENGTH, INPUT),
    }
    p = common.track(
        {"scale": draw.normal(INPUT, deviation=0.3, mean=1.0), "bias": draw.normal(INPUT, deviation=0.3)}
    )
    return inputs, p


def batch_norm(draw: common.Draw):
    inputs, p = normalization(draw)

    def run():
        mean, variance = torch.zeros(INPUT), torch.ones(INPUT)
        rows = inputs["x"].reshape(-1, INPUT)
        y = F.batch_norm(rows, mean, variance, p["scale"], p["bias"], training=True, momentum=0.1, eps=1e-5)
        return {"output": y.reshape(BATCH, LENGTH, INPUT), "mean": mean, "variance": variance}

    return inputs, p, run


def layer_norm(draw: common.Draw):
    inputs, p = normalization(draw)
    return inputs, p, lambda: {"output": F.layer_norm(inputs["x"], [INPUT], p["scale"], p["bias"], eps=1e-5)}


def describe(inputs, parameters, run) -> dict:
    def loss_of() -> torch.Tensor:
        return (run()["output"] * inputs["coefficients"]).sum()

    content = common.case(inputs, parameters, run(), loss_of())
    common.verify(loss_of, {"x": inputs["x"], **parameters})
    return content


if __name__ == "__main__":
    common.write(
        "layers",
        {
            "gru": describe(*recurrent(common.Draw(20240131), 3, gru)),
            "lstm": describe(*recurrent(common.Draw(20240132), 4, lstm)),
            "batchNorm": describe(*batch_norm(common.Draw(20240133))),
            "layerNorm": describe(*layer_norm(common.Draw(20240134))),
        },
    )
