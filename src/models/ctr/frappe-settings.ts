/** A click model's options, its L2 penalties (half lambda times the sum of squares), and its learning rate. */
export interface TunedClickModel {
  options: Readonly<Record<string, unknown>>;
  penalty: { embedding?: number; network?: number };
  /** Where it is not the protocol's. */
  learningRate?: number;
}

const hidden = { hidden: [400, 400, 400] };
const deep = { ...hidden, batchNorm: true };
/** One strength for all parameters, where the published code has a single regularizer. */
const all = (strength: number) => ({ embedding: strength, network: strength });
const attention = { width: 128, heads: 4, residual: true, wide: false };

/** The settings that BARS publishes for Frappe_x1 (Zhu et al. 2021). */
export const frappeSettings: Readonly<Record<string, TunedClickModel>> = {
  lr: { options: {}, penalty: all(1e-5) },
  fm: { options: {}, penalty: all(5e-6) },
  dnn: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  deepfm: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  "dcn-v2": { options: { ...deep, dropout: 0.4, crossLayers: 4 }, penalty: { embedding: 0.05 } },
  ffm: { options: {}, penalty: all(1e-6) },
  hofm: { options: { order: 3, shared: false }, penalty: all(1e-6) },
  fwfm: { options: { linear: "value-vectors" }, penalty: all(5e-6) },
  fmfm: { options: { interaction: "vectorized" }, penalty: all(1e-5) },
  afm: { options: { attention: 128, attentionDropout: 0.1, dropout: 0.1 }, penalty: { embedding: 1e-5 } },
  nfm: { options: { ...hidden, dropout: 0.4 }, penalty: { embedding: 1e-4 } },
  ipnn: { options: { ...hidden, dropout: 0.3 }, penalty: { embedding: 0.05 } },
  hfm: { options: { composition: "convolution" }, penalty: { embedding: 5e-4 } },
  "hfm-plus": {
    options: { ...deep, dropout: 0.4, composition: "correlation" },
    penalty: { embedding: 0.05 },
  },
  autoint: {
    options: { ...attention, layers: 6, scale: false, layerNorm: false, dropout: 0 },
    penalty: { embedding: 0.05 },
  },
  "autoint-plus": {
    options: {
      ...attention,
      ...deep,
      layers: 5,
      scale: true,
      layerNorm: true,
      dropout: 0.1,
    },
    penalty: { embedding: 0.1 },
  },
  "wide-deep": { options: { ...deep, dropout: 0.6 }, penalty: { embedding: 0.1 } },
  dcn: { options: { ...deep, crossLayers: 3, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  crossnet: { options: { crossLayers: 6 }, penalty: { embedding: 1e-4 } },
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
  // BARS publishes no Frappe_x1 run of these: where a search on validation starts.
  "lorentz-fm": { options: {}, penalty: all(1e-5) },
  ccpm: { options: { channels: [4, 8, 8], kernels: [5, 3, 3] }, penalty: { embedding: 1e-3 } },
  onn: { options: { ...hidden, dim: 8, dropout: 0.3 }, penalty: { embedding: 0.05 } },
  "deep-crossing": { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  // At the protocol's rate of 1e-3 it collapses.
  fgcnn: {
    options: { channels: [6, 8], kernel: 5, pooling: 2, recombined: 2, hidden: [400, 400] },
    penalty: { embedding: 0.05 },
    learningRate: 5e-4,
  },
  interhat: {
    options: { order: 3, heads: 1, attentionWidth: 64, attentionHidden: 40, hidden: [400, 400] },
    penalty: { embedding: 1e-3 },
  },
};
