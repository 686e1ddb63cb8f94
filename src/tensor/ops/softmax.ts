import { axisOf } from "../shape.js";
import { defineOp, Tensor } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    softmax(axis?: number): Tensor;
    logSoftmax(axis?: number): Tensor;
  }
}

const softmaxOp = defineOp<{ axis: number }>({
  name: "softmax",
  takes: "float",
  infer: ([x]) => ({ dtype: x!.dtype, shape: [...x!.shape] }),
  emit: (emitter, inputs, { axis }) => emitter.node("Softmax", inputs, { axis }),
  gradient(g, _, { axis }, y) {
    const weighted = g.mul(y);
    return [weighted.sub(y.mul(weighted.sum(axis, true)))];
  },
});

const logSoftmaxOp = defineOp<{ axis: number }>({
  name: "logSoftmax",
  takes: "float",
  infer: ([x]) => ({ dtype: x!.dtype, shape: [...x!.shape] }),
  emit: (emitter, inputs, { axis }) => emitter.node("LogSoftmax", inputs, { axis }),
  gradient: (g, _, { axis }, y) => [g.sub(y.exp().mul(g.sum(axis, true)))],
});

Tensor.prototype.softmax = function (axis = -1) {
  return softmaxOp([this], { axis: axisOf("softmax", axis, this.shape) });
};
Tensor.prototype.logSoftmax = function (axis = -1) {
  return logSoftmaxOp([this], { axis: axisOf("logSoftmax", axis, this.shape) });
};
