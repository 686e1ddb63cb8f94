export { group, largest } from "./group";
export { solve } from "./least-squares";
export { adagrad, adam, ftrl, momentum, sgd } from "./optimizers";
export { gather, penalize, squares, sum, touch } from "./rows";
