"""DeepFM on Frappe_x1 under the protocol of BARS-CTR (arXiv 2009.05794; FuxiCTR): one JSON line an epoch, then test.

With --paced, each line on standard input asks for one epoch: training and validation, without the stopping rule.

Dim 10, MLP 400-400-400 with batch norm and dropout 0.2, penalty 0.025 * sum(W^2) on the whole embedding tables and
linear weights, Adam 1e-3, gradient norm clipped at 10, batch 4096. Vocabulary from the training rows; each field
owns row 0 for padding and a last row for unknown values. The rate falls tenfold when validation AUC does not rise
by more than 1e-6; the second such epoch in a row ends the run, and the best epoch is tested.
"""

import copy
import csv
import gzip
import time

import common
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

DIM, HIDDEN, DROPOUT, PENALTY, BATCH, CLIP, PATIENCE = 10, [400, 400, 400], 0.2, 0.05, 4096, 10.0, 2


def read(path: str):
    """Reads the file and encodes it: per split ids [rows, fields] into one table and labels; plus the padding rows."""
    with gzip.open(path, "rt", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = np.array(list(reader))
    split, label, values = rows[:, 0], rows[:, 1].astype(np.float32), rows[:, 2:]
    train = split == "train"
    ids = np.zeros(values.shape, dtype=np.int64)
    padding, offset = [], 0
    for field in range(len(header) - 2):
        tokens, counts = np.unique(values[train, field], return_counts=True)
        by_count = tokens[np.argsort(-counts, kind="stable")]
        index = {token: i + 1 for i, token in enumerate(by_count)}
        unknown = len(tokens) + 1
        ids[:, field] = offset + np.array([index.get(value, unknown) for value in values[:, field]])
        padding.append(offset)
        offset += len(tokens) + 2
    parts = {}
    for name in ("train", "valid", "test"):
        chosen = split == name
        parts[name] = (torch.from_numpy(ids[chosen]), torch.from_numpy(label[chosen]))
    return parts, offset, padding


class DeepFM(nn.Module):
    def __init__(self, rows: int, fields: int, padding: list[int]) -> None:
        super().__init__()
        self.embedding, self.linear = nn.Embedding(rows, DIM), nn.Embedding(rows, 1)
        for table in (self.embedding, self.linear):
            nn.init.normal_(table.weight, std=1e-4)
            table.weight.data[padding] = 0
        sizes = [fields * DIM, *HIDDEN]
        layers: list[nn.Module] = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(DROPOUT)]
        self.mlp = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
        for layer in self.mlp:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_normal_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        e = self.embedding(ids)
        first = self.linear(ids).sum((1, 2))
        pairs = 0.5 * (e.sum(1).square() - e.square().sum(1)).sum(1)
        return first + pairs + self.mlp(e.flatten(1)).squeeze(1)


def auc(label: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve by ranks; ties count one half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = label.sum()
    negatives = len(label) - positives
    return float((rank[label == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def evaluate(model: DeepFM, ids: torch.Tensor, label: torch.Tensor) -> tuple[float, float]:
    """AUC and log loss in float64."""
    model.eval()
    with torch.no_grad():
        logit = torch.cat([model(part) for part in ids.split(BATCH)]).double()
        loss = F.binary_cross_entropy_with_logits(logit, label.double()).item()
    model.train()
    return auc(label.numpy(), logit.numpy()), loss


def train_epoch(model: DeepFM, optimizer: torch.optim.Optimizer, ids: torch.Tensor, label: torch.Tensor) -> None:
    for rows in torch.randperm(len(ids)).split(BATCH):
        optimizer.zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(model(ids[rows]), label[rows])
        penalty = model.embedding.weight.square().sum() + model.linear.weight.square().sum()
        (loss + PENALTY / 2 * penalty).backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()


def main() -> None:
    parser = common.options(__doc__)
    parser.add_argument("path", help="frappe_x1.csv.gz")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2021)
    options = parser.parse_args()
    parts, rows, padding = read(options.path)
    torch.manual_seed(options.seed)
    model = DeepFM(rows, parts["train"][0].shape[1], padding)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-8)

    def epoch() -> dict:
        start = time.perf_counter()
        train_epoch(model, optimizer, *parts["train"])
        valid_auc, valid_loss = evaluate(model, *parts["valid"])
        return {"seconds": time.perf_counter() - start, "auc": valid_auc, "logloss": valid_loss}

    def whole_run(_: str) -> dict:
        best, best_state, bad, total = -1.0, copy.deepcopy(model.state_dict()), 0, 0.0
        for number in range(1, options.epochs + 1):
            done = epoch()
            total += done["seconds"]
            rate = optimizer.param_groups[0]["lr"]
            common.say(epoch=number, **done, rate=rate)
            if done["auc"] > best + 1e-6:
                best, best_state, bad = done["auc"], copy.deepcopy(model.state_dict()), 0
                continue
            bad += 1
            optimizer.param_groups[0]["lr"] = max(rate * 0.1, 1e-6)
            if bad >= PATIENCE:
                break
        model.load_state_dict(best_state)
        test_auc, test_loss = evaluate(model, *parts["test"])
        return {"seconds": total / number, "epochs": number, "auc": best, "test": {"auc": test_auc, "logloss": test_loss}}

    once = (lambda _: epoch()) if options.paced else whole_run
    about = {"seed": options.seed, "parameters": common.parameters(model)}
    common.measure("deepfm_frappe", once, options.paced, **about)


if __name__ == "__main__":
    main()
