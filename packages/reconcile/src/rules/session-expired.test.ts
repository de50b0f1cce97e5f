import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { DAY, HOUR, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("session-expired", () => {
  it("[SES4] rejects a claimed time at the expiry, and not the one before it", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice", { expiry: at(HOUR) }), await ledger.join("bob")];
    const pay = (offset: number) => signPayment(alice, { network, to: bob.account, money: ami(1), time: at(offset) });
    const late = {
      code: "session-expired",
      reason: "signed-late",
      time: at(HOUR),
      expiry: at(HOUR),
      ledgerTime: at(HOUR),
      graceMs: 7 * DAY,
    };
    expect(onlyFailure(ledger.look([await pay(HOUR)], { time: at(HOUR) }))).toEqual(late);
    expect(onlyFailure(ledger.look([await pay(HOUR - 1)], { time: at(HOUR) }))).toBeUndefined();
  });

  it("[SES4] honours what was signed in time until the grace is over, and then nothing", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice", { expiry: at(HOUR) }), await ledger.join("bob")];
    const inTime = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR - 1) });
    expect(onlyFailure(ledger.look([inTime], { time: at(HOUR + 7 * DAY) }))).toBeUndefined();
    expect(onlyFailure(ledger.look([inTime], { time: at(HOUR + 7 * DAY + 1) }))).toMatchObject({
      code: "session-expired",
      reason: "settled-late",
      ledgerTime: at(HOUR + 7 * DAY + 1),
    });
  });
});
