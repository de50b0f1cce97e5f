/**
 * Whether a device still speaks for its account (spec [PEER10]): as far as is known here, settled or not, for what its
 * account ended it should read nothing from that moment on. Nor should it by a grant that never comes to act.
 */
import {
  keyDigest,
  openedSession,
  type AccountId,
  type AccountKeys,
  type OrderedControl,
  type PublicKey,
} from "@amigos/core";
import type { AccountState } from "@amigos/reconcile";
import { accountAsKnown } from "./account-as-known.ts";
import type { Knowledge } from "./knowledge.ts";

/**
 * Whether every session that was opened for this key in the account's name was revoked or killed, or cannot begin any more.
 * One that expired was not ended by its account.
 */
export function hasEnded(knowledge: Knowledge, account: AccountId, key: PublicKey): boolean {
  const control = knowledge.directory.control(account);
  const opening = control.filter((one) => openedSession(one)?.terms.sessionKey === key);
  if (opening.length === 0) return false;
  const known = accountAsKnown(knowledge, account);
  return opening.every((one) => {
    const opened = openedSession(one);
    const session = opened === undefined ? undefined : known.sessions.get(opened.id);
    if (session !== undefined) return session.revokedFrom !== undefined || session.generation < known.generation;
    return (opened?.terms.generation ?? 0) < known.generation || !mayStillAct(one, known, control);
  });
}

/** Whether it may take its place yet: that is to come, and a key signed it that the account has or may rotate to. */
function mayStillAct(opening: OrderedControl, known: AccountState, control: readonly OrderedControl[]): boolean {
  if (opening.entry.sequence < known.control.nextSequence) return false;
  return known.keys === undefined || keysFrom(known.keys, control).has(opening.key);
}

/** The key that an account has, and those after it, by the chain of digests. */
function keysFrom({ masterKey, nextKeyDigest }: AccountKeys, control: readonly OrderedControl[]): Set<PublicKey> {
  const rotations = new Map(
    control.flatMap(({ entry: { operation } }) =>
      operation.type === "rotate" ? [[keyDigest(operation.masterKey), operation] as const] : [],
    ),
  );
  const keys = new Set<PublicKey>([masterKey]);
  for (let next = rotations.get(nextKeyDigest); next !== undefined; next = rotations.get(next.nextKeyDigest)) {
    if (keys.has(next.masterKey)) break;
    keys.add(next.masterKey);
  }
  return keys;
}
