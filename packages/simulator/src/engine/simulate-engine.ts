/** One small world of real wallets, from a seed to what came of it. */
import { bytesToHex, sha256 } from "@amigos/core";
import { stateRoot } from "@amigos/reconcile";
import { EngineWorld, WaitedInVain } from "./engine-world.ts";
import { examine, type EngineViolation } from "./examine.ts";
import { movesOf, type Move } from "./moves.ts";

export interface EngineSimulationOptions {
  readonly seed: number;
  /** Left out: those of the seed. */
  readonly moves?: readonly Move[];
  readonly disksLie?: boolean;
  readonly onEvent?: (line: string) => void;
}

export interface EngineSimulationResult {
  readonly seed: number;
  /** Every payment that was signed and what the ledger said of it, in the order in which they were signed. */
  readonly verdicts: readonly string[];
  /** Names of those against whom there is a proof. */
  readonly proven: readonly string[];
  readonly height: number;
  readonly stateRoot: string;
  /** Of all of it: two runs with one hash came to the same, by whatever way on the wires. */
  readonly hash: string;
  readonly violation?: EngineViolation;
}

export async function simulateEngine(options: EngineSimulationOptions): Promise<EngineSimulationResult> {
  const { seed, moves = movesOf(options.seed) } = options;
  const world = await EngineWorld.open({ ...options, moves });
  try {
    const violation = await violationOf(world);
    const outcomes = new Map(
      world.settled.map(({ entry, verdict }) => [
        entry.id,
        "failure" in verdict ? `${verdict.outcome} ${verdict.failure.code}` : verdict.outcome,
      ]),
    );
    const verdicts = [...world.payments].map(([id, line]) => `${line}: ${outcomes.get(id) ?? "not settled"}`);
    const proven = world.hub.evidence.map(({ a }) => world.nameOf(a.entry.account));
    const found = { seed, verdicts, proven, height: world.hub.settled.height, stateRoot: stateRoot(world.hub.settled) };
    return {
      ...found,
      hash: bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(found)))),
      ...(violation === undefined ? {} : { violation }),
    };
  } finally {
    await world.close();
  }
}

async function violationOf(world: EngineWorld): Promise<EngineViolation | undefined> {
  try {
    await world.run();
  } catch (error) {
    if (!(error instanceof WaitedInVain)) throw error;
    return { check: "convergence", detail: `waited in vain until ${error.message}` };
  }
  return examine(world);
}
