/** What somebody tries who wants another's account, or wants it never to be recovered (spec [DEV14], [PEER15]). */
import { describe, expect, it } from "vitest";
import {
  ACCOUNT_RECOVER,
  decodeControlEntry,
  keyDigest,
  orThrow,
  signControlEntry,
  timeMs,
  verifyRecoveryRequest,
  type AccountId,
  type ControlEntry,
  type EntryId,
  type Link,
  type Signer,
  type VerifiedControlEntry,
} from "@amigos/core";
import { systemClock } from "@amigos/adapters/runtime";
import { namedSigner } from "@amigos/core/testing";
import { SEND_LIMIT_DAILY, type RecoveryOptions } from "@amigos/engine";
import { accountOf } from "@amigos/reconcile";
import { until } from "./devices.ts";
import { refusing } from "@amigos/engine/testing";
import { agreed, DAY_MS, DELAY, refusalOf, saidAt, stage, twoOfThree } from "./recovery-stage.ts";

const HOUR_MS = 3_600_000;
const idOf = <Id>(number: number): Id => number.toString(16).padStart(64, "0") as Id;

describe("a veto", () => {
  it("[PEER15] is kept where others have said as much as is kept, each statement once", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, hub, settle, close } = all;
    const { text } = await wallets.newcomer.recovery.begin(people.alice.account.id, { type: "guardians" });
    await wallets.bob.recovery.approve(text);
    await until("the hub has it", () => saidAt(hub) === 1);
    const [one] = hub.recoveries.all() as [VerifiedControlEntry];
    hub.recoveries.keep({ ...one, link: idOf<Link>(0) });
    expect(saidAt(hub), "another signature says the same").toBe(1);
    await settle();
    for (let other = 0; other < 1024; other++)
      hub.recoveries.keep({
        ...one,
        id: idOf<EntryId>(other),
        entry: { ...one.entry, account: idOf<AccountId>(other) },
      });
    await wallets.alice.recovery.veto(one.id);
    await until("the hub has it", () => hub.recoveries.of(people.alice.account.id).length === 1);
    await close();
  });

  it("[PEER15] that the hub could not store is sent again with each checkpoint, and shown as not settled until then", async () => {
    let isFull = false;
    const all = await stage(twoOfThree, {
      hubDisk: (store) => refusing(store, (_, batch) => isFull && batch.some(({ key }) => key.startsWith("recovery/"))),
    });
    const { wallets, people, hub, settle, close } = all;
    const alices = people.alice.account.id;
    await agreed(all);
    const seen = () => wallets.alice.view.recovery.underWay.map(({ finality, veto }) => [finality, veto]);
    isFull = true;
    await wallets.alice.recovery.veto(wallets.alice.view.recovery.underWay[0]?.start as EntryId);
    for (let checkpoint = 0; checkpoint < 2; checkpoint++) {
      await wallets.alice.sync();
      expect([saidAt(hub), seen()]).toEqual([0, [["settled", "signed"]]]);
      await settle();
    }
    isFull = false;
    await settle();
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect([accountOf(hub.settled, alices)?.recoveries, seen()]).toEqual([[], []]);
    await close();
  });

  it("[PEER15] is signed whatever others had this wallet keep, which keeps nothing about accounts that do not concern it", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, links, settle, close } = all;
    await agreed(all);
    const signer = namedSigner("dave/kept key");
    const daves = await wallets.dave.openAccount();
    await daves.setRecovery({ backupKey: { key: signer.publicKey, delay: DELAY } });
    await wallets.dave.sync();
    await settle();
    await wallets.dave.recovery.begin(people.dave.account.id, { type: "backup-key", signer });
    const start = await until("dave sees it", () => wallets.dave.view.recovery.underWay[0]?.start);
    const veto = await wallets.dave.recovery.veto(start);
    expect(await refusalOf(() => wallets.alice.recovery.take(veto))).toBe("recovery-of-others");
    links.alice.unplug();
    await wallets.alice.recovery.veto(wallets.alice.view.recovery.underWay[0]?.start as EntryId);
    await close();
  });

  it("[DEV14] is signed by the master key where the session that might has ended", async () => {
    const signer = namedSigner("alice/kept key");
    const { wallets, people, hub, settle, close } = await stage(
      () => ({ backupKey: { key: signer.publicKey, delay: DELAY } }),
      { permissions: [SEND_LIMIT_DAILY("50.00 AMI"), ACCOUNT_RECOVER] },
    );
    const account = await wallets.alice.openAccount();
    await wallets.newcomer.recovery.begin(people.alice.account.id, { type: "backup-key", signer });
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    await account.revoke(wallets.alice.session);
    await wallets.alice.sync();
    await settle();
    const veto = await wallets.alice.recovery.veto(wallets.alice.view.recovery.underWay[0]?.start as EntryId);
    expect(orThrow(decodeControlEntry(veto)).entry.operation).not.toHaveProperty("session");
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect(wallets.alice.view.recovery.underWay).toEqual([]);
    await close();
  });

  it("[PEER15] and what it made useless: whoever kept them learns what became of each", async () => {
    const { wallets, people, hub, settle, close } = await stage(twoOfThree);
    const { text } = await wallets.newcomer.recovery.begin(people.alice.account.id, { type: "guardians" });
    await wallets.bob.recovery.approve(text);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    await wallets.carol.recovery.approve(text);
    await until("the hub has it", () => saidAt(hub) === 1);
    await wallets.alice.recovery.veto(wallets.alice.view.recovery.underWay[0]?.start as EntryId);
    await until("the hub has both", () => saidAt(hub) === 2);
    const told: (readonly unknown[])[] = [];
    hub.subscribe((event) => {
      if (event.type !== "recovery-decided") return;
      const { verdict } = event;
      told.push([verdict.record, verdict.outcome, "failure" in verdict ? verdict.failure.code : undefined]);
    });
    await settle();
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(["control", "accepted", undefined]);
    expect(told).toContainEqual(["control", "deferred", "recovery-unknown"]);
    await close();
  });
});

