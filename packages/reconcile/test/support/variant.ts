/**
 * One body under another signature: another link for the same entry. Nobody needs a second valid signature for it, since
 * an entry is authentic through a descendant that names its link, whatever its own signature is (spec [LOG2]).
 */
import { decodeEntry, orThrow, verifyLogsByTips, type VerifiedEntry } from "@amigos/core";
import { signPayment, type PaymentOptions, type Person } from "@amigos/core/testing";

import { bend } from "./bend.ts";

export interface Variant {
  readonly variant: VerifiedEntry;
  /** The next entry of the log, which names the variant and so vouches for it. */
  readonly next: VerifiedEntry;
}

export async function signAfterVariant(
  from: Person,
  first: VerifiedEntry,
  options: Omit<PaymentOptions, "after">,
): Promise<Variant> {
  const variant = orThrow(decodeEntry(bend(first.bytes), options.network.tag)) as VerifiedEntry;
  const next = await signPayment(from, { ...options, after: variant });
  const [verdict] = await verifyLogsByTips([{ key: from.signer.publicKey, entries: [variant, next] }]);
  if (verdict?.refused.length !== 0 || verdict.verified.length !== 2)
    throw new Error("the next entry vouches for the variant");
  return { variant, next };
}
