/**
 * What settling costs: judging and applying payments, going from bytes to a checkpoint's roots, and how both grow with
 * accounts that have nothing to do with it. Entries are signed by Node's own Ed25519, so that preparing them is quick.
 */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import {
  decodeEntry,
  hexToBytes,
  orThrow,
  verifyLogsByTips,
  type DecodedEntry,
  type PublicKey,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { ami, createPerson, createTestNetwork, signPayment, START, type Person } from "@amigos/core/testing";
import { timed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import { createGenesisState, NO_HISTORY, reconcile, stateRoot, verdictsRoot, type LedgerState } from "../src/index.ts";
import { fastSigner } from "../test/support/fast-signer.ts";
import { withStrangers } from "../test/support/strangers.ts";

const PAYERS = 100;
const PAYMENTS = 10_000;

interface Batch {
  readonly people: readonly Person[];
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  /** With the payers registered and nothing paid. */
  readonly state: LedgerState;
}

const cases: readonly BenchCase[] = [
  {
    id: "reconcile.judge-and-apply",
    what: "10,000 verified payments of 100 sessions are judged and applied; the reference verifies their signatures with node:crypto",
    unit: "ms",
    bar: 1 / 4,
    prepare: async () => {
      const batch = await prepareBatch(PAYMENTS);
      return { ours: timed(() => settle(batch.state, batch.entries)), reference: timed(() => verifyEach(batch)) };
    },
  },
  {
    id: "reconcile.bytes-to-roots",
    what: "10,000 payments over 10,000 accounts, from encoded bytes to a checkpoint's two roots; the reference verifies their signatures with node:crypto",
    unit: "ms",
    bar: 1,
    prepare: async () => {
      const batch = await prepareBatch(PAYMENTS);
      const state = withStrangers(batch.state, 10_000);
      stateRoot(state);
      return { ours: timed(() => settleBytes(state, batch)), reference: timed(() => verifyEach(batch)) };
    },
  },
  {
    id: "reconcile.accounts-scaling",
    what: "a checkpoint of 1,000 payments over 300,000 accounts; the reference is the same over 1,000",
    unit: "ms",
    bar: 3,
    prepare: async () => {
      const batch = await prepareBatch(1_000);
      const [many, few] = [300_000, 1_000].map((accounts) => withStrangers(batch.state, accounts));
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

/** DER prefix of an Ed25519 public key (RFC 8410 §4); the 32 bytes of key follow. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function verifyEach({ people, entries }: Batch): void {
  const keys = new Map<string, KeyObject>(
    people.map(({ session, signer }) => {
      const encoded = Buffer.concat([SPKI_PREFIX, hexToBytes(signer.publicKey)]);
      return [session, createPublicKey({ key: encoded, format: "der", type: "spki" })];
    }),
  );
  for (const { id, entry, signature } of entries) {
    if (!verify(null, hexToBytes(id), keys.get(entry.session) as KeyObject, signature))
      throw new RangeError(`${id} is not authentic`);
  }
}

function expectAccepted({ verdicts }: ReturnType<typeof reconcile>, count: number): void {
  const accepted = verdicts.filter(({ outcome }) => outcome === "accepted").length;
  if (accepted !== count) throw new RangeError(`only ${accepted} payments are accepted`);
}

async function prepareBatch(payments: number): Promise<Batch> {
  const names = Array.from({ length: PAYERS }, (_unused, index) => `payer ${index}`);
  const network = createTestNetwork(names, ami(1_000_000));
  const people = await Promise.all(
    names.map(async (name) => ({ ...(await createPerson(name, { network })), signer: fastSigner(`${name}/phone`) })),
  );
  const inceptions = people.map(({ inception }) => inception);
  const control = people.map(({ grant }) => grant);
  const state = reconcile({
    state: createGenesisState(network),
    inceptions,
    control,
    entries: [],
    history: NO_HISTORY,
    time: START,
  }).state;
  const entries: VerifiedEntry[] = [];
  for (const [index, person] of people.entries()) {
    const to = people[(index + 1) % people.length] ?? person;
    let after: VerifiedEntry | undefined;
    for (let place = 0; place < payments / PAYERS; place += 1) {
      after = await signPayment(person, {
        network,
        to: to.account,
        money: ami(1),
        ...(after === undefined ? {} : { after }),
      });
      entries.push(after);
    }
  }
  return { people, inceptions, control, entries, state };
}
