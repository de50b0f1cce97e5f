/** What records name of the time before a start, which who started has not seen. */
import { systemClock } from "@amigos/adapters/runtime";
import { orThrow, type Height } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { stateRoot } from "@amigos/reconcile";
import { describe, expect, it } from "vitest";
import { decodeRecordWithPast, encodeRecordWithPast } from "../src/replica/past.ts";
import { fresh, openStore, pair, settle } from "./devices.ts";

import {
  alice,
  bob,
  carol,
  follows,
  give,
  MANY,
  namedBy,
  newest,
  openLedger,
  openPhone,
  pay,
  reopened,
  settleTo,
  startedAt,
  summary,
} from "./starting.ts";

describe("what is named of the time before the start", () => {
  it("[PEER9] a payment that was signed on an older checkpoint is replayed, on every phone and after every restart", async () => {
    const { hub, ends } = await openLedger(1);
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const old = await pay(alice, bob, { after: first, on: newest(hub), dependencies: [first] });
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const between = pair("bob", "carol");
    const phone = await openPhone(bob, await openStore(name), ends[0], between.left);
    await follows(phone, hub);
    await give(hub, alice, old);
    await settle(hub);
    await follows(phone, hub);
    expect(summary(phone, bob)).toBe("130 starts at 129, 102 for bob");
    await settleTo(hub, MANY + 5);
    await follows(phone, hub);

    const second = await openPhone(carol, await openStore(fresh("carol")), between.right);
    await follows(second, hub);
    expect(summary(second, bob)).toBe("134 starts at 134, 102 for bob");
    expect(summary(await reopened(bob, phone, name), bob)).toBe("134 starts at 129, 102 for bob");
  });

  it("[PEER9] is passed on by who started to who started at the same height", async () => {
    const { hub, ends } = await openLedger(2);
    await settleTo(hub, 3);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, MANY);
    const between = pair("bob", "carol");
    const phone = await openPhone(bob, await openStore(fresh("bob")), ends[0], between.left);
    const name = fresh("carol");
    const second = await openPhone(carol, await openStore(name), ends[1]);
    await follows(phone, hub);
    await follows(second, hub);
    await second.close();
    await give(hub, alice, old);
    await settle(hub);
    await follows(phone, hub);
    const again = await openPhone(carol, await openStore(name), between.right);
    await follows(again, hub);
    expect(summary(again, bob)).toBe("130 starts at 129, 101 for bob");
  });

  it("[PEER9] a second side of a place that was settled before the start freezes its session there too", async () => {
    const { hub, ends } = await openLedger(1);
    const [one, two] = [await pay(alice, bob), await pay(alice, carol, { cents: 5 })];
    await give(hub, alice, one);
    await settleTo(hub, MANY);
    const name = fresh("bob");
    const phone = await openPhone(bob, await openStore(name), ends[0]);
    await follows(phone, hub);
    await give(hub, alice, two);
    await settle(hub);
    await follows(phone, hub);
    expect(stateRoot(phone.settled)).toBe(stateRoot(hub.settled));
    expect(phone.isForked(alice.session)).toBe(true);
    const again = await reopened(bob, phone, name);
    expect([again.settled.height, again.isForked(alice.session)]).toEqual([130, true]);
  });

  it("[PEER9] what is missing, of a stranger's hand or of somebody else's making keeps the record from being followed", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const past = await namedBy(hub, old);
    const { hub: other } = await openLedger();
    await other.settle(systemClock.now(), namedSigner("mallory"));
    const forged = (await other.archive.signedCheckpoint(1 as Height)) as Uint8Array;
    const outcomes = [];
    for (const wrong of [
      { checkpoints: [], entries: [] },
      { checkpoints: [forged], entries: [] },
      { checkpoints: [], entries: [Uint8Array.of(1)] },
      past,
    ]) {
      const applied = await phone.applyCheckpoint(record, wrong);
      outcomes.push(applied.ok ? applied.value : applied.error.type);
    }
    expect(outcomes).toEqual(["root-mismatch", "signature-invalid", "malformed", "applied"]);
  });

  it("[PEER9] a second side that depends on what is not settled is void there too, and one on what was settled is not", async () => {
    const { hub } = await openLedger();
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    const unsettled = await pay(alice, carol, { after: first });
    const beside = await pay(alice, bob, { cents: 3, dependencies: [unsettled] });
    await give(hub, alice, beside);
    await settle(hub);
    const record = async (height: number): Promise<Uint8Array> =>
      (await hub.archive.recordBytes(height as Height)) as Uint8Array;
    expect(orThrow(await phone.applyCheckpoint(await record(4), await namedBy(hub, beside)))).toBe("applied");
    const dependent = await pay(carol, bob, { dependencies: [first] });
    await give(hub, carol, dependent);
    await settle(hub);
    const { settled } = await hub.archive.namedBy([dependent], 5 as Height);
    expect(settled).toEqual([{ height: 1, id: first.id }]);
    const past = { checkpoints: [], entries: [], settled: [unsettled.id, first.id] };
    expect(orThrow(await phone.applyCheckpoint(await record(5), past))).toBe("applied");
    const again = await reopened(bob, phone, name);
    expect(stateRoot(again.settled)).toBe(stateRoot(hub.settled));
    expect((await again.archive.namedBy([dependent], 5 as Height)).settled).toEqual([{ height: 0, id: first.id }]);
  });

  it("[PEER9] what is named is cut to what a record may have beside it, however much somebody signed for one place", async () => {
    const side = (await pay(alice, bob)).bytes;
    const record = new Uint8Array(1024);
    for (const bytes of [side, new Uint8Array(1024)]) {
      const entries = Array.from({ length: 50_000 }, () => bytes);
      const encoded = encodeRecordWithPast(record, { checkpoints: [], entries });
      const decoded = orThrow(decodeRecordWithPast(encoded));
      expect(decoded.entries.length).toBeGreaterThan(20_000);
      expect(decoded.record).toEqual(record);
    }
  });

  it("[PEER9] a claim about a place is filed only where something can have been settled before, by who signs for it", async () => {
    const { hub } = await openLedger();
    const first = await pay(alice, bob);
    await give(hub, alice, first);
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    const [next, beside] = [await pay(alice, bob, { after: first }), await pay(alice, carol, { after: first })];
    await give(hub, alice, next);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const past = { checkpoints: [], entries: [first.bytes, beside.bytes, (await pay(carol, bob)).bytes] };
    expect(orThrow(await phone.applyCheckpoint(record, past))).toBe("applied");
    const filed = [];
    for (const { entry } of [first, next])
      for (const { id } of await phone.archive.entriesAt(alice.session, entry.sequence, 4 as Height)) filed.push(id);
    expect(filed).toEqual([first.id, next.id]);
  });
});
