import { expect, test } from "vitest";
import { amount, timeMs, type SessionLine } from "@amigos/core";
import { AMI, viewWith } from "../../test/harness/scenes.ts";
import { describeLine, describeTerms } from "./session-sentences.ts";

const id = "0a".repeat(32) as never;
const five = { asset: AMI.code, amount: amount(500n) };

/** One of each key. A new line that is missing here does not compile. */
const lines: { readonly [Key in SessionLine["key"]]: Omit<Extract<SessionLine, { readonly key: Key }>, "key"> } = {
  "may-view": {},
  "may-only-view": {},
  "may-send-anything": {},
  "may-send-per-payment": five,
  "may-send-per-day": five,
  "at-most-unsettled": five,
  "only-to": { recipients: [id] },
  "only-in": { regions: ["CH" as never, "CH-ZH" as never] },
  "may-stake": {},
  "may-run-imports": {},
  "may-recover": {},
  "may-nothing": {},
  until: { expiry: timeMs(Date.UTC(2026, 10, 22, 12)) },
};

test.each(Object.entries(lines).map(([key, values]) => ({ key, ...values })))("[TERM4] $key has a sentence", (line) => {
  const sentence = describeLine(line as SessionLine, viewWith({}));
  expect(sentence).toMatch(/^[A-Z].{4,}$/);
  expect(sentence).not.toMatch(/undefined|\[object|NaN/);
});

test("[TERM4] a limit is said in money, and accounts and regions by name", () => {
  const say = (line: SessionLine): string => describeLine(line, viewWith({})).replaceAll("\u00A0", " ");
  expect(say({ key: "may-send-per-day", ...five })).toBe("Pay up to 5.00 AMI a day");
  expect(say({ key: "only-in", ...lines["only-in"] })).toBe("Pay in these regions only: CH, CH-ZH");
});

test("[TERM4] what a device may do is one sentence", () => {
  const terms: readonly SessionLine[] = [
    { key: "may-send-per-day", ...five },
    { key: "may-view" },
    { key: "until", ...lines.until },
  ];
  expect(describeTerms(terms, viewWith({})).replaceAll("\u00A0", " ")).toBe(
    "May pay up to 5.00 AMI a day and see the balance and the history.",
  );
});
