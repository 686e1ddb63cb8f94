import { constant, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * FiGNN (Li et al. 2019, arXiv:1910.05552) in the form BARS tuned: fields are the nodes of a complete graph whose weights
 * are attended once; each step adds what a field's neighbours send, in place of the paper's gated unit, and the embeddings.
 */
export const fignn = defineModel({
  name: "fignn",
  task: ctr,
  options: { dim: 10, steps: 3 },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const graph = fieldGraph(nn, e);
    const start = e.transpose([1, 0, 2]);
    let nodes = start;
    for (let step = 0; step < o.steps; step++) {
      nodes = nodes.add(messages(nn.in("step"), graph, nodes)).add(start);
    }
    const states = nodes.transpose([1, 0, 2]);
    const scores = nn.linear(states, 1, { bias: false }).squeeze(2);
    const weights = nn.linear(states.flatten(1), fields.names.length, { bias: false }).sigmoid();
    return { logit: scores.mul(weights).sum(1) };
  },
});

/**
 * Weights of the edges, softmax over j != i of LeakyReLU(w [e_i, e_j]): [batch, field, dim] to
 * [batch, field, field].
 */
export function fieldGraph(nn: Layers, e: Tensor): Tensor {
  const [count, dim] = [Number(e.shape[1]), Number(e.shape[2])];
  const weight = nn.parameter("graph", [2 * dim, 1], { kind: "xavierNormal" });
  const from = e.matmul(weight.slice(0, 0, dim));
  const to = e.matmul(weight.slice(0, dim)).transpose();
  const itself = constant(
    e.dtype,
    [count, count],
    Array.from({ length: count * count }, (_, place) => (place % (count + 1) === 0 ? -1e9 : 0)),
  );
  return from.add(to).leakyRelu().add(itself).softmax(-1);
}

/**
 * What each field receives, W_in sum_j graph_ij W_out h_j + b, with matrices of its own for every field:
 * [field, batch, dim] to the same.
 */
function messages(nn: Layers, graph: Tensor, nodes: Tensor): Tensor {
  const [count, dim] = [Number(nodes.shape[0]), Number(nodes.shape[2])];
  const matrices = (name: string) =>
    nn.parameter(name, [count, dim, dim], {
      kind: "normal",
      deviation: Math.sqrt(2 / (dim * dim + count * dim)),
    });
  const sent = nodes.matmul(matrices("out")).transpose([1, 0, 2]);
  const received = graph.matmul(sent).transpose([1, 0, 2]);
  return received.matmul(matrices("in")).add(nn.parameter("bias", [dim], { kind: "constant", value: 0 }));
}
