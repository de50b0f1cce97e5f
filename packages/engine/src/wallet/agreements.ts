/**
 * When this device agreed, as a guardian, to new keys of an account (spec [DEV14]). What he signs names no time, and a guardian
 * who is asked for other keys is told when he agreed to the ones before. None of it is signed or sent.
 */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  type AccountId,
  type AccountKeys,
  type KeyDigest,
  type PublicKey,
  type Schema,
  type TimeMs,
} from "@amigos/core";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import type { Store } from "../ports/store.ts";

interface Agreement extends AccountKeys {
  readonly account: AccountId;
  readonly time: TimeMs;
}

const agreementSchema: Schema<Agreement> = body<Agreement>({
  account: field(0, id<AccountId>()),
  masterKey: field(1, id<PublicKey>()),
  nextKeyDigest: field(2, id<KeyDigest>()),
  time: field(3, integer<TimeMs>()),
});
const ROW_BYTES_MAX = 128;

/** As many for each account as are under way for it, and those of its last round. */
export class Agreements {
  readonly #store: Store;
  readonly #byKey = new Map<string, Agreement>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** One that cannot be read is as good as none: nothing rests on it. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#store.list(PREFIX.agreed)) {
      const agreement = decodeWith(agreementSchema, value, ROW_BYTES_MAX);
      if (agreement.ok) this.#byKey.set(key, agreement.value);
    }
  }

  /** `undefined`: it was not on this device. */
  timeOf(account: AccountId, keys: AccountKeys): TimeMs | undefined {
    return this.#byKey.get(KEY.agreed(account, keys))?.time;
  }

  /** Notes one, and forgets those of the account that are over: for keys that are not `underWay`. @throws {StoreError} */
  async note(agreement: Agreement, underWay: readonly AccountKeys[]): Promise<void> {
    const { account } = agreement;
    const noted = KEY.agreed(account, agreement);
    const going = new Set([noted, ...underWay.map((keys) => KEY.agreed(account, keys))]);
    const over = [...this.#byKey].flatMap(([key, other]) =>
      other.account === account && !going.has(key) ? [key] : [],
    );
    await this.#store.write([put(noted, encodeWith(agreementSchema, agreement)), ...over.map(remove)]);
    for (const key of over) this.#byKey.delete(key);
    this.#byKey.set(noted, agreement);
  }

  /** Nothing came of it. @throws {StoreError} */
  async forget(account: AccountId, keys: AccountKeys): Promise<void> {
    const key = KEY.agreed(account, keys);
    await this.#store.write([remove(key)]);
    this.#byKey.delete(key);
  }
}
