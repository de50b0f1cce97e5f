/**
 * A new device and the account that it is to belong to (spec [DEV12]): it makes a key of its own, shows a request for it, and
 * takes the answer, by hand or over whatever link the two have. Everything before the answer can be done again: the request
 * is durable, and the same until it expires.
 */
import {
  body,
  byteString,
  bytesToHex,
  decodeWith,
  deviceCode,
  deviceRequestToText,
  encodeWith,
  equalBytes,
  field,
  limits,
  permissionsSchema,
  signDeviceRequest,
  text,
  timeMs,
  verifyDeviceRequest,
  type AccountId,
  type DeviceRequest,
  type DeviceRequestId,
  type Network,
  type Schema,
  type Sequence,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedDeviceRequest,
} from "@amigos/core";
import { KEY, put } from "../journal/journal.ts";
import { shakeHands, type HandshakeError } from "../peer/handshake.ts";
import { decodePeerMessage } from "../peer/messages.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Connection, Link } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import { claimStore } from "../replica/claim-store.ts";
import type { SessionGrant } from "./account.ts";
import { claimSession } from "./claim-session.ts";
import { inTurn } from "./control-log.ts";
import { accountMadeOn, mustHaveNoWallet } from "./create-account.ts";
import { readOffer, type DeviceOffer } from "./device-offer.ts";
import { createKey, sessionKeyName } from "./key-names.ts";
import type { PermissionRequest } from "./permission-request.ts";
import { wantedPermissions } from "./session-options.ts";
import { checkedText, WalletError, type DeviceAnswerRefusal } from "./wallet-error.ts";

export interface JoinAccountOptions {
  readonly network: Network;
  /** An empty one: what the device's wallet will be opened on. */
  readonly store: Store;
  readonly keys: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  /** What people call the device: `"Alice's tablet"`. */
  readonly device: string;
  /** What the device would like to be allowed. Whoever approves decides. */
  readonly permissions?: readonly PermissionRequest[];
  /** The only account that may approve it. Left out: any. */
  readonly account?: AccountId;
  /** The session in whose stead this one is asked for. Its wallet, if there is one, is closed by then. */
  readonly replaces?: Replaced;
  /** How long it may be approved: at most a day. Left out: an hour. */
  readonly validMs?: number;
  /** Where the answer may come by itself: they run until `close`. */
  readonly links?: readonly Link[];
  /** For logs: answers that were not taken, and whoever does not take the request. */
  readonly onEvent?: (event: JoiningEvent) => void;
}

/** A session, its account, and the last place of its log that was signed, if any was. A wallet says so of its own (`endOfLog`). */
export interface Replaced {
  readonly account: AccountId;
  readonly session: SessionId;
  readonly lastHonoured?: Sequence;
}

export type JoiningEvent =
  /** Something came as an answer that was not taken, or the account said no. */
  | { readonly type: "answer-refused"; readonly link: string; readonly error: DeviceAnswerRefusal }
  /** Who is at the other end does not take the request: `request-expired`, `session-ended`. */
  | { readonly type: "refused"; readonly link: string; readonly code: string }
  /** A connection on which this device could not introduce itself, or the other end did not. It is closed. */
  | { readonly type: "handshake-failed"; readonly link: string; readonly error: HandshakeError }
  /** Something here failed on a connection, which is closed. The device goes on asking over any other. */
  | { readonly type: "connection-failed"; readonly link: string; readonly error: unknown };

/** A device that asks for a session. */
export interface Joining {
  readonly id: DeviceRequestId;
  /** The request as bytes, and as the text of one QR code. */
  readonly request: Uint8Array;
  readonly text: string;
  /** `"4821 0937 1156"`: the other device shows the same (spec [DRQ2]). */
  readonly code: string;
  /** From when on it can not be approved. */
  readonly expiry: TimeMs;

