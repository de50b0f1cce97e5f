import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { HOUR, MINUTE, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("time-in-future", () => {
  it("[TIME2] waits until the ledger is there, less the clock skew", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const early = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR) });
    const wait = { code: "time-in-future", time: at(HOUR), judgedFrom: at(HOUR - 5 * MINUTE) };
    expect(onlyFailure(ledger.look([early], { time: at(HOUR - 5 * MINUTE - 1) }))).toEqual(wait);
    expect(await ledger.settle([early], { time: at(HOUR - 5 * MINUTE) })).toEqual(["alice#0→bob 1.00 accepted"]);
  });
});
