#!/usr/bin/env -S node --max-semi-space-size=128
import { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { packageVersion } from "../core/version.js";
import { addBackup } from "./backup.js";
import { addBench } from "./bench.js";
import { addData } from "./data.js";
import { addDoctor } from "./doctor.js";
import { addEvaluate } from "./evaluate.js";
import { addEvents } from "./events.js";
import { addExport } from "./export.js";
import { addFeatures } from "./features.js";
import { addImport } from "./import.js";
import { addInit } from "./init.js";
import { addKeys } from "./keys.js";
import { addRecommend } from "./recommend.js";
import { addReproduce } from "./reproduce.js";
import { addRestore } from "./restore.js";
import { addSystems } from "./systems.js";
import { addTrain } from "./train.js";
import { addUp } from "./up.js";

const program = new Command("heed")
  .description("The engine that understands people from what they do.")
  .version(packageVersion());
for (const add of [
  addInit,
  addUp,
  addImport,
  addExport,
  addEvents,
  addKeys,
  addTrain,
  addEvaluate,
  addFeatures,
  addRecommend,
  addReproduce,
  addSystems,
  addData,
  addBackup,
  addRestore,
  addDoctor,
  addBench,
])
  add(program);

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof HeedError)) throw error;
  process.stderr.write(`heed: ${error.message}\n`);
  process.exitCode = 1;
}
