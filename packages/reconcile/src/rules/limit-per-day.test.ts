import { describe, expect, it } from "vitest";
import {
  IMPORT_EXECUTE,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Permission,
} from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { DAY, HOUR, MINUTE, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { sessionOf, utcDayOf } from "../index.ts";
import { execute, float, pay, penOf, release, stake } from "../../test/support/operations.ts";

async function open(permissions: readonly Permission[]) {
  const ledger = new TestLedger();
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  return { ledger, network: ledger.network, alice, bob };
}

describe("limit-per-day", () => {
  it("[LIM2] adds up what was accepted on a day, over calls, and says what is left and when there is more", async () => {
    const { ledger, network, alice, bob } = await open([SEND_LIMIT_DAILY(ami(50))]);
    const first = await signPayment(alice, { network, to: bob.account, money: ami(30) });
    const second = await signPayment(alice, { network, to: bob.account, money: ami(20, 1), after: first });
    const third = await signPayment(alice, { network, to: bob.account, money: ami(20), after: second });
    const fourth = await signPayment(alice, { network, to: bob.account, money: ami(0, 1), after: third });
    await ledger.settle([first]);
    expect(onlyFailure(ledger.look([second]))).toEqual({
      code: "limit-per-day",
      asset: AMI,
      limit: 5000n,
      used: 3000n,
      asked: 2001n,
      left: 2000n,
      renewsAt: at(DAY),
    });
    expect(await ledger.settle([second, third, fourth])).toEqual([
      "alice#1→bob 20.01 rejected limit-per-day",
      "alice#2→bob 20.00 accepted",
      "alice#3→bob 0.01 rejected limit-per-day",
    ]);
  });

  it("[LIM3] every limit holds, and none lifts another", async () => {
    const permissions = [SEND_UNLIMITED, SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(30)), SEND_LIMIT_DAILY(ami(40))];
    const { ledger, network, alice, bob } = await open(permissions);
    const first = await signPayment(alice, { network, to: bob.account, money: ami(20) });
    const second = await signPayment(alice, { network, to: bob.account, money: ami(11), after: first });
    const third = await signPayment(alice, { network, to: bob.account, money: ami(21), after: second });
    expect(await ledger.settle([first, second, third])).toEqual([
      "alice#0→bob 20.00 accepted",
      "alice#1→bob 11.00 rejected limit-per-day",
      "alice#2→bob 21.00 rejected limit-per-transaction",
    ]);
  });

  it("[LIM3] all branches of a fork share one counter", async () => {
    const { ledger, network, alice, bob } = await open([SEND_LIMIT_DAILY(ami(50))]);
    const one = await signPayment(alice, { network, to: bob.account, money: ami(30) });
    const other = await signPayment(alice, { network, to: bob.account, money: ami(30, 1) });
    const outcomes = ledger.look([one, other]).verdicts.map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(["accepted", "rejected"]);
  });

  it("[LIM4] renews at midnight UTC of the claimed time", async () => {
    const { ledger, network, alice, bob } = await open([SEND_LIMIT_DAILY(ami(40))]);
    const before = await signPayment(alice, { network, to: bob.account, money: ami(40), time: at(DAY - 1) });
    const after = await signPayment(alice, { network, to: bob.account, money: ami(40), time: at(DAY), after: before });
    const again = await signPayment(alice, { network, to: bob.account, money: ami(0, 1), time: at(DAY), after });
    expect(await ledger.settle([before, after, again], { time: at(DAY) })).toEqual([
      "alice#0→bob 40.00 accepted",
      "alice#1→bob 40.00 accepted",
      "alice#2→bob 0.01 rejected limit-per-day",
    ]);
  });

  it("[LIM5] a late branch spends nothing that days long past had left", async () => {
    const { ledger, network, alice, bob } = await open([SEND_LIMIT_DAILY(ami(10))]);
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR) });
    const second = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(1),
      time: at(2 * DAY),
      after: first,
    });
    await ledger.settle([first, second], { time: at(2 * DAY) });
    const late = await signPayment(alice, { network, to: bob.account, money: ami(5), time: at(DAY), after: first });
    const today = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(9),
      time: at(2 * DAY + MINUTE),
      after: late,
    });
    expect(onlyFailure(ledger.look([late]))).toEqual({
      code: "limit-per-day",
      asset: AMI,
      limit: 1000n,
      used: 1000n,
      asked: 500n,
      left: 0n,
      renewsAt: at(2 * DAY),
    });
    const { state } = ledger.look([late]);
    const openDay = sessionOf(state, alice.account, alice.session)?.openDay;
    expect(openDay, "the log does not go back a day").toBe(utcDayOf(at(2 * DAY)));
    expect(await ledger.settle([late, today])).toEqual([
      "alice#1→bob 5.00 rejected limit-per-day",
      "alice#2→bob 9.00 accepted",
    ]);
  });

  it("[LIM5] branches that come together share the days that were open when they came", async () => {
    const { ledger, network, alice, bob } = await open([SEND_LIMIT_DAILY(ami(10))]);
    const first = await signPayment(alice, { network, to: bob.account, money: ami(4), time: at(HOUR) });
    const nextDay = await signPayment(alice, { network, to: bob.account, money: ami(10), time: at(DAY), after: first });
    const branch = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(6),
      time: at(2 * HOUR),
      after: first,
    });
    expect(await ledger.settle([first, nextDay, branch], { time: at(DAY) })).toEqual([
      "alice#0→bob 4.00 accepted",
      "alice#1→bob 10.00 accepted",
      "alice#1→bob 6.00 accepted",
    ]);
  });

  it("[LIM2] [LIM3] adds up payments and fees, and nothing that stays with the account", async () => {
    const { ledger, alice, bob } = await open([SEND_LIMIT_DAILY(ami(50)), IMPORT_EXECUTE, STAKE_MANAGE]);
    const write = penOf(ledger, alice);
    const log = [
      await write(float(ami(40))),
      await write(pay(bob, ami(20))),
      await write(execute(bob, ami(30, 1))),
      await write(execute(bob, ami(30))),
      await write(release(ami(1))),
      await write(stake(bob, ami(1))),
      await write(execute(bob, ami(0))),
      await write(execute(bob, ami(0, 1))),
    ];
    expect((await ledger.settle(log)).map((line) => line.replace("alice#", ""))).toEqual([
      "0 floats 40.00 accepted",
      "1→bob 20.00 accepted",
      "2 runs translate 30.01 rejected limit-per-day",
      "3 runs translate 30.00 accepted",
      "4 releases 1.00 rejected float-exceeded",
      "5 stakes 1.00 behind bob accepted",
      "6 runs translate 0.00 accepted",
      "7 runs translate 0.01 rejected limit-per-day",
    ]);
  });
});
