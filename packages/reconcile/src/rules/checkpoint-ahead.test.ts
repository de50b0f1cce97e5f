import { describe, expect, it } from "vitest";
import { checkpointTag, height, type CheckpointId } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("checkpoint-ahead", () => {
  it("[CHK2] waits for a checkpoint that this replica does not know yet, and judges it when it does", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const checkpoint = { height: height(1), tag: checkpointTag("ab".repeat(32) as CheckpointId) };
    const entry = await signPayment(alice, { network, to: bob.account, money: ami(1), checkpoint });
    expect(onlyFailure(ledger.look([entry]))).toEqual({ code: "checkpoint-ahead", height: 1, known: 0 });
    await ledger.settle([entry]);
    expect(await ledger.settle([entry])).toEqual(["alice#0→bob 1.00 rejected checkpoint-unknown"]);
  });
});
