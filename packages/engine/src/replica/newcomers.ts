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
  type AccountStanding,
  type DeviceRequestId,
  type Network,
  type PublicKey,
  type VerifiedDeviceRequest,
} from "@amigos/core";
import type { Channel } from "../peer/handshake.ts";
import { encodePeerMessage } from "../peer/messages.ts";
import type { Clock } from "../ports/runtime.ts";
import { isRecovery } from "./account-standing.ts";
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
    /** What bears out that an account was recovered, if it was. */
    readonly standingOf: (account: AccountId) => Promise<AccountStanding | undefined>;
    readonly inBackground: (work: Promise<unknown>) => void;
  };
  readonly onEvent: (event: ReplicaEvent) => void;
}

/** Whoever adds a device has one or two at hand. Each costs a connection; the oldest gives way, and dials again. */
const NEWCOMERS_MAX = 64;
/** Records on one connection: for a key that many accounts claim the device names its own. */
const RECORDS_MAX = 8;
/** Longer than people take to compare a code, and who waits longer dials again. */
const STAY_MS_MAX = 600_000;

interface Newcomer extends AskingDevice {
  readonly channel: Channel;
  readonly cancelEnd: () => void;
  isDenied: boolean;
  /** The accounts whose records it was sent. */
  readonly told: Set<AccountId>;
  /** Those that have ended every session of its key: they are not looked at again. */
  readonly ended: Set<AccountId>;
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
      .filter(({ isDenied, told }) => !isDenied && told.size === 0)
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
    const newcomer: Newcomer = {
      channel,
      request: request.value,
      link,
      cancelEnd,
      isDenied: false,
      told: new Set(),
      ended: new Set(),
    };
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
      if (newcomer.request.id !== id || newcomer.isDenied || newcomer.told.size > 0) continue;
      newcomer.isDenied = true;
      this.#send(newcomer);
    }
  }

  close(): void {
    for (const { channel } of [...this.#newcomers.values()]) channel.close("closed-here");
  }

  /** Sends what each account says that it may belong to and that has a session for its key which has not ended. */
  #answer(newcomer: Newcomer): void {
    const { host } = this.#options;
    const { directory } = host;
    const { told, ended } = newcomer;
    const { key } = newcomer.channel.peer;
    const accounts = this.#accountsOf(newcomer);
    for (const account of accounts) {
      if (told.has(account) || ended.has(account)) continue;
      if (told.size >= RECORDS_MAX) return;
      if (host.hasEnded(account, key)) {
        ended.add(account);
        continue;
      }
      const sessions = directory.control(account).flatMap((control) => openedSession(control) ?? []);
      const wanted = sessions.filter(({ terms }) => terms.sessionKey === key).map(({ id }) => id);
      const record = directory.record(account, wanted);
      // Who started knows others by the ledger alone, and has nothing to show for them.
      if (record === undefined) continue;
      told.add(account);
      if (directory.control(account).some(isRecovery)) host.inBackground(this.#sendProven(newcomer, account, record));
      else this.#send(newcomer, record);
    }
    if (accounts.length > 0 && accounts.every((account) => ended.has(account)))
      this.#dismiss(newcomer.channel, "session-ended");
  }

  /** The one that it names, or else all that opened a session for its key. */
  #accountsOf({ channel, request }: Newcomer): readonly AccountId[] {
    const accounts = this.#options.host.directory.accountsOfKey(channel.peer.key);
    const { account } = request.request;
    return [...accounts].filter((one) => account === undefined || one === account);
  }

  async #sendProven(newcomer: Newcomer, account: AccountId, record: AccountRecord): Promise<void> {
    this.#send(newcomer, record, await this.#options.host.standingOf(account));
  }

  /** The connection is its own to close, and stays counted until then. */
  #send({ channel, request }: Newcomer, record?: AccountRecord, standing?: AccountStanding): void {
    const answer = encodeDeviceAnswer({
      version: 1,
      network: this.#options.network.tag,
      request: request.id,
      ...(record === undefined ? {} : { record }),
      ...(standing === undefined ? {} : { standing }),
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
