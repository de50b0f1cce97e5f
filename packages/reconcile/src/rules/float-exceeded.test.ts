import { describe, expect, it } from "vitest";
import { assetCode, createNetwork, SEND_UNLIMITED } from "@amigos/core";
import { AMI, ami, createTestNetwork } from "@amigos/core/testing";
import { grant, onDevice, signOrdered } from "../../test/support/control.ts";
import { onlyFailure, TestLedger, present } from "../../test/support/ledger.ts";
import { float, pay, penOf, release } from "../../test/support/operations.ts";

const EUR = assetCode("EUR");

describe("float-exceeded", () => {
  it("[FLT1] rejects giving back one cent more than the session has set aside, and not all of it", async () => {
    const ledger = new TestLedger();
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const write = penOf(ledger, alice);
    const log = [await write(float(ami(30))), await write(pay(bob, ami(10)))];
    await ledger.settle(log);
    const onto = present(log[1]);
    const failure = { code: "float-exceeded", asset: AMI, asked: 2001n, left: 2000n };
    expect(onlyFailure(ledger.look([await write(release(ami(20, 1)), { onto })]))).toEqual(failure);
    expect(onlyFailure(ledger.look([await write(release(ami(20)), { onto })]))).toBeUndefined();
  });

  it("[FLT1] is about the session's own float, of that asset", async () => {
    const genesis = createTestNetwork(["alice"]).genesis;
    const assets = [...genesis.assets, { code: EUR, decimals: 2 }];
    const ledger = new TestLedger({ network: createNetwork({ ...genesis, assets }) });
    const alice = await ledger.join("alice");
    const opener = await signOrdered(alice, grant(alice, "tablet", { permissions: [SEND_UNLIMITED] }), {
      network: ledger.network,
    });
    const tablet = onDevice(alice, opener);
    const write = penOf(ledger, alice);
    await ledger.settle([await write(float(ami(30)))], { control: [opener] });
    const byTablet = await penOf(ledger, tablet)(release(ami(1)));
    expect(onlyFailure(ledger.look([byTablet]))).toEqual({ code: "float-exceeded", asset: AMI, asked: 100n, left: 0n });
    const euros = await write(release({ asset: EUR, amount: ami(1).amount }));
    expect(onlyFailure(ledger.look([euros]))).toEqual({ code: "float-exceeded", asset: EUR, asked: 100n, left: 0n });
  });

  it("[FLT1] comes after amount-invalid, and needs no money in the account", async () => {
    const ledger = new TestLedger();
    const alice = await ledger.join("alice");
    expect(onlyFailure(ledger.look([await penOf(ledger, alice)(release(ami(0)))]))).toMatchObject({
      code: "amount-invalid",
    });
    const write = penOf(ledger, alice);
    expect(await ledger.settle([await write(float(ami(100))), await write(release(ami(100)))])).toEqual([
      "alice#0 floats 100.00 accepted",
      "alice#1 releases 100.00 accepted",
    ]);
  });
});
