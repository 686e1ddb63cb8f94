"""One training step of SASRec with a softmax over all items at every position: forward, backward and Adam.

By default batch 128, length 50, dim 64, two blocks, 3,416 items and padding, no dropout; 16 batches of full histories
drawn beforehand are used in rotation.
"""

import itertools

import common
import torch
from sasrec import SASRec, train_step


def main() -> None:
    parser = common.step_options(__doc__)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--length", type=int, default=50)
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--items", type=int, default=3416)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--batches", type=int, default=16, help="drawn beforehand, used in rotation")
    options = parser.parse_args()
    torch.manual_seed(1)
    model = SASRec(options.items, options.length, options.dim, options.blocks, options.dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    drawn = torch.randint(1, options.items + 1, (options.batches, options.batch, options.length + 1))
    batches = itertools.cycle((rows[:, :-1].contiguous(), rows[:, 1:].contiguous()) for rows in drawn)

    once = lambda _: common.median_seconds(lambda: train_step(model, optimizer, *next(batches)), options)  # noqa: E731
    common.measure("sasrec_step", once, options.paced, parameters=common.parameters(model))


if __name__ == "__main__":
    main()
