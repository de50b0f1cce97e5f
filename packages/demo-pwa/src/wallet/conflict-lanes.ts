/**
 * How a double spend came about, as this device can tell it: who signed, where it forked, whom each side pays, where both
 * sides met, and what the ledger made of them. One row after another, the earlier above; a picture and a table show the same.
 * Nothing in it is guessed: when somebody else saw their side is not known here, only that it was signed for them.
 */
import type { AccountId } from "@amigos/core";
import type { ConflictSide, ConflictView, WalletView } from "@amigos/engine";

/** Who something happened to, from one end of the picture to the other. */
export type Lane =
  /** The device that signed twice. */
  | { readonly type: "payer"; readonly account: AccountId; readonly isOwn: boolean }
  | { readonly type: "payee"; readonly account: AccountId }
  /** This device, where it is neither. */
  | { readonly type: "here" }
  | { readonly type: "ledger" };

export type SideLetter = "A" | "B";

export type LaneStep =
  | { readonly type: "forked"; readonly lane: number; readonly sequence: number }
  /** Signed for somebody. `to` is their lane; what sets money aside goes to nobody. */
  | {
      readonly type: "signed";
      readonly lane: number;
      readonly side: SideLetter;
      readonly to: number | undefined;
      readonly content: ConflictSide;
    }
  /** Where both signatures are known: that is the proof. */
  | { readonly type: "proven"; readonly lane: number }
  | { readonly type: "decided"; readonly lane: number; readonly side: SideLetter; readonly content: ConflictSide }
  | { readonly type: "undecided"; readonly lane: number };

export interface ConflictLanes {
  readonly lanes: readonly Lane[];
  readonly steps: readonly LaneStep[];
}

export function conflictLanes(conflict: ConflictView, view: WalletView): ConflictLanes {
  const payees = [...new Set(conflict.sides.flatMap((side) => (side.type === "pay" ? [side.to] : [])))];
  const isHere = conflict.isOwn || conflict.account === view.account || payees.includes(view.account);
  const lanes: readonly Lane[] = [
    { type: "payer", account: conflict.account, isOwn: conflict.isOwn },
    ...payees.map((account) => ({ type: "payee", account }) as const),
    ...(isHere ? [] : [{ type: "here" } as const]),
    { type: "ledger" },
  ];
  const laneOf = (account: AccountId): number =>
    lanes.findIndex((lane) => "account" in lane && lane.account === account);
  const here = isHere ? Math.max(0, laneOf(view.account)) : lanes.length - 2;
  const ledger = lanes.length - 1;
  const sides = conflict.sides.map((content, index) => ({ content, side: index === 0 ? "A" : "B" }) as const);
  const decided = sides.filter(({ content }) => content.finality === "settled");
  return {
    lanes,
    steps: [
      { type: "forked", lane: 0, sequence: conflict.sequence },
      ...sides.map(({ content, side }): LaneStep => {
        const to = content.type === "pay" ? laneOf(content.to) : undefined;
        return { type: "signed", lane: 0, side, to, content };
      }),
      { type: "proven", lane: here },
      ...decided.map(({ content, side }): LaneStep => ({ type: "decided", lane: ledger, side, content })),
      ...(decided.length === sides.length ? [] : [{ type: "undecided", lane: ledger } as const]),
    ],
  };
}
