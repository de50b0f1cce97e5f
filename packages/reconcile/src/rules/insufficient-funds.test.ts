import { describe, expect, it } from "vitest";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("insufficient-funds", () => {
  it("[FUND3] rejects one cent more than there is, and not all there is", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const more = await signPayment(alice, { network, to: bob.account, money: ami(100, 1) });
    const all = await signPayment(alice, { network, to: bob.account, money: ami(100) });
    expect(onlyFailure(ledger.look([more]))).toEqual({
      code: "insufficient-funds",
      asset: AMI,
      asked: 10001n,
      left: 10000n,
    });
    expect(onlyFailure(ledger.look([all]))).toBeUndefined();
  });

  it("[FUND3] lets money be spent in the call that brings it, in that order", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob, carol] = [await ledger.join("alice"), await ledger.join("bob"), await ledger.join("carol")];
    const toBob = await signPayment(alice, { network, to: bob.account, money: ami(100) });
    const onward = await signPayment(bob, { network, to: carol.account, money: ami(100), dependencies: [toBob.id] });
    const backward = await signPayment(carol, {
      network,
      to: alice.account,
      money: ami(100),
      dependencies: [onward.id],
    });
    expect(await ledger.settle([backward, onward, toBob])).toEqual([
      "carol#0→alice 100.00 accepted",
      "bob#0→carol 100.00 accepted",
      "alice#0→bob 100.00 accepted",
    ]);
  });
});
