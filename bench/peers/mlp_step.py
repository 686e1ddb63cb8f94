"""One training step of an MLP with ReLU, by default 624-400-400-400-1 on a batch of 4096: forward, backward and Adam."""

import common
import torch
from torch import nn
from torch.nn import functional as F


def main() -> None:
    parser = common.step_options(__doc__)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--sizes", type=common.numbers, default=[624, 400, 400, 400, 1], help="inputs first")
    options = parser.parse_args()
    torch.manual_seed(1)
    layers: list[nn.Module] = []
    for inputs, outputs in zip(options.sizes, options.sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.randn(options.batch, options.sizes[0])
    label = (torch.rand(options.batch) < 0.5).float()

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(model(x).squeeze(1), label).backward()
        optimizer.step()

    once = lambda _: common.median_seconds(step, options)  # noqa: E731
    common.measure("mlp_step", once, options.paced, parameters=common.parameters(model))


if __name__ == "__main__":
    main()
