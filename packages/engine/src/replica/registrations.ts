/**
 * Accounts that are known here and whose records the ledger may not have yet, in the order in which they came. Only what
 * the ledger would decide at once is given to it: a control entry whose predecessor is missing waits here and costs a
 * checkpoint nothing, so nobody's gaps stand in the way of anybody else's accounts.
 */
import { type AccountId, type Link, type OrderedControl, type Sequence } from "@amigos/core";
import { accountOf, wouldAct, type AccountState, type LedgerState } from "@amigos/reconcile";
import type { Directory, NewRecords } from "./directory.ts";

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
    const accounts = [...this.#accounts];
    return {
      inceptions: accounts.flatMap((account) => {
        const inception = this.#directory.inception(account);
        return inception === undefined || accountOf(state, account)?.keys !== undefined ? [] : [inception];
      }),
      control: accounts.flatMap((account) => [
        ...new Set([...this.#readyControl(account, state), ...this.#actingControl(account, state)]),
      ]),
    };
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

  /** From the head that the ledger has, as far as the chain goes. Of several at one place all: the ledger chooses. */
  #readyControl(account: AccountId, state: LedgerState): readonly OrderedControl[] {
    const known = accountOf(state, account)?.control;
    let next: Sequence = known?.nextSequence ?? (0 as Sequence);
    let head: Link = known?.head ?? (account as string as Link);
    const log = this.#directory.control(account);
    const ready: OrderedControl[] = [];
    for (;;) {
      const here = log.filter(({ entry }) => entry.sequence === next && entry.previous === head);
      const [first] = here.toSorted((a, b) => (`${a.id}${a.link}` < `${b.id}${b.link}` ? -1 : 1));
      if (first === undefined) return ready;
      ready.push(...here);
      next = (next + 1) as Sequence;
      head = first.link;
    }
  }

  /** What ends sessions does so from any branch of the log, so it does not wait for its place (spec [CTL10]). */
  #actingControl(account: AccountId, state: LedgerState): readonly OrderedControl[] {
    const known = accountOf(state, account);
    if (known === undefined) return [];
    return this.#directory.control(account).filter((control) => mayAct(control, known));
  }
}

/** A key that the account had before ends nothing any more, and costs no checkpoint anything. */
function mayAct({ entry, key }: OrderedControl, account: AccountState): boolean {
  return key === account.keys?.masterKey && wouldAct(entry.operation, account);
}
