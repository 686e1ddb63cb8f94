#!/usr/bin/env node
import { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { addBackup } from "./backup.js";
import { addBench } from "./bench.js";
import { addDoctor } from "./doctor.js";
import { addEvaluate } from "./evaluate.js";
import { addEvents } from "./events.js";
import { addExport } from "./export.js";
import { addFeatures } from "./features.js";
import { addImport } from "./import.js";
import { addInit } from "./init.js";
import { addKeys } from "./keys.js";
import { addRecommend } from "./recommend.js";
import { addRestore } from "./restore.js";
import { addTrain } from "./train.js";
import { addUp } from "./up.js";

const program = new Command("heed").description("The engine that understands people from what they do.");
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
  addBackup,
  addRestore,
  addDoctor,
  addBench,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof HeedError)) throw error;
  process.stderr.write(`heed: ${error.message}\n`);
  process.exitCode = 1;
}
