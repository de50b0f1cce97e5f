/**
 * How two devices get to know each other on a connection, before anything else is said (spec [PEER1], [PEER2]). Each sends
 * a hello (network, a fresh nonce, its key and what vouches for it), and then a signature over the transcript of both
 * hellos and its own side. A recorded proof is worthless on another connection, for the other side's nonce is in it, and
 * a proof cannot be mirrored back, for the side is in it. It authenticates; it does not encrypt: links without
 * encryption of their own carry what an onlooker may read.
 */
import {
  body,
  byteString,
  bytesToHex,
  decodeWith,
  encodeWith,
  err,
  field,
  hexBytes,
  hexToBytes,
  id,
  integer,
  ok,
  optional,
  SIGNATURE_BYTES,
  taggedHash,
  DOMAIN,
  verifySignature,
  compareHex,
  limits,
  list,
  tuple,
  version,
  type AccountRecord,
  type DecodeError,
  type NetworkId,
  type PublicKey,
  type Result,
  type Schema,
  type Signer,
} from "@amigos/core";
import type { CloseReason, Connection } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";

/** Version of everything said on a link. Another number is refused with a typed reason. */
export const PROTOCOL_VERSION = 1;
/** Half a handshake holds a connection this long and no longer. */
const HANDSHAKE_MS_MAX = 10_000;
/** A full account record, every item at its bound, and the rest of a hello. */
const HELLO_BYTES_MAX: number = (limits.SESSIONS_PER_ACCOUNT_MAX + 1) * (limits.CONTROL_ENTRY_BYTES_MAX + 3) + 1024;

/** What a peer may say before we are ready to listen: it has our proof by then, and our disk may be busy for a while. */
const EARLY_MESSAGES_MAX = 1024;
const EARLY_BYTES_MAX: number = 8 * 1024 * 1024;

export interface Identity {
  readonly signer: Signer;
  /** What vouches for a wallet's session key: its account's inception and control entries. */
  readonly account?: AccountRecord;
}

/** A peer whose key was proven on this connection. */
export interface ProvenPeer {
  readonly key: PublicKey;
  readonly account?: AccountRecord;
}

export type HandshakeError =
  | DecodeError
  | { readonly type: "protocol-version"; readonly found: number; readonly expected: number }
  | { readonly type: "wrong-network"; readonly found: string; readonly expected: string }
  | { readonly type: "proof-invalid" }
  | { readonly type: "connected-to-self" }
  | { readonly type: "handshake-timeout" }
  | { readonly type: "connection-closed"; readonly reason: CloseReason };

interface Hello {
  readonly version: number;
  readonly network: NetworkId;
  readonly nonce: string;
  readonly key: PublicKey;
  readonly account?: AccountRecord;
}

const helloSchema: Schema<Hello> = body<Hello>({
  version: field(0, integer()),
  network: field(1, id<NetworkId>()),
  nonce: field(2, hexBytes<string>(32)),
  key: field(3, id<PublicKey>()),
  account: optional(
    4,
    tuple<AccountRecord>({
      inception: byteString(limits.CONTROL_ENTRY_BYTES_MAX),
      control: list(byteString(limits.CONTROL_ENTRY_BYTES_MAX), limits.SESSIONS_PER_ACCOUNT_MAX),
    }),
  ),
});

interface Proof {
  readonly version: 1;
  readonly signature: Uint8Array;
}

const proofSchema: Schema<Proof> = tuple<Proof>({ version: version<1>(1), signature: byteString(SIGNATURE_BYTES) });

export interface HandshakeOptions {
  readonly connection: Connection;
  readonly network: NetworkId;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: Random;
}

/** What an established connection is driven by. */
export interface Channel {
  readonly peer: ProvenPeer;
  readonly send: (message: Uint8Array) => void;
  readonly close: (reason: CloseReason) => void;
  /** Hands over everything that arrived since the handshake, then each message as it comes. */
  readonly start: (handlers: {
    readonly onMessage: (message: Uint8Array) => void;
    readonly onClose: (reason: CloseReason) => void;
  }) => void;
}

/** Runs one handshake to its end. Never rejects; on an error the connection is closed. */
export function shakeHands(options: HandshakeOptions): Promise<Result<Channel, HandshakeError>> {
  return new Promise((resolve) => new Handshake(options, resolve));
}

class Handshake {
  readonly #options: HandshakeOptions;
  readonly #resolve: (result: Result<Channel, HandshakeError>) => void;
  readonly #ours: Uint8Array;
  readonly #cancelTimeout: () => void;
  #theirs: { readonly hello: Hello; readonly bytes: Uint8Array } | undefined;
  #state: "hello" | "proof" | "done" = "hello";
  /** Messages that arrive between the proof and `start`. */
  readonly #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #closed: CloseReason | undefined;
  #handlers: Parameters<Channel["start"]>[0] | undefined;

