/**
 * What happened in a world, noted as it happens: every payment with what became of it, every fork with who learned of it and
 * when, and what it all cost. `outcome.ts` makes figures of it.
 */
import type { AccountId, EntryId, Height, SessionId, TimeMs } from "@amigos/core";
import type { Person } from "../world/population.ts";

/** One payment, from the moment it was signed. Times in ms since 1970. */
export interface PaymentRecord {
  readonly entry: EntryId;
  readonly payer: Person;
  readonly payee: Person;
  /** Whether the payer is. */
  readonly isHonest: boolean;
  readonly isPayeeHonest: boolean;
  /** In cents. */
  readonly amount: number;
  readonly signed: TimeMs;
  /** When the payee had it; absent while it is only on its way. */
  delivered?: TimeMs;
  /** When the first witness attested it. */
  witnessed?: TimeMs;
  /** Whether the payee gave goods for it. */
  isHanded: boolean;
  /** The ledger's word, and when it was said. */
  decided?: { readonly outcome: "accepted" | "rejected"; readonly code?: string; readonly time: TimeMs };
  /** When the payee's phone knew. */
  known?: TimeMs;
}

/** A session that signed two entries for one place. */
export interface ForkRecord {
  readonly session: SessionId;
  readonly account: AccountId;
  /** When the second one was signed. */
  readonly signed: TimeMs;
  /** Payees on any branch, by name, and when each had proof or saw the session frozen. */
  readonly victims: Map<string, TimeMs | undefined>;
}

/** What the world's phones did, in all. */
export interface Work {
  /** Entries that were given to somebody, and their bytes; doubles and what was lost included. */
  messages: number;
  bytes: number;
  /** Entries that somebody did not have yet, and therefore checked. */
  verifications: number;
}

export class Recorder {
  readonly payments: PaymentRecord[] = [];
  readonly forks: Map<SessionId, ForkRecord> = new Map();
  readonly work: Work = { messages: 0, bytes: 0, verifications: 0 };
  readonly refused: Map<string, number> = new Map();
  readonly declined: Map<string, number> = new Map();
  undelivered = 0;
  /** Found nobody to pay. */
  alone = 0;
  checkpoints: Height[] = [];
  /** When the partition ended, and the first full hour after it at which all that was signed before was settled. */
  healed: TimeMs | undefined;
  converged: TimeMs | undefined;
  /** When the authority signed two checkpoints of one height, and when somebody held both. */
  contradiction: { readonly signed: TimeMs; noticed?: TimeMs } | undefined;
  readonly #byEntry = new Map<EntryId, PaymentRecord>();

  notePayment(record: PaymentRecord): void {
    this.payments.push(record);
    this.#byEntry.set(record.entry, record);
  }

  payment(entry: EntryId): PaymentRecord | undefined {
    return this.#byEntry.get(entry);
  }

  count(counts: Map<string, number>, code: string): void {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }

  /** Somebody had proof of a fork, or saw its session frozen. */
  noteKnowledge(session: SessionId, who: string, time: TimeMs): void {
    const fork = this.forks.get(session);
    if (fork?.victims.has(who) === true && fork.victims.get(who) === undefined) fork.victims.set(who, time);
  }
}
