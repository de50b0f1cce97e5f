/**
 * Evidence as bytes: small, portable, and checked with nothing but the key of the session that it convicts (spec [EVI3]).
 * Each signature in it is checked for itself; evidence rests on no chain that somebody else would have to hold.
 */
import {
  byteString,
  decodeWith,
  encodeWith,
  integer,
  tuple,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { decodeEntry, type DecodedEntry } from "../entry/decode-entry.ts";
import { verifyEntry, type VerifiedEntry, type VerifyError } from "../entry/verify-entry.ts";
import { compareHex } from "../bytes.ts";
import type { NetworkTag, PublicKey, SessionId } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { proveDoubleAttestation, type DoubleAttestationProof } from "./double-attestation-proof.ts";
import { proveEquivocation, type EquivocationProof } from "./equivocation-proof.ts";
import type { NothingProven } from "./evidence-sides.ts";

export type Evidence = EquivocationProof | DoubleAttestationProof;

export type EvidenceError = DecodeError | VerifyError | NothingProven;

/** What some bytes claim to prove, and about whom. No signature is checked yet. */
export interface DecodedEvidence {
  readonly type: Evidence["type"];
  readonly session: SessionId;
  readonly a: DecodedEntry;
  readonly b: DecodedEntry;
}

/** Two entries and their headers. */
export const EVIDENCE_BYTES_MAX: number = 2 * ENTRY_BYTES_MAX + 16;

/** What two entries can prove: by which number it goes, and how. */
const PROOFS = {
  equivocation: { kind: 1, prove: proveEquivocation },
  "double-attestation": { kind: 2, prove: proveDoubleAttestation },
} as const satisfies Record<
  Evidence["type"],
  {
    readonly kind: number;
    readonly prove: (first: VerifiedEntry, second: VerifiedEntry) => Result<Evidence, NothingProven>;
  }
>;

const typeByKind = new Map<number, Evidence["type"]>([
  [PROOFS.equivocation.kind, "equivocation"],
  [PROOFS["double-attestation"].kind, "double-attestation"],
]);

interface EncodedEvidence {
  readonly kind: number;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

const evidenceSchema: Schema<EncodedEvidence> = tuple<EncodedEvidence>({
  kind: integer(),
  a: byteString(ENTRY_BYTES_MAX),
  b: byteString(ENTRY_BYTES_MAX),
});

export function encodeEvidence({ type, a, b }: Evidence): Uint8Array {
  return encodeWith(evidenceSchema, { kind: PROOFS[type].kind, a: a.bytes, b: b.bytes });
}

/** Says whose key `verifyEvidence` needs. Evidence of a kind that is not known here may be of a later version. */
export function decodeEvidence(bytes: Uint8Array, network: NetworkTag): Result<DecodedEvidence, EvidenceError> {
  const decoded = decodeWith(evidenceSchema, bytes, EVIDENCE_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const type = typeByKind.get(decoded.value.kind);
  if (type === undefined) return err({ type: "unsupported-version", version: decoded.value.kind });
  const a = decodeEntry(decoded.value.a, network);
  if (!a.ok) return a;
  const b = decodeEntry(decoded.value.b, network);
  if (!b.ok) return b;
  return compareHex(a.value.id, b.value.id) < 0
    ? ok({ type, session: a.value.entry.session, a: a.value, b: b.value })
    : err({ type: "proves-nothing", reason: "not in order of ids" });
}

/** Decodes and checks everything, both signatures included. */
export function verifyEvidence(
  bytes: Uint8Array,
  session: { readonly network: NetworkTag; readonly key: PublicKey },
): Result<Evidence, EvidenceError> {
  const decoded = decodeEvidence(bytes, session.network);
  if (!decoded.ok) return decoded;
  const a = verifyEntry(decoded.value.a, session.key);
  if (!a.ok) return a;
  const b = verifyEntry(decoded.value.b, session.key);
  return b.ok ? PROOFS[decoded.value.type].prove(a.value, b.value) : b;
}
