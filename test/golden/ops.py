"""Golden values of ops, float64: for each use of an op, its inputs x0, x1, ... and its output y, by PyTorch's functions.

The names are those of test/support/op-cases.ts, which writes the same uses with Heed's ops; "batch" is 3 there.
"""

import numpy as np
import torch
from torch.nn import functional as F

import common

draw = common.Draw(20240201)
CASES: dict[str, dict] = {}


def floats(*shape: int, low: float = -1.5, high: float = 1.5) -> torch.Tensor:
    return torch.tensor(np.round(draw.generator.uniform(low, high, shape), 4))


def ids(below: int, *shape: int) -> torch.Tensor:
    return draw.integers(0, below, *shape)


def case(name: str, inputs: list[torch.Tensor], f) -> None:
    named = {f"x{i}": tensor for i, tensor in enumerate(inputs)}
    CASES[name] = {"inputs": common.values(named), "outputs": common.values({"y": f(*inputs)})}


def matrix() -> torch.Tensor:
    return floats(3, 4)


def cube() -> torch.Tensor:
    return floats(3, 2, 4)


def image() -> torch.Tensor:
    return floats(3, 2, 5, 4)


def positive() -> torch.Tensor:
    return floats(3, 4, low=0.3, high=2)


def one(name: str, f, x: torch.Tensor | None = None) -> None:
    case(name, [matrix() if x is None else x], f)


def elementwise() -> None:
    case("add", [matrix(), floats(4)], torch.add)
    case("sub", [floats(3, 1), floats(4)], torch.sub)
    case("mul", [cube(), floats(2, 1)], torch.mul)
    case("div", [matrix(), floats(4, low=0.5, high=2)], torch.div)
    case("pow", [positive(), floats(4, low=0.5, high=2)], torch.pow)
    one("pow of a negative base", lambda x: x**3)
    case("maximum", [matrix(), floats(4)], torch.maximum)
    case("minimum", [matrix(), floats(4)], torch.minimum)
    case("scalar operand", [floats(), matrix()], lambda a, b: a * b + a)
    one("plain numbers", lambda x: ((x * 3 + 0.5) / 2).clamp(-1, 2))
    for name in ("neg", "abs", "exp", "square", "tanh", "relu", "sin", "cos"):
        one(name, getattr(torch, name))
    for name in ("log", "sqrt", "reciprocal"):
        one(name, getattr(torch, name), positive())
    one("sigmoid", lambda x: torch.sigmoid(4 * x))
    one("softplus", lambda x: F.softplus(8 * x))
    one("leakyRelu", lambda x: F.leaky_relu(x, 0.1))
    one("gelu", lambda x: F.gelu(2 * x))
    one("erf", lambda x: torch.erf(3 * x))
    for name in ("sign", "floor", "ceil", "round"):
        one(name, lambda x, op=getattr(torch, name): op(x) * x)
    one("clip", lambda x: x.clamp(-0.7, 0.9))


def selection() -> None:
    zero, one_ = torch.zeros(()), torch.ones(())
    case("greater, where", [matrix(), floats(4)], lambda a, b: torch.where(a > 0.2, a, b))
    case("greaterEqual, not", [matrix(), floats(4)], lambda a, b: torch.where(a < b, a, b))
    case("less, and", [matrix(), floats(4)], lambda a, b: torch.where((a < b) & (a > -1), a, zero))
    case("lessEqual, or", [matrix(), floats(4)], lambda a, b: torch.where((a <= b) | (a > 1), one_, a))
    case("equal ids", [ids(3, 3), matrix()], lambda i, x: torch.where((i == 1)[:, None], x, 2 * x))
    one("bool where", lambda x: torch.where(torch.where(x > 0, x < 1, x < -1), x, zero))
    case("cast", [ids(3, 3), matrix()], lambda i, x: x * (i != 0)[:, None])
    case("int32 arithmetic", [ids(3, 3), matrix()], lambda i, x: x * (i + 1).clamp(min=2)[:, None])


