export { accountText } from "./account-text.js";
export { type CalibratorOptions, calibrator, calibratorDefaults, calibratorLoss } from "./calibrator.js";
export { type Compensation, compensate, initialState, weightOf } from "./user-weights.js";
