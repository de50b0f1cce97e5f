import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paymentRequests } from "../../test/support/arbitraries.ts";
import { amount } from "../amount.ts";
import type { NetworkTag, RequestId } from "../ids.ts";
import { createPerson, createTestNetwork, ami } from "../testing/index.ts";
import { sessionToText } from "../text.ts";
import {
  isPaymentRequestText,
  paymentRequestToText,
  textToPaymentRequest,
  type PaymentRequest,
} from "./payment-request.ts";

const network = createTestNetwork();
const bob = await createPerson("bob", { network });
const request: PaymentRequest = { network: network.tag, to: bob.account, ...ami(5), memo: "two coffees" };
const text = paymentRequestToText(request);
const named = paymentRequestToText({ ...request, request: "c0ffee".padEnd(32, "0") as RequestId });

function outcome(pasted: string): string {
  const read = textToPaymentRequest(pasted, network.tag);
  if (read.ok) return "read";
  return read.error.type === "request-field-invalid" ? `request-field-invalid ${read.error.field}` : read.error.type;
}

describe("payment requests", () => {
  it("[REQ1] every request comes back from its text", () => {
    fc.assert(
      fc.property(paymentRequests, (asked) => {
        expect(textToPaymentRequest(paymentRequestToText(asked), asked.network)).toEqual({ ok: true, value: asked });
      }),
      { numRuns: 60 },
    );
    expect(text).toContain("amount=500&memo=two%20coffees");
  });

  it.each([
    ["as it is", text, "read"],
    ["spaces around it", `\n${text} `, "read"],
    ["a scheme in capitals", text.replace("amigos:pay?", "AMIGOS:PAY?"), "read"],
    ["another scheme", text.replace("amigos:", "bitcoin:"), "not-a-request"],
    ["too long", `${text}&memo=${"a".repeat(2048)}`, "not-a-request"],
    ["no fields", "amigos:pay?", "request-field-invalid network"],
    ["no network", text.replace(/&network=\w+/, ""), "request-field-invalid network"],
    ["another network", text.replace(network.tag, "00000000"), "wrong-network"],
    ["no account", text.replace(/to=\w+&/, ""), "text-malformed"],
    [
      "a session where the account belongs",
      text.replace(/to=\w+/, `to=${sessionToText(bob.session)}`),
      "text-wrong-kind",
    ],
    ["a mistyped account", text.replace("amigo1", "amigo1q"), "text-malformed"],
    ["an asset that is none", text.replace("asset=AMI", "asset=ami"), "request-field-invalid asset"],
    ["an amount of nothing", text.replace("amount=500", "amount=0"), "request-field-invalid amount"],
    ["an amount with leading zeros", text.replace("amount=500", "amount=0500"), "request-field-invalid amount"],
    ["an amount with a point", text.replace("amount=500", "amount=5.00"), "request-field-invalid amount"],
    ["an amount of 2^63", text.replace("amount=500", "amount=9223372036854775808"), "request-field-invalid amount"],
    ["a memo that reverses what is read", `${text}%E2%80%AE`, "request-field-invalid memo"],
    ["an empty memo", text.replace("two%20coffees", ""), "request-field-invalid memo"],
    ["a memo that is not UTF-8", text.replace("two%20coffees", "%FF"), "request-field-invalid memo"],
    ["an id", named, "read"],
    ["an id in capitals", named.replace("c0ffee", "C0FFEE"), "request-field-invalid request"],
    ["an id that is too short", named.slice(0, -1), "request-field-invalid request"],
    ["an id that is too long", `${named}0`, "request-field-invalid request"],
    ["an id that is not hex", named.replace("c0ffee", "coffee"), "request-field-invalid request"],
    ["an empty id", `${text}&request=`, "request-field-invalid request"],
    ["an id and a line break", `${named}%0A`, "request-field-invalid request"],
    ["two ids", `${named}&request=${"0".repeat(32)}`, "request-field-invalid request"],
    ["a field twice", `${text}&asset=AMI`, "request-field-invalid asset"],
    ["an unknown field", `${text}&callback=http://example.org`, "request-field-invalid callback"],
    ["__proto__ as a field", `${text}&__proto__=1`, "request-field-invalid __proto__"],
    ["two equals signs", text.replace("asset=AMI", "asset=AMI=1"), "request-field-invalid asset"],
  ])("[REQ1] %s", (_what, pasted, expected) => {
    expect(outcome(pasted)).toBe(expected);
    expect(isPaymentRequestText(pasted)).toBe(pasted.trim().toLowerCase().startsWith("amigos:pay?"));
  });

  it("[REQ1] a request may have an id of 16 bytes, which the payment that answers it names", () => {
    expect(named).toBe(`${text}&request=c0ffee${"0".repeat(26)}`);
    expect(textToPaymentRequest(named, network.tag)).toMatchObject({ value: { request: "c0ffee".padEnd(32, "0") } });
    for (const id of ["", "0", "0".repeat(31), "0".repeat(33), "C0".repeat(16), `${"0".repeat(32)}\n`])
      expect(() => paymentRequestToText({ ...request, request: id as RequestId })).toThrow("32 lower-case hex");
  });

  it("[REQ1] a request that could not be read is never made", () => {
    expect(() => paymentRequestToText({ ...request, amount: amount(0n) })).toThrow("above zero");
    expect(() => paymentRequestToText({ ...request, memo: "\uD800" })).toThrow("plain text");
    expect(() => paymentRequestToText({ ...request, network: "x" as NetworkTag })).not.toThrow();
  });
});
