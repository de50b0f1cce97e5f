/**
 * The auditor keeps books of its own, from the signed entries and the grants as they were made, and compares: it uses
 * nothing of the rules that it audits. What it holds them to must hold whatever the policy is (design, section 5).
 */
import { verifyEvidence, type AccountId, type EntryId, type SessionId, type VerifiedEntry } from "@amigos/core";
import { merkleRows, type LedgerState, type Verdict } from "@amigos/reconcile";
import { DAILY_LIMIT, type Person, type Population } from "./people.ts";
import type { Decision } from "./replica.ts";

export type Check = "convergence" | "set-not-order" | "conservation" | "limits" | "frozen" | "finality" | "evidence";

export interface Violation {
  readonly check: Check;
  readonly detail: string;
}

const DAY_MS = 86_400_000;

export class Auditor {
  readonly #population: Population;
  readonly #personByAccount: ReadonlyMap<AccountId, Person>;
  readonly #outcomeById = new Map<EntryId, Verdict["outcome"]>();
  readonly #spentByDay = new Map<string, bigint>();
  readonly #idByPlace = new Map<string, EntryId>();
  /** The lowest place where each session is known to have signed twice. */
  readonly #forks = new Map<SessionId, number>();

  constructor(population: Population) {
    this.#population = population;
    this.#personByAccount = new Map(population.people.map((person) => [person.account, person]));
  }

  /** What is wrong with a checkpoint, if anything. */
  examine(decision: Decision): readonly Violation[] {
    const outcomes = new Map(decision.reconciliation.verdicts.map(({ entry, outcome }) => [entry, outcome]));
    const accepted = decision.entries.filter(({ id }) => outcomes.get(id) === "accepted");
    const violations = [
      ...accepted.flatMap((entry) => this.#examineFork(entry)),
      ...accepted.flatMap((entry) => this.#examineLimit(entry)),
      ...decision.entries.flatMap((entry) => this.#examineFinality(entry, outcomes.get(entry.id))),
      ...this.#examineMoney(decision.reconciliation.state),
    ];
    for (const entry of decision.entries) this.#noteFork(entry);
    return violations;
  }

  /** Whether some bytes prove what they claim to, to somebody who knows nothing but a session's key. */
  examineEvidence(proof: Uint8Array): readonly Violation[] {
    const isSound = this.#population.people.some(
      ({ signer }) => verifyEvidence(proof, { network: this.#population.network.tag, key: signer.publicKey }).ok,
    );
    return isSound ? [] : [{ check: "evidence", detail: "a proof convinces nobody" }];
  }

  /** A fork that an earlier checkpoint showed ends the session there. */
  #examineFork({ entry }: VerifiedEntry): readonly Violation[] {
    const fork = this.#forks.get(entry.session);
    if (fork === undefined || entry.sequence < fork) return [];
    return [
      {
        check: "frozen",
        detail: `${this.#nameOf(entry.account)} forked at ${fork} and was honoured at ${entry.sequence}`,
      },
    ];
  }

  #examineLimit({ entry }: VerifiedEntry): readonly Violation[] {
    const day = Math.floor(entry.time / DAY_MS);
    const key = `${entry.session}/${day}`;
    const sent = entry.operation.type === "pay" ? entry.operation.amount : 0n;
    const spent = (this.#spentByDay.get(key) ?? 0n) + sent;
    this.#spentByDay.set(key, spent);
    if (spent <= DAILY_LIMIT.amount) return [];
    return [
      { check: "limits", detail: `${this.#nameOf(entry.account)} sent ${spent} of ${DAILY_LIMIT.amount} in one day` },
    ];
  }

  #examineFinality({ id }: VerifiedEntry, outcome: Verdict["outcome"] = "ignored"): readonly Violation[] {
    const earlier = this.#outcomeById.get(id);
    this.#outcomeById.set(id, outcome);
    return earlier === undefined ? [] : [{ check: "finality", detail: `an entry was ${earlier} and then ${outcome}` }];
  }

  #examineMoney(state: LedgerState): readonly Violation[] {
    let total = 0n;
    for (const [, { balances }] of merkleRows(state.accounts))
      for (const balance of balances.values()) total += balance;
    let supply = 0n;
    for (const { amount } of this.#population.network.genesis.allocations) supply += amount;
    return total === supply ? [] : [{ check: "conservation", detail: `${total} exist and ${supply} were allocated` }];
  }

  #noteFork({ id, entry }: VerifiedEntry): void {
    const place = `${entry.session}/${entry.sequence}`;
    const known = this.#idByPlace.get(place);
    this.#idByPlace.set(place, id);
    if (known === undefined || known === id) return;
    this.#forks.set(entry.session, Math.min(entry.sequence, this.#forks.get(entry.session) ?? entry.sequence));
  }

  #nameOf(account: AccountId): string {
    return this.#personByAccount.get(account)?.name ?? account;
  }
}