  constructor(options: HandshakeOptions, resolve: (result: Result<Channel, HandshakeError>) => void) {
    this.#options = options;
    this.#resolve = resolve;
    const { identity, network, random, connection, clock } = options;
    this.#ours = encodeWith(helloSchema, {
      version: PROTOCOL_VERSION,
      network,
      nonce: bytesToHex(random.bytes(32)),
      key: identity.signer.publicKey,
      ...(identity.account === undefined ? {} : { account: identity.account }),
    });
    this.#cancelTimeout = clock.after(HANDSHAKE_MS_MAX, () => this.#fail({ type: "handshake-timeout" }));
    connection.start({ onMessage: (message) => this.#onMessage(message), onClose: (reason) => this.#onClose(reason) });
    connection.send(this.#ours);
  }

  #onMessage(message: Uint8Array): void {
    if (this.#state === "hello") this.#onHello(message);
    else if (this.#state === "proof") this.#onProof(message);
    else if (this.#handlers !== undefined) this.#handlers.onMessage(message);
    else if (this.#early.length < EARLY_MESSAGES_MAX && this.#earlyBytes + message.length <= EARLY_BYTES_MAX) {
      this.#earlyBytes += message.length;
      this.#early.push(message);
    } else this.#options.connection.close("protocol-error");
  }

  #onHello(bytes: Uint8Array): void {
    const decoded = decodeWith(helloSchema, bytes, HELLO_BYTES_MAX);
    if (!decoded.ok) return this.#fail(decoded.error);
    const hello = decoded.value;
    const { network, identity } = this.#options;
    if (hello.version !== PROTOCOL_VERSION) {
      return this.#fail({ type: "protocol-version", found: hello.version, expected: PROTOCOL_VERSION });
    }
    if (hello.network !== network)
      return this.#fail({ type: "wrong-network", found: hello.network, expected: network });
    if (hello.key === identity.signer.publicKey) return this.#fail({ type: "connected-to-self" });
    this.#theirs = { hello, bytes };
    this.#state = "proof";
    void this.#prove(bytes);
    return undefined;
  }

  async #prove(theirs: Uint8Array): Promise<void> {
    try {
      const { identity, connection } = this.#options;
      const signature = await identity.signer.sign(transcript(this.#ours, theirs, identity.signer.publicKey));
      connection.send(encodeWith<Proof>(proofSchema, { version: 1, signature }));
    } catch {
      this.#fail({ type: "proof-invalid" });
    }
  }

  #onProof(bytes: Uint8Array): void {
    const decoded = decodeWith(proofSchema, bytes, HELLO_BYTES_MAX);
    if (!decoded.ok) return this.#fail(decoded.error);
    const theirs = this.#theirs;
    if (theirs === undefined) return this.#fail({ type: "proof-invalid" });
    const { hello } = theirs;
    if (!verifySignature(decoded.value.signature, transcript(this.#ours, theirs.bytes, hello.key), hello.key)) {
      return this.#fail({ type: "proof-invalid" });
    }
    this.#state = "done";
    this.#cancelTimeout();
    const peer: ProvenPeer = { key: hello.key, ...(hello.account === undefined ? {} : { account: hello.account }) };
    return this.#resolve(ok(this.#channel(peer)));
  }

  #channel(peer: ProvenPeer): Channel {
    const { connection } = this.#options;
    return {
      peer,
      send: (message) => connection.send(message),
      close: (reason) => connection.close(reason),
      start: (handlers) => {
        this.#handlers = handlers;
        for (const message of this.#early.splice(0)) handlers.onMessage(message);
        if (this.#closed !== undefined) handlers.onClose(this.#closed);
      },
    };
  }

  #onClose(reason: CloseReason): void {
    this.#closed = reason;
    if (this.#state !== "done") this.#fail({ type: "connection-closed", reason });
    else this.#handlers?.onClose(reason);
  }

  #fail(error: HandshakeError): void {
    if (this.#state === "done") return;
    this.#state = "done";
    this.#cancelTimeout();
    this.#resolve(err(error));
    if (this.#closed === undefined) this.#options.connection.close("protocol-error");
  }
}

/** What a side signs: both hellos in one order for both, and whose proof this is. */
function transcript(ours: Uint8Array, theirs: Uint8Array, prover: PublicKey): Uint8Array {
  const hashes = [ours, theirs].map((hello) => bytesToHex(taggedHash(DOMAIN.handshake, hello))).toSorted(compareHex);
  return taggedHash(DOMAIN.handshake, ...hashes.map(hexToBytes), hexToBytes(prover));
}
