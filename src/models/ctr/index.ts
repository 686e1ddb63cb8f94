import { dcnV2 } from "./dcn-v2.js";
import { deepFM } from "./deepfm.js";
import { dnn } from "./dnn.js";
import { fm } from "./fm.js";
import { lr } from "./lr.js";

export { type CtrData, ctr } from "./task.js";
export { dcnV2, deepFM, dnn, fm, lr };

/** Every click-through model by name. A new one is its file and its place in this list. */
export const ctrModels = [lr, fm, dnn, deepFM, dcnV2] as const;
