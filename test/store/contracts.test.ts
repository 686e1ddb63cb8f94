import { describe, test } from "vitest";
import {
  analyticsContract,
  eventLogContract,
  onlineStoreContract,
  registryContract,
} from "../../src/testing/index.js";
import { embedded } from "./support.js";

const contracts = {
  EventLog: eventLogContract(embedded(({ log }) => log)),
  OnlineStore: onlineStoreContract(embedded(({ online }) => online)),
  Analytics: analyticsContract(embedded(({ log, analytics }) => ({ log, analytics }))),
  Registry: registryContract(embedded(({ registry }) => registry)),
};

describe.each(Object.entries(contracts))("the embedded %s", (_, cases) => {
  for (const { name, run } of cases) test(name, run);
});
