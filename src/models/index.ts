export * from "./ctr/index.js";
export * from "./explain/index.js";
export * from "./graph/index.js";
export * from "./matrix/index.js";
export { defineModel, type Model, type ModelDefinition, type Task } from "./model.js";
export * from "./sequential/index.js";
export * from "./text/index.js";
