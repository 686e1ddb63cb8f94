"""LR and FM on Frappe_x1 under the protocol of BARS-CTR (arXiv 2009.05794): one JSON line a seed.

One penalty lambda/2 * sum(W^2) over all parameters (LR 1e-5, FM 5e-6, dim 10), Adam 1e-3, gradient norm clipped at 10,
batch 4096. Reading, vocabulary, AUC and the plateau rule are those of deepfm_frappe.py. The spread over seeds is the
point: LR runs end early whenever validation AUC stands still for two epochs.
"""

import argparse
import copy
import time

import common
import torch
from deepfm_frappe import BATCH, CLIP, PATIENCE, auc, read
from torch import nn
from torch.nn import functional as F

DIM, PENALTY = 10, {"lr": 1e-5, "fm": 5e-6}


class Linear(nn.Module):
    """Logistic regression, and with `pairs` the inner products of all pairs of fields (Rendle 2010)."""

    def __init__(self, rows: int, padding: list[int], pairs: bool) -> None:
        super().__init__()
        self.linear, self.bias = nn.Embedding(rows, 1), nn.Parameter(torch.zeros(1))
        self.embedding = nn.Embedding(rows, DIM) if pairs else None
        for table in filter(None, (self.linear, self.embedding)):
            nn.init.normal_(table.weight, std=1e-4)
            table.weight.data[padding] = 0

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        logit = self.linear(ids).sum((1, 2)) + self.bias
        if self.embedding is None:
            return logit
        e = self.embedding(ids)
        return logit + 0.5 * (e.sum(1).square() - e.square().sum(1)).sum(1)


def evaluate(model: Linear, ids: torch.Tensor, label: torch.Tensor) -> tuple[float, float]:
    with torch.no_grad():
        logit = model(ids).double()
    loss = F.binary_cross_entropy_with_logits(logit, label.double()).item()
    return auc(label.numpy(), logit.numpy()), loss


def run(name: str, parts, rows: int, padding: list[int], seed: int, epochs: int) -> None:
    torch.manual_seed(seed)
    model = Linear(rows, padding, name == "fm")
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-8)
    ids, label = parts["train"]
    best, best_state, bad, start = -1.0, copy.deepcopy(model.state_dict()), 0, time.perf_counter()
    for epoch in range(1, epochs + 1):
        for chosen in torch.randperm(len(ids)).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            loss = F.binary_cross_entropy_with_logits(model(ids[chosen]), label[chosen])
            squares = sum(weights.square().sum() for weights in model.parameters())
            (loss + PENALTY[name] / 2 * squares).backward()
            nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
        valid_auc, _ = evaluate(model, *parts["valid"])
        if valid_auc > best + 1e-6:
            best, best_state, bad = valid_auc, copy.deepcopy(model.state_dict()), 0
            continue
        bad += 1
        rate = optimizer.param_groups[0]["lr"]
        optimizer.param_groups[0]["lr"] = max(rate * 0.1, 1e-6)
        if bad >= PATIENCE:
            break
    seconds = (time.perf_counter() - start) / epoch
    model.load_state_dict(best_state)
    test_auc, test_loss = evaluate(model, *parts["test"])
    test = {"auc": round(test_auc, 6), "logloss": round(test_loss, 6)}
    common.report(f"{name}_frappe", seconds, epochs=epoch, seed=seed, valid={"auc": round(best, 6)}, test=test)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", help="frappe_x1.csv.gz")
    parser.add_argument("--model", choices=["lr", "fm"], required=True)
    parser.add_argument("--seeds", default="1,2,3", help="separated by commas")
    parser.add_argument("--epochs", type=int, default=100)
    options = parser.parse_args()
    data = read(options.path)
    for seed in options.seeds.split(","):
        run(options.model, *data, int(seed), options.epochs)


if __name__ == "__main__":
    main()