describe("a guardian who begins another recovery of the same keys", () => {
  it("[DEV14] does not keep one that is due from being completed", async () => {
    // Which of two starts has the lower id is chance, so dave tries until his has.
    for (let isLower = false, attempt = 0; !isLower && attempt < 16; attempt++) {
      const all = await stage(twoOfThree);
      const { wallets, people, hub, links, settle, close } = all;
      const alices = people.alice.account.id;
      links.dave.unplug();
      await until("dave is away", () => wallets.dave.view.connections.length === 0);
      const due = await agreed(all);
      const theirs = wallets.alice.view.recovery.underWay[0]?.start as EntryId;
      await wallets.dave.recovery.approve((await wallets.newcomer.recovery.begin(alices, { type: "guardians" })).text);
      links.dave.plug();
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle(due);
      const starts = wallets.alice.view.recovery.underWay.map(({ start }) => start);
      expect(starts).toHaveLength(2);
      isLower = starts[0] !== theirs;
      expect(
        wallets.carol.recovery.review((await wallets.newcomer.recovery.begin(alices, { type: "guardians" })).text),
      ).toMatchObject({ approvals: { length: 3 } });
      await wallets.newcomer.recovery.complete(alices);
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      expect(wallets.alice.view.session.status).toBe("killed");
      await close();
    }
  });
});

describe("who completes a recovery", () => {
  it("[PEER15] [RCV6] is not pushed out by who comes later, whatever his id, nor by who was due later", async () => {
    const kept = namedSigner("alice/kept key");
    const { people, network, hub, settle, close } = await stage(() => ({
      backupKey: { key: kept.publicKey, delay: DELAY },
    }));
    const account = people.alice.account.id;
    const said = async (entry: Pick<ControlEntry, "operation">, signer: Signer, place = {}) => {
      const whole = { version: 1, network: network.id, account, ...entry, ...place } as ControlEntry;
      return signControlEntry(whole, signer);
    };
    const nextKeyDigest = keyDigest(namedSigner("after that").publicKey);
    const begin = async (signer: Signer) => {
      const keys = { masterKey: signer.publicKey, nextKeyDigest };
      const way = { type: "backup-key" } as const;
      const start = await said({ operation: { type: "recovery-start", ...keys, round: 1, way } }, kept);
      expect((await hub.ingestRecovery(start.bytes)).ok).toBe(true);
      await settle(timeMs(hub.settled.time + HOUR_MS));
      const { nextSequence: sequence, head: previous } = accountOf(hub.settled, account)?.control ?? {};
      const operation = { type: "recovery-complete", ...keys, start: start.id } as const;
      return said({ operation }, signer, { sequence, previous });
    };
    const comes = async ({ bytes }: VerifiedControlEntry) => {
      const taken = await hub.ingestRecovery(bytes);
      if (taken.ok) return "kept";
      return taken.error.type === "recovery-refused" ? taken.error.code : taken.error.type;
    };
    const inOrder = [];
    for (const number of [1, 2, 3]) inOrder.push(await begin(namedSigner(`device ${number}`)));
    const [first, second, third] = inOrder as [VerifiedControlEntry, VerifiedControlEntry, VerifiedControlEntry];
    expect(await comes(first)).toBe("recovery-waiting");
    await settle(timeMs(hub.settled.time + DELAY.days * DAY_MS));
    expect([await comes(second), await comes(third)], "who was due later").toEqual(["kept", "sequence-taken"]);
    expect([await comes(first), await comes(second)], "who came later").toEqual(["sequence-taken", "kept"]);
    await settle();
    expect(accountOf(hub.settled, account)?.keys?.masterKey).toBe(namedSigner("device 2").publicKey);
    await close();
  });
});

