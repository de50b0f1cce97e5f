import { expect, test } from "vitest";
import { assetCode, orThrow } from "@amigos/core";
import { amountToText, changeToText, moneyToText, textToAmount } from "./money.ts";

const AMI = { code: assetCode("AMI"), decimals: 2 };
const ETHER = { code: assetCode("ETH"), decimals: 18 };

test("amounts are exact, however many digits they have", () => {
  expect(amountToText(9_223_372_036_854_775_807n, AMI, "en")).toBe("92,233,720,368,547,758.07");
  expect(amountToText(1n, ETHER, "en")).toBe("0.000000000000000001");
});

test("amounts follow the locale, money keeps number and code together", () => {
  expect(amountToText(123_456n, AMI, "de")).toBe("1.234,56");
  expect(moneyToText(500n, AMI, "en")).toBe("5.00\u00a0AMI");
});

test("a change shows its direction with a sign", () => {
  expect(changeToText("in", 500n, AMI, "en")).toBe("+5.00");
  expect(changeToText("out", 500n, AMI, "en")).toBe("\u22125.00");
});

test("in Egypt digits and marks are Arabic, and a mark keeps the sign where it belongs", () => {
  expect(amountToText(123_456n, AMI, "ar-EG")).toBe("١٬٢٣٤٫٥٦");
  expect(changeToText("out", 500n, AMI, "ar-EG")).toBe("\u061c\u2212٥٫٠٠");
});

test.each([
  ["5", 500n],
  ["5.2", 520n],
  ["5,20", 520n],
  ["1,234.56", 123_456n],
  ["1.234,56", 123_456n],
  ["1 234,56", 123_456n],
  ["1,234,567.89", 123_456_789n],
  ["١٬٢٣٤٫٥٦", 123_456n],
  ["۵٫۲", 520n],
])("what people type, %s, is %s", (text, expected) => {
  expect(orThrow(textToAmount(text, AMI))).toBe(expected);
});

test.each([
  ["", "amount-not-a-number"],
  ["five", "amount-not-a-number"],
  ["-5", "amount-not-a-number"],
  ["1e3", "amount-not-a-number"],
  ["1.2.3", "amount-not-a-number"],
  ["1,234", "amount-too-precise"],
  ["99999999999999999999", "amount-out-of-range"],
  ["9999999999999999999", "amount-out-of-range"],
])("%j is refused as %s", (text, type) => {
  const result = textToAmount(text, AMI);
  expect(result.ok ? "accepted" : result.error.type).toBe(type);
});
