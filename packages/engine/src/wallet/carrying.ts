/** What is shown of a payment to somebody who has no network, made from the ledger as it is known here (spec [CAR2], [CAR9]). */
import {
  err,
  orThrow,
  type Height,
  type Link,
  type Result,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import {
  carryPayment,
  proveAccount,
  verifyCheckpoint,
  type CarryError,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import type { Replica } from "../replica/replica.ts";

export type CarryingError =
  | CarryError
  /** No checkpoint is known here: there is nothing that would prove anything. */
  | { readonly type: "nothing-settled" };

/**
 * `before`: the entries of the session between the ledger and the payment, in order. Runs while nothing changes.
 * @throws {StoreError} when a checkpoint cannot be read
 */
export async function carryOf(
  replica: Replica,
  payment: VerifiedPayment,
  before: readonly VerifiedEntry[],
): Promise<Result<Uint8Array, CarryingError>> {
  const { account, session } = payment.entry;
  const { settled, directory } = replica;
  const checkpoint = await checkpointAt(replica, settled.height);
  if (checkpoint === undefined) return err({ type: "nothing-settled" });
  const heights = new Set([...before, payment].map(({ entry }) => entry.checkpoint.height));
  const earlier: VerifiedCheckpoint[] = [];
  for (const height of heights) {
    const named = height < settled.height ? await checkpointAt(replica, height) : undefined;
    if (named !== undefined) earlier.push(named);
  }
  const record = directory.record(account, [session]);
  return carryPayment({
    checkpoint,
    earlier,
    proof: proveAccount(settled, account),
    before,
    payment,
    ...(record === undefined ? {} : { account: record }),
  });
}

async function checkpointAt({ archive, network }: Replica, height: Height): Promise<VerifiedCheckpoint | undefined> {
  const bytes = height === 0 ? undefined : await archive.signedCheckpoint(height);
  return bytes === undefined ? undefined : orThrow(verifyCheckpoint(bytes, network));
}

/** The entries that a payment goes on from, oldest first, as far as they are undecided here: of a fork the branch that it is on. */
export function leadingTo(payment: VerifiedEntry, undecided: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const byLink = new Map<Link, VerifiedEntry>(undecided.map((entry) => [entry.link, entry]));
  const chain: VerifiedEntry[] = [];
  for (
    let before = byLink.get(payment.entry.previous);
    before !== undefined;
    before = byLink.get(before.entry.previous)
  )
    chain.push(before);
  return chain.toReversed();
}
