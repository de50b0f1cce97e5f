/** Whose signature the ledger would take for an account in a recovery (spec [RCV2]). */
import type { PublicKey, Signatory, TimeMs } from "@amigos/core";
import { accountOf, type LedgerState } from "@amigos/reconcile";

/** `undefined`: the signatory may not speak at this time, or is not settled. */
export function keyThatSpeaks(
  state: LedgerState,
  { account: id, session: named }: Signatory,
  now: TimeMs,
): PublicKey | undefined {
  const account = accountOf(state, id);
  if (named === undefined) return account?.keys?.masterKey;
  const session = account?.sessions.get(named);
  const speaks =
    session !== undefined &&
    session.permissions.some(({ type }) => type === "ACCOUNT_RECOVER") &&
    session.generation >= (account?.generation ?? 0) &&
    session.revokedFrom === undefined &&
    session.frozenFrom === undefined &&
    session.expiry > now;
  return speaks ? session.key : undefined;
}