def reductions() -> None:
    one("sum over axes", lambda x: x.sum([0, -1]), cube())
    one("sum of all", torch.sum, cube())
    one("mean over the batch", lambda x: x.mean(0))
    one("mean of all", torch.mean, cube())
    one("mean keeps dimensions", lambda x: x.mean(1, keepdim=True), cube())
    one("max", lambda x: x.amax(-1), cube())
    one("max over the batch", lambda x: x.amax(0))
    one("min", lambda x: x.amin([1, 2]), cube())
    one("logSumExp", lambda x: x.logsumexp(1), cube())
    one("logSumExp of all", lambda x: x.logsumexp([0, 1], keepdim=True), floats(2, 3))
    one("softmax", lambda x: x.softmax(1), cube())
    one("logSoftmax", lambda x: x.log_softmax(-1), cube())
    one("logSoftmax over an inner axis", lambda x: x.log_softmax(-2), cube())
    one("cumulativeSum", lambda x: x.cumsum(1), cube())
    one("cumulativeSum, reverse, exclusive", lambda x: x.flip(-1).cumsum(-1).flip(-1) - x, cube())
    one("topK", lambda x: x.topk(2).values, cube())
    one("topKIndices", lambda x: x.gather(-1, (-x).topk(3).indices))
    one(
        "moments",
        lambda x: x.var([0, 2], unbiased=False, keepdim=True) + x.mean(1, keepdim=True),
        cube(),
    )
    one("standardize", lambda x: F.layer_norm(x, [4], eps=1e-5), cube())
    one("standardize over the batch", lambda x: F.batch_norm(x, None, None, training=True, eps=1e-5))
    one("l2Normalize", lambda x: F.normalize(x, dim=-1), cube())


def shaping() -> None:
    one("reshape", lambda x: x.reshape(4, -1), cube())
    one("flatten", lambda x: x.flatten(1), cube())
    one("flatten2d", lambda x: x.reshape(-1, 4), cube())
    one("squeeze, unsqueeze", lambda x: x.reshape(1, 3, 1), floats(3, 1))
    one("transpose", lambda x: x.transpose(1, 2), cube())
    one("transpose in an order", lambda x: x.permute(2, 0, 1), cube())
    one("expand", lambda x: x[None].expand(2, 3, 4), floats(3, 1))
    one("slice", lambda x: x[:, -1:], cube())
    one("slice by steps", lambda x: x[:, 1:7:2], floats(3, 7))
    one("slice by steps that overshoot", lambda x: x[:, 0:6:4], floats(3, 7))
    one(
        "slices that overlap and leave gaps",
        lambda x: torch.cat([x[:, 1:3], x[:, 2:5], x[:, 6:7], x[:, 1:2] ** 2], 1),
        floats(3, 8),
    )
    one("slices read step by step", lambda x: x[:, 1] * x[:, 0] + x[:, :, 3].sum(), cube())
    one("at", lambda x: x[:, :, -1], cube())
    one("pad", lambda x: F.pad(x, [0, 0, 2, 1], value=7), cube())
    case("concat", [matrix(), floats(3, 2)], lambda a, b: torch.cat([a, b, a], 1))
    case("concat along the batch", [matrix(), floats(6, 4)], lambda a, b: torch.cat([a, b, 2 * a]))
    case("stack", [matrix(), matrix()], lambda a, b: torch.stack([a, b], 1))
    one("take", lambda x: x[:, [1, 0, 1]], cube())
    case("gather", [floats(3, 4), ids(3, 3)], lambda table, i: table[i])
    case("gather by a matrix of ids", [floats(3, 2), ids(3, 3, 2)], lambda table, i: table[i])
    case("gather along another axis", [floats(2, 3, 2), ids(3, 3, 2)], lambda x, i: x[:, i])
    case("gather by one id", [cube(), ids(4)], lambda x, i: x[:, :, i])
    case("gatherElements", [matrix(), ids(4, 3, 2)], lambda x, i: x.gather(-1, i))
    case("gatherElements along another axis", [floats(3, 2), ids(3, 4, 2)], lambda x, i: x.gather(0, i))
    case("scatterAdd", [floats(3, 2), ids(3, 3)], lambda v, i: torch.zeros(3, 2).index_add(0, i, v))
    case("scatterElements", [floats(3, 5), ids(4, 3, 5)], lambda v, i: torch.zeros(3, 4).scatter_add(-1, i, v))
    case("oneHot", [ids(3, 3), floats(3, 3)], lambda i, x: F.one_hot(i, 3) * x)
    one("stopGradient", lambda x: x)
    one("withGradient", torch.square)
    one("constant", lambda x: x * torch.tensor([1, -2, 0, 0.5]))


