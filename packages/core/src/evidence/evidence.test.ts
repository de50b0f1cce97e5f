import { describe, expect, it } from "vitest";
import { encodeCbor } from "../encoding/cbor.ts";
import { splitSigned, joinSigned } from "../encoding/signed.ts";
import { decodeEntry } from "../entry/decode-entry.ts";
import { sequence, type Link } from "../ids.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signOperation, signPayment } from "../testing/index.ts";
import { proveDoubleAttestation } from "./double-attestation-proof.ts";
import { proveEquivocation } from "./equivocation-proof.ts";
import { decodeEvidence, encodeEvidence, EVIDENCE_BYTES_MAX, verifyEvidence } from "./evidence.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const aliceSession = { network: network.tag, key: alice.signer.publicKey };

const toBob = await signPayment(alice, { network, to: bob.account, money: ami(5) });
const toBobAgain = await signPayment(alice, { network, to: bob.account, money: ami(6) });
const later = await signPayment(alice, { network, to: bob.account, money: ami(5), after: toBob });
const seen = { type: "attest", account: bob.account, session: bob.session, sequence: sequence(0) } as const;
const saw = await signOperation(alice, { ...seen, head: "0a".repeat(32) as Link }, { network });
const sawToo = await signOperation(alice, { ...seen, head: "0b".repeat(32) as Link }, { network, after: saw });

const equivocation = orThrow(proveEquivocation(toBob, toBobAgain));
const lie = orThrow(proveDoubleAttestation(saw, sawToo));

function outcome(evidence: Uint8Array, session = aliceSession): string {
  const verified = verifyEvidence(evidence, session);
  if (verified.ok) return verified.value.type;
  const { error } = verified;
  return error.type === "proves-nothing" ? `${error.type}: ${error.reason}` : error.type;
}

function pairOf(kind: number, ...sides: readonly Uint8Array[]): Uint8Array {
  return encodeCbor([kind, ...sides]);
}

/** Both in order of ids, as evidence has them, though nobody proved anything. */
function inOrder(kind: number, first: typeof toBob, second: typeof toBob): Uint8Array {
  return first.id < second.id ? pairOf(kind, first.bytes, second.bytes) : pairOf(kind, second.bytes, first.bytes);
}

const damaged = (entry: Uint8Array): Uint8Array =>
  entry.map((byte, index) => (index === entry.length - 1 ? byte ^ 1 : byte));

describe.each([
  { kind: 1, evidence: equivocation },
  { kind: 2, evidence: lie },
])("evidence of kind $kind", ({ kind, evidence }) => {
  const bytes = encodeEvidence(evidence);
  const [lower, higher] = [evidence.a.bytes, evidence.b.bytes];

  it("[EVI3] is its kind and both entries, and proves the same to anyone who knows the session's key", () => {
    expect(bytes).toEqual(pairOf(kind, lower, higher));
    expect(bytes.length).toBeLessThanOrEqual(EVIDENCE_BYTES_MAX);
    expect(orThrow(verifyEvidence(bytes, aliceSession))).toEqual(evidence);
  });

  it("[EVI3] says whose key is needed, before anything is checked", () => {
    const decoded = orThrow(decodeEvidence(pairOf(kind, damaged(lower), damaged(higher)), network.tag));
    expect(decoded).toMatchObject({ type: evidence.type, session: alice.session });
  });

  it("[EVI3] both signatures are checked, and the network", () => {
    expect(outcome(pairOf(kind, damaged(lower), higher))).toBe("signature-invalid");
    expect(outcome(pairOf(kind, lower, damaged(higher)))).toBe("signature-invalid");
    expect(outcome(bytes, { ...aliceSession, key: bob.signer.publicKey })).toBe("signature-invalid");
    expect(outcome(bytes, { ...aliceSession, network: elsewhere.tag })).toBe("wrong-network");
  });

  it("[EVI3] entries stand in order of ids, so that one fact has one encoding", () => {
    expect(outcome(pairOf(kind, higher, lower))).toBe("proves-nothing: not in order of ids");
    expect(outcome(pairOf(kind, lower, lower))).toBe("proves-nothing: not in order of ids");
  });

  it("[EVI3] what cannot be read is a typed error", () => {
    expect(outcome(pairOf(kind, lower))).toBe("schema-mismatch");
    expect(outcome(pairOf(kind, lower, higher, higher))).toBe("schema-mismatch");
    expect(outcome(pairOf(kind, lower.subarray(1), higher))).toBe("malformed");
    expect(outcome(pairOf(kind, lower, higher.subarray(1)))).toBe("malformed");
    expect(outcome(pairOf(kind, new Uint8Array(ENTRY_BYTES_MAX + 1), higher))).toBe("schema-mismatch");
    expect(outcome(new Uint8Array(EVIDENCE_BYTES_MAX + 1))).toBe("too-large");
    expect(outcome(new Uint8Array(EVIDENCE_BYTES_MAX))).toBe("malformed");
  });
});

describe("evidence", () => {
  it("[EVI3] of a kind that is not known here may be of a later version", () => {
    const [lower, higher] = [equivocation.a.bytes, equivocation.b.bytes];
    for (const kind of [0, 3, 255]) {
      expect(verifyEvidence(pairOf(kind, lower, higher), aliceSession)).toEqual({
        ok: false,
        error: { type: "unsupported-version", version: kind },
      });
    }
    expect(outcome(encodeCbor([2n ** 53n, lower, higher]))).toBe("schema-mismatch");
    expect(outcome(encodeCbor(["1", lower, higher]))).toBe("schema-mismatch");
  });

  it("[EVI3] two entries that go together prove only what their kind says", () => {
    expect(outcome(inOrder(1, toBob, toBobAgain))).toBe("equivocation");
    expect(outcome(inOrder(2, toBob, toBobAgain))).toBe("proves-nothing: not two attestations");
    expect(outcome(inOrder(2, saw, sawToo))).toBe("double-attestation");
    expect(outcome(inOrder(1, saw, sawToo))).toBe("proves-nothing: two sequences");
    expect(outcome(inOrder(1, toBob, later))).toBe("proves-nothing: two sequences");
  });

  it("[EVI1] one body under two signatures is one entry, and no evidence of anything", () => {
    const { body, signature } = orThrow(splitSigned(toBob.bytes));
    const variant = joinSigned(
      body,
      signature.map((byte) => byte ^ 1),
    );
    expect(orThrow(decodeEntry(variant, network.tag)).id).toBe(toBob.id);
    expect(outcome(pairOf(1, toBob.bytes, variant))).toBe("proves-nothing: not in order of ids");
  });
});
