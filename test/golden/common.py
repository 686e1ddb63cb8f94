"""What the golden programs share: seeded weights, exact JSON and the --check option.

Everything is float64 on one thread. Weights and inputs are rounded to four decimals, so the JSON holds them exactly;
results are rounded to ten decimals, coarse enough that another BLAS or processor writes the same bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

FOLDER = Path(__file__).resolve().parent


class Draw:
    """Seeded tensors: the same values on every machine (PCG64 behind NumPy's Generator)."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.Generator(np.random.PCG64(seed))

    def normal(self, *shape: int, deviation: float = 1.0, mean: float = 0.0) -> torch.Tensor:
        values = mean + deviation * self.generator.standard_normal(shape)
        return torch.from_numpy(np.round(values, 4))

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Integers in [low, high)."""
        return torch.from_numpy(self.generator.integers(low, high, shape))


def track(parameters: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Asks for gradients of every named tensor."""
    for tensor in parameters.values():
        tensor.requires_grad_(True)
    return parameters


def number(value: float):
    """Integers stay integers; other values are rounded to ten decimals, without a negative zero."""
    return value if isinstance(value, int) else round(value, 10) + 0.0


def values(tensors: dict[str, torch.Tensor]) -> dict:
    """Named tensors as {"shape", "data"} with data in row-major order."""
    return {
        name: {"shape": list(tensor.shape), "data": [number(v) for v in tensor.detach().reshape(-1).tolist()]}
        for name, tensor in tensors.items()
    }


def case(inputs: dict, parameters: dict, outputs: dict, loss: torch.Tensor) -> dict:
    """Runs backward and describes one case; gradients of every tracked input and parameter are included."""
    loss.backward()
    tracked = {n: t for n, t in {**inputs, **parameters}.items() if t.requires_grad}
    # A parameter that the loss does not reach has no .grad in PyTorch: its gradient is zero.
    gradients = {n: torch.zeros_like(t) if t.grad is None else t.grad for n, t in tracked.items()}
    return {
        "inputs": values(inputs),
        "parameters": values(parameters),
        "outputs": values(outputs),
        "loss": number(loss.item()),
        "gradients": values(gradients),
    }


def verify(loss_of, tracked: dict[str, torch.Tensor]) -> None:
    """Compares the gradients already in .grad with central differences of loss_of(); raises on disagreement."""
    step = 1e-6
    for name, tensor in tracked.items():
        flat = tensor.detach().view(-1)
        gradient = torch.zeros_like(flat) if tensor.grad is None else tensor.grad.reshape(-1)
        for i in range(flat.numel()):
            kept = flat[i].item()
            ends = []
            for value in (kept + step, kept - step):
                flat[i] = value
                with torch.no_grad():
                    ends.append(loss_of().item())
            flat[i] = kept
            numeric = (ends[0] - ends[1]) / (2 * step)
            if abs(numeric - gradient[i].item()) > 1e-7 * max(1.0, abs(numeric)):
                raise AssertionError(f"{name}[{i}]: gradient {gradient[i].item()} but central difference {numeric}")


def render(content, depth: int = 0) -> str:
    """JSON with one tensor a line."""
    if not isinstance(content, dict) or "data" in content:
        return json.dumps(content)
    if not content:
        return "{}"
    pad = "  " * (depth + 1)
    lines = [f"{pad}{json.dumps(key)}: {render(value, depth + 1)}" for key, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"


def write(name: str, content: dict) -> None:
    """Writes name.json beside the programs, or with --check compares it with the committed file (exit status 1)."""
    path = FOLDER / f"{name}.json"
    text = render(content) + "\n"
    if "--check" not in sys.argv[1:]:
        path.write_text(text)
    elif path.read_text() != text:
        sys.exit(f"{path.name} differs from what its program computes")
