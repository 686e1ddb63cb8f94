"""One training step of SASRec (Kang & McAuley 2018, pre-norm form) with a full softmax: forward, backward and Adam.

Batch 128, length 50, dim 64, two layers, one head, 3,417 items; cross-entropy at all 6,400 positions.
"""

import math

import common
import torch
from torch import nn
from torch.nn import functional as F

BATCH, LENGTH, DIM, LAYERS, ITEMS = 128, 50, 64, 2, 3417


class Block(nn.Module):
    """x + attention(norm(x)), then x + feedforward(norm(x)); one causal head."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(DIM), nn.LayerNorm(DIM)
        self.projections = nn.Linear(DIM, 3 * DIM)
        self.output = nn.Linear(DIM, DIM)
        self.feedforward1, self.feedforward2 = nn.Linear(DIM, DIM), nn.Linear(DIM, DIM)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("mask", torch.full((LENGTH, LENGTH), -math.inf).triu(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.projections(self.norm1(x)).split(DIM, dim=2)
        scores = torch.baddbmm(self.mask, query, key.transpose(1, 2), alpha=1 / math.sqrt(DIM))
        attended = self.output(torch.bmm(self.dropout(scores.softmax(2)), value))
        x = x + self.dropout(attended)
        hidden = self.dropout(F.relu(self.feedforward1(self.norm2(x))))
        return x + self.dropout(self.feedforward2(hidden))


class SASRec(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.item = nn.Embedding(ITEMS, DIM)
        self.position = nn.Parameter(0.02 * torch.randn(LENGTH, DIM))
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*[Block(dropout) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(DIM)
        nn.init.normal_(self.item.weight, std=0.02)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        x = self.dropout(self.item(sequence) + self.position)
        return self.norm(self.blocks(x)).view(-1, DIM) @ self.item.weight.t()


def main() -> None:
    parser = common.arguments(__doc__)
    parser.add_argument("--dropout", type=float, default=0.0)
    options = parser.parse_args()
    torch.manual_seed(1)
    model = SASRec(options.dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    sequence = torch.randint(ITEMS, (BATCH, LENGTH))
    target = torch.randint(ITEMS, (BATCH * LENGTH,))

    def step(_: int) -> None:
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(sequence), target).backward()
        optimizer.step()

    seconds = common.median_seconds(step, options.steps, options.warmup)
    common.report("sasrec_step", seconds, dropout=options.dropout)


if __name__ == "__main__":
    main()
