import { describe, expect, it } from "vitest";
import { ami, genesisReference, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("checkpoint-went-backwards", () => {
  it("[CHK4] rejects a lower height than the predecessor's, settled or not", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    await ledger.settle([]);
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1), checkpoint: ledger.reference });
    const lower = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(2),
      checkpoint: genesisReference(network),
      after: first,
    });
    const both = ledger.lines([first, lower], ledger.look([first, lower]));
    expect(both).toEqual(["alice#0→bob 1.00 accepted", "alice#1→bob 2.00 rejected checkpoint-went-backwards"]);
    await ledger.settle([first]);
    expect(onlyFailure(ledger.look([lower]))).toEqual({ code: "checkpoint-went-backwards", height: 0, lowest: 1 });
  });
});
