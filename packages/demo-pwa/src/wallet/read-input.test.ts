import { expect, test } from "vitest";
import {
  accountToText,
  assetCode,
  paymentRequestToText,
  sessionToText,
  amount,
  type AccountId,
  type NetworkTag,
  type SessionId,
} from "@amigos/core";
import { viewWith } from "../../test/harness/scenes.ts";
import { readHandover, readPayTarget } from "./read-input.ts";

const NETWORK = "a1b2c3d4" as NetworkTag;
const ALICE = "0a".repeat(32) as AccountId;
const BOB = "0b".repeat(32) as AccountId;
const REQUEST = paymentRequestToText({
  network: NETWORK,
  to: BOB,
  asset: assetCode("AMI"),
  amount: amount(500n),
  memo: "Lunch",
});
const ACCOUNT = accountToText(BOB);
const PAYER = viewWith({ account: ALICE, network: { tag: NETWORK, name: "test" } });

function describe(result: ReturnType<typeof readPayTarget> | ReturnType<typeof readHandover>): string {
  return result.ok ? "ok" : result.error.type;
}

test("a request says whom to pay, how much and what for", () => {
  expect(readPayTarget(`  ${REQUEST}\n`, PAYER)).toMatchObject({
    ok: true,
    value: { to: BOB, amount: 500n, memo: "Lunch" },
  });
});

test("an account alone leaves the amount to the payer", () => {
  expect(readPayTarget(ACCOUNT, PAYER)).toEqual({ ok: true, value: { to: BOB } });
});

test.each([
  ["nothing", "", "input-empty"],
  ["garbage", "hello there", "input-not-recognised"],
  ["an address of the web", "https://example.com/pay?to=x", "input-not-recognised"],
  ["a truncated account", ACCOUNT.slice(0, 40), "text-malformed"],
  ["a mistyped account", ACCOUNT.replace(/.$/, (last) => (last === "q" ? "p" : "q")), "text-malformed"],
  ["a session", sessionToText("0c".repeat(32) as SessionId), "text-wrong-kind"],
  ["a request of another network", REQUEST.replace(NETWORK, "00000000"), "wrong-network"],
  ["a request with a field more", `${REQUEST}&extra=1`, "request-field-invalid"],
  ["a request without an amount's digits", REQUEST.replace("amount=500", "amount=5.00"), "request-field-invalid"],
  ["a request of unknown money", REQUEST.replace("asset=AMI", "asset=OTHER"), "asset-unknown"],
  ["one's own account", accountToText(ALICE), "payee-is-self"],
  ["a payment", "AMIGOS:BAAAA", "input-is-payment"],
  ["one of several codes of a payment", "AMIGOS:FCLYXD4IFLMOSIAAAAMAAAAABAI", "input-is-payment"],
  ["a novel", "a".repeat(5_000_000), "input-too-long"],
])("to pay, %s is refused", (_what, text, type) => {
  expect(describe(readPayTarget(text, PAYER))).toBe(type);
});

test.each([
  ["nothing", " ", "input-empty"],
  ["garbage", "hello there", "input-not-recognised"],
  ["a request", REQUEST, "input-is-request"],
  ["an account", ACCOUNT, "input-is-request"],
  ["a novel", "a".repeat(5_000_000), "input-too-long"],
  ["what begins like a payment", "amigos:bAAAA", "ok"],
])("to take a payment, %s is told apart", (_what, text, type) => {
  expect(describe(readHandover(text))).toBe(type);
});