  /**
   * Reads an answer that came by hand: bytes, or the text of its code. Nothing is kept.
   * @throws {WalletError} `device-answer-refused` with what is the matter; `device-denied` when the account said no
   */
  readonly read: (answer: Uint8Array | string) => DeviceOffer;

  /**
   * Resolves with the first offer that came over a link and was not declined. One is kept of each account, the newest.
   * @throws {WalletError} `device-answer-refused` `device-denied` when whoever is at the other end says no; call it again to
   * wait on. `joining-closed` when it is closed before.
   */
  readonly offered: () => Promise<DeviceOffer>;

  /**
   * Does not want an offer: `offered` comes to the next one, and to none of this account that comes over a link later. Nobody
   * is told.
   */
  readonly decline: (offer: Pick<DeviceOffer, "account">) => void;

  /**
   * Takes an offer: durable when it resolves, and from then on the store is that session's. Open its wallet next, with or
   * without what this resolves with.
   * @throws {WalletError} `store-of-another` when another offer was taken before
   * @throws {StoreError} when the disk does not take it; the same offer may be accepted again
   */
  readonly accept: (offer: DeviceOffer) => Promise<SessionGrant>;

  /** Stops the links. The request stays, and is the same when the device asks again. Idempotent. */
  readonly close: () => Promise<void>;
}

/** On one connection: an answer, after denials and refusals. Each costs a record of signatures to verify. */
const MESSAGES_MAX = 16;
/** Accounts whose offers wait for a person to read them; what one hub sends on one connection. More come again, with the next. */
const OFFERS_MAX = 8;
/** Accounts that were declined, the oldest forgotten: each took a person a while. */
const DECLINED_MAX = 64;
const VALID_MS = 3_600_000;
const NONCE_BYTES = 16;
const KEY_NAME_BYTES_MAX = 128;

interface JoiningRow {
  readonly request: Uint8Array;
  readonly keyName: string;
}

const joiningRowSchema: Schema<JoiningRow> = body<JoiningRow>({
  request: field(0, byteString(limits.DEVICE_REQUEST_BYTES_MAX)),
  keyName: field(1, text(KEY_NAME_BYTES_MAX)),
});
const ROW_BYTES_MAX: number = limits.DEVICE_REQUEST_BYTES_MAX + KEY_NAME_BYTES_MAX + 16;

/**
 * Asks for a session on an empty store, or goes on where that was begun there: with the same key and the same request, as
 * long as that asks for the same and has not expired.
 * @throws {WalletError} `wallet-opened` when the store has a session, `store-of-another` when an account was made on it,
 * `text-invalid`, `amount-invalid`, `terms-invalid`
 * @throws {JournalRefused} when the store belongs to another network or version
 * @throws {StoreError} when the store cannot be read or written
 * @throws {KeyVaultError} when the vault makes no key
 */
export async function joinAccount(options: JoinAccountOptions): Promise<Joining> {
  const { network, store } = options;
  const asked = await inTurn(store, async () => {
    await claimStore(store, network);
    await mustHaveNoWallet(store);
    const made = await accountMadeOn(store);
    if (made !== undefined)
      throw new WalletError(
        { type: "store-of-another", expected: "none", found: made },
        `${store.name} holds an account that was made there: use an empty store`,
      );
    return (await askedBefore(options)) ?? askAnew(options);
  });
  const joining = new AskingDevice(options, asked);
  await joining.connect();
  return joining;
}

interface AskedRequest {
  readonly verified: VerifiedDeviceRequest;
  readonly keyName: string;
  readonly signer: Signer;
}

/** What is asked for, whenever that is. */
type Wish = Omit<DeviceRequest, "sessionKey" | "nonce" | "time" | "expiry">;

