import {
  decodeEntry,
  hexToBytes,
  joinSigned,
  orThrow,
  sequence,
  signEntry,
  splitSigned,
  STAKE_MANAGE,
  type EntryId,
  type NetworkTag,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, createPerson, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { signAgain } from "../../test/support/fast-signer.ts";
import { HOUR, at, TestLedger, type Step } from "../../test/support/ledger.ts";
import { attest, penOf, stake } from "../../test/support/operations.ts";
import { signAfterVariant } from "../../test/support/variant.ts";
import {
  CHECKPOINT_ITEMS_MAX,
  checkpointOfRecord,
  decodeCheckpointRecord,
  encodeCheckpointRecord,
  entryOffsets,
  recordedOf,
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
function secondSignature(name: string, { id, bytes }: VerifiedEntry, network: NetworkTag): VerifiedEntry {
  const signature = signAgain(`${name}/phone`, hexToBytes(id));
  return orThrow(decodeEntry(joinSigned(orThrow(splitSigned(bytes)).body, signature), network)) as VerifiedEntry;
}

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
    await ledger.settle([first, early], { inceptions: [alice.inception], control: [alice.grant] });
    expect(newest(ledger).record).toMatchObject({ inceptions: [], control: [], entries: [] });
    const deferred = await createPerson("carol", { network });
    await ledger.settle([], { control: [deferred.grant] });
    expect(newest(ledger).record.control).toEqual([]);
    expect(recordedOf({ entries: [first.bytes] }, [early, first])).toEqual([first]);
  });

  it("[CHP5] begin with their checkpoint, which is read without the rest", async () => {
    const { ledger, first } = await pair();
    await ledger.settle([first]);
    const { record } = newest(ledger);
    const encoded = encodeCheckpointRecord(record);
    expect(checkpointOfRecord(encoded.subarray(0, 1024))).toEqual(record.checkpoint);
    for (const length of [0, 1, 254, 255, 256, 257, 512]) {
      const checkpoint = new Uint8Array(length).fill(7);
      const other = encodeCheckpointRecord({ ...record, checkpoint });
      const isOfItsSize = length > 23;
      expect(checkpointOfRecord(other)).toEqual(isOfItsSize ? checkpoint : undefined);
      expect(checkpointOfRecord(other.subarray(0, length + 5)), "cut").toBeUndefined();
    }
    for (let index = 0; index < 5; index++) expect(checkpointOfRecord(encoded.with(index, 0xff))).toBeUndefined();
  });

  it("[CHP5] have their entries at the end, each where it is said to begin", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const later = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(1),
      memo: "m".repeat(40),
      after: first,
    });
    await ledger.settle([later, first]);
    const { record } = newest(ledger);
    for (const entries of [record.entries, [...record.entries, new Uint8Array(23), new Uint8Array(1024)], []]) {
      const encoded = encodeCheckpointRecord({ ...record, entries });
      const found = entryOffsets(encoded, entries).map((offset, index) =>
        encoded.slice(offset, offset + (entries[index]?.length ?? 0)),
      );
      expect(found).toEqual(entries);
    }
    expect(recordedOf(record, [later, first]).map(({ bytes }) => bytes)).toEqual(record.entries);
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

  it("[CHP5] hold several signatures on one body in order of links, whatever order they came in", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const { variant, next } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    const other = await signPayment(alice, { network, to: bob.account, money: ami(3), after: first });
    for (const given of [
      [first, variant, next, other],
      [other, next, variant, first],
    ]) {
      const twin = new TestLedger({ network, goesOnFrom: ledger });
      for (const name of ["alice", "bob"]) await twin.join(name);
      await twin.settle(given);
      expect(newest(twin).record.entries).toEqual(inOrder(first, variant, next, other));
    }
  });

  it("[CHP5] hold one signature on a body, that of the lowest link", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const { variant } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    await ledger.settle([variant, first]);
    expect(newest(ledger).record.entries).toEqual(inOrder(first, variant).slice(0, 1));
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

  it("[CHP5] [WIT3] hold the signature that an entry names which a fork rejects: it had a say before", async () => {
    const outcomes = new Set<string>();
    for (let memo = 0; memo < 8; memo++) {
      const ledger = new TestLedger({ holders: ["mallory", "wanda"] });
      const { network } = ledger;
      const [mallory, bob] = [await ledger.join("mallory"), await ledger.join("bob")];
      const carol = await ledger.join("carol");
      const wanda = await ledger.join("wanda", { permissions: [STAKE_MANAGE] });
      const write = penOf(ledger, wanda);
      await ledger.settle([await write(stake(wanda, ami(1)))]);
      const all = { network, to: bob.account, money: ami(100) };
      const first = await signPayment(mallory, { ...all, memo: `first ${memo}` });
      const second = await signPayment(mallory, { ...all, to: carol.account, memo: `second ${memo}` });
      const again = secondSignature("mallory", first, network.tag);
      const [other, names] = [first, again].toSorted((a, b) => (a.link < b.link ? -1 : 1)) as [
        VerifiedEntry,
        VerifiedEntry,
      ];
      const lost = "ab".repeat(32) as EntryId;
      const onTop = await signPayment(mallory, { ...all, money: ami(1), after: names, dependencies: [lost] });
      const given = [other, names, second, onTop, await write(attest(onTop))];
      // Settling replays the record, and throws where it comes to other roots.
      const lines = await ledger.settle(given);
      for (const line of lines.slice(0, 3)) outcomes.add(line);
      expect(newest(ledger).record.entries).toEqual(expect.arrayContaining([other.bytes, names.bytes]));
    }
    expect([...outcomes], "what is attested wins, whatever the lots").toEqual([
      "mallory#0→bob 100.00 accepted",
      "mallory#0→carol 100.00 rejected insufficient-funds",
    ]);
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
    expect(decodeCheckpointRecord(encodeCheckpointRecord(full(CHECKPOINT_ITEMS_MAX, 1)))).toEqual({
      ok: false,
      error: { type: "schema-mismatch", path: "", expected: `at most ${CHECKPOINT_ITEMS_MAX} items` },
    });
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
