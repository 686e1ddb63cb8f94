"""SASRec (Kang & McAuley 2018) in pre-norm form with a softmax over all items; item 0 is padding, on the left."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    """x + attention(norm(x)), then x + feedforward(norm(x)); one causal head."""

    def __init__(self, dim: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.projections = nn.Linear(dim, 3 * dim)
        self.output = nn.Linear(dim, dim)
        self.feedforward1, self.feedforward2 = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        dim = x.shape[2]
        query, key, value = self.projections(self.norm1(x)).split(dim, dim=2)
        scores = torch.baddbmm(mask, query, key.transpose(1, 2), alpha=1 / math.sqrt(dim))
        attended = self.output(torch.bmm(self.dropout(scores.softmax(2)), value))
        x = x + self.dropout(attended)
        hidden = self.dropout(F.relu(self.feedforward1(self.norm2(x))))
        return x + self.dropout(self.feedforward2(hidden))


class SASRec(nn.Module):
    def __init__(self, items: int, length: int, dim: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.item = nn.Embedding(items + 1, dim)
        self.position = nn.Parameter(0.02 * torch.randn(length, dim))
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList([Block(dim, dropout) for _ in range(blocks)])
        self.norm = nn.LayerNorm(dim)
        nn.init.normal_(self.item.weight, std=0.02)
        self.register_buffer("future", torch.ones(length, length, dtype=torch.bool).triu(1))
        self.register_buffer("itself", torch.eye(length, dtype=torch.bool))

    def hidden(self, history: torch.Tensor) -> torch.Tensor:
        """[batch, length, dim]. A position sees itself and earlier items; the mask is made once for all blocks."""
        padding = history == 0
        unseen = self.future | (padding[:, None, :] & ~self.itself)
        mask = torch.zeros(unseen.shape).masked_fill_(unseen, -math.inf)
        x = self.item(history) * math.sqrt(self.item.embedding_dim) + self.position
        x = self.dropout(x.masked_fill(padding[:, :, None], 0))
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)

    def loss(self, history: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy over items 1.. at the positions that have a target (not 0)."""
        known = target != 0
        logits = self.hidden(history)[known] @ self.item.weight[1:].t()
        return F.cross_entropy(logits, target[known] - 1)


def train_step(model: SASRec, optimizer: torch.optim.Optimizer, history: torch.Tensor, target: torch.Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    model.loss(history, target).backward()
    optimizer.step()
