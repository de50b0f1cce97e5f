/**
 * What payers showed that is newer than the ledger is known here: until this wallet has caught up, their payments are judged
 * by it (spec [CAR10]). Kept on the disk as it was shown, and verified again when the wallet is opened.
 */
import type { EntryId, Height, Network, TimeMs } from "@amigos/core";
import { verifyCarriedPayment, type CarriedPayment, type Verdict } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import type { Store } from "../ports/store.ts";

/** A day at a stall without a network. Payments that were shown beyond it wait for the ledger to be judged. */
const PROOFS_MAX = 64;

interface Proof {
  readonly height: Height;
  readonly verdicts: readonly Verdict[];
}

export class CarriedProofs {
  readonly #store: Store;
  readonly #byPayment = new Map<EntryId, Proof>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** What cannot be verified any more is passed over: the ledger will tell. */
  async load({ network, now }: { readonly network: Network; readonly now: TimeMs }): Promise<void> {
    for (const { value } of await this.#store.list(PREFIX.carried)) {
      const carried = verifyCarriedPayment(value, { network, time: now });
      if (carried.ok) this.#keep(carried.value);
    }
  }

  /** Resolves when it is durable. */
  async add(bytes: Uint8Array, carried: CarriedPayment): Promise<void> {
    if (this.#byPayment.size >= PROOFS_MAX) return;
    await this.#store.write([put(KEY.carried(carried.payment.id), bytes)]);
    this.#keep(carried);
  }

  #keep({ payment, checkpoint, verdicts }: CarriedPayment): void {
    this.#byPayment.set(payment.id, { height: checkpoint.checkpoint.height, verdicts });
  }

  /** What the newest of them says of each entry. */
  verdicts(): ReadonlyMap<EntryId, Verdict> {
    const proofs = [...this.#byPayment.values()].toSorted((a, b) => a.height - b.height);
    return new Map(proofs.flatMap(({ verdicts }) => verdicts.map((verdict) => [verdict.entry, verdict])));
  }

  /** The ledger is known here up to `height`: what is not newer says nothing any more. */
  async forget(height: Height): Promise<void> {
    const past = [...this.#byPayment].filter(([, proof]) => proof.height <= height).map(([payment]) => payment);
    if (past.length === 0) return;
    for (const payment of past) this.#byPayment.delete(payment);
    await this.#store.write(past.map((payment) => remove(KEY.carried(payment))));
  }
}
