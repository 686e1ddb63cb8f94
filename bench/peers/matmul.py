"""Float32 product of two square matrices: seconds."""

import common
import torch


def main() -> None:
    parser = common.step_options(__doc__)
    parser.add_argument("--size", type=int, default=1024)
    options = parser.parse_args()
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(options.size, options.size, generator=generator)
    b = torch.randn(options.size, options.size, generator=generator)
    out = torch.empty(options.size, options.size)
    step = lambda: torch.matmul(a, b, out=out)  # noqa: E731
    common.measure("matmul", lambda _: common.median_seconds(step, options), options.paced)


if __name__ == "__main__":
    main()
