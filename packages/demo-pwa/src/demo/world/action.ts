/** Who is in the world of the demo, and what can happen in it: by a story, or by whoever plays. Plain data. */

/** People, each with a phone of their own. */
export const PEOPLE = ["alice", "bob", "carol"] as const;
export type Person = (typeof PEOPLE)[number];
/** There is one copy at most: three people and a thief are enough for every story. */
export type PhoneId = Person | "copy";
export type PartyId = PhoneId | "hub";

export type Action =
  | { readonly type: "pay"; readonly payer: PhoneId; readonly payee: Person; readonly cents: number }
  /** Pays while the power of the payer's phone goes out, after so many writes to its disk. The phone is off then. */
  | {
      readonly type: "die";
      readonly payer: PhoneId;
      readonly payee: Person;
      readonly cents: number;
      readonly writes: number;
    }
  /** Two of them reach each other from now on, or do not. */
  | { readonly type: "link"; readonly a: PartyId; readonly b: PartyId; readonly isUp: boolean }
  /** Everybody reaches those of their own group and nobody else. Who is in no group reaches nobody. */
  | { readonly type: "partition"; readonly groups: readonly (readonly PartyId[])[] }
  /** Disk and keys of a phone as they are now, in another phone, out of everybody's reach. */
  | { readonly type: "copy"; readonly of: Person }
  | { readonly type: "power"; readonly phone: PhoneId; readonly isOn: boolean }
  /** How far the clock of a phone is off from now on; ahead is above zero. */
  | { readonly type: "shift"; readonly phone: PhoneId; readonly ms: number }
  | { readonly type: "pass"; readonly ms: number };

/** Everybody and everything that may be linked, in the order in which it is shown. */
export const EVERYBODY: readonly PartyId[] = [...PEOPLE, "copy", "hub"];
