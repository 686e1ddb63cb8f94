export { fitEase } from "./ease.js";
export { fitIals, type IalsModel, type IalsOptions } from "./ials.js";
