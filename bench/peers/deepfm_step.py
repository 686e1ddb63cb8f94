"""One training step of DeepFM (Guo et al. 2017) on click data of Criteo's shape: forward, backward and Adam.

By default 39 fields of equal vocabulary, ids drawn from Zipf(1.05) in each field, dim 16, MLP 400-400-400 with ReLU,
batch 4096; 16 batches drawn beforehand are used in rotation. Gradients of the tables are dense, with Adam on every
row, or sparse with SparseAdam (--sparse).
"""

import itertools

import common
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

ZIPF = 1.05


def draw_batches(options, vocabulary: int) -> list[torch.Tensor]:
    """Seeded batches of ids [batch, fields] into one table that holds the fields one after the other."""
    generator = np.random.default_rng(1)
    cumulative = np.cumsum(np.arange(1, vocabulary + 1, dtype=np.float64) ** -ZIPF)
    offsets = np.arange(options.fields) * vocabulary
    batches = []
    for _ in range(options.batches):
        wanted = generator.random((options.batch, options.fields)) * cumulative[-1]
        ranks = np.minimum(np.searchsorted(cumulative, wanted), vocabulary - 1)
        batches.append(torch.from_numpy(ranks + offsets))
    return batches


class DeepFM(nn.Module):
    def __init__(self, rows: int, fields: int, dim: int, hidden: list[int], sparse: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(rows, dim, sparse=sparse)
        self.linear = nn.Embedding(rows, 1, sparse=sparse)
        nn.init.normal_(self.embedding.weight, std=1e-4)
        nn.init.normal_(self.linear.weight, std=1e-4)
        sizes = [fields * dim, *hidden]
        layers: list[nn.Module] = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        e = self.embedding(ids)
        first = self.linear(ids).sum((1, 2))
        pairs = 0.5 * (e.sum(1).square() - e.square().sum(1)).sum(1)
        return first + pairs + self.mlp(e.flatten(1)).squeeze(1)


def main() -> None:
    parser = common.step_options(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="over all fields, rounded down to equal ones")
    parser.add_argument("--fields", type=int, default=39)
    parser.add_argument("--dim", type=int, default=16)
    parser.add_argument("--hidden", type=common.numbers, default=[400, 400, 400])
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--batches", type=int, default=16, help="drawn beforehand, used in rotation")
    parser.add_argument("--sparse", action="store_true", help="sparse gradients and SparseAdam for the tables")
    options = parser.parse_args()
    torch.manual_seed(1)
    vocabulary = options.rows // options.fields
    model = DeepFM(vocabulary * options.fields, options.fields, options.dim, options.hidden, options.sparse)
    tables = [model.embedding.weight, model.linear.weight]
    if options.sparse:
        optimizers = [torch.optim.SparseAdam(tables, lr=1e-3), torch.optim.Adam(model.mlp.parameters(), lr=1e-3)]
    else:
        optimizers = [torch.optim.Adam(model.parameters(), lr=1e-3)]
    batches = itertools.cycle(draw_batches(options, vocabulary))
    label = (torch.rand(options.batch) < 0.5).float()

    def step() -> None:
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(model(next(batches)), label).backward()
        for optimizer in optimizers:
            optimizer.step()

    once = lambda _: common.median_seconds(step, options)  # noqa: E731
    kind = "sparse" if options.sparse else "dense"
    common.measure("deepfm_step", once, options.paced, tables=kind, parameters=common.parameters(model))


if __name__ == "__main__":
    main()
