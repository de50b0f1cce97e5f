import { describe, expect, it } from "vitest";
import { ami, createPerson, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("account-unknown", () => {
  it("[ACC2] waits for the inception, even of an account that holds money", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await createPerson("alice", { network });
    const bob = await ledger.join("bob");
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    expect(onlyFailure(ledger.look([payment]))).toEqual({ code: "account-unknown", account: alice.account });
    await ledger.settle([payment]);
    await ledger.join("alice");
    expect(await ledger.settle([payment])).toEqual(["alice#0→bob 1.00 accepted"]);
  });

  it("[ACC2] waits for the inception of somebody the ledger has never heard of", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const carol = await createPerson("carol", { network });
    const payment = await signPayment(carol, { network, to: carol.account, money: ami(1) });
    expect(onlyFailure(ledger.look([payment]))).toEqual({ code: "account-unknown", account: carol.account });
    const { control } = ledger.look([], { control: [carol.grant] });
    expect(control).toEqual([
      {
        record: "control",
        account: carol.account,
        id: carol.grant.id,
        outcome: "deferred",
        failure: { code: "account-unknown", account: carol.account },
      },
    ]);
  });
});