function wishOf({ network, device, permissions, account, replaces }: JoinAccountOptions): Wish {
  const named = replaces?.account ?? account;
  return {
    version: 1,
    network: network.tag,
    device: checkedText("device", device, limits.DEVICE_NAME_BYTES_MAX),
    ...(permissions === undefined ? {} : { permissions: wantedPermissions(permissions, network) }),
    ...(named === undefined ? {} : { account: named }),
    ...(replaces === undefined ? {} : { replaces: replaces.session }),
    ...(replaces?.lastHonoured === undefined ? {} : { lastHonoured: replaces.lastHonoured }),
  };
}

/** What cannot be read any more is of no use, and binds nobody: the device asks anew. */
async function askedBefore(options: JoinAccountOptions): Promise<AskedRequest | undefined> {
  const { network, store, keys, clock } = options;
  const row = await store.get(KEY.joining);
  const decoded = row === undefined ? undefined : decodeWith(joiningRowSchema, row, ROW_BYTES_MAX);
  if (decoded?.ok !== true) return undefined;
  const { request, keyName } = decoded.value;
  const verified = verifyDeviceRequest(request, network.tag);
  const signer = await keys.signer(keyName);
  if (!verified.ok || signer === undefined) return undefined;
  const isOfUse = verified.value.request.expiry > clock.now() && isSameWish(verified.value.request, wishOf(options));
  return isOfUse ? { verified: verified.value, keyName, signer } : undefined;
}

function isSameWish(before: DeviceRequest, wish: Wish): boolean {
  const isSamePermissions =
    before.permissions === undefined || wish.permissions === undefined
      ? before.permissions === wish.permissions
      : equalBytes(encodeWith(permissionsSchema, before.permissions), encodeWith(permissionsSchema, wish.permissions));
  return (
    isSamePermissions &&
    before.device === wish.device &&
    before.account === wish.account &&
    before.replaces === wish.replaces &&
    before.lastHonoured === wish.lastHonoured
  );
}

/** For a key of its own: whoever answers an old request answers no new one. */
async function askAnew(options: JoinAccountOptions): Promise<AskedRequest> {
  const { store, keys, clock, random, validMs = VALID_MS } = options;
  const keyName = sessionKeyName(random);
  const wish = wishOf(options);
  const signer = await createKey(keys, keyName);
  const time = clock.now();
  const verified = await signDeviceRequest(
    {
      ...wish,
      sessionKey: signer.publicKey,
      nonce: bytesToHex(random.bytes(NONCE_BYTES)),
      time,
      expiry: timeMs(time + Math.min(Math.max(1, validMs), limits.DEVICE_REQUEST_MS_MAX)),
    },
    signer,
  );
  await store.write([put(KEY.joining, encodeWith(joiningRowSchema, { request: verified.bytes, keyName }))]);
  return { verified, keyName, signer };
}

