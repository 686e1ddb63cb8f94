"""Golden values of larger layers, float64. Parameters have the names that Heed's layers give them.

Each loss is sum(output * coefficients). Linear weights are [in, out]. Recurrent layers are stepped with PyTorch's cells;
where a step is padding the state passes unchanged. Attention is PyTorch's, with masks by which a position sees no later
and no padded one, but always itself. "batchNorm" trains on three batches x0, x1, x2 (loss and gradients are those of
the third), then infers on x3 with the running moments.
"""

import torch
from torch.nn import functional as F

import common

BATCH, LENGTH, DIM, HIDDEN, HEADS = 3, 4, 4, 3, 2
PADDING = torch.tensor([[1, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]])


def recurrent_parameters(draw: common.Draw, prefix: str, gates: int) -> dict[str, torch.Tensor]:
    return {
        f"{prefix}/inputWeight": draw.normal(DIM, gates * HIDDEN, deviation=0.5),
        f"{prefix}/hiddenWeight": draw.normal(HIDDEN, gates * HIDDEN, deviation=0.5),
        f"{prefix}/inputBias": draw.normal(gates * HIDDEN, deviation=0.5),
        f"{prefix}/hiddenBias": draw.normal(gates * HIDDEN, deviation=0.5),
    }


def unroll(x, p, prefix: str, cell, padding=None, reverse=False) -> torch.Tensor:
    """Every hidden state, in the order of the input."""
    weights = [
        p[f"{prefix}/inputWeight"].T,
        p[f"{prefix}/hiddenWeight"].T,
        p[f"{prefix}/inputBias"],
        p[f"{prefix}/hiddenBias"],
    ]
    hidden = memory = torch.zeros(BATCH, HIDDEN)
    outputs = [hidden] * LENGTH
    for t in reversed(range(LENGTH)) if reverse else range(LENGTH):
        if cell is torch.lstm_cell:
            following = cell(x[:, t], (hidden, memory), *weights)
        else:
            following = (cell(x[:, t], hidden, *weights), memory)
        if padding is not None:
            skip = (padding[:, t] != 0)[:, None]
            following = (torch.where(skip, hidden, following[0]), torch.where(skip, memory, following[1]))
        hidden, memory = following
        outputs[t] = hidden
    return torch.stack(outputs, 1)


def sequence(draw: common.Draw, width: int) -> dict[str, torch.Tensor]:
    return {"x": draw.normal(BATCH, LENGTH, DIM), "coefficients": draw.normal(BATCH, LENGTH, width)}


def gru(draw: common.Draw):
    inputs = {**sequence(draw, HIDDEN), "padding": PADDING}
    p = recurrent_parameters(draw, "gru", 3)
    return inputs, p, lambda: unroll(inputs["x"], p, "gru", torch.gru_cell, PADDING, reverse=True)


def lstm(draw: common.Draw):
    inputs = {**sequence(draw, HIDDEN), "padding": PADDING}
    p = recurrent_parameters(draw, "lstm", 4)
    return inputs, p, lambda: unroll(inputs["x"], p, "lstm", torch.lstm_cell, PADDING)


def bidirectional(draw: common.Draw):
    inputs = sequence(draw, 2 * HIDDEN)
    forward = recurrent_parameters(draw, "bidirectional/lstm", 4)
    p = {**forward, **recurrent_parameters(draw, "bidirectional/lstm2", 4)}

    def run():
        weights = []
        for direction in ("lstm", "lstm2"):
            kinds = ("inputWeight", "hiddenWeight", "inputBias", "hiddenBias")
            weights += [p[f"bidirectional/{direction}/{kind}"].t().contiguous() for kind in kinds]
        first = torch.zeros(2, BATCH, HIDDEN)
        # has_biases, layers, dropout, train, bidirectional, batch_first
        return torch.lstm(inputs["x"], (first, first), weights, True, 1, 0.0, True, True, True)[0]

    return inputs, p, run


def attention(draw: common.Draw, causal: bool, padded: bool, keys: bool):
    inputs = sequence(draw, DIM)
    if padded:
        inputs["padding"] = PADDING
    if keys:
        inputs["keys"] = draw.normal(BATCH, LENGTH, DIM)
    p = {}
    for part in ("query", "key", "value", "output"):
        p[f"attention/{part}/linear/weight"] = draw.normal(DIM, DIM, deviation=0.7)
        p[f"attention/{part}/linear/bias"] = draw.normal(DIM, deviation=0.3)

    def run():
        hidden = torch.zeros(BATCH, LENGTH, LENGTH, dtype=torch.bool)
        if causal:
            hidden = hidden | torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
        if padded:
            hidden = hidden | ((PADDING != 0)[:, None, :] & ~torch.eye(LENGTH, dtype=torch.bool))
        source = inputs.get("keys", inputs["x"])
        weight = lambda part: p[f"attention/{part}/linear/weight"].T
        bias = lambda part: p[f"attention/{part}/linear/bias"]
        y, _ = F.multi_head_attention_forward(
            inputs["x"].transpose(0, 1),
            source.transpose(0, 1),
            source.transpose(0, 1),
            DIM,
            HEADS,
            torch.cat([weight(part) for part in ("query", "key", "value")]),
            torch.cat([bias(part) for part in ("query", "key", "value")]),
            None,
            None,
            False,
            0.0,
            weight("output"),
            bias("output"),
            attn_mask=hidden.repeat_interleave(HEADS, 0),
        )
        return y.transpose(0, 1)

    return inputs, p, run


