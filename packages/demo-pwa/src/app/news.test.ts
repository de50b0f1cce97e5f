import { expect, test } from "vitest";
import { height, type SessionId } from "@amigos/core";
import { BOB, payment, viewWith } from "../../test/harness/scenes.ts";
import { accountToShortText } from "../format/identity.ts";
import { newsBetween } from "./news.ts";

const bob = accountToShortText(BOB);
const incoming = payment({ direction: "in", counterparty: BOB });
const outgoing = payment({ direction: "out", counterparty: BOB });
const before = viewWith({ payments: [incoming, outgoing] });

function news(...payments: Parameters<typeof viewWith>[0]["payments"] & object): readonly string[] {
  return newsBetween(before, viewWith({ payments: [...payments] })).map(({ text }) => text.replaceAll("\u00a0", " "));
}

test("nothing changed, nothing is said", () => {
  expect(news(incoming, outgoing)).toEqual([]);
});

test("incoming money is said with what it is not yet", () => {
  expect(news(payment({ direction: "in", counterparty: BOB }), incoming, outgoing)).toEqual([
    `Received 5.00 AMI from ${bob}. Not settled yet.`,
  ]);
});

test("settling is said for both directions, the oldest first", () => {
  const settled = { finality: "settled", settledAt: height(3) } as const;
  expect(news({ ...incoming, ...settled }, { ...outgoing, ...settled })).toEqual([
    `Your payment of 5.00 AMI to ${bob} is settled.`,
    `5.00 AMI from ${bob} is settled.`,
  ]);
});

test("a dispute is said as one", () => {
  expect(news({ ...incoming, isDisputed: true }, outgoing)).toEqual([
    `The payment of 5.00 AMI with ${bob} is disputed: it was signed twice.`,
  ]);
});

test("one's own payment is no news while it is on its way", () => {
  expect(news(payment({ direction: "out", counterparty: BOB }), incoming, outgoing)).toEqual([]);
});

test("a device that is new to the account is told, this one is not", () => {
  const alone = viewWith({});
  const tablet = { ...alone.session, id: "7b".repeat(32) as SessionId, device: "Kitchen tablet" };
  const after = viewWith({ sessions: [alone.session, tablet] });
  expect(newsBetween(alone, after)).toEqual([{ tone: "device", text: "“Kitchen tablet” was added to your account." }]);
  expect(newsBetween(viewWith({ sessions: [] }), viewWith({}))).toEqual([]);
});
