import { describe, expect, it } from "vitest";
import { assetCode } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("asset-unknown", () => {
  it("[FUND1] rejects an asset that the network does not have", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const money = { asset: assetCode("EUR"), amount: ami(1).amount };
    const payment = await signPayment(alice, { network, to: bob.account, money });
    expect(onlyFailure(ledger.look([payment]))).toEqual({ code: "asset-unknown", asset: "EUR" });
  });
});
