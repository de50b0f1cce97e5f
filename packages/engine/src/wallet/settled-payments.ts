/** The settled payments of this wallet, newest height last: read from the journal once, then kept in step with it. */
import {
  decodeEntry,
  isPayment,
  type AccountId,
  type EntryId,
  type Height,
  type Network,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";
import { PREFIX } from "../journal/journal.ts";
import { decodePaymentRow } from "../journal/payment-row.ts";
import { StoreError, type Store } from "../ports/store.ts";

export interface SettledPayment {
  readonly entry: VerifiedPayment;
  readonly verdict: Verdict;
  readonly height: Height;
}

export class SettledPayments {
  readonly #byId = new Map<EntryId, SettledPayment>();
  /** By height, then id, so that a wallet that was opened again shows the same ones. */
  readonly #inOrder: SettledPayment[] = [];
  readonly #account: AccountId;

  constructor(account: AccountId) {
    this.#account = account;
  }

  /** @throws {StoreError} `store-damaged` when a row cannot be read */
  async load(store: Store, network: Network): Promise<void> {
    for (const { key, value } of await store.list(PREFIX.payment)) {
      const row = decodePaymentRow(value);
      const decoded = row.ok ? decodeEntry(row.value.bytes, network.tag) : undefined;
      if (!row.ok || decoded?.ok !== true)
        throw new StoreError("store-damaged", `${store.name}: a settled payment cannot be read`);
      const height = Number(key.slice(PREFIX.payment.length).split("/")[0]) as Height;
      // Verified before it was filed, and settled.
      this.#keep({ entry: decoded.value as VerifiedPayment, verdict: row.value.verdict, height });
    }
  }

  add(entries: readonly VerifiedEntry[], verdicts: readonly Verdict[], height: Height): void {
    const verdictById = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
    for (const entry of entries.filter(isPayment).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const verdict = verdictById.get(entry.id);
      const isOurs = entry.entry.account === this.#account || entry.entry.operation.to === this.#account;
      if (verdict !== undefined && isOurs) this.#keep({ entry, verdict, height });
    }
  }

  #keep(payment: SettledPayment): void {
    if (this.#byId.has(payment.entry.id)) return;
    this.#byId.set(payment.entry.id, payment);
    this.#inOrder.push(payment);
  }

  byId(id: EntryId): SettledPayment | undefined {
    return this.#byId.get(id);
  }

  /** Those that were settled at a height or before, newest first. */
  newest(count: number, height: Height): readonly SettledPayment[] {
    let end = this.#inOrder.length;
    while (end > 0 && (this.#inOrder[end - 1]?.height ?? 0) > height) end--;
    return this.#inOrder.slice(Math.max(0, end - count), end).toReversed();
  }
}