def mlp(draw: common.Draw, activation, normed: bool):
    inputs = {"x": draw.normal(6, DIM), "coefficients": draw.normal(6, 2)}
    p = {}
    for i, (rows, columns) in enumerate([(DIM, 5), (5, 3), (3, 2)]):
        number = "" if i == 0 else str(i + 1)
        p[f"mlp/linear{number}/weight"] = draw.normal(rows, columns, deviation=0.7)
        p[f"mlp/linear{number}/bias"] = draw.normal(columns, deviation=0.3)
        if normed and i < 2:
            p[f"mlp/batchNorm{number}/scale"] = draw.normal(columns, deviation=0.3, mean=1.0)
            p[f"mlp/batchNorm{number}/bias"] = draw.normal(columns, deviation=0.3)

    def run():
        x = inputs["x"]
        for number in ("", "2"):
            x = x @ p[f"mlp/linear{number}/weight"] + p[f"mlp/linear{number}/bias"]
            if normed:
                scale, bias = p[f"mlp/batchNorm{number}/scale"], p[f"mlp/batchNorm{number}/bias"]
                x = F.batch_norm(x, None, None, scale, bias, training=True)
            x = activation(x)
        return x @ p["mlp/linear3/weight"] + p["mlp/linear3/bias"]

    return inputs, p, run


def layer_norm(draw: common.Draw):
    inputs = sequence(draw, DIM)
    p = {"layerNorm/scale": draw.normal(DIM), "layerNorm/bias": draw.normal(DIM), "positions": draw.normal(LENGTH, DIM)}

    def run():
        x = inputs["x"] + p["positions"]
        return F.layer_norm(x, [DIM], p["layerNorm/scale"], p["layerNorm/bias"])

    return inputs, p, run


def describe(inputs, parameters, run) -> dict:
    common.track({"x": inputs["x"], **parameters})

    def loss_of() -> torch.Tensor:
        return (run() * inputs["coefficients"]).sum()

    content = common.case(inputs, parameters, {"output": run()}, loss_of())
    common.verify(loss_of, {"x": inputs["x"], **parameters})
    return content


def batch_norm(draw: common.Draw) -> dict:
    inputs = {f"x{i}": draw.normal(6, HIDDEN, deviation=1.5, mean=0.5) for i in range(4)}
    inputs["coefficients"] = draw.normal(6, HIDDEN)
    p = common.track({"batchNorm/scale": draw.normal(HIDDEN), "batchNorm/bias": draw.normal(HIDDEN)})
    mean, variance = torch.zeros(HIDDEN), torch.ones(HIDDEN)

    def call(x: torch.Tensor, training: bool) -> torch.Tensor:
        return F.batch_norm(x, mean, variance, p["batchNorm/scale"], p["batchNorm/bias"], training, momentum=0.3)

    trained = [call(inputs[f"x{i}"], True) for i in range(3)]
    outputs = {
        "output": trained[2],
        "batchNorm/mean": mean,
        "batchNorm/variance": variance,
        "inference": call(inputs["x3"], False),
    }
    return common.case(inputs, p, outputs, (trained[2] * inputs["coefficients"]).sum())


ACTIVATIONS = {
    "relu": F.relu,
    "leakyRelu": F.leaky_relu,
    "gelu": F.gelu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "none": lambda x: x,
}


if __name__ == "__main__":
    draw = common.Draw(20240221)
    content = {
        "gru": describe(*gru(draw)),
        "lstm": describe(*lstm(draw)),
        "bidirectionalLstm": describe(*bidirectional(draw)),
        "layerNorm": describe(*layer_norm(draw)),
        "attention": describe(*attention(draw, causal=False, padded=False, keys=False)),
        "attention, causal": describe(*attention(draw, causal=True, padded=False, keys=False)),
        "attention, causal, padding": describe(*attention(draw, causal=True, padded=True, keys=False)),
        "attention, padding": describe(*attention(draw, causal=False, padded=True, keys=False)),
        "attention, keys": describe(*attention(draw, causal=False, padded=False, keys=True)),
        "batchNorm": batch_norm(draw),
    }
    for name, activation in ACTIVATIONS.items():
        content[f"mlp, {name}"] = describe(*mlp(draw, activation, normed=False))
        content[f"mlp, {name}, batch norm"] = describe(*mlp(draw, activation, normed=True))
    common.write("networks", content)
