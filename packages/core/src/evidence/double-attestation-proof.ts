/**
 * A witness that lied: two authentic entries of one session that attest different heads for one place of another's log. An
 * honest witness attests what it saw first and nothing else, so it never makes one (spec [EVI2]).
 */
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import type { Sequence, SessionId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import { inOrder, type NothingProven } from "./evidence-sides.ts";

export interface DoubleAttestationProof {
  readonly type: "double-attestation";
  /** The witness. */
  readonly session: SessionId;
  /** The place for which it attested two heads. */
  readonly about: { readonly session: SessionId; readonly sequence: Sequence };
  /** The entry with the lower id. */
  readonly a: VerifiedEntry;
  readonly b: VerifiedEntry;
}

/** The proof that two verified entries make, whatever their order. */
export function proveDoubleAttestation(
  first: VerifiedEntry,
  second: VerifiedEntry,
): Result<DoubleAttestationProof, NothingProven> {
  const { session, operation: saw } = first.entry;
  const { operation: sawToo } = second.entry;
  if (session !== second.entry.session) return err({ type: "proves-nothing", reason: "two sessions" });
  if (saw.type !== "attest" || sawToo.type !== "attest")
    return err({ type: "proves-nothing", reason: "not two attestations" });
  if (saw.session !== sawToo.session || saw.sequence !== sawToo.sequence)
    return err({ type: "proves-nothing", reason: "two places" });
  if (saw.head === sawToo.head) return err({ type: "proves-nothing", reason: "one head" });
  const about = { session: saw.session, sequence: saw.sequence };
  return ok({ type: "double-attestation", session, about, ...inOrder(first, second) });
}
