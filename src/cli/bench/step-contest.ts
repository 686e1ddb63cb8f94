import { HeedError } from "../../core/errors.js";
import type { Feeds, Trainable, TrainerOptions } from "../../train/index.js";
import type { MatmulTimer } from "./matmul.js";
import type { Peer, Peers } from "./peers.js";
import { adam, parametersOf, steps, stepTimer } from "./step-timer.js";
import type { Bench } from "./suite.js";
import { byTurns, type Turn } from "./turns.js";

/** A training step of ours and the programs that take the same one. */
export interface StepContest<PeerName extends string> {
  model: Trainable;
  /** Gives each step's batch; not timed. */
  next(): Feeds;
  options?: TrainerOptions;
  /** Peer programs by a name for this contest: file and options. */
  peers: Readonly<Record<PeerName, readonly [program: string, ...options: string[]]>>;
}

/** Seconds by turns, and the share of ours outside ONNX Runtime; an absent peer has no turns. */
export interface StepTurns<PeerName extends string> {
  matmul: number[];
  ours: number[];
  outside: number[];
  peers: Record<PeerName, number[]>;
}

/** Times a training step by turns with the machine's matmul and with peer programs. */
export async function stepContest<PeerName extends string>(
  bench: Bench,
  matmul: MatmulTimer,
  contest: StepContest<PeerName>,
): Promise<StepTurns<PeerName>> {
  const { model, next, options = adam } = contest;
  const ours = await stepTimer(model, next, options);
  const started: Peer[] = [];
  try {
    const contestants: Record<string, Turn | undefined> = { matmul: matmul.turn, ours: ours.turn };
    const names = Object.keys(contest.peers) as PeerName[];
    for (const name of names) {
      const [program, ...given] = contest.peers[name];
      const peer = await startEqual(bench.peers, model, program, [...given, ...stepOptions()]);
      if (peer) started.push(peer);
      contestants[`peer ${name}`] = peer && (() => peer.turn());
    }
    const turns = await byTurns(bench.rounds ?? 5, contestants);
    const peers = Object.fromEntries(names.map((name) => [name, turns[`peer ${name}`]!]));
    return {
      matmul: turns.matmul!,
      ours: turns.ours!,
      outside: ours.outside,
      peers: peers as Record<PeerName, number[]>,
    };
  } finally {
    for (const peer of started) await peer.stop();
    await ours.release();
  }
}

function stepOptions(): string[] {
  return ["--steps", `${steps.timed}`, "--warmup", `${steps.warmup}`];
}

/** Starts a peer program and refuses to compare it when its model is of another size. */
export async function startEqual(
  peers: Peers | null,
  model: Trainable,
  program: string,
  options: readonly string[],
): Promise<Peer | undefined> {
  const peer = await peers?.start(program, options);
  const ours = parametersOf(model);
  if (!peer || peer.parameters === ours) return peer;
  await peer.stop();
  throw new HeedError(
    "peer",
    `${model.name} learns ${ours} numbers, the peer program ${program} ${peer.parameters}`,
    "give both the same shapes; the options of the program are its docstring's",
  );
}
