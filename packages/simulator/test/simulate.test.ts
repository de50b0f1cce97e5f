/** The laboratory itself: it repeats itself to the byte, and finds nothing wrong with the rules. */
import { describe, expect, it } from "vitest";
import { ADVERSARIES, SCENARIOS, scenarioOf, simulate, Simulation, type Scenario } from "@amigos/simulator";
import { SMALL } from "./support/small.ts";

const residents = scenarioOf("residents") as Scenario;
const SEEDS = [1, 2, 3, 4, 5, 6];

describe("a world", { timeout: 120_000 }, () => {
  it("is the same to the byte for the same seed, and another for another seed or setting", async () => {
    const lines: readonly [string[], string[]] = [[], []];
    const [first, second] = await Promise.all(
      lines.map((kept) =>
        simulate({ scenario: residents, seed: 7, settings: SMALL, onEvent: (line) => kept.push(line) }),
      ),
    );
    expect(lines[0].length).toBeGreaterThan(50);
    expect(lines[0]).toEqual(lines[1]);
    expect(first).toEqual(second);
    const others = await Promise.all([
      simulate({ scenario: residents, seed: 8, settings: SMALL }),
      simulate({ scenario: residents, seed: 7, settings: { ...SMALL, messageLoss: 30 } }),
    ]);
    expect(new Set([first, ...others].map((result) => result?.hash)).size).toBe(3);
  });

  it("is the same hour by hour, whoever looks in between", async () => {
    const options = { scenario: residents, seed: 7, settings: { ...SMALL, adversary: "cloned-device" } } as const;
    const simulation = await Simulation.begin(options);
    const seen: number[] = [];
    while (await simulation.step()) {
      expect(simulation.result().violation).toBe(undefined);
      seen.push(simulation.lanes().payments.length);
    }
    expect(seen).toHaveLength(simulation.hours - 1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(simulation.result()).toEqual(await simulate(options));
    expect(await simulation.step()).toBe(false);
  });

  it("goes the same way with real signatures and with simulated ones, where no lot decides", async () => {
    const settings = { ...SMALL, devices: 5, payments: 6 };
    const [real, simulated] = await Promise.all(
      (["real", "simulated"] as const).map((crypto) =>
        simulate({ scenario: residents, seed: 3, settings: { ...settings, crypto } }),
      ),
    );
    expect(real?.trace).toBe(simulated?.trace);
    expect(real?.hash).not.toBe(simulated?.hash);
  });

  it("with a cheat differs by whom a lot favours, and by nothing else: who paid, who was refused, who had proof and when", async () => {
    // One payment of each copy is all that the limit allows: one is honoured, and a lot decides which.
    const money = { cheatAmount: 50_00, dailyLimit: 50_00 } as const;
    const settings = { ...SMALL, ...money, devices: 5, payments: 2, adversary: "cloned-device", copies: 3 } as const;
    const [real, simulated] = await Promise.all(
      (["real", "simulated"] as const).map(async (crypto) => {
        const runs = [1, 2, 3].map((seed) =>
          simulate({ scenario: residents, seed, settings: { ...settings, crypto } }),
        );
        return (await Promise.all(runs)).map(({ outcome: { payments, evidence, wronged } }) => ({
          payments,
          evidence,
          wronged,
        }));
      }),
    );
    expect(real).toEqual(simulated);
    expect(real?.some(({ evidence }) => evidence.victims > 1)).toBe(true);
  });
});

describe("the rules", { timeout: 300_000 }, () => {
  it("hold in every scenario, whatever goes wrong with networks, clocks, phones and disks", async () => {
    const troubles = {
      loss: 30,
      duplicates: 30,
      oneWay: 30,
      crashes: 20,
      fullDisks: 30,
      jumps: 30,
      respends: "yes",
    } as const;
    for (const scenario of SCENARIOS) {
      const { violation, outcome } = await simulate({
        scenario,
        seed: 5,
        settings: { ...troubles, devices: 12, days: 2, crypto: "simulated" },
      });
      expect(violation, scenario.name).toBe(undefined);
      expect(outcome.payments.accepted, scenario.name).toBeGreaterThan(0);
    }
  });

  it.each(ADVERSARIES.map(({ name }) => name))(
    "hold against %s, whose victims lose no more than it is let",
    async (adversary) => {
      for (const seed of SEEDS) {
        const { violation, outcome } = await simulate({
          scenario: residents,
          seed,
          settings: { ...SMALL, adversary, copies: 3, witnesses: 3, cheats: 2 },
        });
        expect(violation, `seed ${seed}`).toBe(undefined);
        expect(outcome.ledger.roots).toBe(1);
      }
    },
  );

  it("let a copied phone get something, and give each victim proof", async () => {
    const totals = { loss: 0, forks: 0, victims: 0, informed: 0 };
    for (const seed of SEEDS) {
      const settings = { ...SMALL, adversary: "cloned-device", copies: 4 } as const;
      const { loss, evidence } = (await simulate({ scenario: residents, seed, settings })).outcome;
      totals.loss += loss.total;
      totals.forks += evidence.forks;
      totals.victims += evidence.victims;
      totals.informed += evidence.informed;
    }
    expect(totals.loss).toBeGreaterThan(0);
    expect(totals.forks).toBeGreaterThan(0);
    expect(totals.informed).toBe(totals.victims);
  });
});
