/** Whose wallet a store is: written once, with what vouches for the session, and looked up from then on. */
import { KEY, put, remove } from "../journal/journal.ts";
import { StoreError, type Store } from "../ports/store.ts";
import { recordOperations, type NewRecords } from "../replica/directory.ts";
import type { SessionGrant } from "./account.ts";
import { accountMadeOn } from "./create-account.ts";
import { decodeSessionRow, encodeSessionRow, type SessionRow } from "./session-row.ts";
import { WalletError } from "./wallet-error.ts";

/** What vouches for a session. */
export function recordsOf({ inception, earlier, grant }: SessionGrant): NewRecords {
  return { inceptions: [inception], control: [...earlier, grant] };
}

/** @throws {WalletError} `session-missing`, `store-of-another` */
export async function claimSession(store: Store, session: SessionGrant | undefined): Promise<SessionRow> {
  const stored = await store.get(KEY.session);
  if (stored !== undefined) {
    const row = decodeSessionRow(stored);
    if (!row.ok) throw new StoreError("store-damaged", `${store.name}: the session row cannot be read`);
    if (session !== undefined && session.session !== row.value.session) {
      const detail = { type: "store-of-another", expected: session.session, found: row.value.session } as const;
      throw new WalletError(
        detail,
        `${store.name} belongs to another session: open it without one, or use an empty store`,
      );
    }
    return row.value;
  }
  if (session === undefined)
    throw new WalletError({ type: "session-missing" }, `${store.name} holds no session: create an account first`);
  const made = await accountMadeOn(store);
  if (made !== undefined && made !== session.inception.id) {
    const detail = { type: "store-of-another", expected: session.inception.id, found: made } as const;
    throw new WalletError(detail, `${store.name} holds another account: use an empty store`);
  }
  const row: SessionRow = {
    account: session.inception.id,
    session: session.session,
    keyName: session.keyName,
    ...(session.masterKeyName === undefined ? {} : { masterKeyName: session.masterKeyName }),
  };
  const records = recordOperations(recordsOf(session));
  await store.write([put(KEY.session, encodeSessionRow(row)), ...records, remove(KEY.joining)]);
  return row;
}
