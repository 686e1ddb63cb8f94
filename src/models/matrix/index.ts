export { fitEase } from "./ease.js";
