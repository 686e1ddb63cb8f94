"""Golden values of optimizers: all weights after each of five steps of a small regression, float64.

prediction = sum over an example's two ids of table[id] @ weight + bias; loss = mean squared error.

"exact": PyTorch's optimizers on every parameter. L2 is part of the loss, (lambda / 2) * sum of squares over the whole
table and over weight and bias; the gradient is then clipped to a global norm.

"lazy": the table by a NumPy program, row by row: a row moves only at steps whose batch holds it, by the gradient summed
over its occurrences plus lambda times the row once. The step count in Adam's corrections is the number of all steps so
far. Weight and bias move as before, and clipping takes rows and parameters together. FTRL has no PyTorch twin and is
run on the table alone: weight and bias are constants.
"""

import math

import numpy as np
import torch

import common

ROWS, DIM, BATCH, STEPS, RATE = 6, 3, 4, 5, 0.1
EMBEDDING, NETWORK, CLIP = 0.05, 0.02, 0.7


def data(draw: common.Draw):
    """Row 5 is in no batch; row 4 in the first only."""
    ids = [draw.integers(0, 4, BATCH, 2) for _ in range(STEPS)]
    ids[0][0, 0] = 4
    return ids, [draw.normal(BATCH) for _ in range(STEPS)]


draw = common.Draw(20240231)
IDS, TARGETS = data(draw)
START = {"table": draw.normal(ROWS, DIM), "weight": draw.normal(DIM, 1), "bias": draw.normal(1)}


def loss_of(p, step: int) -> torch.Tensor:
    prediction = (p["table"][IDS[step]].sum(1) @ p["weight"])[:, 0] + p["bias"]
    return ((prediction - TARGETS[step]) ** 2).mean()


def penalty(p) -> torch.Tensor:
    return EMBEDDING / 2 * p["table"].square().sum() + NETWORK / 2 * (p["weight"].square().sum() + p["bias"].square().sum())


def copies(tracked: bool = True) -> dict[str, torch.Tensor]:
    return {name: tensor.clone().requires_grad_(tracked) for name, tensor in START.items()}


def snapshot(p) -> dict:
    return common.values({name: torch.as_tensor(tensor) for name, tensor in p.items()})


TORCH = {
    "sgd": lambda p: torch.optim.SGD(p, RATE),
    "momentum": lambda p: torch.optim.SGD(p, RATE, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, RATE, betas=(0.8, 0.99), eps=1e-6),
    "adamw": lambda p: torch.optim.AdamW(p, RATE, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.05),
    "adagrad": lambda p: torch.optim.Adagrad(p, RATE, eps=1e-6, initial_accumulator_value=0.2),
}


def exact(kind: str, penalised: bool, clipped: bool) -> list[dict]:
    p = copies()
    optimizer = TORCH[kind](list(p.values()))
    steps = []
    for step in range(STEPS):
        optimizer.zero_grad()
        (loss_of(p, step) + (penalty(p) if penalised else 0)).backward()
        if clipped:
            torch.nn.utils.clip_grad_norm_(p.values(), CLIP)
        optimizer.step()
        steps.append(snapshot(p))
    return steps


class Rule:
    """One optimizer on one NumPy array; `slots` are arrays beside it, `step` counts from 1."""

    def __init__(self, kind: str, shape) -> None:
        self.kind = kind
        self.a, self.b = np.zeros(shape), np.zeros(shape)
        if kind == "adagrad":
            self.a += 0.2

    def move(self, value: np.ndarray, at, gradient: np.ndarray, step: int) -> None:
        g = gradient
        if self.kind == "sgd":
            value[at] -= RATE * g
        elif self.kind == "momentum":
            self.a[at] = 0.9 * self.a[at] + g
            value[at] -= RATE * self.a[at]
        elif self.kind in ("adam", "adamw"):
            self.a[at] = 0.8 * self.a[at] + 0.2 * g
            self.b[at] = 0.99 * self.b[at] + 0.01 * g**2
            if self.kind == "adamw":
                value[at] -= RATE * 0.05 * value[at]
            mean, square = self.a[at] / (1 - 0.8**step), self.b[at] / (1 - 0.99**step)
            value[at] -= RATE * mean / (np.sqrt(square) + 1e-6)
        elif self.kind == "adagrad":
            self.a[at] += g**2
            value[at] -= RATE * g / (np.sqrt(self.a[at]) + 1e-6)
        else:  # FTRL-proximal, McMahan et al. 2013, algorithm 1, with l1 = 0.05, l2 = 0.1, beta = 1
            sigma = (np.sqrt(self.a[at] + g**2) - np.sqrt(self.a[at])) / RATE
            self.b[at] += g - sigma * value[at]
            self.a[at] += g**2
            z = self.b[at]
            strength = (1 + np.sqrt(self.a[at])) / RATE + 0.1
            value[at] = np.where(np.abs(z) <= 0.05, 0, -(z - np.sign(z) * 0.05) / strength)


def lazy(kind: str, penalised: bool, clipped: bool) -> list[dict]:
    p = copies(tracked=False)
    values = {name: tensor.numpy() for name, tensor in p.items()}
    rules = {name: Rule(kind, value.shape) for name, value in values.items()}
    steps = []
    for step in range(STEPS):
        tracked = {name: torch.from_numpy(value.copy()).requires_grad_(True) for name, value in values.items()}
        loss_of(tracked, step).backward()
        gradients = {name: tensor.grad.numpy() for name, tensor in tracked.items()}
        rows = np.unique(IDS[step].numpy())
        parts = {"table": gradients["table"][rows], "weight": gradients["weight"], "bias": gradients["bias"]}
        if kind == "ftrl":
            parts = {"table": parts["table"]}
        if penalised:
            for name in parts:
                old = values["table"][rows] if name == "table" else values[name]
                parts[name] = parts[name] + (EMBEDDING if name == "table" else NETWORK) * old
        if clipped:
            norm = math.sqrt(sum(float((part**2).sum()) for part in parts.values()))
            parts = {name: part * min(1, CLIP / (norm + 1e-6)) for name, part in parts.items()}
        for name, part in parts.items():
            rules[name].move(values[name], rows if name == "table" else slice(None), part, step + 1)
        steps.append(snapshot(p))
    return steps


if __name__ == "__main__":
    settings = {"plain": (False, False), "penalty": (True, False), "penalty and clipping": (True, True)}
    content = {
        "start": snapshot(START),
        "batches": [
            common.values({"ids": ids, "targets": targets}) for ids, targets in zip(IDS, TARGETS)
        ],
        "exact": {kind: {name: exact(kind, *how) for name, how in settings.items()} for kind in TORCH},
        "lazy": {
            kind: {name: lazy(kind, *how) for name, how in settings.items()} for kind in [*TORCH, "ftrl"]
        },
    }
    common.write("optimizers", content)
