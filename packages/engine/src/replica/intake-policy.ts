/**
 * What a replica that keeps strangers' accounts lets in, beside what the protocol bounds for everybody (spec [ADM1],
 * [ADM2]). Whoever runs it decides; the ledger's rules know nothing of it.
 */
import { err, ok, type AccountId, type Result, type VerifiedEntry } from "@amigos/core";
import type { NewRecords } from "./directory.ts";
import type { Evidence } from "./evidence.ts";
import type { Knowledge } from "./knowledge.ts";
import type { UndecidedView } from "./undecided.ts";

export interface IntakePolicy {
  /** Whether the records of an account that is not known here may be kept. One that is known is not asked for again. */
  readonly admits: (account: AccountId) => Promise<boolean>;
  /** How many undecided entries and proofs of equivocations an account may have here. */
  readonly heldPerAccountMax: number;
  /**
   * Counts so many new entries of each account, if all of them may have as many now; or names one that may not, and counts
   * nothing.
   */
  readonly spend: (entriesByAccount: ReadonlyMap<AccountId, number>) => AccountId | undefined;
  /** Takes back what was counted of entries that did not become durable. */
  readonly giveBack: (entriesByAccount: ReadonlyMap<AccountId, number>) => void;
}

/** Why a policy keeps something out. It may come again: when it is admitted, when time has passed, when more is settled. */
export type PolicyRefusal =
  | { readonly type: "account-not-admitted"; readonly account: AccountId }
  | { readonly type: "account-too-fast"; readonly account: AccountId }
  | { readonly type: "account-full"; readonly account: AccountId };

/** Refuses records of an account that is neither known here nor admitted. */
export async function checkAdmitted(
  policy: IntakePolicy | undefined,
  { directory }: Knowledge,
  records: NewRecords,
): Promise<Result<void, PolicyRefusal>> {
  if (policy === undefined) return ok(undefined);
  for (const { id } of records.inceptions)
    if (directory.inception(id) === undefined && !(await policy.admits(id)))
      return err({ type: "account-not-admitted", account: id });
  return ok(undefined);
}

/** The last thing that is asked of what is to be taken in, for it counts it. */
export function spendFor(
  policy: IntakePolicy | undefined,
  { undecided, evidence }: { readonly undecided: UndecidedView; readonly evidence: Evidence },
  entries: readonly VerifiedEntry[],
): Result<void, PolicyRefusal> {
  if (policy === undefined) return ok(undefined);
  const more = countByAccount(entries);
  for (const [account, count] of more)
    if (undecided.countOf(account) + evidence.countOf(account) + count > policy.heldPerAccountMax)
      return err({ type: "account-full", account });
  const tooFast = policy.spend(more);
  return tooFast === undefined ? ok(undefined) : err({ type: "account-too-fast", account: tooFast });
}

/** For what was spent, and the disk did not take. */
export function giveBackFor(policy: IntakePolicy | undefined, entries: readonly VerifiedEntry[]): void {
  if (entries.length > 0) policy?.giveBack(countByAccount(entries));
}

function countByAccount(entries: readonly VerifiedEntry[]): ReadonlyMap<AccountId, number> {
  const counts = new Map<AccountId, number>();
  for (const { entry } of entries) counts.set(entry.account, (counts.get(entry.account) ?? 0) + 1);
  return counts;
}
