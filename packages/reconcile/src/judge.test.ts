import { describe, expect, it } from "vitest";
import {
  firstPrevious,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  READ_ALL,
  sequence,
  type Entry,
  type Link,
} from "@amigos/core";
import { AMI, ami, createPerson, genesisReference, signPayment } from "@amigos/core/testing";
import { DAY, HOUR, at, TestLedger } from "../test/support/ledger.ts";
import { NO_HISTORY } from "./history.ts";
import { judgeNext, limitsOf } from "./judge.ts";

async function aliceOnALeash() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const alice = await ledger.join("alice", {
    permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(30)), READ_ALL, SEND_UNLIMITED],
  });
  const bob = await ledger.join("bob");
  const first = await signPayment(alice, { network, to: bob.account, money: ami(30) });
  await ledger.settle([first]);
  const bodyOf = async (whole: number, change: Partial<Entry> = {}): Promise<Entry> => ({
    ...(await signPayment(alice, { network, to: bob.account, money: ami(whole), after: first })).entry,
    ...change,
  });
  return { ledger, network, alice, bob, first, bodyOf };
}

describe("before signing", () => {
  it("[JUD1] says what the ledger would say", async () => {
    const { ledger, bodyOf } = await aliceOnALeash();
    const context = { history: ledger.history, time: ledger.state.time };
    expect(judgeNext(ledger.state, await bodyOf(20), context)).toBeUndefined();
    expect(judgeNext(ledger.state, await bodyOf(21), context)).toMatchObject({
      code: "limit-per-day",
      used: 3000n,
      left: 2000n,
    });
    expect(judgeNext(ledger.state, await bodyOf(31), context)).toMatchObject({
      code: "limit-per-transaction",
      left: 3000n,
    });
    expect(judgeNext(ledger.state, await bodyOf(20, { time: at(DAY) }), { ...context, time: at(DAY) })).toBeUndefined();
    expect(
      judgeNext(ledger.state, await bodyOf(20, { dependencies: ["ab".repeat(32) as never] }), context),
      "order, not judgement",
    ).toBeUndefined();
    for (const change of [{ sequence: sequence(2) }, { previous: "ab".repeat(32) as Link }])
      expect(judgeNext(ledger.state, await bodyOf(20, change), context)).toMatchObject({ code: "previous-missing" });
  });

  it("[JUD1] knows what the entry before claimed, and never judges in the past", async () => {
    const { ledger, network, alice, bob, first, bodyOf } = await aliceOnALeash();
    const second = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(1),
      after: first,
      time: at(HOUR),
      checkpoint: ledger.reference,
    });
    await ledger.settle([second], { time: at(HOUR) });
    const next = { sequence: sequence(2), previous: second.link };
    const code = async (change: Partial<Entry>, time = at(HOUR)) =>
      judgeNext(ledger.state, await bodyOf(1, { ...next, ...change }), { history: ledger.history, time })?.code;
    const { checkpoint } = second.entry;
    expect(await code({ time: at(HOUR - 1), checkpoint })).toBe("time-went-backwards");
    expect(await code({ time: at(HOUR), checkpoint: genesisReference(network) })).toBe("checkpoint-went-backwards");
    expect(await code({ time: at(HOUR), checkpoint }, at(0)), "ledger time never goes back").toBeUndefined();
  });

  it("[JUD1] judges the first entry of a log, and knows whom it does not know", async () => {
    const { ledger, network, alice, bob, bodyOf } = await aliceOnALeash();
    const context = { history: ledger.history, time: ledger.state.time };
    const dave = await createPerson("dave", { network });
    const toBobFrom = async (person: typeof dave) =>
      (await signPayment(person, { network, to: alice.account, money: ami(30) })).entry;
    expect(judgeNext(ledger.state, await toBobFrom(bob), context)).toBeUndefined();
    expect(judgeNext(ledger.state, await toBobFrom(dave), context)).toMatchObject({ code: "account-unknown" });
    expect(judgeNext(ledger.state, await bodyOf(1, { session: dave.session }), context)).toMatchObject({
      code: "session-unknown",
    });
    expect(
      judgeNext(
        ledger.state,
        await bodyOf(1, { sequence: sequence(0), previous: firstPrevious(alice.session) }),
        context,
      ),
    ).toMatchObject({
      code: "previous-missing",
      nextSequence: 1,
    });
  });

  it("[JUD1] goes on from a reconciled state when entries before are undecided", async () => {
    const { ledger, network, alice, bob, first } = await aliceOnALeash();
    const second = await signPayment(alice, { network, to: bob.account, money: ami(15), after: first });
    const third = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(6),
      after: second,
      checkpoint: ledger.reference,
    });
    const provisional = ledger.look([second]).state;
    const history = {
      ...NO_HISTORY,
      checkpointAt: () => ({ id: ledger.state.checkpoint, time: ledger.state.time }),
    };
    expect(judgeNext(provisional, third.entry, { history, time: provisional.time })).toMatchObject({
      code: "limit-per-day",
      left: 500n,
    });
  });

  it("[JUD2] tells what is left of each limit on a day", async () => {
    const { ledger, alice, bob } = await aliceOnALeash();
    expect(limitsOf(ledger.state, alice.account, alice.session, at(HOUR))).toEqual([
      { type: "limit-per-day", asset: AMI, limit: 5000n, used: 3000n, left: 2000n, renewsAt: at(DAY) },
      { type: "limit-per-transaction", asset: AMI, limit: 3000n, used: 0n, left: 3000n },
    ]);
    const [tomorrow] = limitsOf(ledger.state, alice.account, alice.session, at(DAY));
    const [yesterday] = limitsOf(ledger.state, alice.account, alice.session, at(-HOUR));
    expect(tomorrow).toMatchObject({ used: 0n, left: 5000n, renewsAt: at(2 * DAY) });
    expect(yesterday, "a day that the log has left behind").toMatchObject({ used: 5000n, left: 0n, renewsAt: at(0) });
    const [lastWeek] = limitsOf(ledger.state, alice.account, alice.session, at(-7 * DAY));
    expect(lastWeek, "no day before the open one has anything left").toMatchObject({ left: 0n, renewsAt: at(0) });
    expect(limitsOf(ledger.state, bob.account, alice.session, at(HOUR))).toEqual([]);
  });
});
