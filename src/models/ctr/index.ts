import { afm } from "./afm.js";
import { autoInt } from "./autoint.js";
import { autoIntPlus } from "./autoint-plus.js";
import { ccpm } from "./ccpm.js";
import { dcnV2 } from "./dcn-v2.js";
import { deepFM } from "./deepfm.js";
import { dnn } from "./dnn.js";
import { ffm } from "./ffm.js";
import { fm } from "./fm.js";
import { fmfm } from "./fmfm.js";
import { fwfm } from "./fwfm.js";
import { hfm } from "./hfm.js";
import { hfmPlus } from "./hfm-plus.js";
import { hofm } from "./hofm.js";
import { ipnn } from "./ipnn.js";
import { lorentzFM } from "./lorentz-fm.js";
import { lr } from "./lr.js";
import { nfm } from "./nfm.js";
import { onn } from "./onn.js";

export { type CtrData, ctr } from "./task.js";
export {
  afm,
  autoInt,
  autoIntPlus,
  ccpm,
  dcnV2,
  deepFM,
  dnn,
  ffm,
  fm,
  fmfm,
  fwfm,
  hfm,
  hfmPlus,
  hofm,
  ipnn,
  lorentzFM,
  lr,
  nfm,
  onn,
};

/** Every click-through model by name. A new one is its file and its place in this list. */
export const ctrModels = [
  lr,
  fm,
  ffm,
  hofm,
  fwfm,
  fmfm,
  lorentzFM,
  ccpm,
  afm,
  nfm,
  ipnn,
  onn,
  hfm,
  hfmPlus,
  dnn,
  deepFM,
  dcnV2,
  autoInt,
  autoIntPlus,
] as const;
