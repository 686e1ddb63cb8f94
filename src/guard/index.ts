export * from "./attacks/index.js";
