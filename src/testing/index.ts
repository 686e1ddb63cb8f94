export {
  type AnalyticsSubject,
  analyticsContract,
  compareWithReference,
  exampleRows,
} from "./analytics.js";
export { type ContractCase, type Failure, type Make, runContract, type Subject } from "./contract.js";
export { eventLogContract } from "./event-log.js";
export { onlineStoreContract } from "./online-store.js";
export { type Blindness, type ExampleRow, referenceExamples } from "./reference.js";
export { registryContract } from "./registry.js";
export { sampleEvent, second } from "./sample.js";
export { type Step, smallWorld } from "./world.js";
