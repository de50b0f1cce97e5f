/** The laboratory itself: it repeats itself to the byte, finds nothing wrong with the rules, and finds every planted bug. */
import { describe, expect, it } from "vitest";
import { SEND_UNLIMITED, type Amount } from "@amigos/core";
import {
  freezeFork,
  merkleRows,
  merkleSet,
  reconcile,
  type AccountState,
  type LedgerState,
  type Reconciliation,
  type SessionState,
} from "@amigos/reconcile";
import {
  ADVERSARIES,
  SCENARIOS,
  scenarioOf,
  settingsOf,
  shrink,
  simulate,
  type Check,
  type Rules,
  type Scenario,
  type Settings,
} from "@amigos/simulator";
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

/** Everybody in one place that never has the ledger: the only chance in it is whom a copy pays. */
const valley: Scenario = {
  ...residents,
  name: "valley",
  places: () => [{ name: "the valley", kind: "home", isCovered: false }],
};

describe("figures", { timeout: 300_000 }, () => {
  it("of a double spender agree with the closed form: k copies that each pay one of n payees reach n(1 - (1 - 1/n)^k) of them", async () => {
    const [payees, copies, cents, seeds] = [8, 4, 10_00, 60];
    const settings = {
      ...SMALL,
      devices: payees,
      payments: 0,
      gossip: 0,
      messageLoss: 0,
      adversary: "cloned-device",
      copies,
      cheatAmount: cents,
      dailyLimit: cents,
    } as const;
    let total = 0;
    for (let seed = 1; seed <= seeds; seed++)
      total += (await simulate({ scenario: valley, seed, settings })).outcome.loss.total;
    const reached = payees * (1 - (1 - 1 / payees) ** copies);
    // One of them is paid. A run differs by less than one payee from the mean, on average.
    expect(Math.abs(total / seeds / cents - (reached - 1))).toBeLessThan(3 / Math.sqrt(seeds));
  });

  it("of a payee who takes only what was set aside are bounded by it, once for each copy but one", async () => {
    const settings = { ...SMALL, adversary: "cloned-device", copies: 3, float: 20_00, acceptFloatOnly: "yes" } as const;
    const { outcome } = await simulate({ scenario: residents, seed: 2, settings });
    expect(outcome.evidence.forks).toBe(1);
    expect(outcome.loss.total).toBeLessThanOrEqual(2 * 20_00);
  });
});

function withAccounts(state: LedgerState, change: (account: AccountState) => AccountState): LedgerState {
  let { accounts } = state;
  for (const [key, account] of merkleRows(accounts)) accounts = merkleSet(accounts, key, change(account));
  return { ...state, accounts };
}

function withSessions(state: LedgerState, change: (session: SessionState) => SessionState): LedgerState {
  return withAccounts(state, (account) => ({
    ...account,
    sessions: new Map([...account.sessions].map(([id, session]) => [id, change(session)])),
  }));
}

/** Every balance grows by one with each checkpoint. */
function minting(reconciliation: Reconciliation): Reconciliation {
  const state = withAccounts(reconciliation.state, (account) => ({
    ...account,
    balances: new Map([...account.balances].map(([asset, balance]) => [asset, (balance + 1n) as Amount])),
  }));
  return { ...reconciliation, state };
}

let calls = 0;

/** Broken rules, each with the checks of which one must notice. */
const PLANTED: readonly {
  readonly bug: string;
  readonly foundBy: readonly Check[];
  readonly rules: Rules;
  /** A world in which it can show. */
  readonly scenario?: Scenario;
  readonly settings?: Partial<Settings>;
}[] = [
  { bug: "makes money", foundBy: ["conservation"], rules: { reconcile: (input) => minting(reconcile(input)) } },
  {
    bug: "forgets the limits of a session",
    foundBy: ["limits"],
    rules: {
      reconcile: (input) =>
        reconcile({
          ...input,
          state: withSessions(input.state, (session) => ({ ...session, permissions: [SEND_UNLIMITED] })),
        }),
    },
  },
  {
    bug: "drops the rule that a forked session is frozen",
    foundBy: ["frozen"],
    // Branches that come to the ledger at different times, from people who have not heard of each other.
    settings: {
      dailyLimit: 0,
      cheatAmount: 5_00,
      gossip: 0,
      partition: "churn",
      partitionStart: 0,
      partitionHours: 24,
    },
    rules: {
      reconcile: (input) => {
        const reconciliation = reconcile(input);
        const state = withSessions(reconciliation.state, (session) => ({ ...session, frozenFrom: undefined }));
        return { ...reconciliation, state };
      },
    },
  },
  {
    bug: "looks at the order of arrival",
    foundBy: ["convergence"],
    rules: {
      reconcile: (input) =>
        reconcile({ ...input, entries: input.entries.slice(0, Math.ceil(input.entries.length / 2)) }),
    },
  },
  {
    bug: "depends on something beside its input",
    foundBy: ["convergence"],
    rules: {
      reconcile: (input) => {
        calls += 1;
        return reconcile(calls % 50 === 0 ? { ...input, entries: [] } : input);
      },
    },
  },
  {
    bug: "honours no branch of a fork where its network has it honour all",
    foundBy: ["loss-bound"],
    rules: { reconcile, policy: freezeFork },
    scenario: valley,
    settings: { balance: 40_00, dailyLimit: 0, gossip: 0 },
  },
];

describe("a planted bug", { timeout: 300_000 }, () => {
  const settings = {
    ...SMALL,
    payments: 20,
    adversary: "cloned-device",
    copies: 3,
    cheatAmount: 40_00,
    dailyLimit: 40_00,
    amountMax: 40_00,
  } as const;

  it.each(PLANTED)(
    "that $bug is found within six seeds",
    async ({ foundBy, rules, scenario = residents, settings: own = {} }) => {
      const found: (Check | undefined)[] = [];
      for (const seed of SEEDS) {
        const { violation } = await simulate({ scenario, seed, settings: { ...settings, ...own }, rules });
        found.push(violation?.check);
        if (violation !== undefined) break;
      }
      expect(foundBy).toContain(found.at(-1));
    },
  );

  it("is shown in a smaller world, with the command that runs it", async () => {
    const rules: Rules = { reconcile: (input) => minting(reconcile(input)) };
    const smaller = await shrink({
      scenario: "residents",
      seed: 1,
      settings: settingsOf(residents, { ...settings, days: 4 }),
      violation: { check: "conservation" },
      rules,
    });
    expect(smaller).toMatch(/^pnpm simulate run residents --seed 1 .*--set devices=2 --set days=1 /);
  });
});
