import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { HOUR, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("session-not-yet-valid", () => {
  it("[SES3] rejects a claimed time before notBefore, and not the one at it", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice", { notBefore: at(HOUR) }), await ledger.join("bob")];
    const pay = (offset: number) => signPayment(alice, { network, to: bob.account, money: ami(1), time: at(offset) });
    const early = { code: "session-not-yet-valid", time: at(HOUR - 1), notBefore: at(HOUR) };
    expect(onlyFailure(ledger.look([await pay(HOUR - 1)], { time: at(HOUR) }))).toEqual(early);
    expect(onlyFailure(ledger.look([await pay(HOUR)], { time: at(HOUR) }))).toBeUndefined();
  });
});
