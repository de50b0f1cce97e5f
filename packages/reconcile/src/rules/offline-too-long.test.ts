import { describe, expect, it } from "vitest";
import { ami, signPayment, START } from "@amigos/core/testing";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("offline-too-long", () => {
  it("[TIME4] rejects what is older than the longest time offline, and not what is as old", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice", { expiry: at(90 * DAY) }), await ledger.join("bob")];
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1), time: START });
    const failure = { code: "offline-too-long", time: START, ledgerTime: at(30 * DAY + 1), limitMs: 30 * DAY };
    expect(onlyFailure(ledger.look([payment], { time: at(30 * DAY + 1) }))).toEqual(failure);
    expect(onlyFailure(ledger.look([payment], { time: at(30 * DAY) }))).toBeUndefined();
  });
});
