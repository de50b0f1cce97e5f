import { describe, expect, it } from "vitest";
import { assetCode, SEND_LIMIT_TX, SEND_UNLIMITED } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { createNetworkOfTwoAssets, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

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

  it("[LIM1] holds for its own asset alone", async () => {
    const ledger = new TestLedger({ network: createNetworkOfTwoAssets() });
    const { network } = ledger;
    const euro = { asset: assetCode("EUR"), amount: ami(5).amount };
    const permissions = [SEND_LIMIT_TX(ami(20)), SEND_LIMIT_TX(euro)];
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(20) });
    expect(onlyFailure(ledger.look([payment]))).toBeUndefined();
  });
});
