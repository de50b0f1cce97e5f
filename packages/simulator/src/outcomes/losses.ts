/** What honest payees lost to cheats: goods they gave, less what the ledger paid them for it. */
import type { AccountId } from "@amigos/core";
import type { PaymentRecord } from "./recorder.ts";

/** What one payee lost to one cheat, in cents; never nought. */
export interface Loss {
  readonly payer: AccountId;
  readonly payee: AccountId;
  readonly amount: number;
  /** Of the payments that were rejected, by the ledger's reason. */
  readonly byCode: ReadonlyMap<string, number>;
}

/**
 * Goods for a payment that came to nothing are not lost where the same cheat paid the same payee by another branch, for which
 * there were no goods: whoever holds two branches is paid by either.
 */
export function lossesOf(payments: readonly PaymentRecord[]): readonly Loss[] {
  const books = new Map<string, { readonly rejected: PaymentRecord[]; unearned: number }>();
  for (const record of payments) {
    const { isHonest, isPayeeHonest, isHanded, decided, payer, payee } = record;
    if (isHonest || !isPayeeHonest || decided === undefined) continue;
    const key = `${payer.account}/${payee.account}`;
    const book = books.get(key) ?? { rejected: [], unearned: 0 };
    books.set(key, book);
    if (isHanded && decided.outcome === "rejected") book.rejected.push(record);
    if (!isHanded && decided.outcome === "accepted") book.unearned += record.amount;
  }
  return [...books.values()].flatMap(({ rejected, unearned }) => lossOf(rejected, unearned) ?? []);
}

function lossOf(rejected: readonly PaymentRecord[], unearned: number): Loss | undefined {
  const [first] = rejected;
  let left = unearned;
  let total = 0;
  const byCode = new Map<string, number>();
  for (const { amount, decided } of rejected) {
    const covered = Math.min(left, amount);
    left -= covered;
    if (covered === amount) continue;
    total += amount - covered;
    const code = decided?.code ?? "";
    byCode.set(code, (byCode.get(code) ?? 0) + amount - covered);
  }
  if (first === undefined || total === 0) return undefined;
  return { payer: first.payer.account, payee: first.payee.account, amount: total, byCode };
}
