/** Small questions that several screens ask of a view. */
import type { Asset, AssetCode, EntryId } from "@amigos/core";
import type { ConflictView, PaymentView, WalletView } from "@amigos/engine";

/** An asset of the wallet's network, with its decimals. What the view names is always among its balances. */
export function assetOf(view: WalletView, code: AssetCode): Asset {
  const balance = view.balances.find(({ asset }) => asset === code);
  return { code, decimals: balance?.decimals ?? 0 };
}

/** The asset that amounts are asked in when nothing else was said: the network's first. */
export function mainAsset(view: WalletView): Asset {
  const [first] = view.balances;
  if (first === undefined) throw new TypeError("A network has at least one asset.");
  return { code: first.asset, decimals: first.decimals };
}

export function paymentById(view: WalletView, id: EntryId): PaymentView | undefined {
  return view.payments.find((payment) => payment.id === id);
}

/** The proven equivocation that an entry is a side of. */
export function conflictOfEntry(view: WalletView, id: EntryId): ConflictView | undefined {
  return view.conflicts.find(({ sides }) => sides.some((side) => side.entry === id));
}

export function isHubInReach(view: WalletView): boolean {
  return view.connections.some(({ role }) => role === "hub");
}

export function walletsNearby(view: WalletView): number {
  return view.connections.filter(({ role }) => role === "wallet").length;
}
