/**
 * What is said about recoveries and not settled (spec [PEER15]): that one starts, is approved, is vetoed, is complete. Most of it
 * has no place in a control log, and whoever signs it is often no device of the account, so it travels by a lane of its own.
 * Kept is what the ledger would take now, together with what is kept already: that is little, however much is signed.
 */
import {
  decodeControlEntry,
  err,
  limits,
  linkOf,
  ok,
  type AccountId,
  type ControlOperation,
  type EntryId,
  type Link,
  type Result,
  type TimeMs,
  type VerifiedControlEntry,
} from "@amigos/core";
import {
  accountOf,
  NO_HISTORY,
  reconcile,
  verifyItems,
  type AccountState,
  type ControlVerdict,
  type ItemError,
  type LedgerState,
  type PendingRecovery,
} from "@amigos/reconcile";
import { KEY, put } from "../journal/journal.ts";
import type { StoreOperation } from "../ports/store.ts";
import type { Party } from "./access.ts";

export type RecoveryRefusal =
  | ItemError
  /** It says something else. */
  | { readonly type: "not-a-recovery" }
  /** The ledger would not take it now: `code` is that of its verdict. */
  | { readonly type: "recovery-refused"; readonly code: string }
  /** A wallet keeps what is said about its own account, those that it guards, and those that it recovers. */
  | { readonly type: "recovery-of-others" }
  /** More is under way here than this replica remembers. */
  | { readonly type: "recoveries-full" };

/**
 * Of all accounts, of vetoes and of everything else each: recoveries are rare, and a checkpoint settles what is said of them.
 * 2 MiB at their largest. Vetoes have room of their own, so that nobody keeps one out by beginning recoveries.
 */
const KEPT_MAX = 1024;
/** Of one account, of each likewise. All its guardians who begin apart, who agree to one of these, and as many again. */
const KEPT_OF_ACCOUNT_MAX: number = 4 * limits.GUARDIANS_MAX;

export interface ExamineOptions {
  readonly state: LedgerState;
  readonly time: TimeMs;
  /** Signed or kept here before: there is room for it. */
  readonly isOwn?: boolean;
}

/** One that is said no more, and the verdict that it would have now. */
export interface DroppedStatement {
  readonly control: VerifiedControlEntry;
  readonly verdict: ControlVerdict | undefined;
}

export class Recoveries {
  readonly #own: AccountId | undefined;
  readonly #recovering = new Set<AccountId>();
  /** Of what concerns this wallet: accounts of which something was said or decided since it opened, while a recovery is under way. */
  readonly #stirred = new Set<AccountId>();
  readonly #byAccount = new Map<AccountId, readonly VerifiedControlEntry[]>();

  /** `own`: whose replica it is. A hub's is nobody's, and keeps what is said about any. */
  constructor(own: AccountId | undefined) {
    this.#own = own;
  }

  /** Accounts for which this wallet asks for new keys. */
  get recovering(): ReadonlySet<AccountId> {
    return this.#recovering;
  }

  noteRecovering(account: AccountId): void {
    this.#recovering.add(account);
  }

  endRecovering(account: AccountId): void {
    this.#recovering.delete(account);
  }

