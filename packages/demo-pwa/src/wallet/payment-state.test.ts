import { expect, test } from "vitest";
import { paymentState } from "./payment-state.ts";

test.each([
  ["out accepted signed", "on-its-way"],
  ["out accepted delivered", "delivered"],
  ["out accepted witnessed", "witnessed"],
  ["in accepted signed", "received"],
  ["in accepted certified", "witnessed"],
  ["out rejected delivered", "refused"],
  ["in accepted settled", "settled"],
  ["out rejected settled", "refused"],
  ["in rejected signed", "refused"],
  ["in deferred signed", "waiting"],
  ["in accepted signed disputed", "disputed"],
  ["in accepted settled disputed", "settled"],
  ["in rejected settled disputed", "refused"],
])("%s → %s", (words, expected) => {
  const [direction, outcome, finality, dispute] = words.split(" ");
  expect(
    paymentState({ direction, outcome, finality, isDisputed: dispute === "disputed" } as Parameters<
      typeof paymentState
    >[0]),
  ).toBe(expected);
});
