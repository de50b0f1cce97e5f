import { describe, expect, it } from "vitest";
import { assetCode, IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE, type Operation } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { HOUR, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { attest, execute, float, pay, penOf, release, stake, unstake } from "../../test/support/operations.ts";

const euros = { asset: assetCode("EUR"), amount: ami(1).amount };

describe("asset-unknown", () => {
  it("[FUND1] rejects an asset that the network does not have, whatever is done with it", async () => {
    const ledger = new TestLedger();
    const permissions = [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const sayTo = async (operation: Operation) => onlyFailure(ledger.look([await penOf(ledger, alice)(operation)]));
    for (const operation of [
      pay(bob, euros),
      float(euros),
      release(euros),
      stake(bob, euros),
      unstake(bob, euros),
      execute(bob, euros),
      execute(bob, { ...euros, amount: ami(0).amount }),
    ])
      expect(await sayTo(operation), operation.type).toEqual({ code: "asset-unknown", asset: "EUR" });
    expect(await sayTo(pay(bob, ami(1)))).toBeUndefined();
    expect(await sayTo(attest(await penOf(ledger, bob)(pay(alice, euros)))), "names none").toBeUndefined();
  });

  it("[FUND1] comes after time-went-backwards, which reads no value", async () => {
    const ledger = new TestLedger();
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const write = penOf(ledger, alice);
    await ledger.settle([await write(pay(bob, ami(1)), { time: at(HOUR) })], { time: at(HOUR) });
    const back = await write(pay(bob, euros), { time: at(0) });
    expect(onlyFailure(ledger.look([back]))).toMatchObject({ code: "time-went-backwards" });
  });
});
