/**
 * Devices at the other end of a connection that have no session yet and ask for one (spec [PEER14]). They are told nothing
 * but what becomes of their request: as soon as a session for their key is known here, the record that opens it.
 */
import {
  encodeDeviceAnswer,
  openedSession,
  verifyDeviceRequest,
  type AccountId,
  type AccountRecord,
  type DeviceRequestId,
  type Network,
  type PublicKey,
  type VerifiedDeviceRequest,
} from "@amigos/core";
import type { Channel } from "../peer/handshake.ts";
import { encodePeerMessage } from "../peer/messages.ts";
import type { Clock } from "../ports/runtime.ts";
import type { Directory } from "./directory.ts";
import type { ReplicaEvent } from "./replica.ts";

/** A request that came over a connection which is up. */
export interface AskingDevice {
  readonly request: VerifiedDeviceRequest;
  /** The link that it came over. */
  readonly link: string;
}

export interface NewcomersOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly host: {
    readonly directory: Directory;
    /** Whether the account has ended every session of the key. */
    readonly hasEnded: (account: AccountId, key: PublicKey) => boolean;
  };
  readonly onEvent: (event: ReplicaEvent) => void;
}

/** Whoever adds a device has one or two at hand. Each costs a connection; the oldest gives way, and dials again. */
const NEWCOMERS_MAX = 64;
/** Longer than people take to compare a code, and who waits longer dials again. */
const STAY_MS_MAX = 600_000;

interface Newcomer extends AskingDevice {
  readonly channel: Channel;
  readonly cancelEnd: () => void;
  told: "nothing" | "denied" | "granted";
}

export class Newcomers {
  readonly #options: NewcomersOptions;
  /** By key, oldest first: a device has one connection here. */
  readonly #newcomers = new Map<PublicKey, Newcomer>();

  constructor(options: NewcomersOptions) {
    this.#options = options;
  }

  /** Those that nobody has answered, oldest first. */
  get asking(): readonly AskingDevice[] {
    return [...this.#newcomers.values()]
      .filter(({ told }) => told === "nothing")
      .map(({ request, link }) => ({ request, link }));
  }

  /** Lets it stay, or says why not. */
  admit(channel: Channel, bytes: Uint8Array, link: string): void {
    const { network, clock } = this.#options;
    const { key } = channel.peer;
    const request = verifyDeviceRequest(bytes, network.tag);
    if (!request.ok) return this.#dismiss(channel, request.error.type);
    const { sessionKey, expiry } = request.value.request;
    if (sessionKey !== key) return this.#dismiss(channel, "peer-unknown");
    if (expiry + network.genesis.parameters.clockSkewMs <= clock.now())
      return this.#dismiss(channel, "request-expired");
    this.#newcomers.get(key)?.channel.close("closed-here");
    this.#newcomers.delete(key);
    const [oldest] = this.#newcomers.values();
    if (oldest !== undefined && this.#newcomers.size >= NEWCOMERS_MAX) oldest.channel.close("too-slow");
    const cancelEnd = clock.after(STAY_MS_MAX, () => channel.close("closed-here"));
    const newcomer: Newcomer = { channel, request: request.value, link, cancelEnd, told: "nothing" };
    this.#newcomers.set(key, newcomer);
    channel.start({
      // It has said what it may say.
      onMessage: () => channel.close("protocol-error"),
      onClose: () => this.#remove(newcomer),
    });
    this.#answer(newcomer);
    this.#options.onEvent({ type: "changed" });
  }

  /** Looks again whether somebody has a session by now. */
  review(): void {
    for (const newcomer of this.#newcomers.values()) this.#answer(newcomer);
  }

  /** Tells whoever asks so that it is not wanted. */
  deny(id: DeviceRequestId): void {
    for (const newcomer of this.#newcomers.values()) {
      if (newcomer.request.id !== id || newcomer.told !== "nothing") continue;
      newcomer.told = "denied";
      this.#send(newcomer);
    }
  }

  close(): void {
    for (const { channel } of [...this.#newcomers.values()]) channel.close("closed-here");
  }

  #answer(newcomer: Newcomer): void {
    const { host } = this.#options;
    const { key } = newcomer.channel.peer;
    const account = newcomer.told === "granted" ? undefined : host.directory.accountOfKey(key);
    if (account === undefined) return;
    if (host.hasEnded(account, key)) return this.#dismiss(newcomer.channel, "session-ended");
    const sessions = host.directory.control(account).flatMap((control) => openedSession(control) ?? []);
    const wanted = sessions.filter(({ terms }) => terms.sessionKey === key).map(({ id }) => id);
    const record = host.directory.record(account, wanted);
    // Who started knows others by the ledger alone, and has nothing to show for them.
    if (record === undefined) return;
    newcomer.told = "granted";
    this.#send(newcomer, record);
  }

  /** The connection is its own to close, and stays counted until then. */
  #send({ channel, request }: Newcomer, record?: AccountRecord): void {
    const answer = encodeDeviceAnswer({
      version: 1,
      network: this.#options.network.tag,
      request: request.id,
      ...(record === undefined ? {} : { record }),
    });
    channel.send(encodePeerMessage({ type: "device-answer", answer }));
    this.#options.onEvent({ type: "changed" });
  }

  #remove(newcomer: Newcomer): void {
    newcomer.cancelEnd();
    const { key } = newcomer.channel.peer;
    if (this.#newcomers.get(key) !== newcomer) return;
    this.#newcomers.delete(key);
    this.#options.onEvent({ type: "changed" });
  }

  #dismiss(channel: Channel, code: string): void {
    const detail = "its device request is not taken";
    channel.send(encodePeerMessage({ type: "refusal", code, detail }));
    this.#options.onEvent({ type: "refused", peer: channel.peer.key, code, detail });
    channel.close("protocol-error");
  }
}
