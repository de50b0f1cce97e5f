/** The settled payments of this wallet, newest height last: read from the journal once, then kept in step with it. */
import { decodeEntry, verifyEntry, type EntryId, type Height, type VerifiedEntry } from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";
import { PREFIX } from "../journal/journal.ts";
import { decodePaymentRow } from "../journal/payment-row.ts";
import { StoreError, type Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";

export interface SettledPayment {
  readonly entry: VerifiedEntry;
  readonly verdict: Verdict;
  readonly height: Height;
}

export class SettledPayments {
  readonly #payments = new Map<EntryId, SettledPayment>();
  readonly #isOurs: (entry: VerifiedEntry) => boolean;
  readonly #isKept: (entry: VerifiedEntry) => boolean;

  /** `isDisputed`: sides of an equivocation are kept too, whoever they pay, for the conflict is ours when one side is. */
  constructor(isOurs: (entry: VerifiedEntry) => boolean, isDisputed: (entry: VerifiedEntry) => boolean) {
    this.#isOurs = isOurs;
    this.#isKept = (entry) => isOurs(entry) || isDisputed(entry);
  }

  /** @throws {StoreError} `store-damaged` when a row cannot be read */
  async load(store: Store, replica: Replica): Promise<void> {
    for (const { key, value } of await store.list(PREFIX.payment)) {
      const row = decodePaymentRow(value);
      const decoded = row.ok ? decodeEntry(row.value.bytes, replica.network.tag) : undefined;
      const sessionKey = decoded?.ok === true ? replica.directory.session(decoded.value.entry.session)?.key : undefined;
      const verified =
        decoded?.ok === true && sessionKey !== undefined ? verifyEntry(decoded.value, sessionKey) : undefined;
      if (!row.ok || verified?.ok !== true)
        throw new StoreError("store-damaged", `${store.name}: a settled payment cannot be read`);
      const height = Number(key.slice(PREFIX.payment.length).split("/")[0]) as Height;
      this.#payments.set(verified.value.id, { entry: verified.value, verdict: row.value.verdict, height });
    }
  }

  add(entries: readonly VerifiedEntry[], verdicts: readonly Verdict[], height: Height): void {
    const verdictById = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
    for (const entry of entries) {
      const verdict = verdictById.get(entry.id);
      if (verdict !== undefined && this.#isKept(entry)) this.#payments.set(entry.id, { entry, verdict, height });
    }
  }

  byId(id: EntryId): SettledPayment | undefined {
    return this.#payments.get(id);
  }

  /** Payments of this wallet, newest first. */
  newest(count: number): readonly SettledPayment[] {
    return [...this.#payments.values()]
      .filter(({ entry }) => this.#isOurs(entry))
      .slice(-count)
      .toReversed();
  }
}
