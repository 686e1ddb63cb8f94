export { timeText } from "./convert.js";
export type { RowKind } from "./fields.js";
export { fileFormats, formatOf } from "./format.js";
export { type Mapped, parseMapping, rowReader } from "./mapping.js";
export { openRows } from "./read.js";
export type { RowFile } from "./row-file.js";
export { refuseExisting, writeRows } from "./write.js";
