/** What an operation is about, in money: read by every rule about value, so that each asks its own question and no other. */
import type { AccountId, Money, Operation } from "@amigos/core";

/** Value that leaves the account: a payment, or the fee of an import. */
export interface Spend extends Money {
  readonly to: AccountId;
}

export function spendOf(operation: Operation): Spend | undefined {
  if (operation.type === "pay") return operation;
  if (operation.type !== "execute") return undefined;
  const { import: imported, asset, fee } = operation;
  return { to: imported as string as AccountId, asset, amount: fee };
}

/** What it names of which asset, whatever it does with it. An attestation names none. */
export function moneyOf(operation: Operation): Money | undefined {
  if (operation.type === "attest") return undefined;
  return operation.type === "execute" ? spendOf(operation) : operation;
}
