import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { TestLedger } from "../../test/support/ledger.ts";

describe("duplicate", () => {
  it("[DUP1] ignores an entry that is settled, accepted or rejected", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const paid = await signPayment(alice, { network, to: bob.account, money: ami(60) });
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(60), after: paid });
    expect(await ledger.settle([paid, tooMuch])).toEqual([
      "alice#0→bob 60.00 accepted",
      "alice#1→bob 60.00 rejected insufficient-funds",
    ]);
    expect(await ledger.settle([paid, tooMuch])).toEqual([
      "alice#0→bob 60.00 ignored duplicate",
      "alice#1→bob 60.00 ignored duplicate",
    ]);
  });
});
