import { defineSequenceModel } from "./model.js";
import { sequence } from "./task.js";

/**
 * GRU4Rec (Hidasi et al. 2016, arXiv:1511.06939) in its modern form: a gated recurrent unit over item vectors, a projection
 * back to their dimension, and cross-entropy over all items at every position.
 */
export const gru4Rec = defineSequenceModel({
  name: "gru4rec",
  task: sequence,
  options: { dim: 64, hidden: 128, dropout: 0.2 },
  build({ history, rows, nn }, o) {
    const table = nn.parameter("items", [rows, o.dim], { kind: "normal", deviation: 0.02 }, "embedding");
    const padding = history.equal(0);
    const x = nn.dropout(table.gather(history).mul(Math.sqrt(o.dim)), o.dropout);
    return { hidden: nn.linear(nn.gru(x, o.hidden, { padding }), o.dim), table };
  },
});
