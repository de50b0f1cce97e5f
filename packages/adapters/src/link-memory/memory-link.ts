/**
 * Two links within one process, for tests and the simulator. Messages are copied, arrive later than they were sent and
 * in order; when "later" is, decides `schedule`: the next microtask by default, a simulated network's delay elsewhere.
 */
import { assert } from "@amigos/core";
import type { Clock, CloseReason, Connection, Link } from "@amigos/engine/ports";
import { systemClock } from "../runtime/system-runtime.ts";
import { MessagePipe } from "../shared/message-pipe.ts";

export interface MemoryLinkOptions {
  /** For people and logs. Default: "left" and "right". */
  readonly names?: readonly [string, string];
  /** Calls `action` once, later. Calls may overtake each other; messages still arrive in order. */
  readonly schedule?: (action: () => void) => void;
  /**
   * By which it waits before it connects again. Default: the system's; where there is a `schedule`, that decides this as well, unless
   * there is a clock beside it.
   */
  readonly clock?: Clock;
}

/**
 * A connection that both ends have closed is followed by another after this, and after twice as long each further time, so that
 * two who cannot stand each other leave time for everything else: they close in the microtask in which they connect.
 */
const RETRY_MS = 1;
/** Shorter than of a real link: nobody is spared by waiting here but this process. */
const RETRY_MS_MAX = 256;
/** A connection that lasted as long as this is not counted with those before. */
const STABLE_MS = 1_000;

/** Two links that are connected whenever both are started and the pair is not unplugged. */
export interface MemoryLinkPair {
  readonly left: Link;
  readonly right: Link;
  /** Loses the connection, and what was under way in it, without a goodbye. Stays so until `plug`. */
  readonly unplug: () => void;
  readonly plug: () => void;
}

export function createMemoryLinkPair(options: MemoryLinkOptions = {}): MemoryLinkPair {
  return new MemoryLinks(options);
}

/** Two ends of one connection. `cut` loses it for both, with what was under way. */
export interface MemoryConnectionPair {
  readonly left: Connection;
  readonly right: Connection;
  readonly cut: () => void;
}

export function createMemoryConnectionPair(
  options: MemoryLinkOptions = {},
  onEnd: () => void = () => {},
): MemoryConnectionPair {
  const { names = ["left", "right"], schedule = queueMicrotask } = options;
  const toRight = new Channel(schedule, () => right);
  const toLeft = new Channel(schedule, () => left);
  const left: MessagePipe = new MessagePipe(`memory to ${names[1]}`, toRight, onEnd);
  const right: MessagePipe = new MessagePipe(`memory to ${names[0]}`, toLeft, onEnd);
  const cut = (): void => {
    toRight.drop();
    toLeft.drop();
    left.end("lost");
    right.end("lost");
  };
  return { left, right, cut };
}

type Parcel = { readonly message: Uint8Array } | { readonly closed: CloseReason };

/** One direction. Whatever order the scheduler keeps, each of its calls moves the oldest parcel. */
class Channel {
  readonly #schedule: (action: () => void) => void;
  readonly #target: () => MessagePipe;
  #parcels: Parcel[] = [];
  #bytes = 0;

  constructor(schedule: (action: () => void) => void, target: () => MessagePipe) {
    this.#schedule = schedule;
    this.#target = target;
  }

  send(message: Uint8Array): void {
    this.#bytes += message.length;
    this.#push({ message: Uint8Array.from(message) });
  }

  bufferedBytes(): number {
    return this.#bytes;
  }

  close(reason: CloseReason): void {
    this.#push({ closed: reasonThere(reason) });
  }

  drop(): void {
    this.#parcels = [];
    this.#bytes = 0;
  }

  #push(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.#schedule(() => this.#deliver());
  }

  #deliver(): void {
    const parcel = this.#parcels.shift();
    if (parcel === undefined) return;
    if ("closed" in parcel) return this.#target().end(parcel.closed);
    this.#bytes -= parcel.message.length;
    this.#target().receive(parcel.message);
  }
}

/** How the other end sees that this one closed. */
function reasonThere(reason: CloseReason): CloseReason {
  return reason === "closed-here" ? "closed-there" : reason;
}

class MemoryLinks implements MemoryLinkPair {
  readonly left: Link;
  readonly right: Link;
  readonly #options: MemoryLinkOptions;
  readonly #onConnection: { left?: (connection: Connection) => void; right?: (connection: Connection) => void } = {};
  readonly #waiting: Clock | undefined;
  #isPlugged = true;
  #pair: MemoryConnectionPair | undefined;
  #connectedAt = 0;
  #retryMs = RETRY_MS;

  constructor(options: MemoryLinkOptions) {
    this.#options = options;
    this.#waiting = options.clock ?? (options.schedule === undefined ? systemClock : undefined);
    this.left = this.#link("left", options.names?.[0] ?? "left");
    this.right = this.#link("right", options.names?.[1] ?? "right");
  }

  unplug = (): void => {
    this.#isPlugged = false;
    this.#pair?.cut();
  };

  plug = (): void => {
    this.#isPlugged = true;
    this.#retryMs = RETRY_MS;
    this.#connect();
  };

  #link(side: "left" | "right", name: string): Link {
    return {
      name: `memory ${name}`,
      start: async (onConnection) => {
        assert(this.#onConnection[side] === undefined, "a link is started once");
        this.#onConnection[side] = onConnection;
        this.#connect();
      },
      stop: async () => {
        delete this.#onConnection[side];
        this.#pair?.[side].close("closed-here");
      },
    };
  }

  #connect(): void {
    const { left, right } = this.#onConnection;
    if (!this.#isPlugged || this.#pair !== undefined || left === undefined || right === undefined) return;
    let ends = 0;
    this.#connectedAt = this.#waiting?.now() ?? 0;
    this.#pair = createMemoryConnectionPair(this.#options, () => {
      ends += 1;
      if (ends === 2) this.#reconnect();
    });
    left(this.#pair.left);
    right(this.#pair.right);
  }

  /** As a real link would: when both ends are through with a connection, there is a new one, sooner or later. */
  #reconnect(): void {
    this.#pair = undefined;
    const connect = (): void => this.#connect();
    if (this.#waiting === undefined) return this.#options.schedule?.(connect);
    if (this.#waiting.now() - this.#connectedAt >= STABLE_MS) this.#retryMs = RETRY_MS;
    // One at most is needed: who is started or plugged in meanwhile has connected by then.
    this.#waiting.after(this.#retryMs, connect);
    this.#retryMs = Math.min(RETRY_MS_MAX, 2 * this.#retryMs);
  }
}
