import { afn } from "./afn.js";
import { afnPlus } from "./afn-plus.js";
import { aoaNet } from "./aoanet.js";
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
import { fgcnn } from "./fgcnn.js";
import { fibinet } from "./fibinet.js";
import { fignn } from "./fignn.js";
import { finalMLP } from "./finalmlp.js";
import { finalNet } from "./finalnet.js";
import { fm } from "./fm.js";
import { interhat } from "./interhat.js";
import { lr } from "./lr.js";
import { maskNet } from "./masknet.js";
import { sam } from "./sam.js";
import { wideDeep } from "./wide-deep.js";
import { xDeepFM } from "./xdeepfm.js";

export { type CtrData, ctr } from "./task.js";
export {
  afn,
  afnPlus,
  aoaNet,
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
  fgcnn,
  fibinet,
  fignn,
  finalMLP,
  finalNet,
  fm,
  interhat,
  lr,
  maskNet,
  sam,
  wideDeep,
  xDeepFM,
};

/** Every click-through model by name. A new one is its file and its place in this list. */
export const ctrModels = [
  lr,
  fm,
  dnn,
  deepFM,
  dcnV2,
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
