import { beforeAll, describe, expect, test } from "vitest";
import type { AmountError, PaymentRequestError } from "@amigos/core";
import type { DeviceAnswerRefusal, DeviceRequestRefusal, HandoverError, RecoveryRefusedDetail } from "@amigos/engine";
import type { AppError } from "../wallet/app-error.ts";
import { sentenceForError } from "./error-sentences.ts";
import { LANGUAGES, speak } from "./index.ts";

/** One of each kind. A new error that is missing here does not compile. */
type OneOfEach<Errors extends { readonly type: string }> = {
  readonly [Type in Errors["type"]]: Omit<Extract<Errors, { readonly type: Type }>, "type">;
};

const id = "0a".repeat(32) as never;
const none = {};

const amounts: OneOfEach<AmountError> = {
  "amount-not-a-number": { text: "x" },
  "amount-too-precise": { text: "1.234", decimals: 2 },
  "amount-out-of-range": { text: "9" },
  "asset-unknown": { text: "X" },
};

const requests: OneOfEach<PaymentRequestError> = {
  "text-malformed": { text: "amigo1" },
  "text-wrong-kind": { expected: "amigo", found: "amigosession" },
  "not-a-request": none,
  "request-field-invalid": { field: "memo" },
  "wrong-network": { expected: "a", found: "b" },
};

const handovers: OneOfEach<HandoverError> = {
  "not-a-bundle": none,
  malformed: { reason: "x", offset: 1 },
  "not-canonical": { reason: "x", offset: 1 },
  "too-large": { size: 2, sizeMax: 1 },
  "schema-mismatch": { path: ".0", expected: "map" },
  "unsupported-version": { version: 2 },
  "wrong-network": { expected: "a", found: "b" },
  "signature-invalid": { entry: id },
  "key-refused": { key: id },
  "signer-unknown": { signer: { type: "backup-key" } },
  "wrong-account": { expected: id, found: id },
  "account-unknown": { account: id },
  "session-unknown": { session: id },
  "too-many-unsettled": { session: id },
  "carried-refused": { error: { type: "account-absent" } },
  "receipt-refused": { error: { type: "not-a-receipt" } },
  "carried-too-much": { account: id },
  "account-not-admitted": { account: id },
  "account-too-fast": { account: id },
  "account-full": { account: id },
};

const deviceRequests: OneOfEach<DeviceRequestRefusal> = {
  "not-a-device-request": none,
  malformed: { reason: "x", offset: 1 },
  "not-canonical": { reason: "x", offset: 1 },
  "too-large": { size: 2, sizeMax: 1 },
  "schema-mismatch": { path: ".0", expected: "map" },
  "unsupported-version": { version: 2 },
  "wrong-network": { expected: "a", found: "b" },
  "key-refused": { key: id },
  "signature-invalid": none,
  "request-expired": { expiry: 1 as never, now: 2 as never },
  "request-from-future": { time: 2 as never, now: 1 as never },
  "request-of-another-account": { expected: id, found: id },
  "session-ended": { session: id },
  "replaced-not-named": { session: id },
  "last-honoured-out-of-reach": { lastHonoured: 2 as never, lastMax: 1 as never },
};

const deviceAnswers: OneOfEach<DeviceAnswerRefusal> = {
  "not-a-device-answer": none,
  malformed: { reason: "x", offset: 1 },
  "not-canonical": { reason: "x", offset: 1 },
  "too-large": { size: 2, sizeMax: 1 },
  "schema-mismatch": { path: ".0", expected: "map" },
  "unsupported-version": { version: 2 },
  "wrong-network": { expected: "a", found: "b" },
  "signature-invalid": none,
  "key-refused": { key: id },
  "signer-unknown": { signer: { type: "backup-key" } },
  "wrong-account": { expected: id, found: id },
  "account-unknown": { account: id },
  "answer-of-another-request": { expected: id, found: id },
  "answer-of-another-account": { expected: id, found: id },
  "device-denied": none,
  "session-not-granted": none,
  "recovery-unproven": none,
  "session-ended": { session: id },
  "session-expired": { expiry: 1 as never },
};

const recoveries: OneOfEach<RecoveryRefusedDetail> = {
  malformed: { reason: "x", offset: 1 },
  "not-canonical": { reason: "x", offset: 1 },
  "too-large": { size: 2, sizeMax: 1 },
  "schema-mismatch": { path: ".0", expected: "map" },
  "unsupported-version": { version: 2 },
  "wrong-network": { expected: "a", found: "b" },
  "wrong-account": { expected: id, found: id },
  "key-refused": { key: id },
  "signature-invalid": none,
  "signer-unknown": { signer: { type: "backup-key" } },
  "account-unknown": { account: id },
  "session-unknown": { session: id },
  "not-a-recovery-request": none,
  "not-a-recovery-statement": none,
  "not-a-guardian-request": none,
  "not-a-recovery": none,
  "recovery-refused": { code: "duplicate" },
  "recovery-of-others": none,
  "recoveries-full": none,
  "request-expired": { expiry: 1 as never, now: 2 as never },
  "request-from-future": { time: 2 as never, now: 1 as never },
  "asks-something-else": { found: "practice" },
  "guardians-full": none,
  "answer-of-another-request": none,
  "way-not-chosen": none,
  "no-guardian": none,
  "may-not-speak": none,
  "recovery-unknown": none,
  "recovery-waiting": none,
};

