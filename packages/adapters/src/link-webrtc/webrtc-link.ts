/**
 * Connects two browsers directly, with no server between them: one shows a code, the other scans it and shows one back, and
 * from then on they are a connection as any other. It needs a network that both are in, such as the hotspot of one of them,
 * and no internet. The connection is encrypted to the fingerprints in the codes (RFC 8827).
 *
 * ```ts
 * const link = createWebRtcLink();          // given to the wallet with its other links
 * const offer = await link.offer();         // shown as a code
 * const answer = await link.answer(offer);  // on the other device, which shows this
 * await link.accept(answer);                // connected
 * ```
 */
import { assert } from "@amigos/core";
import type { Clock, Connection, Link } from "@amigos/engine/ports";
import { systemClock } from "../runtime/system-runtime.ts";
import type { MessagePipe } from "../shared/message-pipe.ts";
import { createDataChannelConnection } from "./data-channel-connection.ts";
import { rtcCodeToText, textToRtcCode, type RtcCode, type RtcCodeError } from "./rtc-code.ts";
import { codeToSdp, sdpToCode } from "./session-description.ts";

export { isRtcCodeText } from "./rtc-code.ts";

export interface WebRtcLink extends Link {
  /**
   * A code for another device. Several may be open; each is for one device, and for five minutes.
   * @throws {WebRtcError} `link-stopped`, `too-many-codes`, `network-missing` where this device is in no network
   */
  readonly offer: () => Promise<string>;
  /**
   * The code to show to who made this offer.
   * @throws {WebRtcError} the same, and `code-refused` with what is wrong with it
   */
  readonly answer: (offer: string) => Promise<string>;
  /**
   * Takes the answer to the newest offer. The connection comes up as soon as the two reach each other.
   * @throws {WebRtcError} `link-stopped`, `code-refused`, `no-offer` when none is open any more
   */
  readonly accept: (answer: string) => Promise<void>;
}

export interface WebRtcOptions {
  /** For people and logs. Default `WebRTC`. */
  readonly name?: string;
  /** A silent device is given up after one to two of these. */
  readonly heartbeatMs?: number;
  readonly clock?: Clock;
  /** Default: an `RTCPeerConnection` without any server. */
  readonly createPeerConnection?: () => RTCPeerConnection;
}

export type WebRtcProblem =
  | { readonly type: "link-stopped" | "too-many-codes" | "network-missing" | "no-offer" }
  | {
      readonly type: "code-refused";
      readonly error: RtcCodeError | { readonly type: "wrong-role" | "description-refused" };
    };

export class WebRtcError extends Error {
  override readonly name = "WebRtcError";
  readonly detail: WebRtcProblem;
  constructor(detail: WebRtcProblem) {
    super(detail.type === "code-refused" ? `${detail.type}: ${detail.error.type}` : detail.type);
    this.detail = detail;
  }
}

export function createWebRtcLink(options: WebRtcOptions = {}): WebRtcLink {
  return new WebRtc(options);
}

/** Somebody holds two phones: shorter than over a network. */
const HEARTBEAT_MS = 5_000;
/** How long a shown code may wait to be scanned. */
const CODE_MS = 5 * 60_000;
/** The addresses of a device are known at once; a name for a hidden one takes a moment. */
const GATHERING_MS = 3_000;
/** Codes that wait, and connections. */
const PEERS_MAX = 16;
/** How long a goodbye may take. */
const GOODBYE_MS = 1_000;

interface Pending {
  readonly peer: RTCPeerConnection;
  readonly channel: RTCDataChannel;
  /** Rejects when it is given up: a peer that is closed in the middle of something never answers. */
  readonly whileWanted: <Value>(step: Promise<Value>) => Promise<Value>;
  readonly giveUp: () => void;
}

class WebRtc implements WebRtcLink {
  readonly name: string;
  readonly #heartbeatMs: number;
  readonly #clock: Clock;
  readonly #createPeerConnection: () => RTCPeerConnection;
  readonly #pending = new Set<Pending>();
  readonly #pipes = new Set<MessagePipe>();
  /** The newest last. */
  #offers: readonly Pending[] = [];
  #onConnection: ((connection: Connection) => void) | undefined;

  constructor(options: WebRtcOptions) {
    this.name = options.name ?? "WebRTC";
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#clock = options.clock ?? systemClock;
    this.#createPeerConnection = options.createPeerConnection ?? (() => new RTCPeerConnection({ iceServers: [] }));
  }

