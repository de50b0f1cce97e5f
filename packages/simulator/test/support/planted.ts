/** Broken rules, by name: what a checker has to find, and the worlds in which it can show. */
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
import type { Check, Rules, Settings } from "@amigos/simulator";
import { SMALL } from "./small.ts";

export interface Planted {
  readonly name: string;
  /** What is wrong, after "a rule that". */
  readonly bug: string;
  /** The check that must notice. */
  readonly foundBy: Check;
  /** New ones for every run: a bug may remember. */
  readonly rules: () => Rules;
  readonly scenario?: string;
  readonly settings?: Partial<Settings>;
}

/** Much is paid, and somebody cheats. */
export const PLANTED_SETTINGS: Partial<Settings> = {
  ...SMALL,
  payments: 20,
  adversary: "cloned-device",
  copies: 3,
  cheatAmount: 40_00,
  dailyLimit: 40_00,
  amountMax: 40_00,
};

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

export const PLANTED: readonly Planted[] = [
  {
    name: "makes-money",
    bug: "makes money",
    foundBy: "conservation",
    rules: () => ({ reconcile: (input) => minting(reconcile(input)) }),
  },
  {
    name: "forgets-limits",
    bug: "forgets the limits of a session",
    foundBy: "limits",
    rules: () => ({
      reconcile: (input) =>
        reconcile({
          ...input,
          state: withSessions(input.state, (session) => ({ ...session, permissions: [SEND_UNLIMITED] })),
        }),
    }),
  },
  {
    name: "thaws-forks",
    bug: "drops the freeze of a session that forked",
    foundBy: "frozen",
    // Branches that come to the ledger at different times, from people who have not heard of each other.
    settings: {
      dailyLimit: 0,
      cheatAmount: 5_00,
      gossip: 0,
      partition: "churn",
      partitionStart: 0,
      partitionHours: 24,
    },
    rules: () => ({
      reconcile: (input) => {
        const reconciliation = reconcile(input);
        const state = withSessions(reconciliation.state, (session) => ({ ...session, frozenFrom: undefined }));
        return { ...reconciliation, state };
      },
    }),
  },
  {
    name: "looks-at-arrival",
    bug: "looks at the order of arrival",
    foundBy: "convergence",
    rules: () => ({
      reconcile: (input) =>
        reconcile({ ...input, entries: input.entries.slice(0, Math.ceil(input.entries.length / 2)) }),
    }),
  },
  {
    name: "remembers-calls",
    bug: "depends on something beside its input",
    foundBy: "convergence",
    rules: () => {
      let calls = 0;
      return {
        reconcile: (input) => {
          calls += 1;
          return reconcile(calls % 50 === 0 ? { ...input, entries: [] } : input);
        },
      };
    },
  },
  {
    name: "honours-no-branch",
    bug: "honours no branch of a fork where its network has it honour all",
    foundBy: "loss-bound",
    rules: () => ({ reconcile, policy: freezeFork }),
    scenario: "valley",
    settings: { balance: 40_00, dailyLimit: 0, gossip: 0 },
  },
];
