import { expect, it } from "vitest";
import { orThrow } from "../result.ts";
import { isRecoveryStatementText, recoveryStatementToText, textToRecoveryStatement } from "./recovery-statement.ts";

it("[RRQ2] a statement is a text of its own, read in either case, and nothing else is read as one", () => {
  const bytes = Uint8Array.of(1, 2, 3, 250);
  const text = recoveryStatementToText(bytes);
  expect([text, isRecoveryStatementText(text)]).toEqual(["AMIGOS:SAEBAH6Q", true]);
  expect(orThrow(textToRecoveryStatement(` ${text.toLowerCase()} `))).toEqual(bytes);
  const errors = [
    textToRecoveryStatement("AMIGOS:GAAAA"),
    textToRecoveryStatement(`${text}!`),
    textToRecoveryStatement(`AMIGOS:S${"A".repeat(4000)}`),
  ].map((read) => (read.ok ? "none" : read.error.type));
  expect(errors).toEqual(["not-a-recovery-statement", "malformed", "too-large"]);
});
