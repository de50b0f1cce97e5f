import { describe, expect, it } from "vitest";
import { IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE, type Money, type Operation } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { grant, onDevice, signOrdered } from "../../test/support/control.ts";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { execute, float, pay, penOf, release, stake } from "../../test/support/operations.ts";

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

  it("[FUND3] a spend may use the float of its session and the balance together, not another session's float", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const permissions = [SEND_UNLIMITED, IMPORT_EXECUTE];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const opener = await signOrdered(alice, grant(alice, "tablet"), { network });
    const tablet = onDevice(alice, opener);
    const write = penOf(ledger, alice);
    const set = await write(float(ami(60)));
    await ledger.settle([set, await penOf(ledger, tablet)(float(ami(30)))], { control: [opener] });
    const sayTo = async (operation: Operation) => onlyFailure(ledger.look([await write(operation, { onto: set })]));
    const failure = { code: "insufficient-funds", asset: AMI, asked: 7001n, left: 7000n };
    expect(await sayTo(pay(bob, ami(70, 1)))).toEqual(failure);
    expect(await sayTo(pay(bob, ami(70)))).toBeUndefined();
    expect(await sayTo(execute(bob, ami(70, 1)))).toEqual(failure);
    expect(await sayTo(execute(bob, ami(70)))).toBeUndefined();
  });

  it("[FUND3] setting aside and staking need the balance: a float is set aside already", async () => {
    const ledger = new TestLedger();
    const permissions = [SEND_UNLIMITED, STAKE_MANAGE];
    const alice = await ledger.join("alice", { permissions });
    const write = penOf(ledger, alice);
    const set = await write(float(ami(60)));
    await ledger.settle([set]);
    const sayTo = async (operation: Operation) => onlyFailure(ledger.look([await write(operation, { onto: set })]));
    for (const operationOf of [float, (money: Money) => stake(alice, money)]) {
      expect(await sayTo(operationOf(ami(40, 1)))).toEqual({
        code: "insufficient-funds",
        asset: AMI,
        asked: 4001n,
        left: 4000n,
      });
      expect(await sayTo(operationOf(ami(40)))).toBeUndefined();
    }
    expect(await sayTo(release(ami(60))), "needs none").toBeUndefined();
  });
});
