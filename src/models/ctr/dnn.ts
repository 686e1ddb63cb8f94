import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/** The plain deep network of YouTube's ranker (Covington et al. 2016): an MLP over all embeddings. */
export const dnn = defineModel({
  name: "dnn",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build: ({ fields, nn }, o) => ({
    logit: nn
      .mlp(nn.embed(fields, o.dim).flatten(1), [...o.hidden, 1], {
        dropout: o.dropout,
        batchNorm: o.batchNorm,
      })
      .squeeze(1),
  }),
});
