/** The laboratory itself: it repeats itself to the byte, finds nothing wrong with the rules, and finds every planted bug. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { SEND_UNLIMITED, type Amount } from "@amigos/core";
import {
  merkleRows,
  merkleSet,
  reconcile,
  type AccountState,
  type LedgerState,
  type Reconciliation,
  type SessionState,
} from "@amigos/reconcile";
import { simulate, type Check, type Rules } from "@amigos/simulator";

const SMALL = { devices: 6, rounds: 30 } as const;
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

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

/** Every balance of the sender grows by one with each checkpoint. */
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
  readonly reconcile: Rules["reconcile"];
}[] = [
  { bug: "makes money", foundBy: ["conservation"], reconcile: (input) => minting(reconcile(input)) },
  {
    bug: "forgets the limits of a session",
    foundBy: ["limits"],
    reconcile: (input) =>
      reconcile({
        ...input,
        state: withSessions(input.state, (session) => ({ ...session, permissions: [SEND_UNLIMITED] })),
      }),
  },
  {
    bug: "drops the rule that a forked session is frozen",
    foundBy: ["frozen"],
    reconcile: (input) => {
      const reconciliation = reconcile(input);
      return {
        ...reconciliation,
        state: withSessions(reconciliation.state, (session) => ({ ...session, frozenFrom: undefined })),
      };
    },
  },
  {
    bug: "looks at the order of arrival",
    foundBy: ["set-not-order", "convergence"],
    reconcile: (input) => reconcile({ ...input, entries: input.entries.slice(0, Math.ceil(input.entries.length / 2)) }),
  },
  {
    bug: "depends on something beside its input",
    foundBy: ["convergence", "set-not-order"],
    reconcile: (input) => {
      calls += 1;
      return reconcile(calls % 50 === 0 ? { ...input, entries: [] } : input);
    },
  },
];

describe("the simulator", { timeout: 120_000 }, () => {
  it("gives the same bytes for the same seed, and others for another", async () => {
    const lines: readonly [string[], string[]] = [[], []];
    const [first, second] = await Promise.all(
      lines.map((kept) => simulate({ seed: 7, ...SMALL, onEvent: (line) => kept.push(line) })),
    );
    expect(lines[0]).toEqual(lines[1]);
    expect(first).toEqual(second);
    expect((await simulate({ seed: 8, ...SMALL })).hash).not.toBe(first?.hash);
  });

  it("finds nothing wrong with the rules, and does not look away: there are forks, refusals and rejections", async () => {
    const totals = { accepted: 0, refused: 0, rejected: 0, equivocations: 0 };
    for (const seed of SEEDS) {
      const result = await simulate({ seed, ...SMALL });
      expect(result.violation, `seed ${seed}`).toBe(undefined);
      for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += result[name];
    }
    for (const [name, total] of Object.entries(totals)) expect(total, name).toBeGreaterThan(0);
  });

  it.each(PLANTED)("finds a ledger that $bug", async ({ foundBy, reconcile: broken }) => {
    const found: (Check | undefined)[] = [];
    for (const seed of SEEDS) {
      const { violation } = await simulate({ seed, ...SMALL, rules: { reconcile: broken } });
      found.push(violation?.check);
      if (violation !== undefined) break;
    }
    expect(foundBy).toContain(found.at(-1));
  });

  it("is a command that prints the hash, and refuses what it does not know", async () => {
    const run = (...args: readonly string[]): Promise<{ readonly stdout: string }> =>
      promisify(execFile)(process.execPath, [
        "--conditions=amigos-source",
        join(import.meta.dirname, "../src/main.ts"),
        ...args,
      ]);
    const { hash } = await simulate({ seed: 3, devices: 3, rounds: 6 });
    const { stdout } = await run("--seed", "3", "--devices", "3", "--rounds", "6");
    expect(stdout).toContain(`result ${hash}\n`);
    await expect(run("--devices", "1")).rejects.toMatchObject({ code: 2 });
    await expect(run("--policy", "none")).rejects.toMatchObject({ code: 2 });
  });
});
