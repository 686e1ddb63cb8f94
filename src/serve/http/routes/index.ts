import type { Route } from "../route.js";
import * as backup from "./backup.js";
import * as decisions from "./decisions.js";
import * as events from "./events.js";
import * as insight from "./insight.js";
import * as items from "./items.js";
import * as keys from "./keys.js";
import * as models from "./models.js";
import * as operations from "./operations.js";
import * as studio from "./studio.js";
import * as systems from "./systems.js";
import * as users from "./users.js";

/** Every route of the server. A new one is declared in one of these files and is served, documented and tested from here. */
export const routes: readonly Route[] = [
  events,
  items,
  users,
  decisions,
  models,
  operations,
  backup,
  insight,
  keys,
  systems,
  studio,
].flatMap((group) => Object.values(group));
