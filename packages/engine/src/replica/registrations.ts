/**
 * Accounts that are known here and whose records the ledger may not have yet, in the order in which they came or had
 * their turn. Only what the ledger would decide at once is given to it: a control entry whose predecessor is missing, or
 * that a key signed which is not the account's at its place, waits here and costs a checkpoint nothing. And every account
 * has its turn (spec [PEER7]), so neither gaps nor floods of one stand in the way of anybody else.
 */
import {
  keyDigest,
  type AccountId,
  type AccountKeys,
  type Link,
  type OrderedControl,
  type Sequence,
  type VerifiedInception,
} from "@amigos/core";
import { accountOf, wouldAct, type AccountState, type LedgerState } from "@amigos/reconcile";
import type { Directory, NewRecords } from "./directory.ts";

/** An account of which the ledger could decide something now. */
export interface WaitingAccount {
  readonly account: AccountId;
  /** Absent when the ledger has it. */
  readonly inception: VerifiedInception | undefined;
  /** What ends sessions first, then the log in its order. */
  readonly control: readonly OrderedControl[];
}

export class Registrations {
  readonly #directory: Directory;
  readonly #accounts = new Set<AccountId>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Looks at these accounts again after their records or the ledger changed. */
  review(accounts: Iterable<AccountId>, state: LedgerState): void {
    for (const account of accounts) {
      if (this.#isRegistered(account, state)) this.#accounts.delete(account);
      else this.#accounts.add(account);
    }
  }

  reviewAll(state: LedgerState): void {
    this.review([...this.#accounts], state);
  }

  /** How many accounts the ledger does not have at all. */
  strangers(state: LedgerState): number {
    let count = 0;
    for (const account of this.#accounts) if (accountOf(state, account)?.keys === undefined) count++;
    return count;
  }

  /** What the ledger would decide now. */
  ready(state: LedgerState): NewRecords {
    return recordsOf(this.waiting(state));
  }

  /** The same of one account. */
  readyOf(account: AccountId, state: LedgerState): NewRecords {
    return recordsOf(this.#accounts.has(account) ? this.#waiting([account], state) : []);
  }

  /** The same by account, whoever waits longest for a turn first. */
  waiting(state: LedgerState): readonly WaitingAccount[] {
    return this.#waiting([...this.#accounts], state);
  }

  #waiting(accounts: readonly AccountId[], state: LedgerState): readonly WaitingAccount[] {
    return accounts.flatMap((account) => {
      const isStranger = accountOf(state, account)?.keys === undefined;
      const inception = isStranger ? this.#directory.inception(account) : undefined;
      const control = [...new Set([...this.#actingControl(account, state), ...this.#readyControl(account, state)])];
      return inception === undefined && control.length === 0 ? [] : [{ account, inception, control }];
    });
  }

  /** Sends an account that had its turn to the back. */
  postpone(account: AccountId): void {
    if (this.#accounts.delete(account)) this.#accounts.add(account);
  }

  /** What an account said that is not settled as far as is known here and may still count, what ends sessions first. */
  unsettledControl(account: AccountId, state: LedgerState): readonly OrderedControl[] {
    const next = accountOf(state, account)?.control.nextSequence ?? 0;
    const later = this.#directory
      .control(account)
      .filter(({ entry }) => entry.sequence >= next)
      .toSorted((a, b) => a.entry.sequence - b.entry.sequence);
    return [...new Set([...this.#actingControl(account, state), ...later])];
  }

  /** Whether nothing is left that the ledger could be told: of what lost its place, what would still end a session is. */
  #isRegistered(account: AccountId, state: LedgerState): boolean {
    const known = accountOf(state, account);
    if (known?.keys === undefined) return false;
    const { nextSequence } = known.control;
    return this.#directory
      .control(account)
      .every((control) => control.entry.sequence < nextSequence && !mayAct(control, known));
  }

  /**
   * From the head that the ledger has, as far as the chain goes, by the keys that the account has at each place: the
   * ledger passes over everybody else's signatures. Of several at one place all: the ledger chooses.
   */
  #readyControl(account: AccountId, state: LedgerState): readonly OrderedControl[] {
    const known = accountOf(state, account);
    let keys: AccountKeys | undefined = known?.keys ?? this.#directory.inception(account)?.inception;
    let next: Sequence = known?.control.nextSequence ?? (0 as Sequence);
    let head: Link = known?.control.head ?? (account as string as Link);
    const log = this.#directory.control(account).filter(({ entry }) => entry.sequence >= next);
    const ready: OrderedControl[] = [];
    while (keys !== undefined) {
      const [place, previous, current]: [Sequence, Link, AccountKeys] = [next, head, keys];
      const here = log.filter(
        (control) =>
          control.entry.sequence === place && control.entry.previous === previous && mayTakePlace(control, current),
      );
      const [first] = here.toSorted((a, b) => (`${a.id}${a.link}` < `${b.id}${b.link}` ? -1 : 1));
      if (first === undefined) break;
      ready.push(...here);
      const { operation } = first.entry;
      if (operation.type === "rotate") keys = operation;
      next = (next + 1) as Sequence;
      head = first.link;
    }
    return ready;
  }

  /** What ends sessions does so from any branch of the log, so it does not wait for its place (spec [CTL10]). */
  #actingControl(account: AccountId, state: LedgerState): readonly OrderedControl[] {
    const known = accountOf(state, account);
    if (known === undefined) return [];
    return this.#directory.control(account).filter((control) => mayAct(control, known));
  }
}

function recordsOf(waiting: readonly WaitingAccount[]): NewRecords {
  return {
    inceptions: waiting.flatMap(({ inception }) => inception ?? []),
    control: waiting.flatMap(({ control }) => control),
  };
}

/** A key that the account had before ends nothing any more, and costs no checkpoint anything. */
function mayAct({ entry, key }: OrderedControl, account: AccountState): boolean {
  return key === account.keys?.masterKey && wouldAct(entry.operation, account);
}

/**
 * Whether an account with these keys would take it at its place (spec [CTL3], [CTL11]). A recovery is completed by whoever
 * settles, who is given recoveries by other ways.
 */
function mayTakePlace({ entry: { operation }, key }: OrderedControl, keys: AccountKeys): boolean {
  if (operation.type === "recovery-complete") return false;
  if (operation.type !== "rotate") return key === keys.masterKey;
  return key === operation.masterKey && keyDigest(key) === keys.nextKeyDigest;
}
