/** How everything is signed: a body by its id, and never one that strict decoding would refuse (spec [ENC2], [SIG3]). */
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import { decodeWith, encodeWith, type Schema } from "../encoding/schema.ts";
import { joinSigned } from "../encoding/signed.ts";
import { orThrow } from "../result.ts";
import type { DomainTag } from "./domain-tags.ts";
import { verifySignature } from "./ed25519.ts";
import { hashToId } from "./hash.ts";
import type { Signer } from "./signer.ts";

export interface BodyKind<Body> {
  readonly schema: Schema<Body>;
  /** Of the id. */
  readonly tag: DomainTag;
  /** Bytes of a body with its signature, at most. */
  readonly sizeMax: number;
}

export interface SignedByKey<Body, Id> {
  readonly id: Id;
  /** Read from the signed bytes: whatever else the caller's object holds was not signed. */
  readonly body: Body;
  readonly signature: Uint8Array;
  /** The envelope. */
  readonly bytes: Uint8Array;
}

/**
 * What the signer returns is verified, for a vault that answers wrongly must not mint what counts as verified. Asserts that
 * `unsigned` is one that strict decoding accepts, and its bound. Rejects with what the signer rejects with.
 */
export async function signBody<Body, Id extends string>(
  unsigned: Body,
  { schema, tag, sizeMax }: BodyKind<Body>,
  signer: Signer,
): Promise<SignedByKey<Body, Id>> {
  const encoded = encodeWith(schema, unsigned);
  const id = hashToId<Id>(tag, encoded);
  const hash = hexToBytes(id);
  const signature = await signer.sign(hash);
  assert(verifySignature(signature, hash, signer.publicKey), "a signer signs with the key it names");
  const bytes = joinSigned(encoded, signature);
  assert(bytes.length <= sizeMax, "what is signed is within its bound");
  return { id, body: orThrow(decodeWith(schema, encoded, sizeMax)), signature, bytes };
}
