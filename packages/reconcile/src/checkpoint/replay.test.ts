import { orThrow, type Height } from "@amigos/core";
import { ami, namedSigner, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { HOUR, at, TestLedger, type Step } from "../../test/support/ledger.ts";
import { bend } from "../../test/support/bend.ts";
import { createGenesisState, stateRoot } from "../state/ledger-state.ts";
import { signCheckpoint, verifyCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { CheckpointRecord } from "./record.ts";
import { replayCheckpoint } from "./replay.ts";

async function twoSteps() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  const second = await signPayment(alice, { network, to: bob.account, money: ami(2), after: first });
  const third = await signPayment(alice, { network, to: bob.account, money: ami(3), after: second });
  await ledger.settle([first, second], { time: at(HOUR) });
  await ledger.settle([third], { time: at(2 * HOUR) });
  const [one, two] = ledger.steps as [Step, Step];
  const replay = async (record: CheckpointRecord, state = one.before) => {
    const replayed = await replayCheckpoint(state, record, () => ledger.history);
    return replayed.ok ? "ok" : replayed.error.type;
  };
  /** The first record under another checkpoint that the authority signed. */
  const resigned = async (change: Partial<Checkpoint>): Promise<CheckpointRecord> => {
    const { checkpoint } = orThrow(verifyCheckpoint(one.record.checkpoint, network));
    return {
      ...one.record,
      checkpoint: (await signCheckpoint({ ...checkpoint, ...change }, namedSigner("authority"))).bytes,
    };
  };
  return { ledger, network, alice, bob, first, second, third, one, two, replay, resigned };
}

describe("replaying", () => {
  it("[CHP6] gives the state, the verdicts and what they were about", async () => {
    const { one, two, ledger, third } = await twoSteps();
    const { state } = orThrow(
      await replayCheckpoint(createGenesisState(ledger.network), one.record, () => ledger.history),
    );
    const replayed = orThrow(await replayCheckpoint(state, two.record, () => ledger.history));
    expect([stateRoot(replayed.state), replayed.state.checkpoint]).toEqual([
      stateRoot(two.after),
      two.after.checkpoint,
    ]);
    expect(replayed.entries.map(({ id }) => id)).toEqual([third.id]);
    expect(replayed.reconciliation.verdicts).toEqual(two.reconciliation.verdicts);
  });

  it("[CHP6] refuses a checkpoint that is not the next, goes back in time, or names an unknown policy", async () => {
    const { ledger, one, two, replay, resigned } = await twoSteps();
    expect(await replay(two.record)).toBe("checkpoint-not-next");
    const ahead = await resigned({ height: 2 as Height });
    expect(await replayCheckpoint(one.before, ahead, () => ledger.history)).toEqual({
      ok: false,
      error: {
        type: "checkpoint-not-next",
        expected: { height: 1, previous: one.before.checkpoint },
        found: { height: 2, previous: one.before.checkpoint },
      },
    });
    expect(await replay(one.record, one.after)).toBe("checkpoint-not-next");
    expect(await replay(await resigned({ previous: "ab".repeat(32) as never }))).toBe("checkpoint-not-next");
    expect(await replay(await resigned({ time: at(-1) }))).toBe("time-went-backwards");
    expect(await replay(await resigned({ policy: "finders-keepers" }))).toBe("policy-unknown");
    const forged = { ...one.record, checkpoint: bend(one.record.checkpoint) };
    expect(await replay(forged)).toBe("signature-invalid");
  });

  it("[CHP6] refuses roots that do not follow", async () => {
    const { replay, resigned } = await twoSteps();
    expect(await replay(await resigned({ stateRoot: "ab".repeat(32) as never }))).toBe("root-mismatch");
    expect(await replay(await resigned({ verdictsRoot: "ab".repeat(32) as never }))).toBe("root-mismatch");
    expect(await replay(await resigned({}))).toBe("ok");
  });

  it("[CHP6] refuses items that are missing, superfluous, out of order, unknown or not authentic", async () => {
    const { one, two, replay, third } = await twoSteps();
    const { record } = one;
    const [entry, other] = record.entries as [Uint8Array, Uint8Array];
    expect(await replay({ ...record, entries: [entry] })).toBe("root-mismatch");
    expect(await replay({ ...record, entries: [other, entry] })).toBe("record-not-canonical");
    expect(await replay({ ...record, entries: [entry, other, other] })).toBe("record-not-canonical");
    expect(await replay({ ...record, inceptions: record.inceptions.toReversed() })).toBe("record-not-canonical");
    expect(await replay({ ...record, inceptions: [] })).toBe("account-unknown");
    expect(await replay({ ...record, control: [] })).toBe("session-unknown");
    expect(await replay({ ...record, entries: [entry, other.subarray(1)] })).toBe("malformed");
    expect(await replay({ ...two.record, entries: [bend(third.bytes)] }, two.before)).toBe("signature-invalid");
  });
});
