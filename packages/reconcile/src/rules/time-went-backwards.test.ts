import { describe, expect, it } from "vitest";
import type { VerifiedEntry } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { HOUR, MINUTE, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("time-went-backwards", () => {
  it("[TIME3] rejects a time before the predecessor's, settled or not, and not an equal one", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR) });
    const back = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(2),
      time: at(HOUR - 1),
      after: first,
    });
    const equal = await signPayment(alice, { network, to: bob.account, money: ami(3), time: at(HOUR), after: first });
    const time = at(HOUR);
    const both = ledger.lines([first, back], ledger.look([first, back], { time }));
    expect(both).toEqual(["alice#0→bob 1.00 accepted", "alice#1→bob 2.00 rejected time-went-backwards"]);
    await ledger.settle([first], { time });
    const failure = { code: "time-went-backwards", reason: "before-previous", time: at(HOUR - 1), earliest: at(HOUR) };
    expect(onlyFailure(ledger.look([back]))).toEqual(failure);
    expect(onlyFailure(ledger.look([equal]))).toBeUndefined();
  });

  it("[TIME3] counts a rejected predecessor with the time it claims", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500), time: at(HOUR) });
    const back = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(1),
      time: at(MINUTE),
      after: tooMuch,
    });
    await ledger.settle([tooMuch], { time: at(HOUR) });
    expect(await ledger.settle([back])).toEqual(["alice#1→bob 1.00 rejected time-went-backwards"]);
  });

  it("[TIME3] holds for a branch too, whose predecessor is no head any more", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const pay = (whole: number, offset: number, after?: VerifiedEntry) =>
      signPayment(alice, {
        network,
        to: bob.account,
        money: ami(whole),
        time: at(offset),
        ...(after === undefined ? {} : { after }),
      });
    const first = await pay(1, HOUR);
    await ledger.settle([first, await pay(2, HOUR, first)], { time: at(HOUR) });
    expect(await ledger.settle([await pay(3, HOUR - 1, first)])).toEqual([
      "alice#1→bob 3.00 rejected time-went-backwards",
    ]);
  });

  it("[TIME3] rejects a time before the named checkpoint's, less the clock skew", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    await ledger.settle([], { time: at(HOUR) });
    const checkpoint = ledger.reference;
    await ledger.settle([], { time: at(2 * HOUR) });
    const pay = (offset: number) =>
      signPayment(alice, { network, to: bob.account, money: ami(1), time: at(offset), checkpoint });
    const earliest = at(HOUR - 5 * MINUTE);
    const failure = {
      code: "time-went-backwards",
      reason: "before-checkpoint",
      time: at(HOUR - 5 * MINUTE - 1),
      earliest,
    };
    expect(onlyFailure(ledger.look([await pay(HOUR - 5 * MINUTE - 1)]))).toEqual(failure);
    expect(onlyFailure(ledger.look([await pay(HOUR - 5 * MINUTE)]))).toBeUndefined();
  });
});
