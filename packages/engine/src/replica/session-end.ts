/**
 * Whether a device still speaks for its account (spec [PEER10]): as far as is known here, settled or not, for what its
 * account ended it should read nothing from that moment on.
 */
import { openedSession, type AccountId, type PublicKey } from "@amigos/core";
import { accountAsKnown } from "./account-as-known.ts";
import type { Knowledge } from "./knowledge.ts";

/** Whether every session that the account opened for this key was revoked or killed. One that expired was not ended by it. */
export function hasEnded(knowledge: Knowledge, account: AccountId, key: PublicKey): boolean {
  const opened = knowledge.directory
    .control(account)
    .flatMap((control) => openedSession(control) ?? [])
    .filter(({ terms }) => terms.sessionKey === key);
  if (opened.length === 0) return false;
  const { generation, sessions } = accountAsKnown(knowledge, account);
  return opened.every(({ id }) => {
    const session = sessions.get(id);
    return session !== undefined && (session.revokedFrom !== undefined || session.generation < generation);
  });
}
