/** Small worlds of real wallets: they hold, come to the same again, and a disk that breaks its promise is found. */
import { describe, expect, it } from "vitest";
import { movesOf, simulateEngine } from "@amigos/simulator/engine";

/** Between them they have every kind of move, a fork, and checkpoints in the middle. */
const SEEDS = [1, 3, 5];

describe("a world of real wallets", { timeout: 300_000 }, () => {
  it("holds, and comes to the same verdicts, proofs and root again", async () => {
    const results = [];
    for (const seed of SEEDS) {
      const result = await simulateEngine({ seed });
      expect(result.violation, `seed ${seed}`).toBe(undefined);
      expect(result.verdicts.some((line) => line.endsWith("accepted"))).toBe(true);
      expect(await simulateEngine({ seed })).toEqual(result);
      results.push(result);
    }
    expect(new Set(SEEDS.flatMap((seed) => movesOf(seed).map(({ type }) => type))).size).toBe(10);
    expect(results.flatMap(({ proven }) => proven)).toContain("eve");
    expect(Math.max(...results.map(({ height }) => height))).toBeGreaterThan(3);
  });

  it("shows that somebody honest signed twice, when disks lose what they said they had written", async () => {
    const lying = await simulateEngine({ seed: 10, disksLie: true });
    expect(lying.violation?.check).toBe("honesty");
    expect((await simulateEngine({ seed: 10 })).violation).toBe(undefined);
  });
});
