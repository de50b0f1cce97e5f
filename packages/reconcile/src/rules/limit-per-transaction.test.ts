import { describe, expect, it } from "vitest";
import {
  assetCode,
  IMPORT_EXECUTE,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Operation,
} from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { execute, float, pay, penOf, stake } from "../../test/support/operations.ts";

describe("limit-per-transaction", () => {
  it("[LIM1] rejects one cent above the lowest limit, and not the limit itself", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const permissions = [SEND_LIMIT_TX(ami(20)), SEND_UNLIMITED, SEND_LIMIT_TX(ami(10))];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const above = await signPayment(alice, { network, to: bob.account, money: ami(10, 1) });
    const at = await signPayment(alice, { network, to: bob.account, money: ami(10) });
    const failure = { code: "limit-per-transaction", asset: AMI, limit: 1000n, asked: 1001n, left: 1000n };
    expect(onlyFailure(ledger.look([above]))).toEqual(failure);
    expect(onlyFailure(ledger.look([at]))).toBeUndefined();
  });

  it("[LIM1] a limit is for its asset and no other", async () => {
    const ledger = new TestLedger();
    const permissions = [SEND_LIMIT_TX({ ...ami(0, 1), asset: assetCode("EUR") }), SEND_LIMIT_TX(ami(10))];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const write = penOf(ledger, alice);
    expect(onlyFailure(ledger.look([await write(pay(bob, ami(10)))]))).toBeUndefined();
  });

  it("[LIM1] holds fees against it as well, and nothing that stays with the account", async () => {
    const ledger = new TestLedger();
    const permissions = [SEND_LIMIT_TX(ami(10)), IMPORT_EXECUTE, STAKE_MANAGE];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const sayTo = async (operation: Operation) => onlyFailure(ledger.look([await penOf(ledger, alice)(operation)]));
    const failure = { code: "limit-per-transaction", asset: AMI, limit: 1000n, asked: 1001n, left: 1000n };
    expect(await sayTo(execute(bob, ami(10, 1)))).toEqual(failure);
    expect(await sayTo(execute(bob, ami(10)))).toBeUndefined();
    expect(await sayTo(float(ami(99)))).toBeUndefined();
    expect(await sayTo(stake(bob, ami(99)))).toBeUndefined();
  });

  it("[LIM1] comes before limit-per-day", async () => {
    const ledger = new TestLedger();
    const permissions = [SEND_LIMIT_DAILY(ami(5)), SEND_LIMIT_TX(ami(10))];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const sayTo = async (cents: number) =>
      onlyFailure(ledger.look([await penOf(ledger, alice)(pay(bob, ami(10, cents)))]));
    expect(await sayTo(1)).toMatchObject({ code: "limit-per-transaction" });
    expect(await sayTo(0)).toMatchObject({ code: "limit-per-day" });
  });
});