  /** Accounts whose recovery may have moved on, to look at. Those of which nothing is under way any more are forgotten. */
  stirred(state: LedgerState, time: TimeMs): readonly AccountState[] {
    return [...this.#stirred].flatMap((account) => {
      const expected = this.expected(account, state, time);
      if (expected !== undefined && expected.recoveries.length > 0) return [expected];
      this.#stirred.delete(account);
      return [];
    });
  }

  /** A checkpoint has decided these. */
  noteDecided(control: readonly VerifiedControlEntry[], state: LedgerState): void {
    if (this.#own === undefined) return;
    for (const { entry } of control)
      if (isAboutRecovery(entry.operation) && this.#concerns(entry.account, state)) this.#stirred.add(entry.account);
  }

  all(): readonly VerifiedControlEntry[] {
    return [...this.#byAccount.values()].flat();
  }

  of(account: AccountId): readonly VerifiedControlEntry[] {
    return this.#byAccount.get(account) ?? [];
  }

  has(account: AccountId, link: Link): boolean {
    return this.of(account).some((kept) => kept.link === link);
  }

  /**
   * Verifies and judges one. Changes nothing. Of several signatures of one statement the first one is kept, and is the answer
   * to the others: each that is taken is by the key that counts now, so they say no more.
   */
  async examine(
    bytes: Uint8Array,
    { state, time, isOwn = false }: ExamineOptions,
  ): Promise<Result<VerifiedControlEntry, RecoveryRefusal>> {
    const decoded = decodeControlEntry(bytes);
    if (!decoded.ok) return decoded;
    const { entry, entryId, signature } = decoded.value;
    if (!isAboutRecovery(entry.operation)) return err({ type: "not-a-recovery" });
    if (!this.#concerns(entry.account, state)) return err({ type: "recovery-of-others" });
    const known = this.of(entry.account).find(({ id }) => id === entryId);
    if (known?.link === linkOf(entryId, signature)) return ok(known);
    const verified = await verifyItems(state, { inceptions: [], control: [bytes], entries: [] });
    if (!verified.ok) return verified;
    const control = verified.value.control[0] as VerifiedControlEntry;
    if (known !== undefined) return ok(known);
    if (!isOwn && this.#isFullFor(control)) return err({ type: "recoveries-full" });
    const verdicts = judge(state, [...this.of(control.entry.account), control], time);
    // Of what is one too many the ledger may leave out one that is kept: here it is the one that came last.
    const pushedOut = verdicts.find((verdict) => verdict.id !== control.id && isPushedOut(verdict));
    const verdict = pushedOut ?? verdicts.find(({ id }) => id === control.id);
    if (verdict?.outcome === "accepted") return ok(control);
    return err({ type: "recovery-refused", code: codeOf(verdict) ?? "duplicate" });
  }

  #concerns(account: AccountId, state: LedgerState): boolean {
    if (this.#own === undefined || this.#recovering.has(account)) return true;
    return concernsParty({ role: "wallet", account: this.#own }, account, state);
  }

  #isFullFor({ entry: { account, operation } }: VerifiedControlEntry): boolean {
    const isLike = ({ entry }: VerifiedControlEntry): boolean => isVeto(entry.operation) === isVeto(operation);
    const isAccountFull = this.of(account).filter(isLike).length >= KEPT_OF_ACCOUNT_MAX;
    return isAccountFull || this.all().filter(isLike).length >= KEPT_MAX;
  }

  keep(control: VerifiedControlEntry): void {
    const { account } = control.entry;
    if (this.#own !== undefined) this.#stirred.add(account);
    if (!this.of(account).some(({ id }) => id === control.id))
      this.#byAccount.set(account, [...this.of(account), control]);
  }

  /** Forgets what is settled or would not be taken any more. Returns that, with why it would not. */
  review(state: LedgerState, time: TimeMs): readonly DroppedStatement[] {
    const dropped: DroppedStatement[] = [];
    for (const [account, kept] of this.#byAccount) {
      const verdicts = new Map(judge(state, kept, time).map((verdict) => [verdict.id as string, verdict]));
      const left = kept.filter(({ id }) => verdicts.get(id)?.outcome === "accepted");
      for (const control of kept)
        if (!left.includes(control)) dropped.push({ control, verdict: verdicts.get(control.id) });
      if (left.length === 0) this.#byAccount.delete(account);
      else this.#byAccount.set(account, left);
    }
    return dropped;
  }

  /** An account as the ledger would have it with all of this. */
  expected(account: AccountId, state: LedgerState, time: TimeMs): AccountState | undefined {
    return expectedWith(this.of(account), { account, state, time });
  }

  /** What is under way until the ledger says otherwise, whatever else is said here; and what of it is vetoed here. */
  underWay(
    account: AccountId,
    state: LedgerState,
    time: TimeMs,
  ): {
    readonly underWay: readonly PendingRecovery[];
    readonly isVetoed: (start: EntryId) => boolean;
  } {
    const kept = this.of(account);
    const at = { account, state, time };
    const beginning = kept.filter(({ entry: { operation } }) => !isEnd(operation));
    const before = expectedWith(beginning, at)?.recoveries ?? [];
    const vetoed = expectedWith([...beginning, ...kept.filter(({ entry }) => isVeto(entry.operation))], at);
    const after = new Map((vetoed?.recoveries ?? []).map((pending) => [pending.start, pending]));
    const begun = new Set(before.map(({ start }) => start));
    return {
      // What begins after the veto is under way too.
      underWay: [...before, ...[...after.values()].filter(({ start }) => !begun.has(start))],
      isVetoed: (start) => !after.has(start),
    };
  }
}

function expectedWith(
  kept: readonly VerifiedControlEntry[],
  { account, state, time }: { readonly account: AccountId; readonly state: LedgerState; readonly time: TimeMs },
): AccountState | undefined {
  if (kept.length === 0) return accountOf(state, account);
  return accountOf(reconcileControl(state, kept, time).state, account);
}

/** What makes one durable. */
export function recoveryOperation({ entry: { account }, link, bytes }: VerifiedControlEntry): StoreOperation {
  return put(KEY.recovery(account, link), bytes);
}

/** Whether somebody is told what is said about an account's recovery: the hub, the account itself, and its guardians. */
export function concernsParty(party: Party, account: AccountId, state: LedgerState): boolean {
  if (party.role === "hub" || party.account === account) return true;
  return accountOf(state, account)?.recovery?.guardians?.accounts.includes(party.account) ?? false;
}

function isAboutRecovery({ type }: ControlOperation): boolean {
  return (
    type === "recovery-start" || type === "recovery-approve" || type === "recovery-veto" || type === "recovery-complete"
  );
}

/** After which nothing of before is under way. */
function isEnd({ type }: ControlOperation): boolean {
  return type === "recovery-veto" || type === "recovery-complete";
}

function codeOf(verdict: ControlVerdict | undefined): string | undefined {
  return verdict !== undefined && "failure" in verdict ? verdict.failure.code : undefined;
}

/** A start without the room, or a completion without the place, that another one has. Nothing else that is kept becomes so. */
function isPushedOut(verdict: ControlVerdict): boolean {
  const code = codeOf(verdict);
  return code === "recovery-pending" || code === "sequence-taken";
}

function isVeto({ type }: ControlOperation): boolean {
  return type === "recovery-veto";
}

function judge(
  state: LedgerState,
  control: readonly VerifiedControlEntry[],
  time: TimeMs,
): ReturnType<typeof reconcile>["control"] {
  return reconcileControl(state, control, time).control;
}

function reconcileControl(
  state: LedgerState,
  control: readonly VerifiedControlEntry[],
  time: TimeMs,
): ReturnType<typeof reconcile> {
  return reconcile({
    state,
    inceptions: [],
    control,
    entries: [],
    history: NO_HISTORY,
    time: Math.max(time, state.time) as TimeMs,
  });
}
