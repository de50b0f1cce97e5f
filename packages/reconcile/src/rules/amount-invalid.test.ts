import { describe, expect, it } from "vitest";
import { assetCode, IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE, type Operation } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { attest, execute, float, pay, penOf, release, stake, unstake } from "../../test/support/operations.ts";

async function aliceAndBob() {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE];
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  const sayTo = async (operation: Operation) => onlyFailure(ledger.look([await penOf(ledger, alice)(operation)]));
  return { ledger, alice, bob, sayTo };
}

describe("amount-invalid", () => {
  it("[FUND2] rejects nothing at all, whatever is done with it", async () => {
    const { bob, sayTo } = await aliceAndBob();
    for (const operation of [
      pay(bob, ami(0)),
      float(ami(0)),
      release(ami(0)),
      stake(bob, ami(0)),
      unstake(bob, ami(0)),
    ])
      expect(await sayTo(operation), operation.type).toEqual({ code: "amount-invalid", reason: "zero", amount: 0n });
    expect(await sayTo(pay(bob, ami(0, 1))), "a cent is something").toBeUndefined();
  });

  it("[FUND2] rejects paying oneself, and lets one stake behind oneself", async () => {
    const { alice, sayTo } = await aliceAndBob();
    expect(await sayTo(pay(alice, ami(1)))).toEqual({ code: "amount-invalid", reason: "to-self", amount: 100n });
    expect(await sayTo(pay(alice, ami(0)))).toMatchObject({ reason: "zero" });
    expect(await sayTo(stake(alice, ami(1)))).toBeUndefined();
  });

  it("[FUND2] an import may run for nothing, and an attestation has no amount", async () => {
    const { ledger, bob, alice, sayTo } = await aliceAndBob();
    expect(await sayTo(execute(bob, ami(0)))).toBeUndefined();
    expect(await sayTo(execute(alice, ami(1)))).toBeUndefined();
    expect(await sayTo(attest(await penOf(ledger, bob)(pay(alice, ami(1)))))).toBeUndefined();
  });

  it("[FUND2] comes after asset-unknown and before the limits and funds", async () => {
    const { alice, sayTo } = await aliceAndBob();
    expect(await sayTo(pay(alice, { asset: assetCode("EUR"), amount: ami(0).amount }))).toMatchObject({
      code: "asset-unknown",
    });
    expect(await sayTo(pay(alice, ami(500)))).toMatchObject({ code: "amount-invalid" });
  });
});
