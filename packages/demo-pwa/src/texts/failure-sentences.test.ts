import { beforeAll, describe, expect, test } from "vitest";
import { amount, generation, height, sequence, timeMs } from "@amigos/core";
import type { Failure, FailureCode } from "@amigos/reconcile";
import { AMI, viewWith } from "../../test/harness/scenes.ts";
import { describeFailure } from "./failure-sentences.ts";
import { LANGUAGES, speak } from "./index.ts";

const now = Date.UTC(2026, 10, 22, 12);
const id = "0a".repeat(32) as never;
const time = timeMs(now);
const asset = AMI.code;

/** One of each code. A new rule that is missing here does not compile. */
const failures: { readonly [Code in FailureCode]: Omit<Extract<Failure, { readonly code: Code }>, "code"> } = {
  duplicate: { nextSequence: sequence(1) },
  "account-unknown": { account: id },
  "session-unknown": { account: id, session: id },
  "previous-missing": { previous: id, nextSequence: sequence(1) },
  "dependency-missing": { dependency: id },
  "time-in-future": { time, judgedFrom: time },
  "checkpoint-ahead": { height: height(9), known: height(7) },
  "history-missing": { reason: "checkpoint", height: height(3), sequence: sequence(1) },
  "session-killed": { generation: generation(0), current: generation(1) },
  "session-revoked": { revokedFrom: sequence(2) },
  "session-frozen": { frozenFrom: sequence(3) },
  "session-not-yet-valid": { time, notBefore: time },
  "session-expired": { reason: "signed-late", time, expiry: time, ledgerTime: time, graceMs: 1 },
  "permission-missing": { permission: "STAKE_MANAGE", asset },
  "region-not-allowed": { reason: "outside" },
  "recipient-not-allowed": { to: id },
  "time-went-backwards": { reason: "before-previous", time, earliest: time },
  "checkpoint-unknown": { height: height(3), tag: id, expected: id },
  "checkpoint-went-backwards": { height: height(3), lowest: height(4) },
  "offline-too-long": { time, ledgerTime: time, limitMs: 30 * 86_400_000 },
  "asset-unknown": { asset },
  "amount-invalid": { reason: "zero", amount: amount(0n) },
  "limit-per-transaction": { asset, limit: amount(5000n), asked: amount(6000n), left: amount(5000n) },
  "limit-per-day": {
    asset,
    limit: amount(5000n),
    used: amount(1200n),
    asked: amount(6000n),
    left: amount(3800n),
    renewsAt: timeMs(now + 12 * 3_600_000),
  },
  "limit-offline": {
    asset,
    limit: amount(5000n),
    used: amount(1200n),
    asked: amount(6000n),
    left: amount(3800n),
  },
  "float-exceeded": { asset, asked: amount(6000n), left: amount(1000n) },
  "stake-rules": { reason: "not-staked", asked: amount(6000n), left: amount(1000n) },
  "insufficient-funds": { asset, asked: amount(6000n), left: amount(1000n) },
};

describe.each(LANGUAGES)("in $name", ({ id: languageId }) => {
  beforeAll(async () => {
    await speak(languageId);
    return () => speak("en");
  });

  test.each(Object.entries(failures).map(([code, evidence]) => ({ code, ...evidence })))(
    "$code has a title and a sentence",
    (failure) => {
      for (const isOwn of [true, false]) {
        const { title, sentence } = describeFailure(failure as Failure, { view: viewWith({}), now, isOwn });
        expect(title).toMatch(/^[\p{Lu}\p{Lo}].{3,}[^.]$/u);
        expect(sentence).toMatch(/^[\p{Lu}\p{Lo}].{10,}\.$/u);
        expect(`${title} ${sentence}`).not.toMatch(/undefined|\[object|NaN/);
      }
    },
  );
});

test("a refusal over the daily limit says the limit, what is left and when it renews", () => {
  const failure: Failure = { code: "limit-per-day", ...failures["limit-per-day"] };
  const { sentence } = describeFailure(failure, { view: viewWith({}), now, isOwn: true });
  expect(sentence.replaceAll("\u00a0", " ")).toMatch(
    /^This device may send 50\.00 AMI a day\. 38\.00 AMI is left and 60\.00 AMI was asked\. It renews in 12 hours \(.+\)\.$/,
  );
});
