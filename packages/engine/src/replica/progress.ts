/**
 * How far a sync has come (spec [PEER11]): what is known to be exchanged with the hub, what of it is done, what is left.
 * Numbers only rise, by what happens and not by time; what was done before is not counted again by the next sync.
 */

/** How much of one thing. `left` is `known` less `done`. */
export interface Portion {
  readonly known: number;
  readonly done: number;
  readonly left: number;
}

export interface SyncProgress {
  /** Documents that are kept in step with the hub. Done is one that it has answered about. */
  readonly documents: Portion;
  /** Entries that the hub has not confirmed to have, and those that checkpoints bring. */
  readonly entries: Portion;
  readonly checkpoints: Portion;
  /** Bytes of those entries, and of those checkpoints as they come. */
  readonly bytes: Portion;
  /** Whether this is the last of a sync that has come to its end: nothing is left. */
  readonly isDone: boolean;
}

export type Progressing = Exclude<keyof SyncProgress, "isDone">;

const KINDS: readonly Progressing[] = ["documents", "entries", "checkpoints", "bytes"];

export class Progress {
  readonly #onProgress: (progress: SyncProgress) => void;
  readonly #known = new Map<Progressing, number>(KINDS.map((kind) => [kind, 0]));
  readonly #done = new Map<Progressing, number>(KINDS.map((kind) => [kind, 0]));

  constructor(onProgress: (progress: SyncProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** So much more is known to be exchanged. */
  expect(more: Partial<Record<Progressing, number>>): void {
    for (const kind of KINDS) this.#known.set(kind, this.#of(this.#known, kind) + (more[kind] ?? 0));
  }

  /** So much of it is done. What nobody expected was known with it. */
  advance(more: Partial<Record<Progressing, number>>): void {
    for (const kind of KINDS) {
      const done = this.#of(this.#done, kind) + (more[kind] ?? 0);
      this.#done.set(kind, done);
      this.#known.set(kind, Math.max(done, this.#of(this.#known, kind)));
    }
  }

  /** At least so much of something is known, and done, in all. */
  reach(kind: Progressing, total: { readonly known: number; readonly done: number }): void {
    const done = Math.max(total.done, this.#of(this.#done, kind));
    this.#done.set(kind, done);
    this.#known.set(kind, Math.max(total.known, done, this.#of(this.#known, kind)));
  }

  tell(): void {
    this.#onProgress(this.#progress(false));
  }

  /** Everything that was known is done. */
  end(): void {
    for (const kind of KINDS) this.#done.set(kind, this.#of(this.#known, kind));
    this.#onProgress(this.#progress(true));
  }

  #progress(isDone: boolean): SyncProgress {
    const portion = (kind: Progressing): Portion => {
      const [known, done] = [this.#of(this.#known, kind), this.#of(this.#done, kind)];
      return { known, done, left: known - done };
    };
    return {
      documents: portion("documents"),
      entries: portion("entries"),
      checkpoints: portion("checkpoints"),
      bytes: portion("bytes"),
      isDone,
    };
  }

  #of(counts: ReadonlyMap<Progressing, number>, kind: Progressing): number {
    return counts.get(kind) ?? 0;
  }
}
