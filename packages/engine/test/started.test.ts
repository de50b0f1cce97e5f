/** A wallet that started from a state: what was before is neither replayed nor guessed. */
import {
  encodeBundle,
  encodeEvidence,
  openedSession,
  orThrow,
  proveEquivocation,
  sequence,
  signControlEntry,
  type Grant,
  type Height,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { bundleOf, namedSigner, type Person } from "@amigos/core/testing";
import { StoreError, verifyArchive } from "@amigos/engine";
import { encodeLedgerState } from "@amigos/reconcile";
import { describe, expect, it } from "vitest";
import { SET_DOCUMENT_PLACES } from "../src/replication/limits.ts";
import { fresh, openStore, pair, settle, until } from "./devices.ts";
import { dyingAfter } from "@amigos/engine/testing";
import { grants } from "./grants.ts";

import {
  alice,
  bob,
  carol,
  follows,
  give,
  logOf,
  MANY,
  namedBy,
  network,
  newest,
  openAsItIs,
  openLedger,
  openPhone,
  pay,
  reopened,
  settleTo,
  startedAt,
  summary,
} from "./starting.ts";

describe("who started", () => {
  it("[DEV6] takes an entry of before for neither undecided nor one side of a fork, and two at one place for a proof", async () => {
    const { hub } = await openLedger();
    const [one, two] = [await pay(alice, bob), await pay(alice, carol, { cents: 5 })];
    await give(hub, alice, one);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    expect(orThrow(await phone.ingest(bundleOf(network, alice, [one])))).toMatchObject({ fresh: [], known: 1 });
    expect(orThrow(await phone.ingest(bundleOf(network, alice, [two])))).toMatchObject({ fresh: [], known: 1 });
    expect([phone.undecided.size, phone.evidence.length]).toEqual([0, 0]);

    await give(phone, alice, one, two);
    expect([phone.undecided.size, phone.evidence.map(encodeEvidence)]).toEqual([
      0,
      [encodeEvidence(orThrow(proveEquivocation(one, two)))],
    ]);
    const again = await reopened(bob, phone, name);
    expect([again.undecided.size, again.isForked(alice.session)]).toEqual([0, true]);
  });

  it("[DEV6] defers what names a checkpoint that is not here, until the ledger decides it", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(phone, alice, old);
    await phone.refreshed();
    const verdict = phone.provisional?.verdicts.find(({ entry }) => entry === old.id);
    expect(verdict).toMatchObject({ outcome: "deferred", failure: { code: "history-missing", reason: "checkpoint" } });
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, await namedBy(hub, old)));
    expect([phone.undecided.size, summary(phone, bob)]).toEqual([0, "4 starts at 3, 101 for bob"]);
  });

  it("[DEV6] [DOC3] fetches the entries of a document's epoch that it lacks, so that its documents are everybody's", async () => {
    const { hub, ends } = await openLedger(1);
    const log = await logOf(alice, 3);
    await give(hub, alice, ...log);
    await settleTo(hub, MANY);
    const phone = await openPhone(bob, await openStore(fresh("bob")), ends[0]);
    await follows(phone, hub);
    const next = await pay(alice, bob, { after: log.at(-1) as VerifiedEntry });
    await give(hub, alice, next);
    const document = { kind: "log", session: alice.session, epoch: 0 } as const;
    await until("the same document", () => {
      const heads = phone.documentHeads(document);
      return heads.length > 0 && heads.join() === hub.documentHeads(document).join();
    });
    expect([phone.undecided.all().map(({ id }) => id), phone.evidence]).toEqual([[next.id], []]);
  });

  it("[DEV6] drops what came before the state and lies before it, and keeps the rest", async () => {
    const { hub } = await openLedger();
    const one = await pay(alice, bob);
    const two = await pay(alice, bob, { after: one });
    await give(hub, alice, one);
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await openPhone(bob, await openStore(name));
    await give(phone, alice, one, two);
    orThrow(await phone.startFrom((await hub.encodeStart()) as Uint8Array));
    const again = await reopened(bob, phone, name);
    expect(again.undecided.all().map(({ id }) => id)).toEqual([two.id]);
  });

  it("[DEV6] cannot tell records of before apart, and tells the authority's second word about one since", async () => {
    const { hub } = await openLedger();
    const { hub: twin } = await openLedger();
    await give(twin, alice, await pay(alice, bob));
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    await settleTo(twin, 3);
    const [before, at] = await Promise.all(
      [2, 3].map(async (height) => (await twin.archive.recordBytes(height as Height)) as Uint8Array),
    );
    expect(orThrow(await phone.applyCheckpoint(before as Uint8Array))).toBe("known");
    const applied = await phone.applyCheckpoint(at as Uint8Array);
    expect(applied.ok ? applied.value : applied.error.type).toBe("checkpoint-contradicted");
    expect(phone.contradiction?.height).toBe(3);
  });

  it("[DEV6] has its start whole or not at all, wherever the disk stops", async () => {
    const { hub } = await openLedger();
    await give(hub, alice, await pay(alice, bob));
    await settleTo(hub, 3);
    const bytes = (await hub.encodeStart()) as Uint8Array;
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    const heights = new Set<string>();
    for (let writes = 2; writes <= 5; writes++) {
      const name = fresh("bob");
      const dying = await openPhone(bob, dyingAfter(await openStore(name), writes));
      const acknowledged: string[] = [];
      const steps = [() => dying.startFrom(bytes), () => dying.applyCheckpoint(record)];
      for (const step of steps) {
        const done = await step().catch((error: unknown) => error);
        if (done instanceof StoreError) break;
        acknowledged.push(summary(dying, bob));
      }
      const again = await reopened(bob, dying, name);
      const found = summary(again, bob);
      expect(found).toBe(acknowledged.at(-1) ?? "0 starts at 0, 100 for bob");
      heights.add(found);
    }
    expect([...heights]).toEqual([
      "0 starts at 0, 100 for bob",
      "3 starts at 3, 101 for bob",
      "4 starts at 3, 101 for bob",
    ]);
  });

  it("[DEV6] opens from its start when the newest snapshot is lost, and not at all when the start is", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(hub, alice, await pay(alice, bob));
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, { checkpoints: [], entries: [] }));
    await phone.close();
    const store = await openStore(name);
    await store.write([{ type: "put", key: "snapshot", value: Uint8Array.of(1) }]);
    await store.close();
    const again = await openPhone(bob, await openStore(name));
    expect(summary(again, bob)).toBe("4 starts at 3, 101 for bob");
    await again.close();
    const damaged = await openStore(name);
    await damaged.write([{ type: "put", key: "start", value: encodeLedgerState(hub.settled) }]);
    await expect(openPhone(bob, damaged)).rejects.toMatchObject({ type: "store-damaged" });
    await damaged.close();
  });

  it("[DEV6] [DEV7] reads again what an account said since, though what the account began with was before", async () => {
    const { hub } = await openLedger();
    await give(hub, carol, await pay(carol, alice));
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    const [grant] = await grants(carol, 1);
    const session = grant && openedSession(grant)?.id;
    orThrow(await hub.ingest(bundleOf(network, { ...carol, grant: grant as OrderedControl }, [])));
    await settle(hub);
    orThrow(await phone.applyCheckpoint((await hub.archive.recordBytes(4 as Height)) as Uint8Array));
    let last = phone;
    for (const isRepaired of [false, true]) {
      await last.close();
      const store = await openStore(name);
      if (isRepaired) await store.write([{ type: "put", key: "meta/repair", value: Uint8Array.of(1) }]);
      last = await openAsItIs(bob, store);
      expect([last.quarantined, last.directory.session(session as SessionId)?.account]).toEqual([[], carol.account]);
      expect(last.directory.control(carol.account).length).toBe(1);
    }
  });

  it("[PEER10] shows out a device of its own that the state says was ended", async () => {
    const { hub } = await openLedger();
    const [grant] = (await grants(bob, 1)) as [OrderedControl];
    const tablet = { ...bob, grant, signer: namedSigner("bob/1"), session: openedSession(grant)?.id as SessionId };
    const end = await controlOf(bob, grant, { type: "revoke", session: tablet.session });
    await hub.introduce({ inceptions: [bob.inception], control: [bob.grant, grant, end] });
    await settleTo(hub, 2);
    const link = pair("phone", "tablet");
    const phone = await openPhone(bob, await openStore(fresh("bob")), link.left);
    await phone.introduce({ inceptions: [], control: [grant] });
    const other = await openPhone(tablet, await openStore(fresh("tablet")), link.right);
    const said: string[] = [];
    other.subscribe((event) => void (event.type === "refused" && said.push(event.code)));
    await until("they are connected", () => phone.peers.length === 1 && other.peers.length === 1);
    orThrow(await phone.startFrom((await hub.encodeStart()) as Uint8Array));
    await until("the tablet is told", () => said.includes("there: session-ended"));
  });

  it("[DOC7] puts a proof into no document while it has not seen its session opened, and then where it belongs", async () => {
    const { hub } = await openLedger();
    let last = alice.grant;
    const control = [last];
    while (control.length < SET_DOCUMENT_PLACES) {
      last = await controlOf(alice, last, { type: "set-recovery" });
      control.push(last);
    }
    const tablet = namedSigner("alice/tablet");
    const terms = alice.grant.entry.operation as Grant;
    const grant = await controlOf(alice, last, { ...terms, sessionKey: tablet.publicKey });
    await hub.introduce({ inceptions: [alice.inception], control: [...control, grant] });
    await settleTo(hub, 3);
    const phone = await startedAt(hub, bob);
    const device = { ...alice, grant, signer: tablet, session: openedSession(grant)?.id as SessionId };
    const headsOf = (epoch: number) => phone.documentHeads({ kind: "set", account: alice.account, epoch });
    // Both sides, from somebody who takes it for known who she is.
    const sides = [await pay(device, bob), await pay(device, bob, { cents: 5 })];
    const bare = { version: 1, network: network.tag, accounts: [], entries: sides.map(({ bytes }) => bytes) } as const;
    orThrow(await phone.ingest(encodeBundle(bare)));
    expect([phone.isForked(device.session), headsOf(0), headsOf(1)]).toEqual([true, [], []]);

    await phone.introduce({ inceptions: [alice.inception], control: [...control, grant] });
    await hub.ingest(bundleOf(network, alice, []));
    orThrow(await hub.ingest(encodeBundle(bare)));
    for (const epoch of [0, 1])
      expect(headsOf(epoch)).toEqual(hub.documentHeads({ kind: "set", account: alice.account, epoch }));
  });

  it("[DEV6] has an archive that verifies from its start on", async () => {
    const { hub } = await openLedger();
    await settleTo(hub, 1);
    const old = await pay(alice, bob, { on: newest(hub) });
    await settleTo(hub, 3);
    const name = fresh("bob");
    const phone = await startedAt(hub, bob, name);
    await give(hub, alice, old);
    await settle(hub);
    const record = (await hub.archive.recordBytes(4 as Height)) as Uint8Array;
    orThrow(await phone.applyCheckpoint(record, await namedBy(hub, old)));
    await phone.close();
    const store = await openStore(name);
    expect(await verifyArchive({ store, network })).toMatchObject({
      start: 3,
      height: 4,
      entries: 1,
      fault: undefined,
    });
    await store.write([{ type: "put", key: "start", value: Uint8Array.of(1) }]);
    expect((await verifyArchive({ store, network })).fault).toMatchObject({ type: "start-invalid" });
    await store.close();
  });
});

/** What an account says after something else. */
function controlOf({ master }: Person, after: OrderedControl, operation: OrderedOperation): Promise<OrderedControl> {
  const place = { sequence: sequence(after.entry.sequence + 1), previous: after.link };
  return signControlEntry<OrderedControlEntry>({ ...after.entry, ...place, operation }, master);
}
