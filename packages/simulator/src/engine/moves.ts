/** What happens in a world of real wallets, drawn from the seed alone: the same for every version of the engine. */
import { createPrng } from "../chance/prng.ts";

/** Honest people, each with a wallet. */
export const HONEST = ["ana", "ben", "cleo", "dan"] as const;
/** Has a second phone with the same key and the same store as of some moment. */
export const CHEAT = "eve";
export const COPY = "eve's copy";

export type Move =
  /** Over the hub, when both are in reach of it; the connection of the payer breaks half way, if it says so. */
  | {
      readonly type: "pay";
      readonly payer: string;
      readonly payee: string;
      readonly cents: number;
      readonly breaks: boolean;
    }
  /** Face to face: signed, and handed over as bytes. */
  | { readonly type: "hand"; readonly payer: string; readonly payee: string; readonly cents: number }
  /** The same, while the disk of one of the two refuses a write. */
  | {
      readonly type: "full";
      readonly payer: string;
      readonly payee: string;
      readonly cents: number;
      readonly whose: "payer" | "payee";
    }
  | { readonly type: "unplug" | "plug"; readonly name: string }
  /** The power of a phone goes out while it pays, at this write, made or not, and it starts again. */
  | {
      readonly type: "die";
      readonly payer: string;
      readonly payee: string;
      readonly cents: number;
      readonly after: number;
      readonly isWritten: boolean;
    }
  | { readonly type: "pass"; readonly minutes: number }
  /** A stranger forges documents of hers at the hub. */
  | { readonly type: "attack"; readonly attack: number }
  | { readonly type: "settle" }
  /** The cheat copies the phone; from then on both pay out of reach of the hub. */
  | { readonly type: "copy" };

const MOVES = 40;
const CENTS_MAX = 10_00;
/** Writes of one payment, about. */
const WRITES_OF_PAYMENT = 3;
/** Of so many moves, how many are of which kind is below. */
const KINDS = 100;

export function movesOf(seed: number): readonly Move[] {
  const prng = createPrng(`amigos-engine-world/${seed}/moves`);
  const copiedAt = prng.integer(MOVES >> 1);
  const two = (): { readonly payer: string; readonly payee: string; readonly cents: number } => {
    const [payer = "", payee = ""] = prng.shuffled(HONEST);
    return { payer, payee, cents: prng.skewed(1, CENTS_MAX) };
  };
  const draw = (index: number): Move => {
    const kind = prng.integer(KINDS);
    if (kind < 20) return { type: "pay", ...two(), breaks: prng.chance(30) };
    if (kind < 40) return { type: "hand", ...two() };
    if (kind < 47) return { type: "unplug", name: prng.pick(HONEST) };
    if (kind < 57) return { type: "plug", name: prng.pick(HONEST) };
    if (kind < 66) {
      const after = prng.integer(WRITES_OF_PAYMENT);
      return { type: "die", ...two(), after, isWritten: prng.chance(50) };
    }
    if (kind < 70) return { type: "full", ...two(), whose: prng.pick(["payer", "payee"]) };
    if (kind < 75) return { type: "pass", minutes: 1 + prng.integer(180) };
    if (kind < 79) return { type: "attack", attack: prng.integer(KINDS) };
    if (kind < 87) {
      const payer = index > copiedAt ? prng.pick([CHEAT, COPY]) : CHEAT;
      return { type: "hand", payer, payee: prng.pick(HONEST), cents: prng.skewed(1, CENTS_MAX) };
    }
    return { type: "settle" };
  };
  return Array.from({ length: MOVES }, (_, index) => (index === copiedAt ? { type: "copy" } : draw(index)));
}
