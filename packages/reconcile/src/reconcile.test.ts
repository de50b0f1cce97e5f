import { describe, expect, it } from "vitest";
import { ami, AMI, createPerson, createTestNetwork, namedSigner, signPayment, START } from "@amigos/core/testing";
import {
  balanceOf,
  createGenesisState,
  decodeLedgerState,
  encodeLedgerState,
  NO_HISTORY,
  reconcile,
  recordOf,
  replayCheckpoint,
  sealCheckpoint,
  stateRoot,
} from "./index.ts";

describe("reconcile", () => {
  it("[REC1] settles a payment, and whoever replays it gets the same root", async () => {
    const network = createTestNetwork(["alice"]);
    const alice = await createPerson("alice", { network });
    const bob = await createPerson("bob", { network });
    const state = createGenesisState(network);
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const input = {
      state,
      inceptions: [alice.inception],
      control: [alice.grant],
      entries: [payment],
      history: NO_HISTORY,
      time: START,
    };
    const reconciliation = reconcile(input);
    expect(reconciliation.verdicts.map(({ outcome }) => outcome)).toEqual(["accepted"]);
    const { state: next, checkpoint } = await sealCheckpoint({
      reconciliation,
      previous: state,
      signer: namedSigner("authority"),
    });
    expect([balanceOf(next, alice.account, AMI), balanceOf(next, bob.account, AMI)]).toEqual([9900n, 100n]);
    const replayed = replayCheckpoint(state, recordOf(reconciliation, checkpoint, input), NO_HISTORY);
    expect(replayed.ok && stateRoot(replayed.value.state)).toBe(stateRoot(next));
    const resumed = decodeLedgerState(encodeLedgerState(next), network);
    expect(resumed.ok && stateRoot(resumed.value)).toBe(stateRoot(next));
  });
});
