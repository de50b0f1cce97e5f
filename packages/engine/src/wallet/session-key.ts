/**
 * Which key of the vault a session is granted to (spec [DEV5]). No key is granted to twice: the ledger may have settled a
 * grant that does not act by what is known here, and takes no second one for its key.
 */
import { openedSession, type OrderedControl, type PublicKey, type TimeMs } from "@amigos/core";
import type { AccountState, SessionState } from "@amigos/reconcile";
import type { KeyVault } from "../ports/key-vault.ts";
import { createKey } from "./key-names.ts";

export interface SessionKey {
  /** In the vault. */
  readonly keyName: string;
  readonly publicKey: PublicKey;
  /** What opened the session that has the key, while that lives. Left out: nobody has the key. */
  readonly grant?: OrderedControl;
}

export interface SessionKeyOptions {
  readonly keys: KeyVault;
  readonly account: AccountState;
  /** What is known here of what the account said. */
  readonly control: readonly OrderedControl[];
  readonly now: TimeMs;
}

/** The key under this name whose session lives, or else a key that none was granted to: `"phone"`, then `"phone#2"`. */
export async function sessionKeyNamed(
  name: string,
  { keys, account, control, now }: SessionKeyOptions,
): Promise<SessionKey> {
  const openings = control.flatMap((grant) => {
    const opened = openedSession(grant);
    return opened === undefined ? [] : [{ grant, id: opened.id, key: opened.terms.sessionKey }];
  });
  const used = new Set([...openings, ...account.sessions.values()].map(({ key }) => key));
  // Whatever is passed over is one of these keys, so this ends.
  for (let nth = 1; ; nth++) {
    const keyName = nth === 1 ? name : `${name}#${nth}`;
    const { publicKey } = (await keys.signer(keyName)) ?? (await createKey(keys, keyName));
    const living = openings.find(
      ({ id, key }) => key === publicKey && isLiving(account.sessions.get(id), account, now),
    );
    if (living !== undefined) return { keyName, publicKey, grant: living.grant };
    if (!used.has(publicKey)) return { keyName, publicKey };
  }
}

/** Whether the account has it, has not ended it, and it has not expired. */
export function isLiving(
  session: SessionState | undefined,
  { generation }: Pick<AccountState, "generation">,
  now: TimeMs,
): boolean {
  return (
    session !== undefined &&
    session.revokedFrom === undefined &&
    session.generation >= generation &&
    session.expiry > now
  );
}
