/**
 * The receipts for undecided payments (spec [PEER13]): those that this wallet signed, and those that came for what others did.
 * One for each payment at most, so bounded by what is undecided.
 */
import {
  bytesToHex,
  decodeControlEntry,
  decodeReceipt,
  err,
  hexToBytes,
  isPayment,
  joinReceipt,
  ok,
  openedSession,
  orThrow,
  signReceipt,
  splitSigned,
  verifyReceipt,
  type AccountRecord,
  type DecodeError,
  type EntryId,
  type Receipt,
  type ReceiptError,
  type Result,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedPayment,
  type VerifiedReceipt,
} from "@amigos/core";
import { sessionOf } from "@amigos/reconcile";
import type { ReceiptMessage } from "../peer/messages.ts";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { KeyVaultError } from "../ports/key-vault.ts";
import type { Store, StoreOperation } from "../ports/store.ts";
import type { RecordError, SessionKey } from "./directory.ts";
import type { Knowledge } from "./knowledge.ts";

export interface KeptReceipt {
  readonly receipt: VerifiedReceipt;
  readonly payment: VerifiedPayment;
}

export type ReceiptRefusal =
  | DecodeError
  | RecordError
  | ReceiptError
  | { readonly type: "payment-unknown"; readonly payment: EntryId }
  /** Nothing here or with it shows whose session signed it. */
  | { readonly type: "receipt-unvouched"; readonly session: SessionId };

export interface ReceiptOptions {
  readonly signer: Signer;
  /** The payee's session. */
  readonly session: SessionId;
  readonly now: TimeMs;
}

/** As peers are told: network, and payee's account, are those of the payment (spec [PEER13]). */
export function messageOf({ receipt, bytes }: VerifiedReceipt): ReceiptMessage {
  const { payment, session, time } = receipt;
  const { signature } = orThrow(splitSigned(bytes));
  return { type: "receipt", payment, session, time, signature: bytesToHex(signature) };
}

export class Receipts {
  readonly #knowledge: Knowledge;
  readonly #store: Store;
  readonly #byPayment = new Map<EntryId, KeptReceipt>();

  constructor(knowledge: Knowledge, store: Store) {
    this.#knowledge = knowledge;
    this.#store = store;
  }

