import { describe, expect, it } from "vitest";
import { assetCode } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { createNetworkOfTwoAssets, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { balanceOf } from "../index.ts";

describe("asset-unknown", () => {
  it("[FUND1] rejects an asset that the network does not have", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const money = { asset: assetCode("EUR"), amount: ami(1).amount };
    const payment = await signPayment(alice, { network, to: bob.account, money });
    expect(onlyFailure(ledger.look([payment]))).toEqual({ code: "asset-unknown", asset: "EUR" });
  });

  it("[FUND1] takes each of the assets that it has", async () => {
    const ledger = new TestLedger({ network: createNetworkOfTwoAssets() });
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const euro = { asset: assetCode("EUR"), amount: ami(2).amount };
    const second = await signPayment(alice, { network, to: bob.account, money: euro, after: first });
    expect(await ledger.settle([first, second])).toEqual(["alice#0→bob 1.00 accepted", "alice#1→bob 2.00 accepted"]);
    expect([AMI, euro.asset].map((asset) => balanceOf(ledger.state, alice.account, asset))).toEqual([9900n, 9800n]);
  });
});
