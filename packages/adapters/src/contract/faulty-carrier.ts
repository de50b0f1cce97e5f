/**
 * What may go wrong below a link, and a carrier of whole messages that goes wrong so on demand: a harness hands it whatever
 * its links post, and it delivers that never, once, twice, or after what was posted later. The link above has to keep the
 * port's invariants all the same.
 */
import { createDice } from "./contract-case.ts";

/**
 * - `loss`, `duplicates`, `reordering`: some of what is sent does not arrive, arrives twice, or arrives late;
 * - `small pieces`: the carrier takes or passes on only little at a time, as with a tiny MTU;
 * - `sudden closes`: every connection breaks after a while, in the middle of whatever is under way;
 * - `silence`: nothing arrives, and nobody is told;
 * - `one way to the left`, `one way to the right`: what is sent in the other direction does not arrive, and nobody is told.
 */
export type CarrierFault =
  | "loss"
  | "duplicates"
  | "reordering"
  | "small pieces"
  | "sudden closes"
  | "silence"
  | "one way to the left"
  | "one way to the right";

export type Direction = "to the left" | "to the right";

export interface Parcel {
  readonly direction: Direction;
  /** Which connection it belongs to. `undefined` for what links find each other with: `sudden closes` spare it. */
  readonly connection: string | undefined;
  readonly deliver: () => void;
}

/** One in so many parcels is lost, sent twice, or held back; and breaks its connection. */
const RARITY = 10;
const RARITY_OF_CLOSES = 40;
/** How many later parcels may overtake one. */
const OVERTAKING_MAX = 4;

export class FaultyCarrier {
  readonly #roll: (below: number) => number;
  readonly #closed = new Set<string>();
  #fault: CarrierFault | undefined;
  /** What is held back, and how many parcels go first. */
  #held: { readonly deliver: () => void; left: number }[] = [];

  constructor(seed = 1) {
    this.#roll = createDice(seed);
  }

  /** From now on; `undefined` for a carrier without faults. What it broke stays broken, and what it held back arrives now. */
  suffer(fault: CarrierFault | undefined): void {
    this.#fault = fault;
    const late = this.#held;
    this.#held = [];
    for (const { deliver } of late) deliver();
  }

  /** Breaks this connection: nothing posted for it arrives any more. */
  close(connection: string): void {
    this.#closed.add(connection);
  }

  carry(parcel: Parcel): void {
    const { connection, deliver } = parcel;
    if (connection !== undefined && this.#closed.has(connection)) return;
    const times = this.#timesDelivered(parcel);
    if (times === 0) return;
    this.#overtake();
    if (this.#fault === "reordering" && this.#roll(RARITY) === 0)
      this.#held.push({ deliver, left: 1 + this.#roll(OVERTAKING_MAX) });
    else for (let time = 0; time < times; time += 1) deliver();
  }

  #timesDelivered({ direction, connection }: Parcel): number {
    switch (this.#fault) {
      case "silence":
        return 0;
      case "one way to the left":
        return direction === "to the left" ? 1 : 0;
      case "one way to the right":
        return direction === "to the right" ? 1 : 0;
      case "loss":
        return this.#roll(RARITY) === 0 ? 0 : 1;
      case "duplicates":
        return this.#roll(RARITY) === 0 ? 2 : 1;
      case "sudden closes":
        if (connection === undefined || this.#roll(RARITY_OF_CLOSES) > 0) return 1;
        this.close(connection);
        return 0;
      default:
        return 1;
    }
  }

  /** Those held back for long enough go first. */
  #overtake(): void {
    for (const parcel of this.#held) parcel.left -= 1;
    const due = this.#held.filter(({ left }) => left < 0);
    this.#held = this.#held.filter(({ left }) => left >= 0);
    for (const { deliver } of due) deliver();
  }
}
