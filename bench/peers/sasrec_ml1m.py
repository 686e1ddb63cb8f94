"""Training epochs of SASRec on ml-1m-seq: leave-one-out, histories of the latest 200 items, softmax over all items.

Batches of 128 users, dim 64, two blocks, dropout 0.1, Adam 1e-3. Each user's last two items are kept from training.
--order names a file of batches, one a line: row numbers of users, from 0, separated by spaces; without it they are
drawn. With --paced, a line on standard input says how many of the next batches to train; the order starts anew when
it ends.
"""

import gzip
import itertools
import time

import common
import torch
from sasrec import SASRec, train_step


def read_sequences(path: str) -> list[torch.Tensor]:
    """Each line: the user, then items in time order."""
    with gzip.open(path, "rt") as file:
        return [torch.tensor([int(cell) for cell in line.split()[1:]]) for line in file]


def read_order(path: str) -> list[list[int]]:
    with open(path, encoding="utf-8") as file:
        return [[int(cell) for cell in line.split()] for line in file]


def draw_order(train: list[torch.Tensor], batch: int) -> list[list[int]]:
    usable = [row for row, items in enumerate(train) if len(items) >= 2]
    order = [usable[i] for i in torch.randperm(len(usable))]
    return [order[start : start + batch] for start in range(0, len(order), batch)]


def make_batch(train: list[torch.Tensor], rows: list[int], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Histories and the items that follow, [rows, length], the latest ones, padded with 0 on the left."""
    history = torch.zeros(len(rows), length, dtype=torch.int64)
    target = torch.zeros_like(history)
    for i, row in enumerate(rows):
        items = train[row][-length - 1 :]
        known = len(items) - 1
        history[i, length - known :] = items[:-1]
        target[i, length - known :] = items[1:]
    return history, target


def main() -> None:
    parser = common.options(__doc__)
    parser.add_argument("path", help="sequences.txt.gz")
    parser.add_argument("--order", help="a file of batches")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--length", type=int, default=200)
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.1)
    options = parser.parse_args()
    sequences = read_sequences(options.path)
    items = max(int(row.max()) for row in sequences)
    train = [row[:-2] if len(row) >= 3 else row for row in sequences]
    torch.manual_seed(1)
    order = read_order(options.order) if options.order else draw_order(train, options.batch)
    model = SASRec(items, options.length, options.dim, options.blocks, options.dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = itertools.cycle(order)
    train_step(model, optimizer, *make_batch(train, order[0], options.length))  # to warm up

    def once(request: str) -> dict:
        start = time.perf_counter()
        for rows in itertools.islice(batches, int(request) if request else len(order)):
            train_step(model, optimizer, *make_batch(train, rows, options.length))
        return {"seconds": time.perf_counter() - start}

    common.measure("sasrec_ml1m", once, options.paced, batches=len(order), parameters=common.parameters(model))


if __name__ == "__main__":
    main()
