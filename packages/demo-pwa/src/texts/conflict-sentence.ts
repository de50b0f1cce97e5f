/** One plain sentence for a conflict: who signed what twice, what the ledger did, and what follows. */
import type { ConflictSide, ConflictView, WalletView } from "@amigos/engine";
import { nameOfAccount } from "../wallet/contacts.ts";
import { moneyToText } from "../format/money.ts";
import { assetOf } from "../wallet/selectors.ts";
import { locale, texts } from "./index.ts";

export function conflictSentence(conflict: ConflictView, view: WalletView): string {
  const [first, second] = conflict.sides.map((side) => describeSide(side, view)) as [string, string];
  const signed = conflict.isOwn
    ? texts.conflict.signedTwiceOwn(first, second)
    : texts.conflict.signedTwice(describePayer(conflict), first, second);
  const outcome = describeOutcome(conflict, view);
  const frozen = conflict.isOwn ? texts.conflict.frozenOwn : texts.conflict.frozen;
  return `${signed} ${outcome} ${frozen}`;
}

/** The device by the name that its owner gave it, which proves nothing, so the account stands beside it. */
function describePayer({ device, account }: ConflictView): string {
  const short = nameOfAccount(account);
  return device === undefined ? short : texts.conflict.payer(device, short);
}

/** `"40.00 AMI to you"`, `"40.00 AMI set aside"`. */
function describeSide(side: ConflictSide, view: WalletView): string {
  const amount = moneyToText(side.amount, assetOf(view, side.asset), locale);
  if (side.type !== "pay") return texts.conflict.sideOfFloat[side.type](amount);
  return texts.conflict.side(amount, side.to === view.account ? texts.common.you : nameOfAccount(side.to));
}

function describeOutcome({ sides }: ConflictView, view: WalletView): string {
  if (sides.some(({ finality }) => finality !== "settled")) return texts.conflict.undecided;
  const kept = sides.filter(({ outcome }) => outcome === "accepted");
  const [only] = kept;
  if (only === undefined) return texts.conflict.keptNeither;
  return kept.length === sides.length ? texts.conflict.keptBoth : texts.conflict.keptOne(describeSide(only, view));
}
