/**
 * Equivocation as an object: two authentic entries of one session with one sequence and different ids. Anyone who knows
 * the session's key checks it with this package alone; no state, no ledger, no opinion (spec [EVI1]).
 */
import {
  byteString,
  decodeWith,
  encodeWith,
  tuple,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeEntry, type DecodedEntry } from "../entry/decode-entry.ts";
import { verifyEntry, type VerifiedEntry, type VerifyError } from "../entry/verify-entry.ts";
import { compareHex } from "../bytes.ts";
import type { NetworkTag, PublicKey, Sequence, SessionId } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

export interface EquivocationProof {
  readonly session: SessionId;
  readonly sequence: Sequence;
  /** The entry with the lower id. */
  readonly a: VerifiedEntry;
  readonly b: VerifiedEntry;
}

export type EvidenceError = DecodeError | VerifyError | { readonly type: "no-equivocation"; readonly reason: string };

/** Room for two entries and their headers. */
const PROOF_BYTES_MAX = 2 * ENTRY_BYTES_MAX + 16;

interface EncodedProof {
  readonly version: 1;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

const proofSchema: Schema<EncodedProof> = tuple<EncodedProof>({
  version: version<1>(1),
  a: byteString(ENTRY_BYTES_MAX),
  b: byteString(ENTRY_BYTES_MAX),
});

/** The proof that two verified entries make, whatever their order. */
export function proveEquivocation(
  first: VerifiedEntry,
  second: VerifiedEntry,
): Result<EquivocationProof, EvidenceError> {
  if (first.entry.session !== second.entry.session) return err({ type: "no-equivocation", reason: "two sessions" });
  if (first.entry.sequence !== second.entry.sequence) return err({ type: "no-equivocation", reason: "two sequences" });
  if (first.id === second.id) return err({ type: "no-equivocation", reason: "one entry" });
  const [a, b] = compareHex(first.id, second.id) < 0 ? [first, second] : [second, first];
  return ok({ session: a.entry.session, sequence: a.entry.sequence, a, b });
}

export function encodeEquivocationProof(proof: EquivocationProof): Uint8Array {
  return encodeWith<EncodedProof>(proofSchema, { version: 1, a: proof.a.bytes, b: proof.b.bytes });
}

/** The two entries that some bytes claim to be a proof of. Neither signature is checked yet. */
export function decodeEquivocationProof(
  bytes: Uint8Array,
  network: NetworkTag,
): Result<{ readonly session: SessionId; readonly sides: readonly [DecodedEntry, DecodedEntry] }, DecodeError> {
  const decoded = decodeWith(proofSchema, bytes, PROOF_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const a = decodeEntry(decoded.value.a, network);
  if (!a.ok) return a;
  const b = decodeEntry(decoded.value.b, network);
  return b.ok ? ok({ session: a.value.entry.session, sides: [a.value, b.value] }) : b;
}

/** Decodes and checks everything, both signatures included. */
export function verifyEquivocationProof(
  bytes: Uint8Array,
  session: { readonly network: NetworkTag; readonly key: PublicKey },
): Result<EquivocationProof, EvidenceError> {
  const decoded = decodeEquivocationProof(bytes, session.network);
  if (!decoded.ok) return decoded;
  const [a, b] = decoded.value.sides;
  if (compareHex(a.id, b.id) >= 0) return err({ type: "no-equivocation", reason: "not in order of ids" });
  const first = verifyEntry(a, session.key);
  if (!first.ok) return first;
  const second = verifyEntry(b, session.key);
  return second.ok ? proveEquivocation(first.value, second.value) : second;
}
