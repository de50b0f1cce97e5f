/**
 * States on their way to wallets that start (spec [PEER8]). A state is encoded once for everybody who asks within a short
 * time, and stays as it is while somebody reads it, however far the ledger has come meanwhile.
 */
import type { Height, TimeMs } from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";

/** Encoding reads every account. So it is done at most this often; who starts in between has a few checkpoints to replay. */
const MAKE_EVERY_MS = 10_000;
/** States in memory at once, each as large as a state may be. Beyond it whoever starts gets the newest of them. */
const STATES_MAX = 4;
/** Nobody asked for more of it: as long as a part may take. */
const IDLE_MS = 30_000;
/** A state at its largest takes this long at a megabit a second; who is slower begins anew. */
const LIFE_MS: number = 10 * 60_000;

export interface ShelvedState {
  readonly height: Height;
  readonly bytes: Uint8Array;
}

interface Held extends ShelvedState {
  readonly madeAt: TimeMs;
  cancelIdle: () => void;
}

export class StateShelf {
  readonly #clock: Clock;
  readonly #held = new Map<Height, Held>();
  #steps: Promise<unknown> = Promise.resolve();
  /** When one was made last, or it turned out that none can be given. */
  #madeAt: TimeMs | undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A state to begin with. `make` gives the one of `height`, or nothing when it cannot be given. Of those who ask at the same
   * time the first makes it for all.
   */
  newest(height: Height, make: () => Promise<Uint8Array | undefined>): Promise<ShelvedState | undefined> {
    const step = this.#steps.then(() => this.#newest(height, make));
    this.#steps = step.catch(() => undefined);
    return step;
  }

  /** The one that somebody reads already, while it is there. */
  at(height: Height): ShelvedState | undefined {
    this.#dropOld();
    const held = this.#held.get(height);
    return held === undefined ? undefined : this.#touch(held);
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancelIdle } of this.#held.values()) cancelIdle();
    this.#held.clear();
  }

  async #newest(height: Height, make: () => Promise<Uint8Array | undefined>): Promise<ShelvedState | undefined> {
    if (this.#isClosed) return undefined;
    this.#dropOld();
    const now = this.#clock.now();
    const newest = [...this.#held.values()].toSorted((a, b) => b.height - a.height)[0];
    const isSoon = this.#madeAt !== undefined && now - this.#madeAt < MAKE_EVERY_MS;
    if (isSoon || newest?.height === height || this.#held.size >= STATES_MAX)
      return newest === undefined ? undefined : this.#touch(newest);
    this.#madeAt = now;
    const bytes = await make();
    if (bytes === undefined || this.#isClosed) return undefined;
    const held = { height, bytes, madeAt: now, cancelIdle: () => undefined };
    this.#held.set(height, held);
    return this.#touch(held);
  }

  #touch(held: Held): ShelvedState {
    held.cancelIdle();
    held.cancelIdle = this.#clock.after(IDLE_MS, () => this.#held.delete(held.height));
    return held;
  }

  #dropOld(): void {
    for (const held of this.#held.values()) {
      if (this.#clock.now() - held.madeAt < LIFE_MS) continue;
      held.cancelIdle();
      this.#held.delete(held.height);
    }
  }
}