  async start(onConnection: (connection: Connection) => void): Promise<void> {
    assert(this.#onConnection === undefined, "a link is started once");
    this.#onConnection = onConnection;
  }

  async stop(): Promise<void> {
    this.#onConnection = undefined;
    for (const pending of this.#pending) pending.giveUp();
    for (const pipe of this.#pipes) pipe.close("closed-here");
  }

  async offer(): Promise<string> {
    const pending = this.#begin();
    const { peer } = pending;
    const code = await this.#orGiveUp(pending, async () => {
      await peer.setLocalDescription(await peer.createOffer());
      return this.#describe(pending, "offer");
    });
    this.#offers = [...this.#offers, pending];
    return code;
  }

  async answer(offer: string): Promise<string> {
    const code = readCode(offer, "offer");
    const pending = this.#begin();
    const { peer } = pending;
    return this.#orGiveUp(pending, async () => {
      await takeDescription(peer, { type: "offer", sdp: codeToSdp(code) });
      await peer.setLocalDescription(await peer.createAnswer());
      return this.#describe(pending, "answer");
    });
  }

  async accept(answer: string): Promise<void> {
    if (this.#onConnection === undefined) throw new WebRtcError({ type: "link-stopped" });
    const code = readCode(answer, "answer");
    const pending = this.#offers.at(-1);
    if (pending === undefined) throw new WebRtcError({ type: "no-offer" });
    this.#offers = this.#offers.slice(0, -1);
    const description = { type: "answer", sdp: codeToSdp(code) } as const;
    await this.#orGiveUp(pending, () => takeDescription(pending.peer, description));
  }

  /** Whatever goes wrong on the way, nothing of it is left. */
  async #orGiveUp<Value>(pending: Pending, steps: () => Promise<Value>): Promise<Value> {
    try {
      return await pending.whileWanted(steps());
    } catch (error) {
      pending.giveUp();
      throw error;
    }
  }

  #begin(): Pending {
    const onConnection = this.#onConnection;
    if (onConnection === undefined) throw new WebRtcError({ type: "link-stopped" });
    if (this.#pending.size + this.#pipes.size >= PEERS_MAX) throw new WebRtcError({ type: "too-many-codes" });
    const peer = this.#createPeerConnection();
    // Both ends make it, so nothing has to be said about it.
    const channel = peer.createDataChannel("amigos", { negotiated: true, id: 0 });
    channel.binaryType = "arraybuffer";
    const givenUp = Promise.withResolvers<never>();
    // Nobody waits for it when nothing is under way.
    givenUp.promise.catch(() => undefined);
    const forget = (): void => {
      cancel();
      this.#pending.delete(pending);
      this.#offers = this.#offers.filter((other) => other !== pending);
    };
    const pending: Pending = {
      peer,
      channel,
      whileWanted: (step) => Promise.race([step, givenUp.promise]),
      giveUp: () => {
        forget();
        peer.close();
        givenUp.reject(new WebRtcError({ type: "link-stopped" }));
      },
    };
    const cancel = this.#clock.after(CODE_MS, pending.giveUp);
    this.#pending.add(pending);
    channel.addEventListener("open", () => {
      forget();
      this.#open(pending, onConnection);
    });
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "failed" && this.#pending.has(pending)) pending.giveUp();
    });
    return pending;
  }

  #open({ peer, channel }: Pending, onConnection: (connection: Connection) => void): void {
    if (this.#onConnection !== onConnection) return peer.close();
    const pipe = createDataChannelConnection({
      channel,
      description: "WebRTC",
      clock: this.#clock,
      heartbeatMs: this.#heartbeatMs,
      release: (isUnreachable) => release(peer, channel, isUnreachable ? undefined : this.#clock),
      onEnd: () => this.#pipes.delete(pipe),
    });
    channel.addEventListener("close", () => peer.close());
    this.#pipes.add(pipe);
    return onConnection(pipe);
  }

  /** The code of what was set as the local description, with every address that this device has. */
  async #describe({ peer }: Pending, role: RtcCode["role"]): Promise<string> {
    await gathered(peer, this.#clock);
    const code = sdpToCode(role, peer.localDescription?.sdp ?? "");
    if (code !== undefined && code.candidates.length > 0) return rtcCodeToText(code);
    throw new WebRtcError({ type: "network-missing" });
  }
}

function readCode(text: string, role: RtcCode["role"]): RtcCode {
  const code = textToRtcCode(text);
  if (!code.ok) throw new WebRtcError({ type: "code-refused", error: code.error });
  if (code.value.role !== role) throw new WebRtcError({ type: "code-refused", error: { type: "wrong-role" } });
  return code.value;
}

async function takeDescription(peer: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<void> {
  try {
    await peer.setRemoteDescription(description);
  } catch {
    throw new WebRtcError({ type: "code-refused", error: { type: "description-refused" } });
  }
}

/** What was sent before is still delivered, if there is time for it. */
function release(peer: RTCPeerConnection, channel: RTCDataChannel, goodbye: Clock | undefined): void {
  channel.close();
  if (goodbye === undefined) peer.close();
  else goodbye.after(GOODBYE_MS, () => peer.close());
}

function gathered(peer: RTCPeerConnection, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(GATHERING_MS, resolve);
  const look = (): void => {
    if (peer.iceGatheringState === "complete") resolve();
  };
  peer.addEventListener("icegatheringstatechange", look);
  look();
  return promise.finally(cancel);
}
