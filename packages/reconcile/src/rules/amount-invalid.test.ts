import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("amount-invalid", () => {
  it("[FUND2] rejects nothing at all, and paying oneself", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const nothing = await signPayment(alice, { network, to: bob.account, money: ami(0) });
    const toSelf = await signPayment(alice, { network, to: alice.account, money: ami(1) });
    expect(onlyFailure(ledger.look([nothing]))).toEqual({ code: "amount-invalid", reason: "zero", amount: 0n });
    expect(onlyFailure(ledger.look([toSelf]))).toEqual({ code: "amount-invalid", reason: "to-self", amount: 100n });
  });
});
