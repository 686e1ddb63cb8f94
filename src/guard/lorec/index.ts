export { accountText } from "./account-text.js";
export {
  type Accounts,
  type Calibration,
  type CalibrationOptions,
  calibrationDefaults,
  openCalibration,
} from "./calibration.js";
export { type CalibratorOptions, calibrator, calibratorDefaults, calibratorLoss } from "./calibrator.js";
export {
  type Guarded,
  type LorecOptions,
  trainGuarded,
  type WeightChange,
  type WeightUpdate,
} from "./lorec.js";
export { type Compensation, compensate, initialState, weightOf } from "./user-weights.js";
