/**
 * Syncs under way: handing over to the hub all that is for it, and waiting for its checkpoints, with how far that is (spec
 * [PEER11]). As long as something moves it is worth waiting.
 */
import type { Height } from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";
import { Progress, type Portion, type SyncProgress } from "./progress.ts";
import type { PushLane } from "./push-lane.ts";
import type { Replica } from "./replica.ts";

/** The hub as a sync sees it. */
export interface SyncedHub {
  readonly pushes: PushLane;
  /** How far it has said that its checkpoints go. */
  readonly announced: () => number;
  readonly documents: () => Pick<Portion, "known" | "done"> | undefined;
  /** As `PushLaneOptions.askFlush`. What is returned ends it before there is an answer. */
  readonly askFlush: (onEnd: (height: Height | undefined) => void) => (height: undefined) => void;
}

export interface SyncsOptions {
  readonly host: Replica;
  readonly clock: Clock;
}

interface Sync {
  readonly hub: SyncedHub;
  readonly progress: Progress;
  /** Where the ledger stood when it began. */
  readonly since: Height;
  wanted: number;
}

/** Nothing heard, or no checkpoint further, for this long: whoever waits is told that the hub is not in reach. */
const SYNC_MS_MAX = 10_000;

export class Syncs {
  readonly #options: SyncsOptions;
  readonly #syncs = new Set<Sync>();
  readonly #waitingForHeight = new Set<{ readonly onHeight: (height: Height) => void; readonly onClose: () => void }>();

  constructor(options: SyncsOptions) {
    this.#options = options;
  }

  /** Resolves when the hub has taken in all that we sent and we have its checkpoints; with false when it does not answer. */
  async run(hub: SyncedHub, onProgress: (progress: SyncProgress) => void): Promise<boolean> {
    hub.pushes.beginAnyway();
    hub.pushes.pushMissed();
    const progress = new Progress(onProgress);
    const sync: Sync = { hub, progress, since: this.#options.host.settled.height, wanted: hub.announced() };
    this.#syncs.add(sync);
    try {
      const height = await this.#handOver(sync);
      if (height === undefined) return false;
      sync.wanted = Math.max(sync.wanted, height);
      this.#tell(sync);
      const isReached = await this.#reached(height);
      if (isReached) progress.end();
      return isReached;
    } finally {
      this.#syncs.delete(sync);
    }
  }

  /** There is a new checkpoint, which decided so many entries and was so many bytes. */
  noteCheckpoint(brought: { readonly entries: number; readonly bytes: number }): void {
    for (const sync of this.#syncs) {
      sync.progress.advance(brought);
      this.#tell(sync);
    }
  }

  /** The ledger is followed up to here. */
  noteHeight(height: Height): void {
    for (const waiter of this.#waitingForHeight) waiter.onHeight(height);
  }

  /** So much of a checkpoint has come. */
  noteReceived(bytes: number): void {
    for (const sync of this.#syncs) {
      sync.progress.expect({ bytes });
      this.#tell(sync);
    }
  }

  close(): void {
    for (const waiter of this.#waitingForHeight) waiter.onClose();
  }

  /** Resolves with where the hub's ledger stands when it has taken in all that is for it. `undefined`: it does not say. */
  async #handOver(sync: Sync): Promise<Height | undefined> {
    const { hub, progress } = sync;
    for (;;) {
      const { pushed, isOwed } = hub.pushes.takePushed();
      progress.expect(pushed);
      this.#tell(sync);
      const height = await this.#flush(hub);
      if (height === undefined) hub.pushes.giveBack(pushed);
      else progress.advance(pushed);
      if (height === undefined || !isOwed) return height;
    }
  }

  #flush(hub: SyncedHub): Promise<Height | undefined> {
    return new Promise((resolve) => {
      const end = hub.askFlush((height) => {
        cancel();
        resolve(height);
      });
      const cancel = this.#options.clock.after(SYNC_MS_MAX, () => end(undefined));
    });
  }

  #tell({ hub, progress, since, wanted }: Sync): void {
    const { height } = this.#options.host.settled;
    const documents = hub.documents();
    if (documents !== undefined) progress.reach("documents", documents);
    progress.reach("checkpoints", { known: Math.max(0, wanted - since), done: height - since });
    progress.tell();
  }

  /** As long as checkpoints keep coming it is worth waiting, however many there are. */
  #reached(wanted: Height): Promise<boolean> {
    if (this.#options.host.settled.height >= wanted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (isReached: boolean): void => {
        cancel();
        this.#waitingForHeight.delete(waiter);
        resolve(isReached);
      };
      const watch = (): (() => void) => this.#options.clock.after(SYNC_MS_MAX, () => end(false));
      let cancel = watch();
      const waiter = {
        onHeight: (height: Height): void => {
          if (height >= wanted) return end(true);
          cancel();
          cancel = watch();
          return undefined;
        },
        onClose: (): void => end(false),
      };
      this.#waitingForHeight.add(waiter);
    });
  }
}
