/**
 * What of refusals is logged. Peers decide how many there are, so they do not decide how much is written: of one peer some,
 * of all together some more, and then a few now and then that say how many were left out. The metrics count every one.
 */
import type { Clock } from "@amigos/engine/ports";
import type { Log } from "./log.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Enough to see what a peer does; then one line in so many milliseconds. */
const OF_ONE = { capacity: 128, refillMs: 1_000 } as const;
/** Many at once who each do little: some megabytes, then a few kilobytes a second. */
const OF_ALL = { capacity: 8_192, refillMs: 50 } as const;
/** Peers whose lines are counted. Of more, who came first counts anew. */
const PEERS_MAX = 4_096;

export interface Refused {
  readonly peer: string;
  readonly code: string;
  readonly detail: string;
}

export class RefusedLines {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #byPeer = new Map<string, TokenBucket>();
  #unsaid = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#all = new TokenBucket({ clock, ...OF_ALL });
  }

  write({ peer, code, detail }: Refused): void {
    if (!this.#bucketOf(peer).take() || !this.#all.take()) {
      this.#unsaid++;
      return;
    }
    const unsaid = this.#unsaid === 0 ? {} : { unsaid: this.#unsaid };
    this.#unsaid = 0;
    this.#log("warning", "refused", { peer, code, detail, ...unsaid });
  }

  #bucketOf(peer: string): TokenBucket {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    if (this.#byPeer.size >= PEERS_MAX) {
      const [first] = this.#byPeer.keys();
      if (first !== undefined) this.#byPeer.delete(first);
    }
    const bucket = new TokenBucket({ clock: this.#clock, ...OF_ONE });
    this.#byPeer.set(peer, bucket);
    return bucket;
  }
}
