/**
 * `Noise_NN_25519_ChaChaPoly_SHA256`, the one pattern that links use (spec [NOI1]; Noise revision 34 §7.5):
 *
 *     → e
 *     ← e, ee
 *
 * Nobody is authenticated by it. Who is at the other end is proven inside, by a signature over the hash that it ends with.
 * @see https://noiseprotocol.org/noise.html
 */
import { concatBytes, err, ok, type Result } from "@amigos/core";
import { primitives } from "#noise-primitives";
import type { CipherState } from "./cipher-state.ts";
import { KEY_BYTES } from "./primitives.ts";
import { SymmetricState } from "./symmetric-state.ts";

const PROTOCOL_NAME = "Noise_NN_25519_ChaChaPoly_SHA256";

/** A key pair for one handshake. */
export interface Ephemeral {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What a handshake ends with. */
export interface NoiseSession {
  /** 32 bytes, the same at both ends of one handshake and at no other's. */
  readonly handshakeHash: Uint8Array;
  readonly send: CipherState;
  readonly receive: CipherState;
  /** What the other side's message carried. */
  readonly payload: Uint8Array;
}

/** A key of no use, or a message that was not made for this handshake. */
export interface NoiseError {
  readonly type: "encryption-failed";
}

export interface NoiseOptions {
  /** What both know already. Another one at the other end fails. */
  readonly prologue: Uint8Array;
  readonly ephemeral: Ephemeral;
  readonly payload: Uint8Array;
}

/** `secret`: 32 unpredictable bytes. */
export function createEphemeral(secret: Uint8Array): Ephemeral {
  return { secret, publicKey: primitives.publicKeyOf(secret) };
}

/** The initiator: its message, and what to do with the answer. */
export function initiate({ prologue, ephemeral, payload }: NoiseOptions): {
  readonly message: Uint8Array;
  readonly finish: (answer: Uint8Array) => Result<NoiseSession, NoiseError>;
} {
  const state = begin(prologue);
  state.mixHash(ephemeral.publicKey);
  const message = concatBytes(ephemeral.publicKey, state.encryptAndHash(payload));
  return {
    message,
    finish: (answer) => {
      const theirs = answer.subarray(0, KEY_BYTES);
      state.mixHash(theirs);
      if (!mixSecret(state, ephemeral, theirs)) return FAILED;
      const received = state.decryptAndHash(answer.subarray(KEY_BYTES));
      if (received === undefined) return FAILED;
      const [send, receive] = state.split();
      return ok({ handshakeHash: state.hash, send, receive, payload: received });
    },
  };
}

/** The responder: its answer to the initiator's message, and the session that both have with it. */
export function respond(
  { prologue, ephemeral, payload }: NoiseOptions,
  message: Uint8Array,
): Result<NoiseSession & { readonly answer: Uint8Array }, NoiseError> {
  const state = begin(prologue);
  const theirs = message.subarray(0, KEY_BYTES);
  state.mixHash(theirs);
  const received = state.decryptAndHash(message.subarray(KEY_BYTES));
  state.mixHash(ephemeral.publicKey);
  if (received === undefined || !mixSecret(state, ephemeral, theirs)) return FAILED;
  const answer = concatBytes(ephemeral.publicKey, state.encryptAndHash(payload));
  const [receive, send] = state.split();
  return ok({ answer, handshakeHash: state.hash, send, receive, payload: received });
}

const FAILED: Result<never, NoiseError> = err({ type: "encryption-failed" });

function begin(prologue: Uint8Array): SymmetricState {
  const state = new SymmetricState(PROTOCOL_NAME);
  state.mixHash(prologue);
  return state;
}

/** Whether there is a secret to share. */
function mixSecret(state: SymmetricState, { secret }: Ephemeral, theirs: Uint8Array): boolean {
  const shared = theirs.length === KEY_BYTES ? primitives.sharedSecret(secret, theirs) : undefined;
  if (shared !== undefined) state.mixKey(shared);
  return shared !== undefined;
}
