import "./arithmetic.js";
import "./compare.js";
import "./gather.js";
import "./matmul.js";
import "./normalize.js";
import "./reduce.js";
import "./reshape.js";
import "./scan.js";
import "./slice.js";
import "./softmax.js";

export { where } from "./compare.js";
export {
  averagePool2d,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  conv2dUnfolded,
  maxPool2d,
  unfold,
} from "./convolution.js";
export { take } from "./gather.js";
export { moments } from "./normalize.js";
export { concat, stack } from "./slice.js";
export { erfSeries } from "./unary.js";
export { stopGradient, withGradient } from "./with-gradient.js";
