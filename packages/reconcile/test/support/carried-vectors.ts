/**
 * The vectors of `vectors/carried-payment-1.json`, made anew: carried payments, whole and broken, with what a payee finds out. The
 * first one stands in the specification.
 */
import {
  bytesToHex,
  decodeNetwork,
  hexToBytes,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  timeMs,
  type AccountId,
  type EntryId,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, signOperation, signPayment } from "@amigos/core/testing";
import { verifyCarriedPayment } from "../../src/index.ts";
import { toJson, type Json } from "../../src/scenario/report.ts";
import { decodeCarried, encodeCarried, type CarriedBody } from "../../src/carried/carried-payment.ts";
import { bend } from "./bend.ts";
import { carry } from "./carrying.ts";
import { at, HOUR, MINUTE, TestLedger } from "./ledger.ts";

interface CarriedContext {
  /** Genesis, as hex. */
  readonly genesis: string;
  readonly payee: string;
  readonly time: number;
}

export interface CarriedVector {
  readonly name: string;
  readonly input: string;
  /** For valid ones: what is found out. */
  readonly expected?: Json;
  /** For invalid ones: the type of the error. */
  readonly error?: string;
}

export interface CarriedVectors {
  readonly about: string;
  readonly version: 1;
  readonly context: CarriedContext;
  readonly valid: readonly CarriedVector[];
  readonly invalid: readonly CarriedVector[];
}

/** What a payee finds out of a vector's input, or the type of the error. */
export function checkCarriedVector({ input }: CarriedVector, { genesis, payee, time }: CarriedContext): Json {
  const network = orThrow(decodeNetwork(hexToBytes(genesis)));
  const result = verifyCarriedPayment(hexToBytes(input), {
    network,
    payee: payee as AccountId,
    time: timeMs(time),
  });
  if (!result.ok) return result.error.type;
  const { payment, entries, checkpoint, ageMs, account, session, verdicts, left, settleBy, risks } = result.value;
  return toJson({
    payment: payment.id,
    entries: entries.map(({ bytes }) => bytesToHex(bytes)),
    checkpoint: checkpoint.id,
    ageMs,
    account: account.id,
    sessionKey: session.key,
    verdicts: verdicts.map((verdict) => ("failure" in verdict ? verdict.failure : verdict.outcome)),
    left,
    settleBy,
    risks,
  });
}

export async function makeCarriedVectors(): Promise<CarriedVectors> {
  const ledger = new TestLedger();
  const { network } = ledger;
  const alice = await ledger.join("alice", {
    permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20))],
    terms: { offlineLimits: [ami(30)] },
  });
  const [bob, carol] = [await ledger.join("bob"), await ledger.join("carol")];
  await ledger.settle([], { time: at(HOUR) });
  const known = { network, checkpoint: ledger.reference };
  const toCarol = await signPayment(alice, { ...known, to: carol.account, money: ami(5), time: at(2 * HOUR) });
  const aside = await signOperation(
    alice,
    { type: "float", ...ami(10) },
    { ...known, after: toCarol, time: at(3 * HOUR) },
  );
  const pay = (whole: number, after: VerifiedEntry, change: object = {}): Promise<VerifiedEntry> =>
    signPayment(alice, {
      ...known,
      to: bob.account,
      money: ami(whole),
      memo: "lunch",
      after,
      time: at(3 * HOUR + MINUTE),
      ...change,
    });
  const lunch = await pay(12, aside);
  const dependencies = ["ab".repeat(32) as EntryId];
  const backwards = await pay(21, aside, { dependencies, time: at(HOUR) });
  const first = orThrow(carry(ledger, alice, [toCarol, aside, lunch]));
  const older = orThrow(carry(ledger, alice, [toCarol, aside, backwards]));
  await ledger.settle([], { time: at(3 * HOUR + MINUTE / 2) });
  const newer = await pay(1, lunch, { checkpoint: ledger.reference });
  const withEarlier = orThrow(carry(ledger, alice, [toCarol, aside, lunch, newer]));
  const body = orThrow(decodeCarried(first, network.tag));
  const broken = (change: Partial<CarriedBody>): Uint8Array => encodeCarried({ ...body, ...change });
  const [one, ...others] = body.entries;
  if (one === undefined) throw new RangeError("three entries");
  // Field 0 comes first in the map.
  const later = first.with(2, 2);
  const context = { genesis: bytesToHex(network.bytes), payee: bob.account, time: at(4 * HOUR) };
  const valid = {
    "alice pays bob with two unsettled ones before it": first,
    "a payment above a limit, at an earlier time, that waits for another": older,
    "entries that name an older checkpoint": withEarlier,
  };
  const invalid = {
    "one byte short": first.subarray(0, -1),
    "a version that does not exist yet": later,
    "of another network": broken({ network: "00000000" as never }),
    "a checkpoint that somebody touched": broken({ checkpoint: bend(body.checkpoint) }),
    "a row that somebody touched": broken({ proof: bend(body.proof) }),
    "of a session that is not alice's": broken({ session: bob.session }),
    "without the first entry": broken({ entries: others }),
    "a last signature that somebody touched": bend(first),
    "a time said as if it were earlier": broken({ entries: [{ ...one, time: at(2 * HOUR) }, ...others] }),
    "that ends with a float": broken({ entries: body.entries.slice(0, 2) }),
    "to carol": broken({ entries: [one] }),
    "an older checkpoint that no entry names": broken({ earlier: [body.checkpoint] }),
    "without entries": broken({ entries: [] }),
  };
  return {
    about: "Carried payments as in docs/spec/carried-payment.md. Written by `pnpm vectors`.",
    version: 1,
    context,
    valid: Object.entries(valid).map(([name, bytes]) => {
      const vector = { name, input: bytesToHex(bytes) };
      return { ...vector, expected: checkCarriedVector(vector, context) };
    }),
    invalid: Object.entries(invalid).map(([name, bytes]) => {
      const vector = { name, input: bytesToHex(bytes) };
      return { ...vector, error: checkCarriedVector(vector, context) as string };
    }),
  };
}