describe("guardians who agree apart", () => {
  for (const apart of ["until the ledger has both", "and hear of each other before"] as const)
    it(`[DEV14] ${apart} come together in one recovery, without being asked again`, async () => {
      const { wallets, people, hub, links, settle, open, close } = await stage(twoOfThree);
      const alices = people.alice.account.id;
      const { text } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
      for (const name of ["bob", "carol"] as const) {
        links[name].unplug();
        await until("away", () => wallets[name].view.connections.length === 0);
        await wallets[name].recovery.approve(text);
      }
      links.bob.plug();
      await until("the hub has it", () => saidAt(hub) === 1);
      if (apart === "until the ledger has both") {
        await settle();
        await wallets.bob.close();
        await open("bob");
      }
      links.carol.plug();
      await until("both agree to one", () =>
        hub.recoveries.of(alices).some(({ entry }) => entry.operation.type === "recovery-approve"),
      );
      await settle();
      const seen = wallets.alice.view.recovery.underWay;
      expect(Math.max(...seen.map(({ approvals }) => approvals.length))).toBe(2);
      expect(wallets.dave.recovery.review(text)).toMatchObject({ approvals: { length: 2 }, threshold: 2 });
      await settle(seen.find(({ due }) => due !== undefined)?.due);
      await wallets.newcomer.recovery.complete(alices);
      await until("the hub has it", () =>
        hub.recoveries.of(alices).some(({ entry }) => entry.operation.type === "recovery-complete"),
      );
      await settle();
      expect([wallets.alice.view.session.status, saidAt(hub)]).toEqual(["killed", 0]);
      await close();
    });
});

describe("a request to guardians", () => {
  it("[RRQ1] is taken for a day, and then made anew for the same keys", async () => {
    const { wallets, people, open, close } = await stage(twoOfThree);
    const alices = people.alice.account.id;
    const first = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    const later = { ...systemClock, now: () => timeMs(systemClock.now() + DAY_MS + HOUR_MS) };
    for (const name of ["bob", "newcomer"] as const) await wallets[name].close();
    await open("bob", undefined, later);
    expect(await refusalOf(() => wallets.bob.recovery.review(first.text))).toBe("request-expired");
    expect(await refusalOf(() => wallets.bob.recovery.approve(first.text))).toBe("request-expired");
    await open("newcomer", undefined, later);
    const second = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    expect(wallets.bob.recovery.review(second.text).code).toBe(second.code);
    expect(second.code).not.toBe(first.code);
    expect(await refusalOf(() => wallets.carol.recovery.review(second.text))).toBe("request-from-future");
    const keysOf = (bytes: Uint8Array) => {
      const { masterKey, nextKeyDigest } = orThrow(verifyRecoveryRequest(bytes, wallets.bob.network.tag)).request;
      return [masterKey, nextKeyDigest];
    };
    expect(keysOf(second.request)).toEqual(keysOf(first.request));
    await close();
  });
});

describe("an account that is lost once more", () => {
  it("[DEV14] is recovered from the same wallet again, with other keys", async () => {
    const signer = namedSigner("alice/kept key");
    const ways = (): RecoveryOptions => ({ backupKey: { key: signer.publicKey, delay: DELAY } });
    const { wallets, people, hub, open, settle, close } = await stage(ways);
    const alices = people.alice.account.id;
    const keys = new Set<string>();
    for (let round = 1; round <= 3; round++) {
      await wallets.newcomer.recovery.begin(alices, { type: "backup-key", signer });
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      await settle(timeMs(hub.settled.time + DELAY.days * DAY_MS));
      await wallets.newcomer.recovery.complete(alices);
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      await wallets.newcomer.recovery.complete(alices);
      keys.add(accountOf(hub.settled, alices)?.keys?.masterKey ?? "");
      expect([keys.size, saidAt(hub)]).toEqual([round, 0]);
      await wallets.newcomer.close();
      await open("newcomer");
      expect((await wallets.newcomer.recovery.openRecovered(people.alice.grant.inception)).id).toBe(alices);
    }
    await close();
  });
});
