import { describe, expect, it } from "vitest";
import { checkpointTag, height, type CheckpointId } from "@amigos/core";
import { ami, genesisReference, signPayment } from "@amigos/core/testing";
import { HOUR, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

const invented = checkpointTag("ab".repeat(32) as CheckpointId);

describe("checkpoint-unknown", () => {
  it.each([0, 1, 2])("[CHK3] rejects an invented checkpoint of height %i, and takes the true one", async (named) => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const references = [genesisReference(network)];
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    for (const hours of [1, 2]) {
      await ledger.settle([], { time: at(hours * HOUR) });
      references.push(ledger.reference);
    }
    const pay = (checkpoint: (typeof references)[number]) =>
      signPayment(alice, { network, to: bob.account, money: ami(1), time: at(2 * HOUR), checkpoint });
    const truth = references[named] ?? genesisReference(network);
    const failure = { code: "checkpoint-unknown", height: named, tag: invented, expected: truth.tag };
    expect(onlyFailure(ledger.look([await pay({ height: height(named), tag: invented })]))).toEqual(failure);
    expect(onlyFailure(ledger.look([await pay(truth)]))).toBeUndefined();
  });
});
