/**
 * How two devices get to know each other on a connection, before anything else is said (spec [NOI1]–[NOI3], [PEER1],
 * [PEER2]). Each sends an opening with a key for this connection alone, and from then on all is encrypted. Inside, each says
 * who it is, and signs that for the hash of what the two agreed on: so nobody is in between, what was recorded is worth
 * nothing on another connection, and who listens learns neither who speaks nor what vouches for them.
 */
import {
  accountRecordSchema,
  body,
  byteString,
  bytesToHex,
  compareHex,
  concatBytes,
  decodeSigned,
  DOMAIN,
  encodeWith,
  err,
  field,
  id,
  joinSigned,
  limits,
  ok,
  optional,
  taggedHash,
  verifySignature,
  type AccountRecord,
  type DecodeError,
  type NetworkId,
  type PublicKey,
  type Result,
  type Schema,
  type Signer,
} from "@amigos/core";
import type { CipherState } from "../noise/cipher-state.ts";
import { FrameReader, sealMessage } from "../noise/message-frames.ts";
import {
  createEphemeral,
  initiate,
  respond,
  type Ephemeral,
  type NoiseError,
  type NoiseSession,
} from "../noise/noise-nn.ts";
import { KEY_BYTES, TAG_BYTES } from "../noise/primitives.ts";
import { MESSAGE_BYTES_MAX, type CloseReason, type Connection } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { decodeOpening, encodeOpening, PROLOGUE, type OpeningError } from "./opening.ts";

/** A message of the pattern carries nothing beside its key. */
const NO_PAYLOAD = new Uint8Array();
/** Half a handshake holds a connection this long and no longer. */
const HANDSHAKE_MS_MAX = 10_000;
/** A full account record, every item at its bound, and the rest of a hello. */
const HELLO_BYTES_MAX: number = (limits.SESSIONS_PER_ACCOUNT_MAX + 1) * (limits.CONTROL_ENTRY_BYTES_MAX + 3) + 1024;

/** What a peer may say before we are ready to listen: it knows us by then, and our disk may be busy for a while. */
const EARLY_MESSAGES_MAX = 1024;
const EARLY_BYTES_MAX: number = 8 * 1024 * 1024;

export interface Identity {
  readonly signer: Signer;
  /** What vouches for a wallet's session key: its account's inception and control entries. */
  readonly account?: AccountRecord;
  /** Of a device that has no session yet: its device request (spec [PEER14]). */
  readonly request?: Uint8Array;
}

/** A peer whose key was proven on this connection. */
export interface ProvenPeer {
  readonly key: PublicKey;
  readonly account?: AccountRecord;
  readonly request?: Uint8Array;
}

export type HandshakeError =
  | DecodeError
  | OpeningError
  | NoiseError
  | { readonly type: "wrong-network"; readonly found: string; readonly expected: string }
  | { readonly type: "proof-invalid" }
  | { readonly type: "connected-to-self" }
  | { readonly type: "handshake-timeout" }
  | { readonly type: "connection-closed"; readonly reason: CloseReason };

interface Hello {
  readonly network: NetworkId;
  readonly key: PublicKey;
  readonly account?: AccountRecord;
  readonly request?: Uint8Array;
}

const helloSchema: Schema<Hello> = body<Hello>({
  network: field(0, id<NetworkId>()),
  key: field(1, id<PublicKey>()),
  account: optional(2, accountRecordSchema),
  request: optional(3, byteString(limits.DEVICE_REQUEST_BYTES_MAX)),
});

export interface HandshakeOptions {
  readonly connection: Connection;
  readonly network: NetworkId;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: Random;
}

/** What an established connection is driven by. All that goes over it is encrypted. */
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

/** What the next bytes are. */
type Stage =
  | { readonly name: "opening"; readonly ephemeral: Ephemeral }
  | { readonly name: "answer"; readonly finish: (rest: Uint8Array) => Result<NoiseSession, NoiseError> }
  | { readonly name: "hello"; readonly frames: FrameReader; readonly handshakeHash: Uint8Array }
  | { readonly name: "message"; readonly frames: FrameReader }
  | { readonly name: "over" };

