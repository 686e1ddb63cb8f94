export { group, largest } from "./group";
export { adagrad, adam, ftrl, momentum, sgd } from "./optimizers";
export { gather, penalize, squares, sum, touch } from "./rows";