class AskingDevice implements Joining {
  readonly id: DeviceRequestId;
  readonly request: Uint8Array;
  readonly text: string;
  readonly expiry: TimeMs;
  readonly #options: JoinAccountOptions;
  readonly #asked: AskedRequest;
  readonly #waiting = new Set<{ resolve: (offer: DeviceOffer) => void; reject: (error: WalletError) => void }>();
  readonly #connections = new Set<Connection>();
  /** In the order in which their accounts came. */
  readonly #offers = new Map<AccountId, DeviceOffer>();
  readonly #declined = new Set<AccountId>();
  /** A denial that nobody has heard yet. */
  #denial: DeviceAnswerRefusal | undefined;
  #code: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: JoinAccountOptions, asked: AskedRequest) {
    this.#options = options;
    this.#asked = asked;
    this.id = asked.verified.id;
    this.request = asked.verified.bytes;
    this.text = deviceRequestToText(this.request);
    this.expiry = asked.verified.request.expiry;
  }

  get code(): string {
    this.#code ??= deviceCode(this.#asked.verified);
    return this.#code;
  }

  async connect(): Promise<void> {
    try {
      for (const link of this.#options.links ?? [])
        await link.start((connection) => void this.#serve(connection, link.name));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  read(answer: Uint8Array | string): DeviceOffer {
    const offer = readOffer(answer, this.#context());
    if (offer.ok) return offer.value;
    throw refused(offer.error);
  }

  offered(): Promise<DeviceOffer> {
    const [offer] = this.#offers.values();
    if (offer !== undefined) return Promise.resolve(offer);
    if (this.#closing !== undefined) return Promise.reject(joiningClosed());
    const denial = this.#denial;
    this.#denial = undefined;
    if (denial !== undefined) return Promise.reject(refused(denial));
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  decline({ account }: Pick<DeviceOffer, "account">): void {
    this.#offers.delete(account);
    const [oldest] = this.#declined;
    if (oldest !== undefined && this.#declined.size >= DECLINED_MAX) this.#declined.delete(oldest);
    this.#declined.add(account);
  }

  async accept({ grant }: DeviceOffer): Promise<SessionGrant> {
    const { store } = this.#options;
    await inTurn(store, () => claimSession(store, grant));
    return grant;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const { reject } of this.#waiting) reject(joiningClosed());
    this.#waiting.clear();
    for (const connection of this.#connections) connection.close("closed-here");
    await Promise.all((this.#options.links ?? []).map((link) => link.stop()));
  }

  #context(): Parameters<typeof readOffer>[1] {
    const { network, clock } = this.#options;
    return { network, ...this.#asked, now: clock.now() };
  }

  /** Never rejects: a vault, a disk or a random source that fails on one connection ends that one, and not the process. */
  async #serve(connection: Connection, link: string): Promise<void> {
    try {
      await this.#ask(connection, link);
    } catch (error) {
      connection.close("protocol-error");
      this.#options.onEvent?.({ type: "connection-failed", link, error });
    }
  }

  /** Introduces itself with its request, and hears what comes of it. */
  async #ask(connection: Connection, link: string): Promise<void> {
    const { network, clock, random } = this.#options;
    const identity = { signer: this.#asked.signer, request: this.request };
    const shaken = await shakeHands({ connection, network: network.id, identity, clock, random });
    if (!shaken.ok) return this.#options.onEvent?.({ type: "handshake-failed", link, error: shaken.error });
    const channel = shaken.value;
    this.#connections.add(connection);
    let heard = 0;
    channel.start({
      onMessage: (message) => {
        heard++;
        if (heard > MESSAGES_MAX) connection.close("protocol-error");
        else this.#onMessage(message, link);
      },
      onClose: () => this.#connections.delete(connection),
    });
    if (this.#isClosed()) connection.close("closed-here");
  }

  #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** A device that has no session has nothing to do with whatever else a peer says. */
  #onMessage(bytes: Uint8Array, link: string): void {
    const message = decodePeerMessage(bytes);
    if (!message.ok) return;
    if (message.value.type === "refusal") this.#options.onEvent?.({ type: "refused", link, code: message.value.code });
    if (message.value.type !== "device-answer") return;
    const offer = readOffer(message.value.answer, this.#context());
    if (offer.ok) return this.#onOffer(offer.value);
    this.#options.onEvent?.({ type: "answer-refused", link, error: offer.error });
    if (offer.error.type !== "device-denied") return;
    if (this.#waiting.size === 0) this.#denial = offer.error;
    for (const { reject } of this.#waiting) reject(refused(offer.error));
    this.#waiting.clear();
  }

  #onOffer(offer: DeviceOffer): void {
    const { account } = offer;
    if (this.#declined.has(account)) return;
    if (!this.#offers.has(account) && this.#offers.size >= OFFERS_MAX) return;
    this.#offers.set(account, offer);
    for (const { resolve } of this.#waiting) resolve(offer);
    this.#waiting.clear();
  }
}

function refused(error: DeviceAnswerRefusal): WalletError {
  return new WalletError({ type: "device-answer-refused", error }, `the device answer was not taken: ${error.type}`);
}

function joiningClosed(): WalletError {
  return new WalletError({ type: "joining-closed" }, "this device has stopped asking");
}