  /** What the journal holds, verified before it was filed. What is of no use any more, or cannot be read, comes again or was settled. */
  async load(): Promise<void> {
    const stale: StoreOperation[] = [];
    for (const { key, value } of await this.#store.list(PREFIX.receipt)) {
      const decoded = decodeReceipt(value, this.#knowledge.network.tag);
      const payment = decoded.ok ? this.#payment(decoded.value.receipt.payment) : undefined;
      if (!decoded.ok || payment === undefined) stale.push(remove(key));
      else this.#byPayment.set(payment.id, { receipt: { ...decoded.value, bytes: value }, payment });
    }
    if (stale.length > 0) await this.#store.write(stale);
  }

  get(payment: EntryId): KeptReceipt | undefined {
    return this.#byPayment.get(payment);
  }

  all(): Iterable<KeptReceipt> {
    return this.#byPayment.values();
  }

  /** Signs for those of some payments to the wallet's own account that have no receipt. Resolves with the new ones, durable. */
  async sign(payments: readonly VerifiedEntry[], options: ReceiptOptions): Promise<readonly KeptReceipt[]> {
    const { signer, session, now: time } = options;
    const signed: KeptReceipt[] = [];
    for (const { id } of payments) {
      const payment = this.#payment(id);
      if (payment === undefined || this.#byPayment.has(id)) continue;
      const { to: account } = payment.entry.operation;
      const { tag: network } = this.#knowledge.network;
      try {
        const receipt = await signReceipt({ version: 1, network, payment: id, account, session, time }, signer);
        signed.push({ receipt, payment });
      } catch (error) {
        // A vault that is locked now signs when the wallet is opened again. Nobody's payment waits for that.
        if (!(error instanceof KeyVaultError)) throw error;
        break;
      }
    }
    return this.#write(signed);
  }

  /** Takes in a receipt that somebody sent. Resolves with it when it is durable, and with nothing when one is here already. */
  async take(
    bytes: Uint8Array,
    record: AccountRecord | undefined,
  ): Promise<Result<readonly KeptReceipt[], ReceiptRefusal>> {
    const { network } = this.#knowledge;
    const decoded = decodeReceipt(bytes, network.tag);
    if (!decoded.ok) return decoded;
    const { session, account, payment: id } = decoded.value.receipt;
    const payment = this.#payment(id);
    if (payment === undefined) return err({ type: "payment-unknown", payment: id });
    if (this.#byPayment.has(id)) return ok([]);
    const { to } = payment.entry.operation;
    if (account !== to) return err({ type: "receipt-of-another-account", expected: to, found: account });
    const key = this.#keyOf(session, record);
    if (!key.ok) return key;
    if (key.value === undefined) return err({ type: "receipt-unvouched", session });
    if (key.value.account !== account)
      return err({ type: "receipt-of-another-account", expected: key.value.account, found: account });
    const receipt = verifyReceipt(bytes, { network: network.tag, payment, sessionKey: key.value.key });
    return receipt.ok ? ok(await this.#write([{ receipt: receipt.value, payment }])) : receipt;
  }

  /** The same of what a peer told. */
  async takeTold({
    payment: id,
    session,
    time,
    signature,
    account: record,
  }: ReceiptMessage): Promise<Result<readonly KeptReceipt[], ReceiptRefusal>> {
    const payment = this.#payment(id);
    if (payment === undefined) return err({ type: "payment-unknown", payment: id });
    const { to: account } = payment.entry.operation;
    const { tag: network } = this.#knowledge.network;
    const receipt: Receipt = { version: 1, network, payment: id, account, session, time };
    return this.take(joinReceipt(receipt, hexToBytes(signature)), record);
  }

  /** What vouches for the session that signed a receipt, where the ledger as it is known here does not. */
  recordFor({ receipt: { receipt } }: KeptReceipt): AccountRecord | undefined {
    const { settled, directory } = this.#knowledge;
    const { account, session } = receipt;
    return sessionOf(settled, account, session) === undefined ? directory.record(account, [session]) : undefined;
  }

  /** Those payments are decided: what removes their receipts is written with that. */
  operationsOfDecided(decided: readonly VerifiedEntry[]): readonly StoreOperation[] {
    return decided.filter(({ id }) => this.#byPayment.has(id)).map(({ id }) => remove(KEY.receipt(id)));
  }

  forget(entries: readonly VerifiedEntry[]): void {
    for (const { id } of entries) this.#byPayment.delete(id);
  }

  async #write(receipts: readonly KeptReceipt[]): Promise<readonly KeptReceipt[]> {
    if (receipts.length === 0) return receipts;
    await this.#store.write(receipts.map(({ receipt, payment }) => put(KEY.receipt(payment.id), receipt.bytes)));
    for (const kept of receipts) this.#byPayment.set(kept.payment.id, kept);
    return receipts;
  }

  #payment(id: EntryId): VerifiedPayment | undefined {
    const entry = this.#knowledge.undecided.byId(id);
    return entry !== undefined && isPayment(entry) ? entry : undefined;
  }

  /**
   * Whose session it is. A record that comes along is read for that and not kept: of it what opens the session is verified,
   * and what brought the key that signed that. One that opens another session costs nothing.
   */
  #keyOf(session: SessionId, record: AccountRecord | undefined): Result<SessionKey | undefined, RecordError> {
    const { directory } = this.#knowledge;
    const known = directory.session(session);
    if (known !== undefined || record === undefined) return ok(known);
    const needed: Uint8Array[] = [];
    let opens = false;
    for (const bytes of record.control) {
      const claimed = decodeControlEntry(bytes);
      if (!claimed.ok) return claimed;
      const { entry, entryId: id } = claimed.value;
      const isOpening = openedSession({ id, entry })?.id === session;
      if (isOpening || entry.operation.type === "rotate" || entry.operation.type === "recovery-complete")
        needed.push(bytes);
      opens ||= isOpening;
    }
    if (!opens) return ok(undefined);
    const examined = directory.examine({ inception: record.inception, control: needed });
    if (!examined.ok) return examined;
    for (const control of examined.value.control) {
      const opened = openedSession(control);
      if (opened?.id === session) return ok({ account: control.entry.account, key: opened.terms.sessionKey });
    }
    return ok(undefined);
  }
}
