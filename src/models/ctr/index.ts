import { afm } from "./afm.js";
import { afn } from "./afn.js";
import { afnPlus } from "./afn-plus.js";
import { aoaNet } from "./aoanet.js";
import { autoInt } from "./autoint.js";
import { autoIntPlus } from "./autoint-plus.js";
import { ccpm } from "./ccpm.js";
import { cin } from "./cin.js";
import { crossNet } from "./crossnet.js";
import { crossNetV2 } from "./crossnet-v2.js";
import { dcn } from "./dcn.js";
import { dcnV2 } from "./dcn-v2.js";
import { deepCrossing } from "./deep-crossing.js";
import { deepFM } from "./deepfm.js";
import { deepIM } from "./deepim.js";
import { destine } from "./destine.js";
import { dlrm } from "./dlrm.js";
import { dnn } from "./dnn.js";
import { dssm } from "./dssm.js";
import { edcn } from "./edcn.js";
import { ffm } from "./ffm.js";
import { fgcnn } from "./fgcnn.js";
import { fibinet } from "./fibinet.js";
import { fignn } from "./fignn.js";
import { finalMLP } from "./finalmlp.js";
import { finalNet } from "./finalnet.js";
import { fm } from "./fm.js";
import { fmfm } from "./fmfm.js";
import { fwfm } from "./fwfm.js";
import { hfm } from "./hfm.js";
import { hfmPlus } from "./hfm-plus.js";
import { hofm } from "./hofm.js";
import { interhat } from "./interhat.js";
import { ipnn } from "./ipnn.js";
import { lorentzFM } from "./lorentz-fm.js";
import { lr } from "./lr.js";
import { maskNet } from "./masknet.js";
import { nfm } from "./nfm.js";
import { onn } from "./onn.js";
import { sam } from "./sam.js";
import { wideDeep } from "./wide-deep.js";
import { xDeepFM } from "./xdeepfm.js";

export { type CtrData, ctr } from "./task.js";
export {
  afm,
  afn,
  afnPlus,
  aoaNet,
  autoInt,
  autoIntPlus,
  ccpm,
  cin,
  crossNet,
  crossNetV2,
  dcn,
  dcnV2,
  deepCrossing,
  deepFM,
  deepIM,
  destine,
  dlrm,
  dnn,
  dssm,
  edcn,
  ffm,
  fgcnn,
  fibinet,
  fignn,
  finalMLP,
  finalNet,
  fm,
  fmfm,
  fwfm,
  hfm,
  hfmPlus,
  hofm,
  interhat,
  ipnn,
  lorentzFM,
  lr,
  maskNet,
  nfm,
  onn,
  sam,
  wideDeep,
  xDeepFM,
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
  wideDeep,
  deepCrossing,
  dcn,
  crossNet,
  crossNetV2,
  xDeepFM,
  cin,
  fgcnn,
  fignn,
  fibinet,
  afn,
  afnPlus,
  interhat,
  maskNet,
  finalMLP,
  finalNet,
  dlrm,
  deepIM,
  edcn,
  destine,
  sam,
  aoaNet,
  dssm,
] as const;
