/** A model's options and its L2 penalty, half lambda times the sum of squares. */
export interface Tuned {
  options: Readonly<Record<string, unknown>>;
  penalty: { embedding?: number; network?: number };
}

const deep = { hidden: [400, 400, 400], batchNorm: true };

/** The settings that BARS tuned on Frappe_x1 for models of deep and attentive interactions. */
export const frappeSettings: Readonly<Record<string, Tuned>> = {
  "wide-deep": { options: { ...deep, dropout: 0.6 }, penalty: { embedding: 0.1 } },
  dcn: { options: { ...deep, crossLayers: 3, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  crossnet: { options: { crossLayers: 6 }, penalty: { embedding: 1e-4 } },
  "dcn-v2": { options: { ...deep, crossLayers: 4, dropout: 0.4 }, penalty: { embedding: 0.05 } },
  "crossnet-v2": { options: { crossLayers: 4 }, penalty: { embedding: 1e-3 } },
  xdeepfm: { options: { ...deep, maps: [64], dropout: 0.2 }, penalty: { embedding: 0.1 } },
  cin: { options: { maps: [64, 64, 64] }, penalty: { embedding: 5e-4 } },
  fignn: { options: { steps: 17 }, penalty: { embedding: 1e-3 } },
  fibinet: { options: { ...deep, reduction: 2, dropout: 0.3 }, penalty: { embedding: 0.05 } },
  afn: { options: { neurons: 1000, hidden: [400], dropout: 0.4 }, penalty: { embedding: 1e-3 } },
  "afn-plus": {
    options: {
      neurons: 1000,
      factorHidden: [400],
      factorDropout: 0.4,
      hidden: [400, 400, 400],
      dropout: 0.2,
    },
    penalty: { embedding: 1e-3 },
  },
  masknet: {
    options: { hidden: [400, 400, 400], blocks: 3, blockWidth: 50, reduction: 2, dropout: 0.1 },
    penalty: { embedding: 0.1 },
  },
  finalmlp: {
    options: {
      hidden: [400],
      secondHidden: [100],
      dropout: 0.4,
      secondDropout: 0.4,
      batchNorm: true,
      context: ["user"],
      secondContext: ["item"],
      gateHidden: [400],
      heads: 5,
    },
    penalty: { embedding: 0.05 },
  },
  finalnet: {
    options: { hidden: [400, 400], secondHidden: [400], dropout: 0.1, batchNorm: true },
    penalty: { embedding: 0.1 },
  },
  dlrm: { options: { ...deep, interaction: "concat", dropout: 0.4 }, penalty: { embedding: 0.1 } },
  deepim: { options: { ...deep, order: 3, dropout: 0.1 }, penalty: { embedding: 0.05 } },
  edcn: {
    options: { crossLayers: 3, temperature: 5, dropout: 0.3, batchNorm: true },
    penalty: { embedding: 0.05 },
  },
  destine: {
    options: { ...deep, attentionLayers: 4, attentionDim: 128, heads: 1, dropout: 0.2 },
    penalty: { embedding: 0.05 },
  },
  sam: { options: { attentionLayers: 4, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  aoanet: {
    options: { ...deep, interactionLayers: 1, subspaces: 2, dropout: 0.3 },
    penalty: { embedding: 0.1 },
  },
  dssm: {
    options: { ...deep, itemFields: ["item", "cost"], dropout: 0.1, itemDropout: 0.2 },
    penalty: { embedding: 0.1 },
  },
  // BARS ran these three on larger data alone: sizes for this one, with nothing tuned yet. FGCNN collapses at its rate of 1e-3.
  "deep-crossing": { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  fgcnn: {
    options: { channels: [6, 8], kernel: 5, pooling: 2, recombined: 2, hidden: [400, 400] },
    penalty: { embedding: 0.05 },
  },
  interhat: {
    options: { order: 3, heads: 1, attentionWidth: 64, attentionHidden: 40, hidden: [400, 400] },
    penalty: { embedding: 1e-3 },
  },
};
