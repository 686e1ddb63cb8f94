"""Float32 product of two 1024 x 1024 matrices: seconds and GFLOP/s."""

import common
import torch


def main() -> None:
    options = common.arguments(__doc__).parse_args()
    size = 1024
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(size, size, generator=generator)
    b = torch.randn(size, size, generator=generator)
    out = torch.empty(size, size)
    seconds = common.median_seconds(lambda _: torch.matmul(a, b, out=out), options.steps, options.warmup)
    common.report("matmul", seconds, gflops=round(2 * size**3 / seconds / 1e9, 1))


if __name__ == "__main__":
    main()
