/**
 * Connects links over named channels of structured clones, each pair of them once. Who opens is decided by their random ids,
 * so that two that find each other at the same moment do not open two connections.
 */
import { assert, bytesToHex } from "@amigos/core";
import type { Clock, Connection, Link, Random } from "@amigos/engine/ports";
import { systemClock, systemRandom } from "../runtime/system-runtime.ts";
import { decodeShared, encode, type SharedMessage } from "./channel-message.ts";
import { ChannelPair, type Channel } from "./channel-pair.ts";

export interface ChannelLinkOptions {
  /** For people. */
  readonly name: string;
  /** What kind of channels, for people. */
  readonly medium: string;
  /** Links of the same name find each other. */
  readonly channel: string;
  readonly createChannel: (name: string) => Channel;
  readonly heartbeatMs?: number | undefined;
  readonly helloMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** A closed tab cannot say goodbye, and a person is watching: shorter than over a network. */
const HEARTBEAT_MS = 2_000;
const HELLO_MS = 5_000;
/** More tabs than these are a defect or mischief. */
const PAIRS_MAX = 32;
const ID_BYTES = 16;

interface Running {
  readonly id: string;
  readonly channel: Channel;
  readonly onConnection: (connection: Connection) => void;
}

export class ChannelLink implements Link {
  readonly name: string;
  readonly #medium: string;
  readonly #channelName: string;
  readonly #createChannel: (name: string) => Channel;
  readonly #heartbeatMs: number;
  readonly #helloMs: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pairByPeer = new Map<string, ChannelPair>();
  #running: Running | undefined;
  #cancelHello: () => void = () => {};

  constructor(options: ChannelLinkOptions) {
    this.name = options.name;
    this.#medium = options.medium;
    this.#channelName = `amigos-link/${options.channel}`;
    this.#createChannel = options.createChannel;
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#helloMs = options.helloMs ?? HELLO_MS;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  async start(onConnection: (connection: Connection) => void): Promise<void> {
    assert(this.#running === undefined, "a link is started once");
    const channel = this.#createChannel(this.#channelName);
    channel.addEventListener("message", ({ data }) => this.#receive(decodeShared(data)));
    this.#running = { id: this.#randomId(), channel, onConnection };
    this.#sayHello();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#cancelHello();
    running.channel.close();
    for (const pair of this.#pairByPeer.values()) pair.close("closed-here");
  }

  #sayHello(): void {
    if (this.#running === undefined) return;
    this.#post({ type: "hello", from: this.#running.id });
    this.#cancelHello = this.#clock.after(this.#helloMs, () => this.#sayHello());
  }

  #receive(message: SharedMessage | undefined): void {
    const own = this.#running?.id;
    if (message === undefined || own === undefined || message.from === own) return;
    if (message.to !== undefined && message.to !== own) return;
    if (message.type === "open") this.#accept(own, message.from, message.connection);
    else this.#meet(own, message.from, message.to === own);
  }

  /** Somebody is there. The smaller id invites; the other makes itself known so that it will be. */
  #meet(own: string, peer: string, isAnswer: boolean): void {
    if (this.#pairByPeer.has(peer)) return;
    if (own < peer) this.#invite(own, peer);
    else if (!isAnswer) this.#post({ type: "hello", from: own, to: peer });
  }

  #invite(own: string, peer: string): void {
    if (this.#pairByPeer.size >= PAIRS_MAX) return;
    const connection = this.#randomId();
    this.#pair(peer, connection, false);
    this.#post({ type: "open", from: own, to: peer, connection });
  }

  #accept(own: string, peer: string, connection: string): void {
    if (peer > own) return;
    // It would not invite us while it had a connection with us: ours is a leftover.
    this.#pairByPeer.get(peer)?.close("lost");
    if (this.#pairByPeer.size < PAIRS_MAX) this.#pair(peer, connection, true);
  }

  #pair(peer: string, connection: string, isInvited: boolean): void {
    const running = this.#running;
    if (running === undefined) return;
    const pair = new ChannelPair({
      channel: this.#createChannel(`${this.#channelName}/${connection}`),
      medium: this.#medium,
      own: running.id,
      peer,
      isInvited,
      clock: this.#clock,
      heartbeatMs: this.#heartbeatMs,
      onOpen: (opened) => running.onConnection(opened),
      onEnd: () => {
        if (this.#pairByPeer.get(peer) === pair) this.#pairByPeer.delete(peer);
      },
    });
    this.#pairByPeer.set(peer, pair);
    pair.begin();
  }

  #post(message: SharedMessage): void {
    this.#running?.channel.postMessage(encode(message));
  }

  #randomId(): string {
    return bytesToHex(this.#random.bytes(ID_BYTES));
  }
}
