/**
 * What the ledger says of an account, for a device that has no ledger yet: the newest checkpoint that is known here and the proof
 * of the account's row in it (spec [DRQ3]). Only a recovery needs it: all else that an account says is signed by its own keys.
 */
import { limits, type AccountId, type AccountStanding, type OrderedControl } from "@amigos/core";
import { proveAccount } from "@amigos/reconcile";
import type { Knowledge } from "./knowledge.ts";

/**
 * `undefined` where nothing is settled here, or the row is larger than fits an answer.
 * @throws {StoreError} when the checkpoint cannot be read
 */
export async function standingOf(
  { settled, archive }: Pick<Knowledge, "settled" | "archive">,
  account: AccountId,
): Promise<AccountStanding | undefined> {
  const checkpoint = settled.height === 0 ? undefined : await archive.signedCheckpoint(settled.height);
  const proof = proveAccount(settled, account);
  return checkpoint === undefined || proof.length > limits.ANSWER_PROOF_BYTES_MAX ? undefined : { checkpoint, proof };
}

export function isRecovery({ entry }: OrderedControl): boolean {
  return entry.operation.type === "recovery-complete";
}
