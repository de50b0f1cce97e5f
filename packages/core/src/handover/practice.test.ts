import { describe, expect, it } from "vitest";
import { alice, bob, carol, network } from "../../test/support/operations.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork, START } from "../testing/index.ts";
import { decodeControlEntry } from "../account/control-entry.ts";
import {
  decodePracticeRequest,
  encodePracticeRequest,
  isPracticeText,
  practiceAnswerToText,
  practiceRequestToText,
  signPracticeAnswer,
  textToPracticeAnswer,
  textToPracticeRequest,
  verifyPracticeAnswer,
  type PracticeAnswer,
} from "./practice.ts";
import { verifyRecoveryRequest } from "./recovery-request.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const bytes = encodePracticeRequest({
  version: 1,
  network: network.tag,
  account: alice.account,
  nonce: "00".repeat(16),
  time: START,
});
const { id, request } = orThrow(decodePracticeRequest(bytes, network.tag));
const answer: PracticeAnswer = {
  version: 1,
  network: network.tag,
  request: id,
  by: { account: bob.account },
  time: START,
};
const signed = await signPracticeAnswer(answer, bob.master);

describe("practising a recovery", () => {
  it("[PRC1] a guardian answers one request, by the key that would speak for the account", () => {
    expect(request.account).toBe(alice.account);
    const known = { network: network.tag, key: bob.master.publicKey };
    expect(orThrow(verifyPracticeAnswer(signed, known))).toEqual(answer);
    const errors = [
      verifyPracticeAnswer(signed, { ...known, key: carol.master.publicKey }),
      verifyPracticeAnswer(signed, { ...known, network: elsewhere.tag }),
      verifyPracticeAnswer(signed.subarray(1), known),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["signature-invalid", "wrong-network", "malformed"]);
  });

  it("[PRC1] what is signed in practice is nothing that a recovery is made of", () => {
    expect(decodeControlEntry(signed).ok).toBe(false);
    expect(verifyRecoveryRequest(signed, network.tag).ok).toBe(false);
    expect(verifyRecoveryRequest(bytes, network.tag).ok).toBe(false);
  });

  it("[PRC1] request and answer are texts of their own", () => {
    const [asked, answered] = [practiceRequestToText(bytes), practiceAnswerToText(signed)];
    expect([asked, answered, "AMIGOS:GAAA"].map(isPracticeText)).toEqual([true, true, false]);
    expect([orThrow(textToPracticeRequest(asked)), orThrow(textToPracticeAnswer(answered))]).toEqual([bytes, signed]);
    const errors = [
      textToPracticeRequest(answered),
      textToPracticeAnswer(asked),
      textToPracticeAnswer(`${answered}!`),
      textToPracticeAnswer(`${answered}${"A".repeat(500)}`),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["not-a-practice", "not-a-practice", "malformed", "too-large"]);
  });
});
