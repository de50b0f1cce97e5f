/** What a page knows of the world: everything of one moment, as plain data, sent whole whenever it changed. */
import type { EntryId, TimeMs } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import type { Failure } from "@amigos/reconcile";
import type { AppError } from "../../wallet/app-error.ts";
import { PEOPLE, type PartyId, type Person, type PhoneId } from "./action.ts";

export interface WorldView {
  readonly now: TimeMs;
  readonly phones: readonly PhoneView[];
  readonly hub: HubView;
  /** Pairs that reach each other. */
  readonly links: readonly LinkView[];
  /** Oldest first; at most `HAPPENINGS_MAX`. */
  readonly happenings: readonly Happening[];
}

export interface PhoneView {
  readonly id: PhoneId;
  /** Whose account it pays from. */
  readonly owner: Person;
  readonly isOn: boolean;
  readonly clockShiftMs: number;
  /** As it was last, where it is off. */
  readonly view: WalletView;
  /** Why the last payment was not signed. */
  readonly refusal?: AppError;
}

export interface HubView {
  readonly height: number;
  readonly stateRoot: string;
  /** Entries that no checkpoint has decided. */
  readonly undecided: number;
  /** How the network decides conflicts: its genesis names it. */
  readonly policy: string;
}

export interface LinkView {
  readonly a: PartyId;
  readonly b: PartyId;
  readonly isUp: boolean;
}

/** One thing that happened to one of them: a row of what is told, in the order in which it became known. */
export type Happening = {
  readonly lane: PartyId;
  readonly time: TimeMs;
  /** Who was in reach of the hub then. */
  readonly reached: readonly PartyId[];
} & (
  | { readonly type: "began" }
  | {
      readonly type: "signed";
      readonly payment: EntryId;
      readonly to: Person;
      readonly cents: number;
      readonly place: number;
    }
  | { readonly type: "refused"; readonly to: Person; readonly cents: number; readonly error: AppError }
  /** Somebody has a payment that another one signed. */
  | { readonly type: "arrived"; readonly payment: EntryId; readonly cents: number; readonly from: PhoneId }
  /** Two signatures for one place are known here. */
  | { readonly type: "proven" }
  | {
      readonly type: "settled";
      readonly height: number;
      /** In cents. */
      readonly kept: readonly number[];
      readonly refused: readonly NotKept[];
      readonly waiting: readonly NotKept[];
      /** Who has followed it by now. */
      readonly followers: readonly PhoneId[];
    }
  /** Somebody who was behind has the ledger of now. */
  | { readonly type: "followed"; readonly height: number }
  | { readonly type: "copied"; readonly of: Person }
  | { readonly type: "died" | "off" | "on" }
  | { readonly type: "shifted"; readonly ms: number }
  | { readonly type: "passed"; readonly ms: number }
  | { readonly type: "linked" | "cut"; readonly other: PartyId }
  | { readonly type: "parted"; readonly groups: readonly (readonly PartyId[])[] }
);

interface NotKept {
  readonly cents: number;
  readonly failure: Failure;
}

/** More than anybody reads; what is older is forgotten in the telling, and in nothing else. */
export const HAPPENINGS_MAX = 80;

/** In the order in which they are shown: a copy stands beside the phone that it is one of, and the hub comes last. */
export function orderOf(phones: readonly Pick<PhoneView, "id" | "owner">[]): readonly PartyId[] {
  const copy = phones.find(({ id }) => id === "copy");
  return [...PEOPLE, "hub" as const].flatMap((party) => (copy?.owner === party ? [party, "copy" as const] : [party]));
}

/** Whether everybody who is in the world, the hub too, has computed one state. Phones that are off count with what they had. */
export function doAllAgree({ phones, hub }: Pick<WorldView, "phones" | "hub">): boolean {
  return phones.every(({ view }) => view.ledger.stateRoot === hub.stateRoot);
}
