/**
 * What settling costs: judging and applying payments, going from bytes to a checkpoint's roots, and how both grow with
 * accounts that have nothing to do with it. Entries are signed by Node's own Ed25519, so that preparing them is quick.
 */
import {
  decodeEntry,
  orThrow,
  verifyLogsByTips,
  type DecodedEntry,
  type PublicKey,
  type VerifiedEntry,
} from "@amigos/core";
import { START } from "@amigos/core/testing";
import { timed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import { NO_HISTORY, reconcile, stateRoot, verdictsRoot, type LedgerState } from "../src/index.ts";
import { expectAccepted, prepareBatch, VERIFIED_A_SECOND, verifyEach, type Batch } from "./support/batch.ts";
import { withStrangers } from "../test/support/strangers.ts";

const PAYMENTS = 10_000;
/** A ledger settles all day: what counts is what it costs when the runtime has seen it before. */
const IN_A_ROW = 20;

const cases: readonly BenchCase[] = [
  {
    id: "reconcile.judge-and-apply",
    what: "10,000 verified payments of 100 sessions are judged and applied; the reference verifies their signatures with node:crypto",
    unit: "ms",
    // 300,000 a second.
    bar: VERIFIED_A_SECOND / 300_000,
    prepare: async () => {
      const batch = await prepareBatch(PAYMENTS);
      const settleInARow = (): void => {
        for (let round = 0; round < IN_A_ROW; round += 1) settle(batch.state, batch.entries);
      };
      return { ours: timed(settleInARow, IN_A_ROW), reference: timed(() => verifyEach(batch)) };
    },
  },
  {
    id: "reconcile.bytes-to-roots",
    what: "10,000 payments over 10,000 accounts, from encoded bytes to a checkpoint's two roots; the reference verifies their signatures with node:crypto",
    unit: "ms",
    // 20,000 entries a second.
    bar: VERIFIED_A_SECOND / 20_000,
    prepare: async () => {
      const batch = await prepareBatch(PAYMENTS);
      const state = withStrangers(batch.state, 10_000);
      stateRoot(state);
      return { ours: timed(() => settleBytes(state, batch)), reference: timed(() => verifyEach(batch)) };
    },
  },
  {
    id: "reconcile.accounts-scaling",
    what: "a checkpoint of 1,000 payments over 1,000,000 accounts; the reference is the same over 1,000",
    unit: "ms",
    bar: 3,
    prepare: async () => {
      const batch = await prepareBatch(1_000);
      const [many, few] = [1_000_000, 1_000].map((accounts) => withStrangers(batch.state, accounts));
      if (many === undefined || few === undefined) throw new RangeError("two states");
      // Both are settled states: their roots are known.
      stateRoot(many);
      stateRoot(few);
      return {
        ours: timed(() => settleToRoots(many, batch.entries)),
        reference: timed(() => settleToRoots(few, batch.entries)),
      };
    },
  },
];

export default cases;

function settle(state: LedgerState, entries: readonly VerifiedEntry[]): void {
  expectAccepted(
    reconcile({ state, inceptions: [], control: [], entries, history: NO_HISTORY, time: START }),
    entries.length,
  );
}

function settleToRoots(state: LedgerState, entries: readonly VerifiedEntry[]): void {
  const reconciliation = reconcile({ state, inceptions: [], control: [], entries, history: NO_HISTORY, time: START });
  expectAccepted(reconciliation, entries.length);
  stateRoot(reconciliation.state);
  verdictsRoot(reconciliation);
}

async function settleBytes(state: LedgerState, { entries, people }: Batch): Promise<void> {
  const keys = new Map<string, PublicKey>(people.map(({ session, signer }) => [session, signer.publicKey]));
  const bySession = new Map<string, DecodedEntry[]>();
  for (const { bytes } of entries) {
    const decoded = orThrow(decodeEntry(bytes, state.network.tag));
    const log = bySession.get(decoded.entry.session);
    if (log === undefined) bySession.set(decoded.entry.session, [decoded]);
    else log.push(decoded);
  }
  const verdicts = await verifyLogsByTips(
    [...bySession].map(([session, log]) => ({ key: keys.get(session) as PublicKey, entries: log })),
  );
  settleToRoots(
    state,
    verdicts.flatMap(({ verified }) => verified),
  );
}
