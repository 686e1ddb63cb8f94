/** What was tuned of one model for one data set: its options and the strength of its penalties. */
interface TunedClickModel {
  options: Readonly<Record<string, unknown>>;
  penalty: { embedding?: number; network?: number };
}

const deep = { hidden: [400, 400, 400] };
const all = (strength: number) => ({ embedding: strength, network: strength });
const attention = { width: 128, heads: 4, residual: true, wide: false };

/**
 * The settings that BARS publishes for Frappe_x1 (Zhu et al. 2021), of the factorization models, those that pool or attend
 * over pairs, and AutoInt. One strength for all parameters where the published code has a single regularizer.
 */
export const frappeSettingsA: Readonly<Record<string, TunedClickModel>> = {
  ffm: { options: {}, penalty: all(1e-6) },
  hofm: { options: { order: 3, shared: false }, penalty: all(1e-6) },
  fwfm: { options: { linear: "value-vectors" }, penalty: all(5e-6) },
  fmfm: { options: { interaction: "vectorized" }, penalty: all(1e-5) },
  afm: { options: { attention: 128, attentionDropout: 0.1, dropout: 0.1 }, penalty: { embedding: 1e-5 } },
  nfm: { options: { ...deep, dropout: 0.4 }, penalty: { embedding: 1e-4 } },
  ipnn: { options: { ...deep, dropout: 0.3 }, penalty: { embedding: 0.05 } },
  hfm: { options: { composition: "convolution" }, penalty: { embedding: 5e-4 } },
  "hfm-plus": {
    options: { ...deep, batchNorm: true, dropout: 0.4, composition: "correlation" },
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
      batchNorm: true,
      dropout: 0.1,
    },
    penalty: { embedding: 0.1 },
  },
  // BARS publishes no Frappe_x1 run of these three: where a search on validation starts.
  "lorentz-fm": { options: {}, penalty: all(1e-5) },
  ccpm: { options: { channels: [4, 8, 8], kernels: [5, 3, 3] }, penalty: { embedding: 1e-3 } },
  onn: { options: { ...deep, dim: 8, dropout: 0.3 }, penalty: { embedding: 0.05 } },
};
