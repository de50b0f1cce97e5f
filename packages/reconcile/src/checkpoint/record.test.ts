import { orThrow, sequence, signEntry, type VerifiedEntry } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { HOUR, at, TestLedger, type Step } from "../../test/support/ledger.ts";
import { signAfterVariant } from "../../test/support/variant.ts";
import {
  CHECKPOINT_ITEMS_MAX,
  decodeCheckpointRecord,
  encodeCheckpointRecord,
  type CheckpointRecord,
} from "./record.ts";

async function pair() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  return { ledger, network, alice, bob, first };
}

const newest = (ledger: TestLedger): Step => ledger.steps.at(-1) as Step;
const inOrder = (...entries: readonly VerifiedEntry[]): readonly Uint8Array[] =>
  entries.toSorted((a, b) => (a.id + a.link < b.id + b.link ? -1 : 1)).map(({ bytes }) => bytes);

describe("records", () => {
  it("[CHP5] hold what was decided, in order, and nothing that was deferred or ignored", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500), after: first });
    const early = await signPayment(alice, { network, to: bob.account, money: ami(1), after: tooMuch, time: at(HOUR) });
    await ledger.settle([early, tooMuch, first, first]);
    const { record } = newest(ledger);
    expect(record.entries).toEqual(inOrder(first, tooMuch));
    expect([record.inceptions.length, record.control.length]).toEqual([2, 2]);
    await ledger.settle([first, early]);
    expect(newest(ledger).record).toMatchObject({ inceptions: [], control: [], entries: [] });
  });

  it("[CHP5] hold a second signature on a body when what follows names it, and not otherwise", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const { variant, next } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    await ledger.settle([first]);
    await ledger.settle([variant]);
    expect(newest(ledger).record.entries).toEqual([]);
    await ledger.settle([variant, next]);
    expect(newest(ledger).record.entries).toEqual(inOrder(variant, next));
  });

  it("[CHP5] hold one signature on a body, that of the lowest link", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const { variant } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    await ledger.settle([variant, first]);
    expect(newest(ledger).record.entries).toEqual(inOrder(first, variant).slice(0, 1));
  });

  it("[CHP5] [LOG2] hold what vouches for a signature that is not its own, even if that is still undecided", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const options = { network, to: bob.account, money: ami(2), time: at(HOUR) };
    const { variant, next } = await signAfterVariant(alice, first, options);
    const other = await signPayment(alice, { ...options, money: ami(3), after: variant });
    expect(await ledger.settle([variant, next, other])).toEqual([
      "alice#0→bob 1.00 accepted",
      "alice#1→bob 2.00 rejected session-frozen",
      "alice#1→bob 3.00 rejected session-frozen",
    ]);
    const later = await pair();
    expect(await later.ledger.settle([variant, next])).toEqual([
      "alice#0→bob 1.00 accepted",
      "alice#1→bob 2.00 deferred time-in-future",
    ]);
    expect(newest(later.ledger).record.entries).toEqual(inOrder(variant, next));
    expect(later.ledger.history.isSettled(next.id), "it is not settled by that").toBe(false);
  });

  it("[CHP5] do not hold a deferred predecessor of an entry that is void", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const second = await signPayment(alice, { network, to: bob.account, money: ami(2), after: first });
    const forks = [
      await signPayment(alice, { network, to: bob.account, money: ami(3), after: second }),
      await signPayment(alice, { network, to: bob.account, money: ami(4), after: second }),
    ];
    expect(await ledger.settle([second, ...forks])).toEqual([
      "alice#1→bob 2.00 deferred previous-missing",
      "alice#2→bob 3.00 rejected session-frozen",
      "alice#2→bob 4.00 rejected session-frozen",
    ]);
    expect(newest(ledger).record.entries).toEqual(inOrder(...forks));
  });

  it("[CHP5] survive encoding, and keep to their bounds", async () => {
    const { ledger, first } = await pair();
    await ledger.settle([first]);
    const { record } = newest(ledger);
    expect(orThrow(decodeCheckpointRecord(encodeCheckpointRecord(record)))).toEqual(record);
    const full = (entries: number, control: number): CheckpointRecord => ({
      checkpoint: record.checkpoint,
      inceptions: [],
      control: Array.from({ length: control }, () => Uint8Array.of(1)),
      entries: Array.from({ length: entries }, () => Uint8Array.of(1)),
    });
    expect(decodeCheckpointRecord(encodeCheckpointRecord(full(CHECKPOINT_ITEMS_MAX - 1, 1))).ok).toBe(true);
    expect(decodeCheckpointRecord(encodeCheckpointRecord(full(CHECKPOINT_ITEMS_MAX, 1))).ok).toBe(false);
    expect(decodeCheckpointRecord(encodeCheckpointRecord({ ...record, entries: [new Uint8Array(1025)] })).ok).toBe(
      false,
    );
    expect(decodeCheckpointRecord(encodeCheckpointRecord(record).subarray(1)).ok).toBe(false);
  });

  it("[CHP5] cannot be made of more than they may hold", async () => {
    const { ledger, alice, first } = await pair();
    const fake = (index: number): VerifiedEntry => {
      const id = index.toString(16).padStart(64, "0") as VerifiedEntry["id"];
      return { ...first, id, link: id as string as VerifiedEntry["link"], entry: { ...first.entry, time: at(index) } };
    };
    const forks = Array.from({ length: CHECKPOINT_ITEMS_MAX + 1 }, (_unused, index) => fake(index));
    await expect(ledger.settle(forks, { time: at(HOUR) })).rejects.toThrow("no more items than its record may hold");
    expect((await signEntry({ ...first.entry, sequence: sequence(1) }, alice.signer)).id).not.toBe(first.id);
  });
});
