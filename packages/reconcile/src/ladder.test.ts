import { describe, expect, it } from "vitest";
import { SEND_LIMIT_TX, type Entry } from "@amigos/core";
import { ami, createPerson, signPayment } from "@amigos/core/testing";
import { TestLedger } from "../test/support/ledger.ts";
import { judgeNext, traceNext } from "./judge.ts";
import { LADDER } from "./rules/index.ts";

async function aliceOnALeash() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const alice = await ledger.join("alice", { permissions: [SEND_LIMIT_TX(ami(30))] });
  const bob = await ledger.join("bob");
  await ledger.settle([]);
  const context = { history: ledger.history, time: ledger.state.time };
  const trace = (entry: Entry) => traceNext(ledger.state, entry, context);
  const judge = (entry: Entry) => judgeNext(ledger.state, entry, context);
  const bodyOf = async (whole: number, from = alice): Promise<Entry> =>
    (await signPayment(from, { network, to: bob.account, money: ami(whole) })).entry;
  return { network, trace, judge, bodyOf };
}

const codes = LADDER.map(({ code }) => code);

describe("a trace", () => {
  it("[VER4] of what would be accepted names every rule of the ladder, passed", async () => {
    const { trace, bodyOf } = await aliceOnALeash();
    const steps = trace(await bodyOf(30));
    expect(steps.map(({ rule }) => rule)).toEqual(codes);
    expect(steps.every(({ passed }) => passed)).toBe(true);
    expect(steps.map(({ id }) => id)).toEqual(LADDER.map(({ id }) => id));
  });

  it("[VER4] ends with the rule that fails, and says what judging says", async () => {
    const { network, trace, judge, bodyOf } = await aliceOnALeash();
    const dave = await createPerson("dave", { network });
    const bodies = [await bodyOf(31), await bodyOf(101), await bodyOf(0), await bodyOf(1, dave)];
    const ends = bodies.map((entry) => trace(entry).at(-1));
    expect(ends.map((step) => step?.rule)).toEqual([
      "limit-per-transaction",
      "limit-per-transaction",
      "amount-invalid",
      "account-unknown",
    ]);
    for (const entry of bodies) {
      const steps = trace(entry);
      const last = steps.at(-1);
      expect(steps.map(({ rule }) => rule)).toEqual(codes.slice(0, steps.length));
      expect(steps.filter(({ passed }) => !passed)).toEqual([last]);
      expect(last).toMatchObject({ passed: false, failure: judge(entry) });
    }
  });
});