type StageOf<Name extends Stage["name"]> = Extract<Stage, { readonly name: Name }>;

class Handshake {
  readonly #options: HandshakeOptions;
  readonly #resolve: (result: Result<Channel, HandshakeError>) => void;
  /** Who we are, not signed yet. */
  readonly #hello: Uint8Array;
  readonly #cancelTimeout: () => void;
  #stage: Stage;
  #cipher: CipherState | undefined;
  #isResolved = false;
  /** Resolves when our hello was sent, or cannot be. */
  #introduced: Promise<void> = Promise.resolve();
  /** Messages that arrive between the hello and `start`. */
  readonly #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #closed: CloseReason | undefined;
  #handlers: Parameters<Channel["start"]>[0] | undefined;

  constructor(options: HandshakeOptions, resolve: (result: Result<Channel, HandshakeError>) => void) {
    this.#options = options;
    this.#resolve = resolve;
    const { network, identity, random, connection, clock } = options;
    const { signer, account, request } = identity;
    this.#hello = encodeWith(helloSchema, {
      network,
      key: signer.publicKey,
      ...(account === undefined ? {} : { account }),
      ...(request === undefined ? {} : { request }),
    });
    const ephemeral = createEphemeral(random.bytes(KEY_BYTES));
    // Kept no longer than until the two have agreed: what they agree on is made from it.
    this.#stage = { name: "opening", ephemeral };
    this.#cancelTimeout = clock.after(HANDSHAKE_MS_MAX, () => this.#fail({ type: "handshake-timeout" }));
    connection.start({ onMessage: (bytes) => this.#onBytes(bytes), onClose: (reason) => this.#onClose(reason) });
    connection.send(encodeOpening(ephemeral.publicKey));
  }

  #onBytes(bytes: Uint8Array): void {
    const stage = this.#stage;
    if (stage.name === "opening") this.#onOpening(stage, bytes);
    else if (stage.name === "answer") this.#onAnswer(stage, bytes);
    else if (stage.name === "hello") this.#onHelloFrame(stage, bytes);
    else if (stage.name === "message") this.#onFrame(stage, bytes);
  }

  /** The lower key is the initiator's: both see who that is, and nobody has to speak first. */
  #onOpening({ ephemeral }: StageOf<"opening">, bytes: Uint8Array): void {
    const opening = decodeOpening(bytes);
    if (!opening.ok) return this.#fail(opening.error);
    const theirs = opening.value;
    const order = compareHex(bytesToHex(ephemeral.publicKey), bytesToHex(theirs));
    if (order === 0) return this.#fail({ type: "connected-to-self" });
    const options = { prologue: PROLOGUE, ephemeral, payload: NO_PAYLOAD };
    if (order < 0) {
      const { finish } = initiate(options);
      this.#stage = { name: "answer", finish: (rest) => finish(concatBytes(theirs, rest)) };
      return undefined;
    }
    const session = respond(options, theirs);
    if (!session.ok) return this.#fail(session.error);
    // The key that an answer begins with went ahead in the opening.
    this.#options.connection.send(session.value.answer.subarray(KEY_BYTES));
    return this.#encrypt(session.value);
  }

  #onAnswer({ finish }: StageOf<"answer">, rest: Uint8Array): void {
    const session = rest.length === TAG_BYTES ? finish(rest) : err<NoiseError>({ type: "encryption-failed" });
    return session.ok ? this.#encrypt(session.value) : this.#fail(session.error);
  }

  #encrypt({ handshakeHash, send, receive }: NoiseSession): void {
    this.#cipher = send;
    this.#stage = { name: "hello", frames: new FrameReader(receive), handshakeHash };
    this.#introduced = this.#introduce(handshakeHash);
  }

  async #introduce(handshakeHash: Uint8Array): Promise<void> {
    const { signer } = this.#options.identity;
    try {
      this.#send(joinSigned(this.#hello, await signer.sign(signedHash(handshakeHash, this.#hello))));
    } catch {
      this.#fail({ type: "proof-invalid" });
    }
  }

  #onHelloFrame({ frames, handshakeHash }: StageOf<"hello">, frame: Uint8Array): void {
    const read = frames.read(frame, HELLO_BYTES_MAX);
    if (!read.ok) return this.#fail(read.error);
    if (read.value === undefined) return undefined;
    const peer = this.#recognize(read.value, handshakeHash);
    this.#stage = peer.ok ? { name: "message", frames } : { name: "over" };
    // A device that is refused hears who refused it, and so why.
    void this.#introduced.then(() => (peer.ok ? this.#succeed(peer.value) : this.#fail(peer.error)));
    return undefined;
  }

  #recognize(bytes: Uint8Array, handshakeHash: Uint8Array): Result<ProvenPeer, HandshakeError> {
    const decoded = decodeSigned(helloSchema, bytes, HELLO_BYTES_MAX);
    if (!decoded.ok) return decoded;
    const { body: hello, encoded, signature } = decoded.value;
    const { network, identity } = this.#options;
    if (!verifySignature(signature, signedHash(handshakeHash, encoded), hello.key))
      return err({ type: "proof-invalid" });
    if (hello.network !== network) return err({ type: "wrong-network", found: hello.network, expected: network });
    if (hello.key === identity.signer.publicKey) return err({ type: "connected-to-self" });
    const { key, account, request } = hello;
    return ok({
      key,
      ...(account === undefined ? {} : { account }),
      ...(request === undefined ? {} : { request }),
    });
  }

  #succeed(peer: ProvenPeer): void {
    if (this.#isResolved) return;
    this.#isResolved = true;
    this.#cancelTimeout();
    const { connection } = this.#options;
    this.#resolve(
      ok({
        peer,
        send: (message) => this.#send(message),
        close: (reason) => connection.close(reason),
        start: (handlers) => {
          this.#handlers = handlers;
          for (const message of this.#early.splice(0)) handlers.onMessage(message);
          if (this.#closed !== undefined) handlers.onClose(this.#closed);
        },
      }),
    );
  }

  #send(message: Uint8Array): void {
    const { connection } = this.#options;
    if (this.#cipher === undefined || this.#closed !== undefined) return undefined;
    if (message.length > MESSAGE_BYTES_MAX) return connection.close("too-large");
    for (const frame of sealMessage(this.#cipher, message)) {
      // No nonce is left. The next connection has keys of its own.
      if (frame === undefined) return connection.close("closed-here");
      connection.send(frame);
    }
    return undefined;
  }

  #onFrame({ frames }: StageOf<"message">, frame: Uint8Array): void {
    const read = frames.read(frame, MESSAGE_BYTES_MAX);
    if (!read.ok) {
      this.#stage = { name: "over" };
      return this.#options.connection.close(read.error.type === "too-large" ? "too-large" : "protocol-error");
    }
    return read.value === undefined ? undefined : this.#onMessage(read.value);
  }

  #onMessage(message: Uint8Array): void {
    if (this.#handlers !== undefined) this.#handlers.onMessage(message);
    else if (this.#early.length < EARLY_MESSAGES_MAX && this.#earlyBytes + message.length <= EARLY_BYTES_MAX) {
      this.#earlyBytes += message.length;
      this.#early.push(message);
    } else this.#options.connection.close("protocol-error");
  }

  #onClose(reason: CloseReason): void {
    this.#closed = reason;
    this.#stage = { name: "over" };
    this.#fail({ type: "connection-closed", reason });
    this.#handlers?.onClose(reason);
  }

  #fail(error: HandshakeError): void {
    if (this.#isResolved) return;
    this.#isResolved = true;
    this.#stage = { name: "over" };
    this.#cancelTimeout();
    this.#resolve(err(error));
    if (this.#closed === undefined) this.#options.connection.close("protocol-error");
  }
}

/** What a side signs: who it says it is, to whoever shares this handshake with it. */
function signedHash(handshakeHash: Uint8Array, hello: Uint8Array): Uint8Array {
  return taggedHash(DOMAIN.handshake, handshakeHash, hello);
}
