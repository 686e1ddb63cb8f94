import { describe, expect, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import {
  averagePool2d,
  concat,
  constant,
  conv1d,
  conv2d,
  type DType,
  gradients,
  input,
  layers,
  maxPool2d,
  rootScope,
  stack,
  take,
  unfold,
  where,
  withGradient,
  writeOnnx,
} from "../../src/tensor/index.js";

const f = (...shape: (number | string)[]) => input("f", "float32", shape);
const i = (...shape: (number | string)[]) => input("i", "int32", shape);
const b = (...shape: (number | string)[]) => input("b", "bool", shape);
const image = () => f("batch", 2, 5, 5);

/** What is written, what the error says (op and what it saw), what it expects instead. */
type Mistake = [name: string, write: () => unknown, message: RegExp];

const mistakes: Mistake[] = [
  ["input of a negative length", () => f(-1), /input "f": shape \[-1\]\n.*whole number from 0/],
  ["input of a length that is no symbol", () => f("2 batch"), /shape \[2 batch\]\n.*symbol such as "batch"/],
  [
    "constant of too few values",
    () => constant("float32", [2, 2], [1]),
    /constant: 1 values for shape \[2, 2\]\n.*4/,
  ],
  ["constant that does not fit its type", () => constant("int32", [1], [0.5]), /0.5 does not fit int32/],
  ["a fraction added to ids", () => i(2).add(0.5), /add: the value 0.5 does not fit int32\n.*cast/],
  [
    "add",
    () => f(2, 3).add(f(4)),
    /add: shapes \[2, 3\] and \[4\] do not broadcast \(3 against 4\)\n.*equal or one of them 1/,
  ],
  ["add, symbols", () => f("batch", 2).add(f(3, 2)), /add: .*\(batch against 3\)/],
  ["mul of two types", () => f(2).mul(i(2)), /mul: operands are float32 and int32\n.*cast/],
  ["sub of booleans", () => b(2).sub(b(2)), /sub: an input is bool\[2\]\n.*takes numbers/],
  ["div", () => f(2).div(f(3)), /div: shapes/],
  ["pow", () => f(2).pow(f(3)), /pow: shapes/],
  ["maximum", () => f(2).maximum(f(3)), /maximum: shapes/],
  ["minimum", () => f(2).minimum(f(3)), /minimum: shapes/],
  ["exp of ids", () => i(2).exp(), /exp: an input is int32\[2\]\n.*takes floats; cast/],
  ["sigmoid of booleans", () => b(2).sigmoid(), /sigmoid: an input is bool/],
  ["gelu of ids", () => i(2).gelu(), /mul: the value 0.5 does not fit int32/],
  ["equal of two types", () => f(2).equal(i(2)), /equal: operands are float32 and int32/],
  ["greater of booleans", () => b(2).greater(b(2)), /greater: an input is bool\[2\]/],
  ["and of floats", () => f(2).and(f(2)), /and: an input is float32\[2\]\n.*takes booleans; compare/],
  ["not of floats", () => f(2).not(), /not: an input is float32/],
  ["where by floats", () => f(2).where(f(2), 0), /where: condition is float32\n.*bool/],
  ["where of two types", () => b(2).where(f(2), i(2)), /where: branches are float32 and int32/],
  ["where of plain numbers", () => where(b(2), 1, 0), /where: both branches are plain numbers/],
  ["where that does not broadcast", () => b(2).where(f(3), 0), /where: shapes \[2\] and \[3\]/],
  ["clip upside down", () => f(2).clip(1, 0), /clip: low 1, high 0/],
  ["cast to nothing known", () => f(2).cast("float16" as DType), /cast: type "float16"\n.*float32/],
  [
    "sum over an axis there is not",
    () => f(2, 3).sum(2),
    /sum: axis 2 does not exist in shape \[2, 3\]\n.*-2 to 1/,
  ],
  ["sum over half an axis", () => f(2, 3).sum(0.5), /sum: axis 0.5 does not exist/],
  ["sum over one axis twice", () => f(2, 3).sum([0, -2]), /sum: axes \[0,-2\] of \[2, 3\]\n.*at most once/],
  ["sum of booleans", () => b(2).sum(), /sum: an input is bool/],
  ["mean of ids", () => i(2).mean(), /mean: an input is int32\[2\]\n.*cast/],
  [
    "max over an axis of a scalar",
    () => f().max(0),
    /max: axis 0 does not exist in shape \[\]\n.*scalar has no axes/,
  ],
  ["softmax of ids", () => i(2).softmax(), /softmax: an input is int32/],
  ["softmax of a scalar", () => f().softmax(), /softmax: axis -1 does not exist/],
  ["logSoftmax", () => f(2).logSoftmax(1), /logSoftmax: axis 1/],
  ["reshape", () => f(2, 3).reshape([4]), /reshape: \[2, 3\] has 6 elements, \[4\] has 4/],
  ["reshape with two unknowns", () => f(2, 3).reshape([-1, -1]), /reshape: .*at most one length may be -1/s],
  [
    "reshape that does not divide",
    () => f("batch", 3).reshape([2, -1]),
    /reshape: \[batch, 3\] does not fit \[2, -1\]/,
  ],
  ["flatten of a scalar", () => f().flatten(), /flatten: axis 0 does not exist/],
  ["flatten2d of a scalar", () => f().flatten2d(), /flatten2d: the tensor is a scalar/],
  ["squeeze", () => f(2, 3).squeeze(1), /squeeze: axis 1 of \[2, 3\] has length 3/],
  ["unsqueeze", () => f(2).unsqueeze(3), /unsqueeze: axis 3 for shape \[2\]/],
  ["transpose of a vector", () => f(2).transpose(), /transpose: \[2\]\n.*two axes/],
  ["transpose by half an order", () => f(2, 3).transpose([0]), /transpose: order \[0\] for shape \[2, 3\]/],
  ["expand", () => f(2).expand([3]), /expand: shapes \[2\] and \[3\]/],
  ["expand to less", () => f(2, 3).expand([1, 3]), /expand: \[2, 3\] to \[1, 3\]/],
  ["slice beyond the end", () => f(4).slice(0, 1, 5), /slice: 1 to 5 of axis 0 in \[4\]\n.*0 to 4/],
  ["slice by no step", () => f(4).slice(0, 0, 4, 0), /slice: step is 0/],
  ["slice of the batch", () => f("batch").slice(0, 0, 1), /slice: length "batch" is symbolic/],
  ["at", () => f(4).at(0, 4), /at: position 4 of axis 0 in \[4\]\n.*-4 to 3/],
  ["pad by less than nothing", () => f(4).pad(0, -1, 0), /pad: before is -1/],
  [
    "concat of two shapes",
    () => concat([f(2, 3), f(2, 4)], 0),
    /concat: float32\[2, 3\] and float32\[2, 4\] along axis 0/,
  ],
  ["concat of two types", () => concat([f(2), i(2)], 0), /concat: float32\[2\] and int32\[2\]/],
  ["concat of nothing", () => concat([]), /concat: no tensors/],
  [
    "concat of a batch and a row",
    () => concat([f("batch", 2), f(1, 2)], 0),
    /concat: lengths batch and 1 along axis 0/,
  ],
  ["stack of two shapes", () => stack([f(2), f(3)]), /concat: float32\[1, 2\] and float32\[1, 3\]/],
  ["take", () => take(f(4), 0, [4]), /take: indices \[4\] along axis 0 of \[4\]\n.*0 to 3/],
  ["gather by floats", () => f(4).gather(f(2)), /gather: ids are float32\n.*int32 or int64/],
  ["gather from a scalar", () => f().gather(i(2)), /gather: axis 0 does not exist/],
  ["gatherElements", () => f(2, 3).gatherElements(i(3, 1)), /gatherElements: \[2, 3\] with ids \[3, 1\]/],
  ["scatterAdd", () => f(2, 3).scatterAdd(i(3), 4), /scatterAdd: values \[2, 3\] for ids \[3\]/],
  ["scatterAdd into half a row", () => f(2, 3).scatterAdd(i(2), 1.5), /scatterAdd: shape \[1.5\]/],
  [
    "scatterElements",
    () => f(2, 3).scatterElements(i(2, 2), 4),
    /scatterElements: values \[2, 3\] for ids \[2, 2\]/,
  ],
  ["oneHot of floats", () => f(2).oneHot(3), /oneHot: ids are float32/],
  ["cumulativeSum", () => f(2).cumulativeSum(1), /cumulativeSum: axis 1/],
  ["topK of too few", () => f(2, 3).topK(4), /topK: k = 4 of \[2, 3\]\n.*3 at most/],
  ["topK of none", () => f(2, 3).topK(0), /topK: k is 0/],
  ["topK of a scalar", () => f().topK(1), /topK: the tensor is a scalar/],
  ["matmul", () => f(2, 3).matmul(f(4, 2)), /matmul: \[2, 3\] by \[4, 2\]\n.*they are 3 and 4/],
  [
    "matmul, transposed",
    () => f(2, 3).matmul(f(3, 2), { transposeRight: true }),
    /matmul: \[2, 3\] by \[3, 2\] transposed/,
  ],
  ["matmul of vectors", () => f(3).matmul(f(3)), /matmul: .*\n.*at least two axes/],
  ["matmul of ids", () => i(2, 2).matmul(i(2, 2)), /matmul: an input is int32/],
  [
    "matmul of two types",
    () => f(2, 2).matmul(f(2, 2).cast("float64")),
    /matmul: operands are float32 and float64/,
  ],
  [
    "conv2d of other channels",
    () => conv2d(image(), f(1, 3, 2, 2)),
    /conv2d: input float32\[batch, 2, 5, 5\] with weight float32\[1, 3, 2, 2\]/,
  ],
  [
    "conv2d in float64 of other channels",
    () => conv2d(image().cast("float64"), f(1, 3, 2, 2).cast("float64")),
    /conv2d: input float64/,
  ],
  [
    "conv2d by too large a kernel",
    () => conv2d(image(), f(1, 2, 6, 6)),
    /conv2d: the kernel \[6, 6\] is larger than the padded input/,
  ],
  ["conv2d by no stride", () => conv2d(image(), f(1, 2, 2, 2), { strides: [0, 1] }), /conv2d: a stride is 0/],
  [
    "conv2d by half a padding",
    () => conv2d(image(), f(1, 2, 2, 2), { padding: [0.5, 1] }),
    /conv2d: a padding is 0.5/,
  ],
  [
    "conv2d by no dilation",
    () => conv2d(image(), f(1, 2, 2, 2), { dilations: [0, 1] }),
    /conv2d: a dilation is 0/,
  ],
  ["conv1d", () => conv1d(f("batch", 2), f(1, 2, 2)), /conv1d: input \[batch, 2\] with weight \[1, 2, 2\]/],
  ["unfold", () => unfold(f(2, 2), [1, 1]), /unfold: input \[2, 2\]/],
  ["maxPool2d", () => maxPool2d(f(2, 2), [1, 1]), /maxPool2d: input \[2, 2\]/],
  [
    "maxPool2d of padding alone",
    () => maxPool2d(image(), [2, 2], { padding: [2, 2] }),
    /maxPool2d: .*padding alone/,
  ],
  ["averagePool2d", () => averagePool2d(image(), [0, 1]), /averagePool2d: a kernel length is 0/],
];

describe("a mistake in a graph is told when it is written: the op, what it saw, what it expects", () => {
  test.each(mistakes)("%s", (_, write, message) => {
    expect(write).toThrow(message);
    expect(write).toThrow(HeedError);
  });
});

const nn = () => layers(rootScope({ training: true, seed: 1, embeddings: "exact" }));

describe("and so is a mistake in a layer", () => {
  const cases: Mistake[] = [
    ["linear of no size", () => nn().linear(f("batch", 2), 0), /linear: size is 0\n.*whole number from 1/],
    ["linear of half a size", () => nn().linear(f("batch", 2), 2.5), /linear: size is 2.5/],
    ["linear over the batch", () => nn().linear(f(2, "batch"), 2), /linear: length "batch" is symbolic/],
    ["mlp of a negative size", () => nn().mlp(f("batch", 2), [4, -1]), /linear: size is -1/],
    [
      "mlp of an unknown activation",
      () => nn().mlp(f("batch", 2), [2, 1], { activation: "swish" as "relu" }),
      /activation "swish"\n.*relu, leakyRelu/,
    ],
    ["dropout of everything", () => nn().dropout(f("batch", 2), 1), /dropout rate 1\n.*not including, 1/],
    ["dropout of less than nothing", () => nn().dropout(f("batch", 2), -0.1), /dropout rate -0.1/],
    [
      "dropout outside a batch",
      () => nn().dropout(f(3, 2), 0.5),
      /dropout: the first axis of .* is not a multiple of "batch"/,
    ],
    ["embedding of no rows", () => nn().embedding(i("batch"), 0, 2), /embedding: rows is 0/],
    ["embedding of half a dim", () => nn().embedding(i("batch"), 2, 1.5), /embedding: dim is 1.5/],
    [
      "GRU of a matrix",
      () => nn().gru(f("batch", 2), 3),
      /gru: input \[batch, 2\]\n.*\[batch, length, dim\]/,
    ],
    ["LSTM of no size", () => nn().lstm(f("batch", 2, 2), 0), /lstm: size is 0/],
    [
      "LSTM with padding of another length",
      () => nn().lstm(f("batch", 3, 2), 2, { padding: b("batch", 2) }),
      /lstm: padding bool\[batch, 2\]\n.*bool\[batch, 3\]/,
    ],
    [
      "attention with heads that do not divide",
      () => nn().attention(f("batch", 3, 4), { heads: 3 }),
      /attention: 3 heads for dim 4/,
    ],
    [
      "a parameter declared twice",
      () => {
        const one = nn();
        for (const _ of [1, 2]) one.parameter("w", [1], { kind: "constant", value: 0 });
      },
      /"w" is declared twice/,
    ],
  ];
  test.each(cases)("%s", (_, write, message) => {
    expect(write).toThrow(message);
    expect(write).toThrow(HeedError);
  });
});

describe("a mistake in a whole graph", () => {
  const x = input("x", "float32", ["batch", 2]);
  const cases: Mistake[] = [
    [
      "gradients of a vector",
      () => gradients(x, [x]),
      /gradients: the loss is input float32\[batch, 2\]\n.*mean\(\)/,
    ],
    ["gradients with respect to ids", () => gradients(x.sum(), [i(2)]), /the target is input int32\[2\]/],
    [
      "a gradient given by hand of another shape",
      () => gradients(withGradient(x, [x], (g) => [g.sum(0)]).sum(), [x]),
      /withGradient: the gradient of input float32\[batch, 2\] is float32\[2\]/,
    ],
    ["two inputs of one name", () => writeOnnx({ y: f(2).add(f(2)) }), /two inputs are called "f"/],
    [
      "an output named as an input",
      () => writeOnnx({ x: x.mul(2) }),
      /"x" names both an input and an output/,
    ],
    [
      "a weight of another length",
      () => writeOnnx({ y: f(2).mul(2) }, { f: new Float32Array(3) }),
      /"f" is a Float32Array of 3\n.*2 values/,
    ],
    [
      "a weight of another type",
      () => writeOnnx({ y: f(2).mul(2) }, { f: new Float64Array(2) }),
      /"f" is a Float64Array of 2\n.*Float32Array/,
    ],
    [
      "a symbol no input has",
      () => writeOnnx({ y: constant("float32", [], [1]).expand(["batch"]) }),
      /no input of the graph has an axis "batch"/,
    ],
  ];
  test.each(cases)("%s", (_, write, message) => {
    expect(write).toThrow(message);
    expect(write).toThrow(HeedError);
  });

  test("a float op without a gradient is refused, not passed over", () => {
    const joined = concat([x, input("more", "float32", ["2*batch", 2])], 0);
    const [slope] = gradients(joined.square().sum(), [x]);
    expect(() => gradients(slope!.square().sum(), [x])).toThrow(/part has no gradient\n.*stopGradient/);
  });
});