/** What the ledger says of what is not taken. */
const VERDICTS = [
  "duplicate",
  "recovery-over",
  "recovery-pending",
  "recovery-not-allowed",
  "recovery-unknown",
  "signer-not-current",
];

const all: OneOfEach<AppError> = {
  ...amounts,
  ...requests,
  "carry-refused": { error: { type: "nothing-settled" } },
  "input-empty": none,
  "input-too-long": { length: 2, lengthMax: 1 },
  "input-is-payment": none,
  "input-is-request": none,
  "input-not-recognised": none,
  "amount-zero": none,
  "payee-is-self": none,
  "message-damaged": none,
  "camera-missing": none,
  "camera-denied": none,
  "camera-failed": none,
  "master-key-missing": none,
  "wallet-opened": none,
  "record-refused": { error: { type: "account-unknown", account: id } },
  "session-unknown": { session: id },
  "sessions-full": { sessionsMax: 64 },
  "stake-refused": { failure: { code: "permission-missing", permission: "STAKE_MANAGE", asset: "AMI" as never } },
  "not-meant-any-more": none,
  "acceptance-invalid": none,
  "attestation-refused": { failure: { code: "session-frozen", frozenFrom: 0 as never } },
  "float-refused": { failure: { code: "permission-missing", permission: "SEND", asset: "AMI" as never } },
  "payment-refused": { failure: { code: "permission-missing", permission: "SEND", asset: "AMI" as never } },
  "amount-invalid": { error: { type: "amount-out-of-range", text: "9" } },
  "handover-refused": { error: { type: "not-a-bundle" } },
  "terms-invalid": { field: "permissions" },
  "device-request-refused": { error: { type: "not-a-device-request" } },
  "device-answer-refused": { error: { type: "device-denied" } },
  "joining-closed": none,
  "recovery-refused": { error: { type: "no-guardian" } },
  "recovery-invalid": { field: "delay" },
  "text-invalid": { field: "memo", bytesMax: 140 },
  "payment-unknown": none,
  "session-missing": none,
  "key-missing": none,
  "store-of-another": { expected: "a", found: "b" },
  "too-many-unsettled": { unsettledMax: 256 },
  "circle-too-large": { membersMax: 128 },
  "session-forked": none,
  "signing-unsafe": none,
  "wallet-closed": none,
  "journal-of-another-version": { found: 2, expected: 1 },
  "journal-of-another-network": { found: "a", expected: "b" },
  "store-busy": none,
  "store-full": none,
  "store-closed": none,
  "store-damaged": none,
  "store-failed": none,
  "key-exists": none,
  "key-locked": none,
  "vault-failed": none,
  "pin-wrong": none,
  "pin-too-soon": { notBefore: Date.now() + 30_000 },
  "passkey-wrong": none,
  "passkey-cancelled": none,
  "passkey-makes-no-key": none,
  "passkey-failed": none,
  "link-stopped": none,
  "too-many-codes": none,
  "network-missing": none,
  "no-offer": none,
  "code-refused": { error: { type: "wrong-role" } },
  "words-refused": { error: { type: "phrase-word-unknown", position: 2, word: "x" } },
  "words-of-another-account": none,
  "words-forgotten": none,
  "backup-refused": { error: { type: "phrase-wrong-or-damaged" } },
  "engine-not-loaded": none,
  "device-name-invalid": none,
  "call-unknown": none,
  unexpected: { message: "x" },
};

function errorsOf(table: Readonly<Record<string, object>>): readonly { readonly type: string }[] {
  return Object.entries(table).map(([type, evidence]) => ({ type, ...evidence }));
}

function expectSentence(error: AppError): void {
  const sentence = sentenceForError(error);
  expect(sentence).toMatch(/^[\p{Lu}\p{Lo}\p{Nd}].{10,}\.$|: x$/su);
  expect(sentence).not.toMatch(/undefined|\[object|NaN/);
}

describe.each(LANGUAGES)("in $name every error has a sentence", ({ id: languageId }) => {
  beforeAll(async () => {
    await speak(languageId);
    return () => speak("en");
  });
  test.each(errorsOf(all))("$type", (error) => expectSentence(error as AppError));
  test.each(errorsOf(amounts))("amount-invalid: $type", (error) =>
    expectSentence({ type: "amount-invalid", error } as AppError),
  );
  test.each(errorsOf(requests))("a request: $type", (error) => expectSentence(error as AppError));
  test.each(errorsOf(handovers))("handover-refused: $type", (error) =>
    expectSentence({ type: "handover-refused", error } as AppError),
  );
  test.each(errorsOf(deviceRequests))("device-request-refused: $type", (error) =>
    expectSentence({ type: "device-request-refused", error } as AppError),
  );
  test.each(errorsOf(recoveries))("recovery-refused: $type", (error) =>
    expectSentence({ type: "recovery-refused", error } as AppError),
  );
  test("each verdict on a recovery has a sentence of its own", () => {
    const sentences = VERDICTS.map((code) =>
      sentenceForError({ type: "recovery-refused", error: { type: "recovery-refused", code } }),
    );
    const other = sentenceForError({ type: "recovery-refused", error: { type: "recovery-refused", code: "later" } });
    expect(new Set([...sentences, other]).size).toBe(VERDICTS.length + 1);
  });
  test.each(errorsOf(deviceAnswers))("device-answer-refused: $type", (error) =>
    expectSentence({ type: "device-answer-refused", error } as AppError),
  );
});

test("an error that this version does not know still says something", () => {
  expect(sentenceForError({ type: "from-the-future" } as never)).toContain("from-the-future");
});
