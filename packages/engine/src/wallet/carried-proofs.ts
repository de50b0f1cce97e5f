/**
 * What payers showed that is newer than the ledger is known here: until this wallet has caught up, their payments are judged
 * by it (spec [CAR10]). Kept on the disk as it was shown, and verified again when the wallet is opened.
 */
import type { AccountId, EntryId, Height, Network, Sequence, SessionId, TimeMs } from "@amigos/core";
import { verifyCarriedPayment, type CarriedPayment, type Verdict } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import type { Store } from "../ports/store.ts";

/** Payers of a day at a stall without a network. What others showed waits for the ledger to be judged. */
const PROOFS_MAX = 64;

interface Proof {
  readonly payment: EntryId;
  readonly place: Sequence;
  readonly account: AccountId;
  readonly height: Height;
  /** After that the ledger would not take it any more. */
  readonly settleBy: TimeMs;
  readonly verdicts: readonly Verdict[];
}

export class CarriedProofs {
  readonly #store: Store;
  /** One of each session: the newest, which has everything since the checkpoint. */
  readonly #bySession = new Map<SessionId, Proof>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** What cannot be verified any more, or is not newer than the ledger here, is passed over. */
  async load(options: { readonly network: Network; readonly now: TimeMs; readonly height: Height }): Promise<void> {
    const { network, now: time, height } = options;
    for (const { value } of await this.#store.list(PREFIX.carried)) {
      const carried = verifyCarriedPayment(value, { network, time });
      if (carried.ok) this.#keep(carried.value);
    }
    await this.forget(height);
  }

  /** Of a payment that was taken in. Resolves when it is durable. */
  async add(bytes: Uint8Array, carried: CarriedPayment): Promise<void> {
    const before = this.#bySession.get(carried.session.id);
    const { id, entry } = carried.payment;
    if (before === undefined ? this.#bySession.size >= PROOFS_MAX : before.place > entry.sequence) return;
    const stale = before === undefined || before.payment === id ? [] : [remove(KEY.carried(before.payment))];
    await this.#store.write([put(KEY.carried(id), bytes), ...stale]);
    this.#keep(carried);
  }

  #keep({ payment, account, session, checkpoint, settleBy, verdicts }: CarriedPayment): void {
    const { height } = checkpoint.checkpoint;
    const { id, entry } = payment;
    const proof: Proof = { payment: id, place: entry.sequence, account: account.id, height, settleBy, verdicts };
    this.#bySession.set(session.id, proof);
  }

  /**
   * What they say of each entry, where they are newer than the ledger here at `height` and could still be settled `now`. Each
   * knows its own session alone, so of an account that pays with several nothing is taken from them: together they may spend
   * what it has once.
   */
  verdicts({ height, now }: { readonly height: Height; readonly now: TimeMs }): ReadonlyMap<EntryId, Verdict> {
    const proofs = [...this.#bySession.values()].filter((proof) => proof.height > height && now <= proof.settleBy);
    const sessions = new Map<AccountId, number>();
    for (const { account } of proofs) sessions.set(account, (sessions.get(account) ?? 0) + 1);
    return new Map(
      proofs
        .filter(({ account }) => sessions.get(account) === 1)
        .flatMap(({ verdicts }) => verdicts.map((verdict) => [verdict.entry, verdict])),
    );
  }

  /** The ledger is known here up to `height`: what is not newer says nothing any more. */
  async forget(height: Height): Promise<void> {
    const past = [...this.#bySession].filter(([, proof]) => proof.height <= height);
    if (past.length === 0) return;
    for (const [session] of past) this.#bySession.delete(session);
    await this.#store.write(past.map(([, { payment }]) => remove(KEY.carried(payment))));
  }
}
