/**
 * The equivocations that are proven here, one proof for each forked place, and what the ledger decided about their sides:
 * whoever shows a conflict needs that also for a side that pays a stranger and was settled long before.
 */
import type { AccountId, EntryId, EquivocationProof, Sequence, SessionId } from "@amigos/core";
import { KEY } from "../journal/journal.ts";
import type { Settlement } from "../journal/settled-rows.ts";

export class Evidence {
  readonly #proofByPlace = new Map<string, EquivocationProof>();
  readonly #countByAccount = new Map<AccountId, number>();
  readonly #lowest = new Map<SessionId, Sequence>();
  readonly #settlements = new Map<EntryId, Settlement>();

  /** What proves that a place is forked. */
  at(session: SessionId, sequence: Sequence): EquivocationProof | undefined {
    return this.#lowest.has(session) ? this.#proofByPlace.get(KEY.evidence(session, sequence)) : undefined;
  }

  /** A later proof of the same place replaces the first: when a log has three sides, it is said elsewhere which two count. */
  add(proof: EquivocationProof): void {
    const { account } = proof.a.entry;
    const before = this.at(proof.session, proof.sequence);
    if (before === undefined) this.#countByAccount.set(account, this.countOf(account) + 1);
    else
      for (const { id } of [before.a, before.b])
        if (id !== proof.a.id && id !== proof.b.id) this.#settlements.delete(id);
    this.#proofByPlace.set(KEY.evidence(proof.session, proof.sequence), proof);
    const lowest = this.#lowest.get(proof.session);
    if (lowest === undefined || proof.sequence < lowest) this.#lowest.set(proof.session, proof.sequence);
  }

  /** In order of sessions and places, whatever came first. */
  all(): readonly EquivocationProof[] {
    return [...this.#proofByPlace].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, proof]) => proof);
  }

  /** How many places an account has forked, as far as it is proven here. */
  countOf(account: AccountId): number {
    return this.#countByAccount.get(account) ?? 0;
  }

  /** The lowest proof of each session that an account has forked. */
  lowestOf(account: AccountId): readonly EquivocationProof[] {
    if (this.countOf(account) === 0) return [];
    return this.all().filter((proof) => proof.a.entry.account === account && this.isLowest(proof));
  }

  isForked(session: SessionId): boolean {
    return this.#lowest.has(session);
  }

  /** Whether nothing lower is proven of this session: one proof is enough, for whatever else is forked lies beyond it. */
  isLowest({ session, sequence }: EquivocationProof): boolean {
    return this.#lowest.get(session) === sequence;
  }

  settle(entry: EntryId, settlement: Settlement): void {
    this.#settlements.set(entry, settlement);
  }

  /** By entry. A copy: what is shown does not change under whoever shows it. */
  settlements(): ReadonlyMap<EntryId, Settlement> {
    return new Map(this.#settlements);
  }

  /** Every entry that is a side. */
  sides(): ReadonlySet<EntryId> {
    return new Set([...this.#proofByPlace.values()].flatMap(({ a, b }) => [a.id, b.id]));
  }
}
