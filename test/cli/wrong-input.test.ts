import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { heed, temporaryFolder } from "../support/cli.js";

const folder = temporaryFolder();
const file = join(folder, "file");
writeFileSync(file, "not a folder");
const sample = ["--data", "movietweetings-100k"];

/** A person's mistake: the arguments, what stderr must say, and the environment in which it is made. */
type Mistake = [name: string, args: string[], said: RegExp, env?: Record<string, string>];

const mistakes: Mistake[] = [
  ["no command", [], /Usage: heed/],
  ["an unknown command", ["trian"], /unknown command 'trian'[\s\S]*Did you mean train/],
  ["an unknown flag", ["train", "lr", ...sample, "--sedes", "1"], /unknown option '--sedes'[\s\S]*--seeds/],
  ["train without data", ["train", "lr"], /on what is lr to be trained[\s\S]*--data NAME/],
  ["train on events, and save elsewhere", ["train", "--out", "x"], /--out is given without a model/],
  [
    "a budget for a public data set",
    ["train", "lr", "--data", "frappe", "--seconds", "5"],
    /--seconds is for training on events/,
  ],
  [
    "train without a model",
    ["train", ...sample],
    /--data is given without a model[\s\S]*heed train MODEL --data NAME/,
  ],
  [
    "an unknown model",
    ["train", "depfm", ...sample],
    /no model "depfm"[\s\S]*help: did you mean "deepfm"\? models are/,
  ],
  [
    "an unknown data set",
    ["train", "lr", "--data", "frape"],
    /no data set "frape"[\s\S]*did you mean "frappe"/,
  ],
  [
    "a data set of another family",
    ["train", "lr", "--data", "ml-1m-seq"],
    /no data set "ml-1m-seq" here[\s\S]*frappe/,
  ],
  [
    "seeds that are words",
    ["train", "lr", ...sample, "--seeds", "one"],
    /--seeds is "one"\n.*for example --seeds 1,2/,
  ],
  ["blank seeds", ["train", "lr", ...sample, "--seeds", ""], /--seeds is ""/],
  ["half a seed", ["train", "lr", ...sample, "--seeds", "1,2.5"], /--seeds is "1,2.5"/],
  ["a seed twice", ["train", "lr", ...sample, "--seeds", "1,1"], /a number is there twice/],
  ["no epochs", ["train", "lr", ...sample, "--epochs", "0"], /--epochs is "0"\n.*whole number from 1/],
  [
    "an unknown mode",
    ["train", "lr", ...sample, "--embeddings", "fast"],
    /--embeddings is "fast"\n.*exact or lazy/,
  ],
  [
    "lazy tables for SASRec",
    ["train", "sasrec", ...sample, "--embeddings", "lazy"],
    /needs its tables whole/,
  ],
  [
    "steps without a checkpoint",
    ["train", "lr", ...sample, "--checkpoint-steps", "5"],
    /--checkpoint FOLDER/,
  ],
  ["a bundle below a file", ["train", "lr", ...sample, "--out", join(file, "x")], /cannot be written/],
  [
    "a bundle over other files",
    ["train", "lr", ...sample, "--out", folder],
    /holds files that are no bundle/,
  ],
  [
    "a checkpoint below a file",
    ["train", "lr", ...sample, "--checkpoint", join(file, "x")],
    /cannot be used/,
  ],
  ["data that is not there", ["train", "lr", "--data", "frappe"], /frappe is not in .*nowhere\n.*HEED_DATA/],
  ["a bundle that is not there", ["evaluate", join(folder, "none"), ...sample], /there is no bundle .*none/],
  ["a file as a bundle", ["evaluate", file, ...sample], /no manifest.json that can be read/],
  ["a cut-off of nothing", ["evaluate", folder, ...sample, "--k", "0"], /--k is "0"\n.*from 1/],
  ["cut-offs that are words", ["evaluate", folder, ...sample, "--k", "10,x"], /--k is "10,x"/],
  ["recommend for nobody", ["recommend"], /no user and no --history[\s\S]*heed recommend USER/],
  ["a limit of none", ["recommend", "ann", "--limit", "0"], /--limit is "0"/],
  ["a limit beyond bounds", ["recommend", "ann", "--limit", "201"], /--limit is 201/],
  ["a history with a gap", ["recommend", "--history", "a,,b"], /--history is "a,,b"/],
  ["no data folder", ["recommend", "ann"], /holds no Heed data\n.*start `heed up` or `heed import` first/],
  [
    "a bundle that is none",
    ["recommend", "--bundle", folder, "--history", "a"],
    /no manifest.json that can be read/,
  ],
  ["a budget of nothing", ["up", "--seconds", "0"], /--seconds is "0"/],
  ["a port that is a word", ["up"], /HEED_PORT is "http"\n.*1 to 65535/, { HEED_PORT: "http" }],
  ["a port beyond bounds", ["up"], /HEED_PORT is "70000"/, { HEED_PORT: "70000" }],
  [
    "a file as data folder",
    ["up"],
    /the data folder .*file.* cannot be made\S*[\s\S]*HEED_HOME/,
    { HEED_HOME: join(file, "x") },
  ],
  ["an unknown benchmark", ["bench", "nothing"], /no benchmark "nothing"/],
  ["an unknown experiment", ["reproduce", "bars-crt"], /no system "bars-crt"\n.*did you mean "bars-ctr"/],
  ["a system without an experiment", ["reproduce", "ban-evasion"], /ban-evasion has no experiment yet/],
  [
    "a model that an experiment does not run",
    ["reproduce", "bars-ctr", "--only", "lr,sasrec"],
    /bars-ctr runs no "sasrec"\n.*its models are/,
  ],
  ["an unknown data set to get", ["data", "get", "frape"], /no data set "frape"\n.*did you mean "frappe"/],
];

describe("a mistake ends with code 1, the remedy on stderr and nothing on stdout", () => {
  test.each(mistakes)("%s", async (_, args, said, env = {}) => {
    const { code, stdout, stderr } = await heed(args, { HEED_DATA: join(folder, "nowhere"), ...env });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n +at /);
    expect([code, stdout]).toEqual([1, ""]);
  });

  const root = process.getuid?.() === 0;
  test.skipIf(root)(
    `a folder that may not be written${root ? " (root may write everywhere)" : ""}`,
    async () => {
      const closed = join(folder, "closed");
      mkdirSync(closed);
      chmodSync(closed, 0o500);
      const { code, stderr } = await heed(["train", "lr", ...sample, "--out", join(closed, "x")]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/closed.* cannot be written: .*EACCES/)]);
    },
  );
});

describe("help", () => {
  const commands =
    "up train evaluate recommend bench init import export backup restore doctor reproduce systems data,list data,get keys,create keys,list events,tail features,rank";
  ("up train evaluate recommend bench init import export backup restore doctor keys,create keys,list events,tail features,rank");
  test.each([[], ...commands.split(" ").map((each) => each.split(","))])(
    "heed %s --help is an answer",
    async (...command) => {
      const { code, stdout, stderr } = await heed([...command.filter(Boolean), "--help"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Usage: heed/);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    },
  );

  test("heed train --help names every model and the data it learns", async () => {
    const { stdout } = await heed(["train", "--help"]);
    for (const name of ["lr", "dcn-v2", "sasrec", "frappe", "ml-1m-seq", "movietweetings-100k"])
      expect(stdout).toContain(name);
  });
});