def pooled(x: torch.Tensor, padding: list[int]) -> torch.Tensor:
    """Average over 2 x 3 windows, padding counted as zeros."""
    return F.avg_pool2d(x, [2, 3], stride=[1, 2], padding=padding, count_include_pad=True)


def windows(x: torch.Tensor, kernel: list[int], **options) -> torch.Tensor:
    """[batch, channels * area, places] to [batch, rows, columns, channels * area] for 5 x 4 images."""
    spread = F.unfold(x, kernel, **options)
    return spread.reshape(x.shape[0], -1, 2, 2).permute(0, 2, 3, 1)


def products() -> None:
    case("matmul", [matrix(), floats(4, 2)], torch.matmul)
    case("matmul, left transposed", [matrix(), floats(3, 2)], lambda a, b: a.T @ b)
    case("matmul, right transposed", [matrix(), floats(2, 4)], lambda a, b: a @ b.T)
    case("matmul, both transposed", [floats(3, 4, 3), floats(3, 5, 4)], lambda a, b: (b @ a).transpose(1, 2))
    case("matmul in a batch", [cube(), floats(3, 4, 2)], torch.matmul)
    case("matmul by a shared matrix", [cube(), floats(4, 2)], torch.matmul)
    case("matmul by a shared transposed matrix", [cube(), floats(2, 4)], lambda a, b: a @ b.T)
    case("matmul of a shared left side", [floats(2, 3), floats(3, 3, 2)], torch.matmul)
    case("matmul broadcasts leading axes", [floats(3, 1, 3, 4), floats(2, 4, 2)], torch.matmul)
    case("conv2d", [image(), floats(3, 2, 3, 2)], F.conv2d)
    case(
        "conv2d, strides and padding",
        [image(), floats(3, 2, 3, 2)],
        lambda x, w: F.conv2d(x, w, stride=[2, 1], padding=[1, 1]),
    )
    case(
        "conv2d, dilations",
        [image(), floats(1, 2, 2, 2)],
        lambda x, w: F.conv2d(x, w, dilation=[3, 2], padding=[0, 1], stride=[1, 2]),
    )
    case(
        "conv2d, unfolded",
        [image(), floats(2, 2, 2, 3)],
        lambda x, w: F.conv2d(x, w, stride=[1, 2], padding=[2, 0]),
    )
    case(
        "conv1d",
        [floats(3, 2, 7), floats(2, 2, 3)],
        lambda x, w: F.conv1d(x, w, stride=2, padding=1, dilation=2),
    )
    one("unfold", lambda x: windows(x, [2, 3], stride=[2, 1], dilation=[2, 1]), image())
    one("maxPool2d", lambda x: F.max_pool2d(x, 2), image())
    one(
        "maxPool2d, padding and dilation",
        lambda x: F.max_pool2d(x, 2, stride=1, padding=1, dilation=2),
        image(),
    )
    one("averagePool2d", lambda x: pooled(x, [1, 1]), image())


if __name__ == "__main__":
    for group in (elementwise, selection, reductions, shaping, products):
        group()
    common.write("ops", CASES)
