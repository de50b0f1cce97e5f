import { describe, expect, it } from "vitest";
import {
  firstPrevious,
  height,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  READ_ALL,
  sequence,
  STAKE_MANAGE,
  type Entry,
  type Height,
  type Link,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { AMI, ami, createPerson, signPayment } from "@amigos/core/testing";
import { DAY, HOUR, at, TestLedger } from "../test/support/ledger.ts";
import { pay, penOf, stake, unstake } from "../test/support/operations.ts";
import { NO_HISTORY } from "./history.ts";
import { judgeNext, limitsOf, traceNext } from "./judge.ts";
import { LADDER } from "./rules/index.ts";

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
    const astray = [{ sequence: sequence(2) }, { previous: "ab".repeat(32) as Link }];
    for (const change of astray)
      expect(judgeNext(ledger.state, await bodyOf(20, change), context)).toMatchObject({ code: "previous-missing" });
  });

  it("[JUD1] [TIME3] holds a body against the one before it", async () => {
    const { ledger, network, alice, bob, first } = await aliceOnALeash();
    const to = { network, to: bob.account, money: ami(1) };
    const second = await signPayment(alice, { ...to, after: first, time: at(HOUR) });
    await ledger.settle([second], { time: at(HOUR) });
    const third = await signPayment(alice, { ...to, after: second, time: at(HOUR - 1) });
    expect(judgeNext(ledger.state, third.entry, { history: ledger.history, time: at(HOUR) })).toEqual({
      code: "time-went-backwards",
      reason: "before-previous",
      time: at(HOUR - 1),
      earliest: at(HOUR),
    });
  });

  it("[JUD1] [REC3] judges at ledger time, whatever an older clock says", async () => {
    const { ledger, bodyOf } = await aliceOnALeash();
    await ledger.settle([], { time: at(2 * HOUR) });
    const context = { history: ledger.history, time: at(0) };
    expect(judgeNext(ledger.state, await bodyOf(1, { time: at(2 * HOUR) }), context)).toBeUndefined();
  });

  it("[VER4] the trace of a body ends where its session is not known, and goes on where it is", async () => {
    const { ledger, bodyOf } = await aliceOnALeash();
    const context = { history: ledger.history, time: ledger.state.time };
    const stranger = await bodyOf(1, { session: "ab".repeat(32) as SessionId });
    const steps = traceNext(ledger.state, stranger, context);
    expect(steps.map(({ rule, passed }) => [rule, passed])).toEqual([
      ["duplicate", true],
      ["account-unknown", true],
      ["session-unknown", false],
    ]);
    expect(traceNext(ledger.state, await bodyOf(1), context)).toHaveLength(LADDER.length);
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
    const checkpoint = ledger.reference.height;
    const limitsAt = (offset: number) =>
      limitsOf(ledger.state, { account: alice.account, session: alice.session, time: at(offset), checkpoint });
    expect(limitsAt(HOUR)).toEqual([
      { type: "limit-per-day", asset: AMI, limit: 5000n, used: 3000n, left: 2000n, renewsAt: at(DAY) },
      { type: "limit-per-transaction", asset: AMI, limit: 3000n, used: 0n, left: 3000n },
    ]);
    const [tomorrow] = limitsAt(DAY);
    const [yesterday] = limitsAt(-HOUR);
    expect(tomorrow).toMatchObject({ used: 0n, left: 5000n, renewsAt: at(2 * DAY) });
    expect(yesterday, "a day that the log has left behind").toMatchObject({ used: 5000n, left: 0n, renewsAt: at(0) });
    expect(limitsAt(-3 * DAY)[0], "nothing renews before the day that is open").toMatchObject({ renewsAt: at(0) });
    const foreign = { account: bob.account, session: alice.session, time: at(HOUR), checkpoint };
    expect(limitsOf(ledger.state, foreign)).toEqual([]);
  });

  it("[JUD2] tells what is outstanding, by the checkpoint that the next entry would name", async () => {
    const ledger = new TestLedger();
    const [alice, bob] = [
      await ledger.join("alice", { terms: { offlineLimits: [ami(50)] } }),
      await ledger.join("bob"),
    ];
    const write = penOf(ledger, alice);
    await ledger.settle([await write(pay(bob, ami(30)))]);
    const leftAt = (checkpoint: Height) =>
      limitsOf(ledger.state, { account: alice.account, session: alice.session, time: at(0), checkpoint });
    expect(leftAt(height(0))).toEqual([{ type: "limit-offline", asset: AMI, limit: 5000n, used: 3000n, left: 2000n }]);
    expect(leftAt(height(1))).toMatchObject([{ used: 0n, left: 5000n }]);
    const next = { ...(await write(pay(bob, ami(20, 1)))).entry };
    const context = { history: ledger.history, time: ledger.state.time };
    expect(judgeNext(ledger.state, next, context)).toMatchObject({ code: "limit-offline", left: 2000n });
    expect(judgeNext(ledger.state, { ...next, checkpoint: ledger.reference }, context)).toBeUndefined();
  });

  it("[JUD1] [MOV5] counts what is due to the account as there", async () => {
    const ledger = new TestLedger();
    const alice = await ledger.join("alice", { permissions: [SEND_UNLIMITED, STAKE_MANAGE], expiry: at(90 * DAY) });
    const [bob, vera] = [await ledger.join("bob"), await ledger.join("vera")];
    const write = penOf(ledger, alice);
    await ledger.settle([await write(stake(vera, ami(100))), await write(unstake(vera, ami(100)))]);
    const { unbondingMs } = ledger.network.genesis.parameters;
    const body = (await write(pay(bob, ami(100)), { time: at(unbondingMs - 1) })).entry;
    const judgedAt = (time: TimeMs) => judgeNext(ledger.state, body, { history: ledger.history, time });
    expect(judgedAt(at(unbondingMs - 1))).toMatchObject({ code: "insufficient-funds", left: 0n });
    expect(judgedAt(at(unbondingMs))).toBeUndefined();
  });

  it("[JUD1] [RWD2] counts the rewards that the state knows of", async () => {
    const ledger = new TestLedger({ holders: ["alice", "bob"] });
    const alice = await ledger.join("alice", { permissions: [SEND_UNLIMITED, STAKE_MANAGE] });
    const bob = await ledger.join("bob");
    const write = penOf(ledger, alice);
    await ledger.settle([await write(stake(bob, ami(32)))]);
    const pool = { account: ledger.network.id as string as typeof bob.account };
    await ledger.settle([await penOf(ledger, bob)(pay(pool, ami(8)))]);
    const everything = (await write(pay(bob, ami(76)))).entry;
    const tooMuch = (await write(pay(bob, ami(76, 1)), { onto: null })).entry;
    const context = { history: ledger.history, time: ledger.state.time };
    const body = { ...tooMuch, sequence: everything.sequence, previous: everything.previous };
    expect(judgeNext(ledger.state, everything, context)).toBeUndefined();
    expect(judgeNext(ledger.state, body, context)).toMatchObject({ code: "insufficient-funds", left: 7600n });
  });
});
