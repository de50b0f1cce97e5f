/** A ledger of a hundred payers and their payments, made once for the benches of this package. */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { hexToBytes, type VerifiedControlEntry, type VerifiedEntry, type VerifiedInception } from "@amigos/core";
import { ami, createPerson, createTestNetwork, signPayment, START, type Person } from "@amigos/core/testing";
import { createGenesisState, NO_HISTORY, reconcile, type LedgerState } from "../../src/index.ts";
import { fastSigner } from "../../test/support/fast-signer.ts";

const PAYERS = 100;

/**
 * What node:crypto verifies a second on one core of the machine that the bars were set on, when nothing else runs there. Bars
 * in payments a second are given as a share of it, so that they mean the same elsewhere.
 */
export const VERIFIED_A_SECOND = 9_400;

export interface Batch {
  readonly people: readonly Person[];
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  /** With the payers registered and nothing paid. */
  readonly state: LedgerState;
}

/** DER prefix of an Ed25519 public key (RFC 8410 §4); the 32 bytes of key follow. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export function verifyEach({ people, entries }: Batch): void {
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

export function expectAccepted({ verdicts }: ReturnType<typeof reconcile>, count: number): void {
  const accepted = verdicts.filter(({ outcome }) => outcome === "accepted").length;
  if (accepted !== count) throw new RangeError(`only ${accepted} payments are accepted`);
}

export async function prepareBatch(payments: number): Promise<Batch> {
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
