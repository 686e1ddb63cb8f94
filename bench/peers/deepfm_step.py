"""One training step of DeepFM (Guo et al. 2017) on data of Criteo's shape: forward, backward and Adam.

39 fields of equal vocabulary, ids drawn from Zipf(1.05) in each field (a new batch every step), dim 16, MLP
400-400-400 with ReLU, batch 4096. Gradients of the tables are dense, or sparse with SparseAdam (--sparse).
"""

import common
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BATCH, FIELDS, DIM, HIDDEN = 4096, 39, 16, [400, 400, 400]
ZIPF = 1.05


def draw_batches(vocabulary: int, count: int) -> list[torch.Tensor]:
    """Seeded batches of ids [BATCH, FIELDS] into one table that holds the fields one after the other."""
    generator = np.random.default_rng(1)
    cumulative = np.cumsum(np.arange(1, vocabulary + 1, dtype=np.float64) ** -ZIPF)
    offsets = np.arange(FIELDS) * vocabulary
    batches = []
    for _ in range(count):
        ranks = np.searchsorted(cumulative, generator.random((BATCH, FIELDS)) * cumulative[-1])
        batches.append(torch.from_numpy(np.minimum(ranks, vocabulary - 1) + offsets))
    return batches


class DeepFM(nn.Module):
    def __init__(self, rows: int, sparse: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(rows, DIM, sparse=sparse)
        self.linear = nn.Embedding(rows, 1, sparse=sparse)
        nn.init.normal_(self.embedding.weight, std=0.01)
        nn.init.normal_(self.linear.weight, std=0.01)
        sizes = [FIELDS * DIM, *HIDDEN]
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
    parser = common.arguments(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows over all fields (rounded down to 39 equal ones)")
    parser.add_argument("--sparse", action="store_true", help="sparse gradients and SparseAdam for the tables")
    options = parser.parse_args()
    torch.manual_seed(1)
    vocabulary = options.rows // FIELDS
    model = DeepFM(vocabulary * FIELDS, options.sparse)
    tables = [model.embedding.weight, model.linear.weight]
    if options.sparse:
        optimizers = [torch.optim.SparseAdam(tables, lr=1e-3), torch.optim.Adam(model.mlp.parameters(), lr=1e-3)]
    else:
        optimizers = [torch.optim.Adam(model.parameters(), lr=1e-3)]
    batches = draw_batches(vocabulary, options.warmup + options.steps)
    label = (torch.rand(BATCH) < 0.25).float()

    def step(i: int) -> None:
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(model(batches[i]), label).backward()
        for optimizer in optimizers:
            optimizer.step()

    seconds = common.median_seconds(step, options.steps, options.warmup)
    common.report("deepfm_step", seconds, rows=vocabulary * FIELDS, tables="sparse" if options.sparse else "dense")


if __name__ == "__main__":
    main()
