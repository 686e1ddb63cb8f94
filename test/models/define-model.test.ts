import { describe, expect, expectTypeOf, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import {
  ctr,
  ctrModels,
  dcnV2,
  deepFM,
  defineModel,
  lr,
  type SequenceShape,
  sasRec,
  sequentialModels,
} from "../../src/models/index.js";
import { layers, rootScope } from "../../src/tensor/index.js";
import { createTrainer, type Trainable } from "../../src/train/index.js";

const fields = [
  { name: "user", size: 5 },
  { name: "item", size: 7 },
];
const scope = () => layers(rootScope({ training: true, seed: 1, embeddings: "exact" }));
const build = (model: Trainable) => () => model.build(scope());

describe("the options of a model", () => {
  test("are typed from their defaults", () => {
    type Options = NonNullable<Parameters<typeof deepFM.trainable>[1]>;
    expectTypeOf<Options>().toEqualTypeOf<
      Partial<{ dim: number; hidden: number[]; dropout: number; batchNorm: boolean }>
    >();
    expectTypeOf<Options>().not.toHaveProperty("dims");
    expectTypeOf<Parameters<typeof sasRec.trainable>[0]>().toEqualTypeOf<SequenceShape>();
  });

  test("replace the defaults one by one; undefined leaves one as it is, and the defaults stay", () => {
    const given: Record<string, unknown> = { dim: 3, hidden: undefined };
    build(deepFM.trainable({ fields }, given))();
    const { parameters } = (() => {
      const nn = scope();
      deepFM.trainable({ fields }, { dim: 3 }).build(nn);
      return nn.scope.declared;
    })();
    expect(parameters.find(({ name }) => name === "embedding")!.shape).toEqual([12, 3]);
    expect(parameters.find(({ name }) => name === "mlp/linear/weight")!.shape).toEqual([6, 400]);
    expect(deepFM.options.dim).toBe(10);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ dims: 3 }, /deepfm has no option "dims"\n.*did you mean "dim"/],
    [{ momentum: 3 }, /deepfm has no option "momentum"\n.*dim, hidden, dropout, batchNorm/],
    [{ dim: "16" }, /deepfm: option "dim" is "16"\n.*finite number/],
    [{ dim: Number.NaN }, /deepfm: option "dim" is NaN/],
    [{ hidden: 400 }, /deepfm: option "hidden" is 400\n.*list/],
    [{ hidden: [4, null] }, /deepfm: option "hidden" is \[4,null\]/],
    [{ batchNorm: 1 }, /deepfm: option "batchNorm" is 1\n.*boolean/],
  ])("%j is refused when it is given", (options, message) => {
    expect(() => deepFM.trainable({ fields }, options)).toThrow(message);
    expect(() => deepFM.trainable({ fields }, options)).toThrow(HeedError);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ dim: 0 }, /deepfm: embedding: dim is 0\n {2}help: give a whole number from 1/],
    [{ dim: -4 }, /deepfm: embedding: dim is -4/],
    [{ dim: 2.5 }, /deepfm: embedding: dim is 2.5/],
    [{ hidden: [8, 0] }, /deepfm: linear: size is 0/],
    [{ hidden: ["8"] }, /deepfm: linear: size is 8/],
    [{ dropout: 1 }, /deepfm: dropout rate 1\n/],
    [{ dropout: -0.1 }, /deepfm: dropout rate -0.1/],
  ])("%j is refused when the graph is written, in the model's name", (options, message) => {
    expect(build(deepFM.trainable({ fields }, options))).toThrow(message);
  });

  test("without hidden layers leave DeepFM a linear map over embeddings and DCN-V2 its cross network", () => {
    build(deepFM.trainable({ fields }, { hidden: [] }))();
    build(dcnV2.trainable({ fields }, { hidden: [] }))();
  });
});

describe("the shape of the data", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["no fields", build(lr.trainable({ fields: [] })), /lr: there are no fields/],
    [
      "a field without values",
      build(lr.trainable({ fields: [{ name: "a", size: 0 }] })),
      /lr: field "a" has size 0/,
    ],
    ["half a value", build(lr.trainable({ fields: [{ name: "a", size: 1.5 }] })), /field "a" has size 1.5/],
    ["no items", build(sasRec.trainable({ items: 0, length: 5 })), /sasrec: items is 0/],
    ["no history", build(sasRec.trainable({ items: 5, length: 0 })), /sasrec: length is 0/],
    [
      "heads that do not divide",
      build(sasRec.trainable({ items: 5, length: 3 }, { heads: 7 })),
      /sasrec: attention: 7 heads for dim 64/,
    ],
  ])("%s is refused in the model's name", (_, write, message) => expect(write).toThrow(message));
});

describe("every model of the lists", () => {
  test("has a name of its own", () => {
    const names = [...ctrModels, ...sequentialModels].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["lr", "fm", "dnn", "deepfm", "dcn-v2", "sasrec"]));
  });

  const modes = ["exact", "lazy"] as const;
  test.each(ctrModels.flatMap((model) => modes.map((mode) => [model.name, mode, model] as const)))(
    "%s takes a step and predicts, %s tables, any number of rows",
    async (name, embeddings, model) => {
      const trainer = await createTrainer(model.trainable({ fields }), {
        seed: 1,
        optimizer: { kind: "adam" },
        embeddings,
      });
      const feeds = (rows: number) => ({
        fields: {
          data: Int32Array.from({ length: 2 * rows }, (_, i) => (i % 2) * 5 + (i % 3)),
          shape: [rows, 2],
        },
        label: { data: Float32Array.from({ length: rows }, (_, i) => i % 2), shape: [rows] },
      });
      // FinalNet has the loss of each of its two blocks beside that of their mean.
      const losses = name === "finalnet" ? 3 : 1;
      const loss = (await trainer.step(feeds(4), 0.01)) / losses;
      // Fresh weights know nothing, but a batch norm lifts what they say from nearly zero.
      expect(Math.abs(loss - Math.log(2))).toBeLessThan(0.5);
      for (const rows of [1, 5, 0]) {
        const { probability } = await trainer.predict(feeds(rows));
        expect(probability!.data).toHaveLength(rows);
        for (const p of probability!.data) expect(Number(p) >= 0 && Number(p) <= 1).toBe(true);
      }
      await trainer.release();
    },
  );
});

test("an error that is not Heed's own passes through a model untouched", () => {
  const broken = defineModel({
    name: "broken",
    task: ctr,
    options: {},
    build() {
      throw new RangeError("mine");
    },
  });
  expect(build(broken.trainable({ fields }))).toThrow(RangeError);
});
