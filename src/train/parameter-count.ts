import { layers, rootScope } from "../tensor/index.js";
import type { Trainable } from "./trainer.js";

/** The number of learned values of a model, embedding tables included; running statistics are not learned. */
export function parameterCount(model: Trainable): number {
  const nn = layers(rootScope({ training: true, seed: 0, embeddings: "exact" }));
  model.build(nn);
  return nn.scope.declared.parameters.reduce(
    (total, { shape }) => total + shape.reduce((size, length) => size * length, 1),
    0,
  );
}
