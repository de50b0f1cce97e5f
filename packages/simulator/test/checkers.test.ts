/** Checkers that no planted rule can make fail: each is shown a world in which what it holds the world to does not hold. */
import { describe, expect, it } from "vitest";
import { reconcile } from "@amigos/reconcile";
import { scenarioOf, settingsOf, type Check, type Scenario, type Settings } from "@amigos/simulator";
import type { Adversary } from "../src/adversaries/adversary.ts";
import { goOnASpree } from "../src/adversaries/spree.ts";
import { Violated } from "../src/checkers/checkers.ts";
import { finality } from "../src/checkers/finality.ts";
import type { Decision } from "../src/world/ledger.ts";
import { World } from "../src/world/world.ts";
import { SMALL } from "./support/small.ts";

const residents = scenarioOf("residents") as Scenario;

/** Runs a world with somebody in it who does this, and returns the check that failed. */
async function checkBroken(join: (world: World) => void, settings: Partial<Settings> = {}): Promise<Check | undefined> {
  const adversary: Adversary = {
    name: "none",
    what: "is made for a test",
    accounts: () => 0,
    isProvable: true,
    lossMax: () => undefined,
    join,
  };
  const world = await World.create({
    scenario: residents,
    settings: settingsOf(residents, { ...SMALL, ...settings }),
    seed: "checkers",
    rules: { reconcile },
    adversary,
  });
  try {
    await world.run();
    return undefined;
  } catch (error) {
    if (!(error instanceof Violated)) throw error;
    return error.violation.check;
  }
}

describe("a checker", { timeout: 120_000 }, () => {
  it("of honesty finds an honest person's session that signed a place twice", async () => {
    const copyHonest = (world: World): void => {
      const [victim] = world.devices;
      if (victim === undefined) throw new RangeError("nobody is there");
      const copy = world.copy(victim, "a copy", 1);
      for (const phone of [victim, copy]) goOnASpree(world, phone);
    };
    expect(await checkBroken(() => undefined)).toBe(undefined);
    expect(await checkBroken(copyHonest, { cheatAmount: 5_00, gossip: 10 })).toBe("honesty");
  });

  it("of evidence finds a proof that convinces nobody", async () => {
    const makeUpProof = (world: World): void => {
      const [cheat, friend] = world.devices;
      if (cheat === undefined || friend === undefined) throw new RangeError("nobody is there");
      world.agenda.after(3_600_000, async () => {
        const paid = await world.commerce.pay(cheat, friend, 1_00);
        if (!("entry" in paid)) throw new RangeError("nothing was paid");
        const { entry } = paid;
        // One entry is no two.
        const { session, sequence } = entry.entry;
        friend.receiveEvidence([{ type: "equivocation", session, sequence, a: entry, b: entry }]);
      });
    };
    expect(await checkBroken(makeUpProof, { crypto: "real", devices: 4, payments: 1 })).toBe("evidence");
  });

  it("of finality finds an entry that is decided twice", () => {
    const checker = finality();
    const decided = (outcome: "accepted" | "rejected"): Decision =>
      ({ reconciliation: { verdicts: [{ entry: "one", outcome }] } }) as unknown as Decision;
    const examine = (decision: Decision) => checker.afterDecision?.(decision, undefined as never);
    expect(examine(decided("accepted"))).toBe(undefined);
    expect(examine(decided("rejected"))).toMatchObject({ check: "finality" });
  });
});
