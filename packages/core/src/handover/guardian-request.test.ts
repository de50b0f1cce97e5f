import { describe, expect, it } from "vitest";
import { alice, bob, carol, network } from "../../test/support/operations.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork, START } from "../testing/index.ts";
import { decodeControlEntry } from "../account/control-entry.ts";
import {
  decodeGuardianRequest,
  encodeGuardianRequest,
  isGuardianText,
  guardianAnswerToText,
  guardianRequestToText,
  signGuardianAnswer,
  textToGuardianAnswer,
  textToGuardianRequest,
  verifyGuardianAnswer,
  type GuardianAnswer,
} from "./guardian-request.ts";
import { verifyRecoveryRequest } from "./recovery-request.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const bytes = encodeGuardianRequest({
  version: 1,
  network: network.tag,
  account: alice.account,
  nonce: "00".repeat(16),
  time: START,
  purpose: { type: "practice" },
});
const { id, request } = orThrow(decodeGuardianRequest(bytes, network.tag));
const answer: GuardianAnswer = {
  version: 1,
  network: network.tag,
  request: id,
  by: { account: bob.account },
  time: START,
};
const signed = await signGuardianAnswer(answer, bob.master);

describe("what guardians are asked", () => {
  it("[PRC1] a guardian answers one request, by the key that would speak for the account", () => {
    expect(request.account).toBe(alice.account);
    const known = { network: network.tag, key: bob.master.publicKey };
    expect(orThrow(verifyGuardianAnswer(signed, known))).toEqual(answer);
    const errors = [
      verifyGuardianAnswer(signed, { ...known, key: carol.master.publicKey }),
      verifyGuardianAnswer(signed, { ...known, network: elsewhere.tag }),
      verifyGuardianAnswer(signed.subarray(1), known),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["signature-invalid", "wrong-network", "malformed"]);
  });

  it("[PRC1] what is signed in practice is nothing that a recovery is made of", () => {
    expect(decodeControlEntry(signed).ok).toBe(false);
    expect(verifyRecoveryRequest(signed, network.tag).ok).toBe(false);
    expect(verifyRecoveryRequest(bytes, network.tag).ok).toBe(false);
  });

  it("[PRC2] an invitation is another request than practice, and its answer is none to that", () => {
    const invitation = orThrow(
      decodeGuardianRequest(encodeGuardianRequest({ ...request, purpose: { type: "invitation" } }), network.tag),
    );
    expect(invitation.request.purpose.type).toBe("invitation");
    expect(invitation.id).not.toBe(id);
    const unknown = bytes.map((byte, at) => (at === bytes.length - 1 ? 2 : byte));
    expect(decodeGuardianRequest(unknown, network.tag)).toMatchObject({ error: { type: "schema-mismatch" } });
  });

  it("[PRC1] request and answer are texts of their own", () => {
    const [asked, answered] = [guardianRequestToText(bytes), guardianAnswerToText(signed)];
    expect([asked, answered, "AMIGOS:GAAA"].map(isGuardianText)).toEqual([true, true, false]);
    expect([orThrow(textToGuardianRequest(asked)), orThrow(textToGuardianAnswer(answered))]).toEqual([bytes, signed]);
    const errors = [
      textToGuardianRequest(answered),
      textToGuardianAnswer(asked),
      textToGuardianAnswer(`${answered}!`),
      textToGuardianAnswer(`${answered}${"A".repeat(500)}`),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["not-a-guardian-request", "not-a-guardian-request", "malformed", "too-large"]);
  });
});
