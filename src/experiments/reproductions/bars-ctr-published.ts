/** What BARS publishes of a model on Frappe_x1. */
export interface Published {
  model: string;
  /** The run on the leaderboard. */
  auc: number;
  logLoss: number;
  /** Mean test AUC of the five logged seeds, where they were logged. */
  meanAuc?: number;
  /** Learned numbers on the published vocabulary. */
  parameters: number;
  /** Rows that a field has beyond its tokens: 1 in the version that logged most runs, 2 in the later one. */
  extraRows?: 2;
  /** The count that the equations give, where the logged one is known to be wrong, and why. */
  corrected?: { parameters: number; reason: string };
}

/** The Frappe_x1 leaderboard (Zhu et al. 2021 and 2022, https://github.com/reczoo/BARS), in the order of its models. */
export const frappePublished: readonly Published[] = [
  { model: "lr", auc: 0.9356, logLoss: 0.3076, parameters: 5_390 },
  { model: "fm", auc: 0.9671, logLoss: 0.2065, parameters: 59_280 },
  { model: "ffm", auc: 0.9786, logLoss: 0.186, parameters: 490_400 },
  { model: "hofm", auc: 0.9742, logLoss: 0.2073, parameters: 113_170 },
  { model: "afm", auc: 0.9697, logLoss: 0.2264, parameters: 60_826 },
  { model: "nfm", auc: 0.9804, logLoss: 0.2058, parameters: 384_880 },
  { model: "fwfm", auc: 0.9776, logLoss: 0.203, parameters: 107_826 },
  { model: "fmfm", auc: 0.9749, logLoss: 0.2004, parameters: 59_730 },
  {
    model: "dnn",
    auc: 0.9833,
    logLoss: 0.1622,
    meanAuc: 0.984045,
    parameters: 781_892,
    corrected: { parameters: 417_891, reason: "the logged run holds a second, unused MLP of 364,001" },
  },
  { model: "ipnn", auc: 0.9841, logLoss: 0.154, parameters: 433_491 },
  { model: "wide-deep", auc: 0.9841, logLoss: 0.149, meanAuc: 0.983073, parameters: 423_280 },
  { model: "deepfm", auc: 0.9842, logLoss: 0.1482, meanAuc: 0.983947, parameters: 423_280 },
  { model: "dcn", auc: 0.9839, logLoss: 0.1527, meanAuc: 0.983418, parameters: 418_591 },
  { model: "crossnet", auc: 0.9594, logLoss: 0.2715, parameters: 55_191 },
  { model: "crossnet-v2", auc: 0.9729, logLoss: 0.2216, parameters: 94_391 },
  { model: "dcn-v2", auc: 0.9845, logLoss: 0.1491, meanAuc: 0.983824, parameters: 458_391 },
  { model: "cin", auc: 0.9782, logLoss: 0.2352, parameters: 147_984 },
  { model: "xdeepfm", auc: 0.9845, logLoss: 0.1466, meanAuc: 0.984138, parameters: 429_809 },
  { model: "autoint", auc: 0.9831, logLoss: 0.1637, parameters: 306_051 },
  { model: "autoint-plus", auc: 0.9848, logLoss: 0.149, parameters: 622_180 },
  { model: "fignn", auc: 0.9761, logLoss: 0.2037, parameters: 89_090 },
  { model: "fibinet", auc: 0.9832, logLoss: 0.1941, parameters: 743_480 },
  { model: "hfm", auc: 0.9386, logLoss: 0.2815, parameters: 59_290 },
  { model: "hfm-plus", auc: 0.9827, logLoss: 0.1543, parameters: 563_281 },
  { model: "afn", auc: 0.9811, logLoss: 0.2331, parameters: 4_066_711 },
  { model: "afn-plus", auc: 0.9826, logLoss: 0.2139, meanAuc: 0.980178, parameters: 4_482_205 },
  { model: "deepim", auc: 0.9844, logLoss: 0.149, meanAuc: 0.983619, parameters: 417_922 },
  { model: "destine", auc: 0.9856, logLoss: 0.1434, parameters: 623_346 },
  { model: "masknet", auc: 0.9837, logLoss: 0.1696, parameters: 571_691 },
  { model: "dlrm", auc: 0.984, logLoss: 0.1444, parameters: 417_891 },
  { model: "edcn", auc: 0.985, logLoss: 0.1547, parameters: 86_351 },
  { model: "sam", auc: 0.9801, logLoss: 0.1735, parameters: 58_791 },
  { model: "aoanet", auc: 0.9844, logLoss: 0.1424, parameters: 418_331 },
  { model: "finalmlp", auc: 0.9861, logLoss: 0.1484, parameters: 253_392, extraRows: 2 },
  { model: "finalnet", auc: 0.9857, logLoss: 0.1311, parameters: 338_502, extraRows: 2 },
  { model: "dssm", auc: 0.9832, logLoss: 0.1874, parameters: 739_490 },
];

/** Models of the benchmark without a run on Frappe_x1: tuned on validation and reported. */
export const frappeUnpublished: readonly string[] = [
  "ccpm",
  "deep-crossing",
  "fgcnn",
  "onn",
  "lorentz-fm",
  "interhat",
];

/** Tokens of each field in the training part of Frappe_x1, for which the counts of parameters were logged. */
export const frappeTokens: Readonly<Record<string, number>> = {
  user: 954,
  item: 4082,
  daytime: 7,
  weekday: 7,
  isweekend: 2,
  homework: 3,
  cost: 2,
  weather: 9,
  country: 80,
  city: 233,
};
