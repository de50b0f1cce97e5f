/** What a person's phone would carry of a ledger: its newest checkpoint, the proof of the own row, and the log since. */
import { orThrow, type Result, type VerifiedEntry, type VerifiedPayment } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import {
  carryPayment,
  proveAccount,
  verifyCheckpoint,
  type CarryError,
  type CarryInput,
  type VerifiedCheckpoint,
} from "../../src/index.ts";
import type { TestLedger } from "./ledger.ts";

export function checkpointsOf({ steps, network }: TestLedger): readonly VerifiedCheckpoint[] {
  return steps.map(({ record }) => orThrow(verifyCheckpoint(record.checkpoint, network)));
}

/** `log` is everything since the newest checkpoint; its last entry counts as the payment, whatever it is. */
export function carryingOf(ledger: TestLedger, person: Person, log: readonly VerifiedEntry[]): CarryInput {
  const known = checkpointsOf(ledger);
  return {
    checkpoint: known.at(-1) as VerifiedCheckpoint,
    earlier: known.slice(0, -1),
    proof: proveAccount(ledger.state, person.account),
    before: log.slice(0, -1),
    payment: log.at(-1) as VerifiedPayment,
  };
}

export function carry(
  ledger: TestLedger,
  person: Person,
  log: readonly VerifiedEntry[],
): Result<Uint8Array, CarryError> {
  return carryPayment(carryingOf(ledger, person, log));
}
