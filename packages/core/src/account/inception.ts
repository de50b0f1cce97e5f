/**
 * How an account begins: one body, signed by the master key it names. The account id is the hash of the body, so it
 * survives every later rotation, and `nextKeyDigest` commits to the key that will be allowed to rotate (spec [ACC1]).
 */
import {
  body,
  checked,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  optional,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeSigned, joinSigned } from "../encoding/signed.ts";
import { isRegistrable, verifySignature } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import type { Signer } from "../crypto/signer.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import type { AccountId, KeyDigest, NetworkId, PublicKey } from "../ids.ts";
import { CONTROL_ENTRY_BYTES_MAX } from "../limits.ts";
import { err, ok, orThrow, type Result } from "../result.ts";
import type { AccountKeys } from "./account-keys.ts";
import { keysOfRecovery, recoverySchema, type Recovery } from "./recovery.ts";

export interface Inception extends AccountKeys {
  readonly version: 1;
  readonly network: NetworkId;
  /** 16 bytes as hex: two accounts of one key stay two accounts. */
  readonly nonce: string;
  /** How the account may be recovered; left out: not at all, until it says so. */
  readonly recovery?: Recovery;
}

/** An inception whose signature and keys were checked. Made only by `verifyInception` and `signInception`. */
export interface VerifiedInception {
  readonly id: AccountId;
  readonly inception: Inception;
  readonly bytes: Uint8Array;
}

export type InceptionError =
  | DecodeError
  | { readonly type: "signature-invalid" }
  | { readonly type: "key-refused"; readonly key: PublicKey };

/** Bytes of an inception's nonce. */
export const INCEPTION_NONCE_BYTES = 16;

export const inceptionSchema: Schema<Inception> = checked(
  body<Inception>({
    version: field(0, version(1)),
    network: field(1, id<NetworkId>()),
    masterKey: field(2, id<PublicKey>()),
    nextKeyDigest: field(3, id<KeyDigest>()),
    nonce: field(4, hexBytes<string>(INCEPTION_NONCE_BYTES)),
    recovery: optional(5, recoverySchema),
  }),
);

/** The account that an inception begins. */
export function accountIdOf(inception: Inception): AccountId {
  return hashToId<AccountId>(DOMAIN.account, encodeWith(inceptionSchema, inception));
}

/** Asserts what `verifyInception` checks. What is returned is read from the signed bytes, as with every signed body. */
export async function signInception(unsigned: Inception, master: Signer): Promise<VerifiedInception> {
  assert(keysOf(unsigned).every(isRegistrable), "a key that is registered is a point of prime order");
  const bytes = encodeWith(inceptionSchema, unsigned);
  const inception = orThrow(decodeWith(inceptionSchema, bytes, CONTROL_ENTRY_BYTES_MAX));
  const account = hashToId<AccountId>(DOMAIN.account, bytes);
  const signature = await master.sign(hexToBytes(account));
  assert(
    verifySignature(signature, hexToBytes(account), inception.masterKey),
    "the master key that an inception names signs it",
  );
  return { id: account, inception, bytes: joinSigned(bytes, signature) };
}

export function verifyInception(bytes: Uint8Array, network: NetworkId): Result<VerifiedInception, InceptionError> {
  const decoded = decodeSigned(inceptionSchema, bytes, CONTROL_ENTRY_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: inception, encoded, signature } = decoded.value;
  if (inception.network !== network) return err({ type: "wrong-network", expected: network, found: inception.network });
  const refused = keysOf(inception).find((key) => !isRegistrable(key));
  if (refused !== undefined) return err({ type: "key-refused", key: refused });
  const account = hashToId<AccountId>(DOMAIN.account, encoded);
  return verifySignature(signature, hexToBytes(account), inception.masterKey)
    ? ok({ id: account, inception, bytes })
    : err({ type: "signature-invalid" });
}

function keysOf({ masterKey, recovery }: Inception): readonly PublicKey[] {
  return [masterKey, ...keysOfRecovery(recovery)];
}
