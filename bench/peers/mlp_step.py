"""One training step of an MLP 624-400-400-400-1 on a batch of 4096: forward, backward and dense Adam."""

import common
import torch
from torch import nn
from torch.nn import functional as F

BATCH = 4096
SIZES = [624, 400, 400, 400, 1]


def main() -> None:
    options = common.arguments(__doc__).parse_args()
    torch.manual_seed(1)
    layers: list[nn.Module] = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.randn(BATCH, SIZES[0])
    label = (torch.rand(BATCH) < 0.25).float()

    def step(_: int) -> None:
        optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(model(x).squeeze(1), label).backward()
        optimizer.step()

    common.report("mlp_step", common.median_seconds(step, options.steps, options.warmup))


if __name__ == "__main__":
    main()
