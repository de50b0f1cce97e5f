/**
 * Who signs entries, and who checks them, in a world. With `real` crypto a signature is Ed25519, and whoever receives an
 * entry decodes and verifies its bytes. With `simulated` crypto it is a hash that has the size of one and is believed: a
 * million payments then cost what the rules cost. Keys, accounts, grants, encodings and rules are the same in both.
 *
 * One difference stays: a link covers the signature, so the lots that the ledger draws among conflicting entries fall
 * otherwise. Where no lot decides, both worlds are the same to the letter; where one does, they differ by whom it favours.
 */
import {
  concatBytes,
  decodeEntry,
  encodeWith,
  entrySchema,
  hexToBytes,
  joinSigned,
  orThrow,
  seedSigner,
  sha256,
  signEntry,
  verifyEntry,
  type Entry,
  type NetworkTag,
  type PublicKey,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";

export type Crypto = "real" | "simulated";

export interface Mint {
  readonly crypto: Crypto;
  /** The key of somebody in the world: the same for one seed and name. */
  readonly signer: (name: string) => Signer;
  readonly sign: (unsigned: Entry, signer: Signer) => VerifiedEntry | Promise<VerifiedEntry>;
  /** What somebody has of an entry that was given to him: `undefined` when it is not authentic. */
  readonly receive: (given: VerifiedEntry, key: PublicKey, network: NetworkTag) => VerifiedEntry | undefined;
}

export function createMint(crypto: Crypto, seed: string): Mint {
  const signer = (name: string): Signer => seedSigner(sha256(utf8(`${seed}/key/${name}`)));
  return crypto === "real"
    ? { crypto, signer, sign: signEntry, receive: verified }
    : { crypto, signer, sign: believed, receive: (given) => given };
}

/** Nothing is shared between two devices but bytes. */
function verified(given: VerifiedEntry, key: PublicKey, network: NetworkTag): VerifiedEntry | undefined {
  const decoded = decodeEntry(given.bytes.slice(), network);
  const result = decoded.ok ? verifyEntry(decoded.value, key) : undefined;
  return result?.ok === true ? result.value : undefined;
}

function believed(unsigned: Entry, { publicKey }: Signer): VerifiedEntry {
  const body = encodeWith(entrySchema, unsigned);
  const half = sha256(concatBytes(hexToBytes(publicKey), body));
  const bytes = joinSigned(body, concatBytes(half, half));
  return orThrow(decodeEntry(bytes, unsigned.network)) as VerifiedEntry;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
