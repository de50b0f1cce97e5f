/**
 * What one more entry costs: with a thousand undecided ones beside it, and whatever was settled before; and what an account
 * that nobody asks about costs in memory.
 */
import { sequence, type VerifiedEntry } from "@amigos/core";
import { ami, signPayment, START } from "@amigos/core/testing";
import { fixed, timed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import {
  accountOf,
  merkleSet,
  NO_HISTORY,
  reconcile,
  stateRoot,
  type AccountState,
  type History,
  type LedgerState,
  type SessionState,
} from "../src/index.ts";
import { expectAccepted, prepareBatch, VERIFIED_A_SECOND, verifyEach, type Batch } from "./support/batch.ts";
import { withStrangers } from "../test/support/strangers.ts";

const UNDECIDED = 1_000;
const VERIFIED_IN_5_MS = (VERIFIED_A_SECOND * 5) / 1_000;
const ACCOUNTS = 200_000;
const ACCOUNT_BYTES_MAX = 1024;
/** So many judgements make one measurement, for one alone is too short to be told from noise. */
const IN_A_ROW = 20;

const cases: readonly BenchCase[] = [
  {
    id: "reconcile.one-more-undecided",
    what: "one new payment is judged together with 1,000 undecided ones; the reference verifies 47 signatures with node:crypto, which takes 5 ms",
    unit: "ms",
    bar: 1,
    prepare: async () => {
      const batch = await prepareBatch(UNDECIDED + 100);
      const entries = batch.entries.slice(0, UNDECIDED + 1);
      const some = { ...batch, entries: entries.slice(0, VERIFIED_IN_5_MS) };
      return {
        ours: timed(() => judge(batch.state, entries, NO_HISTORY), IN_A_ROW),
        reference: timed(() => repeat(() => verifyEach(some)), IN_A_ROW),
      };
    },
  },
  {
    id: "reconcile.settled-history",
    what: "1,000 payments are judged where 1,000,000 were settled before; the reference is the same where 1,000 were",
    unit: "ms",
    bar: 1.2,
    prepare: async () => {
      const batch = await prepareBatch(UNDECIDED);
      const [long, short] = [await settledBefore(batch, 1_000_000), await settledBefore(batch, 1_000)];
      return {
        ours: timed(() => judge(long.state, long.entries, long.history), IN_A_ROW),
        reference: timed(() => judge(short.state, short.entries, short.history), IN_A_ROW),
      };
    },
  },
  {
    id: "reconcile.account-memory",
    what: "the memory of an account that was paid once, among 200,000; the reference is 1 KiB",
    unit: "bytes",
    bar: 1,
    rounds: 1,
    prepare: async () => {
      const { state } = await prepareBatch(100);
      return { ours: () => bytesPerAccount(state), reference: fixed(ACCOUNT_BYTES_MAX) };
    },
  },
];

export default cases;

function judge(state: LedgerState, entries: readonly VerifiedEntry[], history: History): void {
  repeat(() =>
    expectAccepted(reconcile({ state, inceptions: [], control: [], entries, history, time: START }), entries.length),
  );
}

function repeat(work: () => void): void {
  for (let round = 0; round < IN_A_ROW; round += 1) work();
}

interface Ledger {
  readonly state: LedgerState;
  readonly entries: readonly VerifiedEntry[];
  readonly history: History;
}

/** A ledger on which every log has come so far that together so many are settled, and ten more payments of each log. */
async function settledBefore({ state, people, entries }: Batch, settled: number): Promise<Ledger> {
  const each = settled / people.length;
  const places = new Map<string, readonly VerifiedEntry[]>();
  const next: VerifiedEntry[] = [];
  let { accounts } = state;
  for (const person of people) {
    const first = entries.find(({ entry }) => entry.session === person.session) as VerifiedEntry;
    const head = { ...first, entry: { ...first.entry, sequence: sequence(each - 1) } } as VerifiedEntry;
    for (let place = 0; place < each; place += 1) places.set(`${person.session}/${place}`, [head]);
    accounts = merkleSet(accounts, person.account, headedBy(accountOf(state, person.account) as AccountState, head));
    let after = head;
    for (let count = 0; count < UNDECIDED / people.length; count += 1) {
      const to = people[(people.indexOf(person) + 1) % people.length] ?? person;
      after = await signPayment(person, { network: state.network, to: to.account, money: ami(1), after });
      next.push(after);
    }
  }
  const history: History = {
    entriesAt: (session, place) => places.get(`${session}/${place}`) ?? [],
    isSettled: () => false,
    checkpointAt: () => undefined,
  };
  return { state: { ...state, accounts }, entries: next, history };
}

function headedBy(account: AccountState, { link, entry }: VerifiedEntry): AccountState {
  const session = account.sessions.get(entry.session) as SessionState;
  const moved: SessionState = {
    ...session,
    nextSequence: sequence(entry.sequence + 1),
    head: link,
    lastTime: entry.time,
  };
  return { ...account, sessions: new Map([[moved.id, moved]]) };
}

function bytesPerAccount(state: LedgerState): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const crowded = withStrangers(state, ACCOUNTS);
  stateRoot(crowded);
  globalThis.gc?.();
  const used = process.memoryUsage().heapUsed - before;
  if (crowded.accounts.size < ACCOUNTS) throw new RangeError("accounts are missing");
  return used / ACCOUNTS;
}
