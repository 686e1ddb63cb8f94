import { random } from "../../core/random.js";
import {
  dataFolder,
  importers,
  leaveOneOut,
  ragged,
  row,
  rowsOf,
  type SequenceColumn,
} from "../../data/index.js";
import {
  type Attackers,
  accountText,
  attackNamed,
  drawTargets,
  inject,
  randomAttack,
} from "../../guard/index.js";
import { embedAll, hashedEmbedding } from "../../language/index.js";

export const lorecData = "amazon-games-seq";

/** Genuine users of one draw, the items that are pushed, and the fakes that a defender makes to learn from. */
export interface World {
  genuine: SequenceColumn;
  titles: readonly string[];
  targets: Int32Array;
  /** As training sees them: without their last two items. */
  fakes: Int32Array[];
}

/** Training data with attackers in it; rows from `genuine` on are theirs. */
export interface Poisoned {
  all: SequenceColumn;
  train: SequenceColumn;
  validation: Int32Array;
  genuine: number;
}

const leastEvents = 5;

/**
 * Users drawn at random, their items that occur five times or more among them, numbered anew; who keeps fewer than three
 * is left out. The fakes push other items than the attackers do, many at once, and know only the random attack.
 */
export function drawWorld(users: number, seed: number): World {
  const data = importers[lorecData].load(dataFolder(lorecData));
  const drawn = sample(data.users, users, seed).map((user) => row(data.sequences, user));
  const counts = new Int32Array(data.sequences.size);
  for (const ids of drawn) for (const item of ids) counts[item]!++;
  const kept = [...counts.keys()].filter((item) => counts[item]! >= leastEvents);
  const renamed = new Map(kept.map((item, i) => [item, i + 1]));
  const lists = drawn.map((ids) => ids.filter((item) => renamed.has(item)).map((item) => renamed.get(item)!));
  const genuine = ragged(
    lists.filter((ids) => ids.length >= 3),
    kept.length + 1,
  );
  const made = randomAttack(genuine, {
    share: 0.1,
    targets: drawTargets(genuine, { seed: seed + 1000, count: Math.ceil(rowsOf(genuine) / 200) }),
    seed: seed + 1000,
  });
  return {
    genuine,
    titles: ["", ...kept.map((item) => data.titles![item]!)],
    targets: drawTargets(genuine, { seed }),
    fakes: made.sequences.map((ids) => ids.subarray(0, -2)),
  };
}

/** Attackers put behind the genuine users, and everybody's last two items held out; without an attack nobody is added. */
export function poison(
  { genuine, targets }: World,
  attack: { name: string; share: number; seed: number } | null,
): Poisoned {
  const none: Attackers = { sequences: [], targets: new Int32Array(0) };
  const attackers = attack ? attackNamed(attack.name)(genuine, { ...attack, targets }) : none;
  const all = inject(genuine, attackers);
  const { train, validation } = leaveOneOut(all);
  return { all, train, validation, genuine: rowsOf(genuine) };
}

/** The hashed text views of all accounts in training, then of the fakes. */
export function viewsOf({ titles, fakes }: World, { train }: Poisoned): Promise<Float32Array[]> {
  const accounts = [...Array.from({ length: rowsOf(train) }, (_, user) => row(train, user)), ...fakes];
  const texts = accounts.map((ids) =>
    accountText(
      Array.from(ids, (item) => titles[item]!),
      "video games",
    ),
  );
  return embedAll(hashedEmbedding(), texts);
}

function sample(population: number, size: number, seed: number): number[] {
  const source = random(seed, "lorec-users");
  const order = Int32Array.from({ length: population }, (_, i) => i);
  for (let i = 0; i < Math.min(size, population); i++) {
    const j = i + source.integer(population - i);
    const drawn = order[j]!;
    order[j] = order[i]!;
    order[i] = drawn;
  }
  return Array.from(order.subarray(0, size));
}
