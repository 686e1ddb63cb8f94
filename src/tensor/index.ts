export { gradients } from "./autodiff.js";
export { cutGraph } from "./cut.js";
export * from "./nn/index.js";
export { clearRow, type OnnxGraph, type Signature, writeOnnx } from "./onnx.js";
export * from "./ops/index.js";
export {
  compile,
  type Device,
  openProgram,
  type Program,
  type RuntimeOptions,
  type Value,
} from "./runtime.js";
export type { Dimension, Shape } from "./shape.js";
export { constant, type DType, input, type Operand, Tensor, type TensorData, typedArray } from "./tensor.js";
