import { describe, expect, it } from "vitest";
import type { EntryId } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

async function frozenAtOne() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [mallory, bob, carol] = [await ledger.join("alice"), await ledger.join("bob"), await ledger.join("carol")];
  const first = await signPayment(mallory, { network, to: bob.account, money: ami(1) });
  const toBob = await signPayment(mallory, { network, to: bob.account, money: ami(2), after: first });
  const toCarol = await signPayment(mallory, { network, to: carol.account, money: ami(3), after: first });
  await ledger.settle([first, toBob, toCarol]);
  return { ledger, network, mallory, bob, carol, first, toBob, toCarol };
}

describe("session-frozen", () => {
  it("[EQV3] rejects whatever comes at or beyond the fork, whatever it builds on", async () => {
    const { ledger, network, mallory, bob, first, toBob } = await frozenAtOne();
    const atFork = await signPayment(mallory, { network, to: bob.account, money: ami(4), after: first });
    const beyond = await signPayment(mallory, { network, to: bob.account, money: ami(5), after: toBob });
    const ahead = await signPayment(mallory, {
      network,
      to: bob.account,
      money: ami(6),
      after: beyond,
      time: at(90 * DAY),
    });
    expect(onlyFailure(ledger.look([atFork]))).toEqual({ code: "session-frozen", frozenFrom: 1 });
    expect(await ledger.settle([atFork, ahead])).toEqual([
      "alice#1→bob 4.00 rejected session-frozen",
      "alice#3→bob 6.00 rejected session-frozen",
    ]);
    expect(await ledger.settle([ahead, beyond])).toEqual([
      "alice#3→bob 6.00 ignored duplicate",
      "alice#2→bob 5.00 rejected session-frozen",
    ]);
  });

  it("[EQV3] is decided at once, so nobody who names it waits", async () => {
    const { ledger, network, mallory, bob, toBob } = await frozenAtOne();
    const nowhere = { after: toBob, dependencies: ["ab".repeat(32) as EntryId] };
    const beyond = await signPayment(mallory, { network, to: bob.account, money: ami(5), ...nowhere });
    const ahead = await signPayment(mallory, { network, to: bob.account, money: ami(6), after: beyond });
    const onward = await signPayment(bob, {
      network,
      to: mallory.account,
      money: ami(1),
      dependencies: [beyond.id, ahead.id],
    });
    expect(await ledger.settle([onward, ahead, beyond])).toEqual([
      "bob#0→alice 1.00 accepted",
      "alice#3→bob 6.00 rejected session-frozen",
      "alice#2→bob 5.00 rejected session-frozen",
    ]);
  });

  it("[EQV3] leaves the log where it was", async () => {
    const { ledger, network, mallory, bob, toBob } = await frozenAtOne();
    const before = ledger.state.accounts;
    const beyond = await signPayment(mallory, { network, to: bob.account, money: ami(5), after: toBob });
    await ledger.settle([beyond]);
    expect(ledger.state.accounts).toBe(before);
  });

  it("[EQV3] rejects at once what waits in a session that forks, for it could never be judged later", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [mallory, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(mallory, { network, to: bob.account, money: ami(1) });
    const second = await signPayment(mallory, { network, to: bob.account, money: ami(2), after: first });
    const third = await signPayment(mallory, { network, to: bob.account, money: ami(3), after: second });
    const otherThird = await signPayment(mallory, { network, to: bob.account, money: ami(4), after: second });
    const future = await signPayment(mallory, { network, to: bob.account, money: ami(5), after: third, time: at(DAY) });
    expect(await ledger.settle([first, third, otherThird, future])).toEqual([
      "alice#0→bob 1.00 accepted",
      "alice#2→bob 3.00 rejected session-frozen",
      "alice#2→bob 4.00 rejected session-frozen",
      "alice#3→bob 5.00 rejected session-frozen",
    ]);
    expect(await ledger.settle([second])).toEqual(["alice#1→bob 2.00 accepted"]);
  });
});
