import { describe, expect, it } from "vitest";
import { alice, bob, network } from "../../test/support/operations.ts";
import { AssertionFailed } from "../assert.ts";
import { keyDigest } from "../crypto/hash.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork, namedSigner, START } from "../testing/index.ts";
import { deviceCode, recoveryCode } from "./device-code.ts";
import {
  isRecoveryRequestText,
  recoveryRequestToText,
  signRecoveryRequest,
  textToRecoveryRequest,
  verifyRecoveryRequest,
  type RecoveryRequest,
} from "./recovery-request.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const recovered = namedSigner("alice/recovered");
const request: RecoveryRequest = {
  version: 1,
  network: network.tag,
  account: alice.account,
  masterKey: recovered.publicKey,
  nextKeyDigest: keyDigest(bob.signer.publicKey),
  time: START,
};
const signed = await signRecoveryRequest(request, recovered);

describe("recovery requests", () => {
  it("[RRQ1] whoever asks has the new master key, and asks for no other", async () => {
    expect(orThrow(verifyRecoveryRequest(signed.bytes, network.tag))).toEqual(signed);
    await expect(signRecoveryRequest(request, bob.signer)).rejects.toBeInstanceOf(AssertionFailed);
  });

  it("[RRQ1] one fits a single code, and what is none of this network says so", () => {
    const text = recoveryRequestToText(signed.bytes);
    expect([text.length < 400, isRecoveryRequestText(text)]).toEqual([true, true]);
    expect(orThrow(textToRecoveryRequest(text.toLowerCase(), network.tag))).toEqual(signed);
    const errors = [
      textToRecoveryRequest("AMIGOS:DAAAA", network.tag),
      textToRecoveryRequest(`${text}!`, network.tag),
      textToRecoveryRequest(`${text}${"A".repeat(500)}`, network.tag),
      textToRecoveryRequest(text, elsewhere.tag),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["not-a-recovery-request", "malformed", "too-large", "wrong-network"]);
  });

  it("[RRQ1] its code is one of its own kind, and another for other keys", async () => {
    const other = await signRecoveryRequest(
      { ...request, nextKeyDigest: keyDigest(alice.signer.publicKey) },
      recovered,
    );
    const codes = [recoveryCode(signed), recoveryCode(other), deviceCode({ id: signed.id as never })];
    expect(new Set(codes).size).toBe(3);
    for (const code of codes) expect(code).toMatch(/^\d{4} \d{4} \d{4}$/);
  });
});
