import { describe, expect, it } from "vitest";
import { encodeCbor } from "../encoding/cbor.ts";
import { splitSigned, joinSigned } from "../encoding/signed.ts";
import { decodeEntry } from "../entry/decode-entry.ts";
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import { ENTRY_BYTES_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { encodeEquivocationProof, proveEquivocation, verifyEquivocationProof } from "./equivocation-proof.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const carol = await createPerson("carol", { network });
const toBob = await signPayment(alice, { network, to: bob.account, money: ami(5) });
const toCarol = await signPayment(alice, { network, to: carol.account, money: ami(5) });
const proof = orThrow(proveEquivocation(toBob, toCarol));
const bytes = encodeEquivocationProof(proof);
const aliceSession = { network: network.tag, key: alice.signer.publicKey };

function outcome(evidence: Uint8Array, session = aliceSession): string {
  const verified = verifyEquivocationProof(evidence, session);
  if (verified.ok) return "proven";
  return "reason" in verified.error ? `${verified.error.type}: ${verified.error.reason}` : verified.error.type;
}

function unproven(a: VerifiedEntry, b: VerifiedEntry): string {
  const attempt = proveEquivocation(a, b);
  if (attempt.ok) return "proven";
  return "reason" in attempt.error ? `${attempt.error.type}: ${attempt.error.reason}` : attempt.error.type;
}

const pair = (a: Uint8Array, b: Uint8Array): Uint8Array => encodeCbor([1, a, b]);
const [lower, higher] = [proof.a.bytes, proof.b.bytes];

describe("equivocation proofs", () => {
  it("[EVI1] two entries for one place prove it to anyone who knows the session's key, whoever found them first", () => {
    expect(encodeEquivocationProof(orThrow(proveEquivocation(toCarol, toBob)))).toEqual(bytes);
    expect(outcome(bytes)).toBe("proven");
    expect(bytes.length).toBeLessThanOrEqual(2 * ENTRY_BYTES_MAX + 16);
    expect(orThrow(verifyEquivocationProof(bytes, aliceSession))).toMatchObject({
      session: alice.session,
      sequence: 0,
    });
  });

  it("[EVI1] one entry twice, two sessions or two places prove nothing", async () => {
    const next = await signPayment(alice, { network, to: bob.account, money: ami(1), after: toBob });
    const bobs = await signPayment(bob, { network, to: alice.account, money: ami(1) });
    expect(unproven(toBob, toBob)).toBe("no-equivocation: one entry");
    expect(unproven(toBob, next)).toBe("no-equivocation: two sequences");
    expect(unproven(toBob, bobs)).toBe("no-equivocation: two sessions");
    expect(outcome(pair(lower, lower))).toBe("no-equivocation: not in order of ids");
  });

  it("[EVI1] one body under two signatures is one entry and no equivocation", () => {
    const { body, signature } = orThrow(splitSigned(toBob.bytes));
    const variant = joinSigned(
      body,
      signature.map((byte) => byte ^ 1),
    );
    expect(orThrow(decodeEntry(variant, network.tag)).id).toBe(toBob.id);
    expect(outcome(pair(toBob.bytes, variant))).toBe("no-equivocation: not in order of ids");
  });

  it("[EVI1] both signatures are checked, and the network", () => {
    const damaged = (entry: Uint8Array): Uint8Array =>
      entry.map((byte, index) => (index === entry.length - 1 ? byte ^ 1 : byte));
    expect(outcome(pair(damaged(lower), higher))).toBe("signature-invalid");
    expect(outcome(pair(lower, damaged(higher)))).toBe("signature-invalid");
    expect(outcome(bytes, { ...aliceSession, key: bob.signer.publicKey })).toBe("signature-invalid");
    expect(outcome(bytes, { ...aliceSession, network: elsewhere.tag })).toBe("wrong-network");
    expect(outcome(pair(higher, lower))).toBe("no-equivocation: not in order of ids");
  });

  it("[EVI1] a proof that cannot be read is a typed error", () => {
    expect(outcome(encodeCbor([2, lower, higher]))).toBe("unsupported-version");
    expect(outcome(encodeCbor([1, lower]))).toBe("schema-mismatch");
    const largest = new Uint8Array(ENTRY_BYTES_MAX);
    expect(outcome(pair(largest, largest)), "two entries at their bound are looked at").toMatch(/^malformed/);
    expect(outcome(new Uint8Array(2 * ENTRY_BYTES_MAX + 17))).toBe("too-large");
    expect(outcome(pair(lower.subarray(1), higher))).toMatch("malformed");
  });
});
