/**
 * A relay: brings two connections together that name one room, and passes on what each says to the other (spec [RLY1],
 * [RLY2]). Of that it reads the length and nothing else; it keeps nothing, and everything that strangers could make grow is
 * bounded. What waits for a slow reader is bounded by the connections themselves.
 */
import type { Clock, CloseReason, Connection, Link } from "@amigos/engine/ports";
import { systemClock } from "../runtime/system-runtime.ts";
import { decodeJoin, encodeAnswer, type RelayRefusal } from "../shared/relay-protocol.ts";

export interface RelayServerOptions {
  /** Where devices come in: mostly a WebSocket server, which bounds how many there are. */
  readonly door: Link;
  readonly roomsMax?: number;
  /** A room in which nothing is said for this long is closed. Its devices may come again. */
  readonly idleMs?: number;
  /** How many bytes a room may carry at once. */
  readonly burstBytes?: number;
  /** How many in a second in the long run. */
  readonly bytesPerSecond?: number;
  readonly clock?: Clock;
}

export interface RelayServer {
  /** Rejects as the door's own start does. */
  readonly start: () => Promise<void>;
  /** Closes every room. */
  readonly stop: () => Promise<void>;
}

export function createRelayServer(options: RelayServerOptions): RelayServer {
  const relay = new Relay({
    roomsMax: ROOMS_MAX,
    idleMs: IDLE_MS,
    burstBytes: BURST_BYTES,
    bytesPerSecond: BYTES_PER_SECOND,
    clock: systemClock,
    ...options,
  });
  const { door } = options;
  return { start: () => door.start((connection) => relay.enter(connection)), stop: () => door.stop() };
}

/** As many as a WebSocket server lets in by default, were each alone. */
const ROOMS_MAX = 512;
/** Naming a room takes one message: who needs longer holds a connection and does nothing. */
const JOIN_MS = 10_000;
/** Long enough for two phones that lie side by side; a device that still wants the room is back at once. */
const IDLE_MS = 600_000;
/** Twice what two wallets that meet for the first time have to say; and then as much as a good mobile network carries. */
const BURST_BYTES: number = 64 * 1024 * 1024;
const BYTES_PER_SECOND: number = 4 * 1024 * 1024;
/** What a message costs beside its bytes, so that empty ones are not free. */
const MESSAGE_COST_BYTES = 64;

interface Guest {
  readonly connection: Connection;
  room: Room | undefined;
}

interface Room {
  readonly name: string;
  readonly guests: Guest[];
  /** What it may still carry now, and since when. */
  allowance: number;
  countedMs: number;
  /** When something was said last. */
  heardMs: number;
  cancelIdle: () => void;
}

class Relay {
  readonly #options: Required<Omit<RelayServerOptions, "door">>;
  readonly #rooms = new Map<string, Room>();

  constructor(options: Required<Omit<RelayServerOptions, "door">>) {
    this.#options = options;
  }

  enter(connection: Connection): void {
    const guest: Guest = { connection, room: undefined };
    const cancelJoin = this.#options.clock.after(JOIN_MS, () => connection.close("closed-here"));
    connection.start({
      onMessage: (message) => {
        cancelJoin();
        if (guest.room === undefined) this.#join(guest, message);
        else this.#carry(guest, guest.room, message);
      },
      onClose: (reason) => {
        cancelJoin();
        if (guest.room !== undefined) this.#close(guest.room, onward(reason));
      },
    });
  }

  #join(guest: Guest, message: Uint8Array): void {
    const name = decodeJoin(message);
    if (name === undefined) return guest.connection.close("protocol-error");
    const room = this.#rooms.get(name) ?? this.#open(name);
    if (room === undefined) return refuse(guest, "relay-full");
    if (room.guests.length === 2) return refuse(guest, "room-full");
    guest.room = room;
    room.guests.push(guest);
    room.heardMs = this.#options.clock.now();
    if (room.guests.length < 2) return undefined;
    for (const { connection } of room.guests) connection.send(encodeAnswer("joined"));
    return undefined;
  }

  #open(name: string): Room | undefined {
    const { clock, roomsMax, burstBytes } = this.#options;
    if (this.#rooms.size >= roomsMax) return undefined;
    const nowMs = clock.now();
    const room: Room = {
      name,
      guests: [],
      allowance: burstBytes,
      countedMs: nowMs,
      heardMs: nowMs,
      cancelIdle: () => {},
    };
    this.#rooms.set(name, room);
    this.#watch(room);
    return room;
  }

  #watch(room: Room): void {
    const { clock, idleMs } = this.#options;
    const leftMs = room.heardMs + idleMs - clock.now();
    if (leftMs <= 0) return this.#close(room, "closed-here");
    room.cancelIdle = clock.after(leftMs, () => this.#watch(room));
    return undefined;
  }

  #carry(from: Guest, room: Room, message: Uint8Array): void {
    const to = room.guests.find((guest) => guest !== from);
    // Nobody is there who could have said that there is somebody to talk to.
    if (to === undefined) return from.connection.close("protocol-error");
    if (!this.#mayCarry(room, message.length + MESSAGE_COST_BYTES)) return this.#close(room, "too-slow");
    to.connection.send(message);
    return undefined;
  }

  #mayCarry(room: Room, cost: number): boolean {
    const { clock, burstBytes, bytesPerSecond } = this.#options;
    const nowMs = clock.now();
    // A clock that is set back gives nothing and takes nothing.
    const regained = (Math.max(0, nowMs - room.countedMs) * bytesPerSecond) / 1_000;
    room.allowance = Math.min(burstBytes, room.allowance + regained) - cost;
    room.countedMs = nowMs;
    room.heardMs = nowMs;
    return room.allowance >= 0;
  }

  #close(room: Room, reason: CloseReason): void {
    if (this.#rooms.get(room.name) !== room) return;
    this.#rooms.delete(room.name);
    room.cancelIdle();
    for (const { connection } of room.guests) connection.close(reason);
  }
}

function refuse({ connection }: Guest, refusal: RelayRefusal): void {
  connection.send(encodeAnswer(refusal));
  connection.close("closed-here");
}

/** How a guest is told why the other one went. */
function onward(reason: CloseReason): CloseReason {
  return reason === "closed-there" ? "closed-here" : reason;
}
