import type { Layers, Tensor } from "../../tensor/index.js";

/** Natural logarithms of magnitudes, those below 1e-5 raised to it, with the fields last: [batch, field, dim] to [batch, dim, field]. */
export function logMagnitudes(e: Tensor): Tensor {
  return e.abs().maximum(1e-5).log().transpose();
}

/**
 * Logarithmic neurons exp(sum_i w_i ln|e_i|): products of the fields, each raised to a learned power (Cheng et al. 2020).
 * [batch, dim, field] to [batch, dim, neuron]. Exponents are kept within 30 of zero, short of overflow.
 */
export function logarithmicNeurons(nn: Layers, logarithms: Tensor, neurons: number): Tensor {
  return nn.in("logarithmic").linear(logarithms, neurons, { bias: false }).clip(-30, 30).exp();
}
