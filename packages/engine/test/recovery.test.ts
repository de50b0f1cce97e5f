/**
 * An account whose master key was lost gets a new one: by guardians who agree or by a key that was kept, after a delay of the
 * ledger in which the account may veto (spec [DEV14], [PEER15]).
 */
import { describe, expect, it } from "vitest";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  decodeDeviceAnswer,
  encodeDeviceAnswer,
  ACCOUNT_RECOVER,
  decodeControlEntry,
  orThrow,
  guardianAnswerToText,
  READ_ALL,
  signControlEntry,
  verifyRecoveryRequest,
  recoveryStatementToText,
  textToGuardianAnswer,
  timeMs,
  type EntryId,
} from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import {
  joinAccount,
  openWallet,
  SEND_LIMIT_DAILY,
  StoreError,
  WalletError,
  type RecoveryOptions,
  type SessionGrant,
  type Store,
  type Wallet,
} from "@amigos/engine";
import { accountOf } from "@amigos/reconcile";
import { fresh, openStore, paymentsOf, until } from "./devices.ts";
import { refusing } from "@amigos/engine/testing";
import { agreed, DAY_MS, DELAY, refusalOf, saidAt, stage, twoOfThree } from "./recovery-stage.ts";

describe("an account that is recovered by guardians", () => {
  it("[DEV14] [PEER15] gets new keys when enough agree and the delay is over, and what was before signs no more", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, network, hub, settle } = all;
    const alices = people.alice.account.id;
    const before = wallets.alice.view.recovery;
    expect([before.ways?.guardians?.threshold, before.underWay]).toEqual([2, []]);

    const { text, code } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    expect(wallets.bob.recovery.review(text)).toMatchObject({ account: alices, code, approvals: [], threshold: 2 });
    expect([wallets.bob, wallets.newcomer].map(({ recovery }) => recovery.guarded())).toEqual([[alices], []]);
    expect(await refusalOf(() => wallets.bob.recovery.standing(alices)), "bob asks for nothing").toBe(
      "recovery-unknown",
    );
    const standing = async (): Promise<string> => {
      const { approvals, threshold, due: dueAt, isWon } = await wallets.newcomer.recovery.standing(alices);
      return `${approvals.length} of ${threshold}${dueAt === undefined ? "" : ` due ${dueAt}`}${isWon ? " won" : ""}`;
    };
    expect(await standing()).toBe("0 of 2");
    const due = await agreed(all);
    expect(await standing()).toBe(`2 of 2 due ${due}`);
    expect(due - hub.settled.time).toBe(DELAY.days * DAY_MS);
    expect(await refusalOf(() => wallets.newcomer.recovery.complete(alices))).toBe("recovery-waiting");
    await settle(due);
    await wallets.newcomer.recovery.complete(alices);
    expect(await standing(), "under way until it is settled").toBe(`2 of 2 due ${due}`);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect([wallets.alice.view.session.status, wallets.alice.view.recovery.underWay]).toEqual(["killed", []]);
    expect(await refusalOf(() => wallets.alice.pay(people.bob.account.id, "1.00 AMI"))).toBe("payment-refused");
    expect(await refusalOf(() => wallets.alice.openAccount())).toBe("master-key-missing");

    expect(await standing()).toBe("0 of 2 won");
    const recovered = await wallets.newcomer.recovery.openRecovered(alices);
    const terms = {
      device: "new phone",
      permissions: [SEND_LIMIT_DAILY("50.00 AMI"), ACCOUNT_RECOVER],
      expiry: { days: 30 },
      keyName: "session/recovered",
    };
    const session = await recovered.createSession(terms);
    const again = await (await wallets.newcomer.recovery.openRecovered(alices)).createSession(terms);
    expect(again.session, "taken up again, it is the same").toBe(session.session);
    let news = 0;
    const isBusy = (): boolean => news >= 100;
    const stop = wallets.newcomer.subscribe(() => {
      news += 1;
      if (!isBusy()) void wallets.newcomer.recovery.openRecovered(alices);
    });
    await wallets.newcomer.recovery.openRecovered(alices);
    await until("the hub has it", () => hub.unregistered().control.length === 1);
    await settle();
    stop();
    expect(isBusy(), "that it is opened is no news").toBe(false);
    await wallets.alice.close();
    const store = fresh("new phone");
    const open = async (more: { readonly session?: SessionGrant }): Promise<Wallet> =>
      openWallet({
        network,
        ...more,
        store: await openStore(store),
        keys: people.newcomer.keys,
        links: [all.links.alice.right],
        clock: systemClock,
        random: systemRandom,
      });
    await (await open({ session })).close();
    const phone = await open({});
    await until("it follows", () => phone.view.session.status === "active");
    await phone.pay(people.bob.account.id, "7.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle();
    await until("it is settled", () => phone.view.payments[0]?.finality === "settled");
    expect([phone.account, ...paymentsOf(phone)]).toEqual([alices, "out 7.00 AMI settled accepted"]);
    const renewed = await phone.openAccount();
    expect(renewed.id, "the new master key is known by its name").toBe(alices);

    // It adds a device, which knows no ledger yet, as any account does.
    const keys = createMemoryKeyVault();
    const blank = { network, keys, store: await openStore(fresh("tablet")), clock: systemClock, random: systemRandom };
    const joining = await joinAccount({ ...blank, device: "tablet" });
    const { answer } = await renewed.approveDevice(joining.text, { permissions: [READ_ALL], expiry: { days: 1 } });
    expect(joining.read(answer).account, "borne out by what comes along").toBe(alices);
    const { standing: _, ...unproven } = orThrow(decodeDeviceAnswer(answer, network.tag));
    const bare = encodeDeviceAnswer(unproven);
    expect(() => joining.read(bare)).toThrow("recovery-unproven");
    await until("the hub has it", () => hub.unregistered().control.length === 1);
    await settle();
    await phone.close();
    await joining.close();
    const over = await joinAccount({ ...blank, device: "tablet", links: [all.links.alice.right] });
    await over.accept(await over.offered());
    await over.close();
    const tablet = await openWallet({ ...blank, links: [all.links.alice.right] });
    await until("it is a device of the account", () => tablet.view.session.status === "active");
    await tablet.close();
    await all.close();
  });

  it("[DEV14] is not when one agrees twice and no other does, nor by who is no guardian", async () => {
    const { wallets, people, hub, settle, close } = await stage(twoOfThree);
    const alices = people.alice.account.id;
    const { text } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    const said = await wallets.bob.recovery.approve(text);
    // What has not arrived may be shown once more.
    expect(await wallets.bob.recovery.approve(text)).toEqual(said);
    expect(await refusalOf(() => wallets.newcomer.recovery.approve(text))).toBe("no-guardian");
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect(await refusalOf(() => wallets.bob.recovery.approve(text))).toBe("duplicate");
    await settle(timeMs(hub.settled.time + 30 * DAY_MS));
    expect(wallets.alice.view.recovery.underWay).toMatchObject([{ finality: "settled" }]);
    expect(wallets.alice.view.recovery.underWay[0]).not.toHaveProperty("due");
    expect(await refusalOf(() => wallets.newcomer.recovery.complete(alices))).toBe("recovery-waiting");
    await close();
  });

  it("[DEV14] is not when the account vetoes in time, and what was agreed to counts never again", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, hub, settle, close } = all;
    const alices = people.alice.account.id;
    const due = await agreed(all);
    const { account: asAgreed } = await wallets.newcomer.recovery.standing(alices);
    const [underWay] = wallets.alice.view.recovery.underWay;
    const veto = await wallets.alice.recovery.veto(underWay?.start as EntryId);
    expect(wallets.alice.view.recovery.underWay, "known here at once").toMatchObject([
      { finality: "settled", veto: "signed" },
    ]);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle(due);
    expect(await refusalOf(() => wallets.newcomer.recovery.complete(alices))).toBe("recovery-unknown");
    expect(await refusalOf(() => wallets.alice.recovery.veto(underWay?.start as EntryId))).toBe("recovery-unknown");
    expect(await refusalOf(() => wallets.bob.recovery.take(veto))).toBe("recovery-unknown");
    const { account: asVetoed, approvals } = await wallets.newcomer.recovery.standing(alices);
    expect([asVetoed, approvals], "who asked is told that something ended it, and that nothing else changed").toEqual([
      { ...asAgreed, round: asAgreed.round + 1 },
      [],
    ]);
    // They may agree anew, in the next round.
    await agreed(all);
    await close();
  });

  it("[DEV14] is lost to an old device: what that signs afterwards, knowing of nothing, is rejected", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, hub, settle, links } = all;
    const due = await agreed(all);
    links.alice.unplug();
    await until("she is away", () => wallets.alice.view.connections.length === 0);
    await settle(due);
    await wallets.newcomer.recovery.complete(people.alice.account.id);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    await wallets.alice.pay(people.bob.account.id, "5.00 AMI");
    links.alice.plug();
    await until("she follows", () => wallets.alice.view.ledger.height === hub.settled.height);
    await until("she sees it", () => wallets.alice.view.payments[0]?.outcome === "rejected");
    await settle();
    expect(paymentsOf(wallets.alice)).toEqual(["out 5.00 AMI settled rejected session-killed"]);
    expect(paymentsOf(wallets.bob)).toEqual(["in 5.00 AMI settled rejected session-killed"]);
    await all.close();
  });

  for (const writes of [0, 1])
    it(`[DEV14] through a disk that takes ${writes} of what each step writes: each is done again, and once`, async () => {
      let left = Infinity;
      const disk = (store: Store): Store => refusing(store, () => left-- <= 0);
      const { wallets, people, hub, open, settle, close } = await stage(twoOfThree);
      const alices = people.alice.account.id;
      const insist = async <Value>(step: () => Promise<Value>): Promise<Value> => {
        left = writes;
        const first = await step().catch((error: unknown) => error);
        left = Infinity;
        const second = await step().catch((error: unknown) => error);
        expect(first instanceof StoreError || writes > 0).toBe(true);
        return (second instanceof WalletError ? first : second) as Value;
      };
      for (const name of ["bob", "newcomer"] as const) {
        await wallets[name].close();
        await open(name, disk);
      }
      const { text } = await insist(() => wallets.newcomer.recovery.begin(alices, { type: "guardians" }));
      expect((await wallets.newcomer.recovery.begin(alices, { type: "guardians" })).text).toBe(text);
      await insist(() => wallets.bob.recovery.approve(text));
      await until("the hub has it", () => saidAt(hub) === 1);
      await until("carol has heard", () => wallets.carol.recovery.review(text).approvals.length === 1);
      await wallets.carol.recovery.approve(text);
      await until("the hub has both", () => saidAt(hub) === 2);
      await settle();
      await settle(wallets.alice.view.recovery.underWay[0]?.due);
      await insist(() => wallets.newcomer.recovery.complete(alices));
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      expect(wallets.alice.view.session.status).toBe("killed");
      await close();
    });

  it("[DEV14] is when the veto comes too late", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, hub, settle, links } = all;
    const alices = people.alice.account.id;
    const due = await agreed(all);
    const start = wallets.alice.view.recovery.underWay[0]?.start as EntryId;
    links.alice.unplug();
    await until("she is away", () => wallets.alice.view.connections.length === 0);
    await settle(due);
    await wallets.newcomer.recovery.complete(alices);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    await wallets.alice.recovery.veto(start);
    links.alice.plug();
    await until("she follows", () => wallets.alice.view.ledger.height === hub.settled.height);
    expect(wallets.alice.view.session.status).toBe("killed");
    expect(wallets.alice.view.recovery.underWay).toEqual([]);
    expect(hub.counts.keysHeldAgainst, "to be late is no fault").toBe(0);
    expect(await refusalOf(() => wallets.alice.recovery.veto(start))).toBe("may-not-speak");
    await all.close();
  });

  it("[DEV14] [PEER15] by hand: what guardians signed without a network goes by whoever has one", async () => {
    const { wallets, people, hub, links, settle, close } = await stage(twoOfThree);
    const alices = people.alice.account.id;
    const { text } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    for (const name of ["bob", "carol"] as const) links[name].unplug();
    await until(
      "they are away",
      () => wallets.bob.view.connections.length + wallets.carol.view.connections.length === 0,
    );
    const started = await wallets.bob.recovery.approve(text);
    await wallets.carol.recovery.take(started);
    const approved = await wallets.carol.recovery.approve(text);
    expect(await refusalOf(() => wallets.newcomer.recovery.take(approved))).toBe("recovery-unknown");
    for (const statement of [started, approved, recoveryStatementToText(approved)])
      await wallets.newcomer.recovery.take(statement);
    await until("the hub has both", () => saidAt(hub) === 2);
    await settle();
    expect(wallets.alice.view.recovery.underWay).toMatchObject([{ finality: "settled" }]);
    expect(wallets.alice.view.recovery.underWay[0]).toHaveProperty("due");
    for (const bytes of [new Uint8Array(4), people.alice.grant.grant.bytes])
      expect(await refusalOf(() => wallets.bob.recovery.take(bytes))).toMatch(/malformed|not-a-recovery/);
    await close();
  });

  it("[DEV14] through a restart of whoever agreed before anybody heard, and of whoever asked", async () => {
    const { wallets, people, hub, links, open, settle, close } = await stage(twoOfThree);
    const alices = people.alice.account.id;
    const { text } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
    links.bob.unplug();
    await until("he is away", () => wallets.bob.view.connections.length === 0);
    await wallets.bob.recovery.approve(text);
    await wallets.bob.close();
    await wallets.newcomer.close();
    await open("newcomer");
    expect((await wallets.newcomer.recovery.begin(alices, { type: "guardians" })).text).toBe(text);
    await open("bob");
    expect(saidAt(hub)).toBe(0);
    links.bob.plug();
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect(wallets.alice.view.recovery.underWay).toMatchObject([{ approvals: [people.bob.account.id] }]);
    await close();
  });

  it("[PEER15] with each message of a guardian's link lost in turn: the ledger has what he agreed to, once", async () => {
    let lost = -1;
    let sent = 0;
    const linkTo = ({ names }: { readonly names: readonly [string, string] }): MemoryLinkPair => {
      const link: MemoryLinkPair = createMemoryLinkPair({
        names,
        schedule: (deliver) => {
          const isLost = names[1] === "bob" && lost >= 0 && sent++ === lost;
          queueMicrotask(() => {
            if (!isLost) return deliver();
            link.unplug();
            queueMicrotask(() => link.plug());
          });
        },
      });
      return link;
    };
    const { wallets, people, hub, links, settle, close } = await stage(twoOfThree, { linkTo });
    const alices = people.alice.account.id;
    for (let round = 0; round < 8; round++) {
      links.bob.unplug();
      await until("he is away", () => wallets.bob.view.connections.length === 0);
      const { text } = await wallets.newcomer.recovery.begin(alices, { type: "guardians" });
      await wallets.bob.recovery.approve(text);
      [lost, sent] = [round, 0];
      links.bob.plug();
      await until("the hub has it", () => saidAt(hub) === 1);
      lost = -1;
      await settle();
      await until("it is settled", () => wallets.alice.view.recovery.underWay[0]?.finality === "settled");
      await wallets.alice.recovery.veto(wallets.alice.view.recovery.underWay[0]?.start as EntryId);
      await until("the hub has the veto", () => saidAt(hub) === 1);
      await settle();
      await until("bob is back", () => wallets.bob.view.ledger.height === hub.settled.height);
    }
    await close();
  });
});

describe("an account whose new device is lost, too", () => {
  it("[DEV14] [RCV3] is recovered by the next one and the same guardians, who are told what they agreed to before", async () => {
    const all = await stage(twoOfThree);
    const { wallets, people, hub, links, open, settle, close } = all;
    const alices = people.alice.account.id;
    const asked = systemClock.now();
    const dueOfLost = await agreed(all);
    links.newcomer.unplug();
    await until("it is gone", () => wallets.newcomer.view.connections.length === 0);

    const { text, code } = await wallets.second.recovery.begin(alices, { type: "guardians" });
    for (const name of ["bob", "carol"] as const) {
      await wallets[name].close();
      await open(name);
      await until("it follows", () => wallets[name].view.ledger.height === hub.settled.height);
      const { agreedBefore, ...review } = wallets[name].recovery.review(text);
      expect(review).toMatchObject({ account: alices, code, threshold: 2 });
      expect(agreedBefore).toMatchObject([{ due: dueOfLost }]);
      const [{ time = 0, masterKey } = {}] = agreedBefore;
      expect([time >= asked, time <= systemClock.now()], "also after a restart").toEqual([true, true]);
      expect(masterKey).toBe(accountOf(hub.settled, alices)?.recoveries[0]?.masterKey);
      await wallets[name].recovery.approve(text);
      const approvals = name === "bob" ? 1 : 2;
      await until("the hub has it", () => saidAt(hub) === approvals);
      await until("carol has heard", () => wallets.carol.recovery.review(text).approvals.length === approvals);
    }
    expect(wallets.dave.recovery.review(text).agreedBefore, "dave agreed to nothing").toEqual([]);
    await settle();
    expect(accountOf(hub.settled, alices)?.recoveries.map(({ starter }) => starter)).toEqual(
      Array(2).fill(people.bob.account.id),
    );
    expect(wallets.alice.view.recovery.underWay).toHaveLength(2);

    const { due } = await wallets.second.recovery.standing(alices);
    await settle(due);
    await wallets.second.recovery.complete(alices);
    await until("the hub has it", () => saidAt(hub) === 1);
    await settle();
    expect(await wallets.second.recovery.standing(alices)).toMatchObject({ isWon: true });
    expect(wallets.bob.recovery.review(text).agreedBefore, "that is over").toEqual([]);

    // Who finds the lost one takes nothing with it: not by what it signs before it hears, nor afterwards.
    await wallets.newcomer.close();
    await open("newcomer", undefined, { ...systemClock, now: () => timeMs((due ?? 0) + DAY_MS) });
    await wallets.newcomer.recovery.complete(alices);
    links.newcomer.plug();
    await until("it follows", () => wallets.newcomer.view.ledger.height === hub.settled.height);
    await settle();
    expect([saidAt(hub), accountOf(hub.settled, alices)?.recoveries]).toEqual([0, []]);
    expect(await wallets.newcomer.recovery.standing(alices)).toMatchObject({ approvals: [], isWon: false });
    expect(await refusalOf(() => wallets.newcomer.recovery.complete(alices))).toBe("recovery-unknown");
    expect(await refusalOf(() => wallets.newcomer.recovery.openRecovered(alices))).toBe("recovery-unknown");
    expect((await wallets.second.recovery.openRecovered(people.alice.grant.inception)).id).toBe(alices);
    await close();
  });

  it("[DEV14] [RCV3] four times is helped by a guardian who has begun for each when another one begins for the next", async () => {
    const { wallets, people, network, hub, settle, close } = await stage(twoOfThree);
    const [alices, by] = [people.alice.account.id, { account: people.bob.account.id }];
    const asked = [];
    for (const name of ["newcomer", "second", "alice", "dave", "carol"] as const) {
      const { text, request } = await wallets[name].recovery.begin(alices, { type: "guardians" });
      const { masterKey, nextKeyDigest } = orThrow(verifyRecoveryRequest(request, network.tag)).request;
      const keys = { masterKey, nextKeyDigest };
      const operation = { type: "recovery-start", ...keys, round: 1, way: { type: "guardians", by } } as const;
      const bobs = { version: 1, network: network.id, account: alices, operation } as const;
      asked.push({ name, text, start: (await signControlEntry(bobs, namedSigner("whoever"))).id });
    }
    // Of all in one call the ledger would take those with the lowest ids.
    const [last, ...others] = asked.toSorted((one, other) => (one.start < other.start ? -1 : 1));
    const { name, text: fifth } = last as (typeof asked)[number];
    for (const { text } of others) await wallets.bob.recovery.approve(text);
    expect(wallets.bob.recovery.review(fifth).agreedBefore).toHaveLength(4);
    expect(await refusalOf(() => wallets.bob.recovery.approve(fifth))).toBe("recovery-pending");
    await wallets.carol.recovery.approve(fifth);
    await until("bob has heard", () => wallets.bob.recovery.review(fifth).approvals.length === 1);
    await wallets.bob.recovery.approve(fifth);
    await until("the hub has all", () => saidAt(hub) === 6);
    await settle();
    const begun = accountOf(hub.settled, alices)?.recoveries.map(({ start }) => start);
    expect(begun).toEqual(expect.arrayContaining(others.map(({ start }) => start)));
    expect(await wallets[name].recovery.standing(alices)).toMatchObject({ approvals: { length: 2 }, threshold: 2 });
    expect(await wallets[name].recovery.standing(alices)).toHaveProperty("due");
    await close();
  });
});

describe("an account that is recovered by a key", () => {
  for (const type of ["backup-key", "time-locked-key"] as const)
    it(`[DEV14] the ${type}: at once under way, due after its delay, and vetoed by a session that may`, async () => {
      const signer = namedSigner("alice/kept key");
      const way = { key: signer.publicKey, delay: DELAY };
      const ways = (): RecoveryOptions => (type === "backup-key" ? { backupKey: way } : { timeLockedKey: way });
      const all = await stage(ways, { permissions: [SEND_LIMIT_DAILY("50.00 AMI"), ACCOUNT_RECOVER] });
      const { wallets, people, hub, settle, close } = all;
      const alices = people.alice.account.id;
      const other = type === "backup-key" ? "time-locked-key" : "backup-key";
      expect(await refusalOf(() => wallets.newcomer.recovery.begin(alices, { type: "guardians" }))).toBe(
        "way-not-chosen",
      );
      expect(await refusalOf(() => wallets.newcomer.recovery.begin(alices, { type: other, signer }))).toBe(
        "way-not-chosen",
      );
      const thief = namedSigner("mallory");
      expect(await refusalOf(() => wallets.newcomer.recovery.begin(alices, { type, signer: thief }))).toBe(
        "signature-invalid",
      );
      await wallets.newcomer.recovery.begin(alices, { type, signer });
      await wallets.newcomer.recovery.begin(alices, { type, signer });
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      const [underWay] = wallets.alice.view.recovery.underWay;
      expect((underWay?.due ?? 0) - hub.settled.time).toBe(DELAY.days * DAY_MS);
      const veto = await wallets.alice.recovery.veto(underWay?.start as EntryId);
      expect(orThrow(decodeControlEntry(veto)).entry.operation).toMatchObject({ session: wallets.alice.session });
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      expect(wallets.newcomer.view.ledger.height).toBe(hub.settled.height);

      await wallets.newcomer.recovery.begin(alices, { type, signer });
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      await settle(wallets.alice.view.recovery.underWay[0]?.due);
      await wallets.newcomer.recovery.complete(alices);
      await until("the hub has it", () => saidAt(hub) === 1);
      await settle();
      expect(wallets.alice.view.session.status).toBe("killed");
      await close();
    });
});

describe("practising a recovery", () => {
  it("[DEV15] shows which guardians answer, also after a restart, and starts nothing", async () => {
    const { wallets, people, hub, open, settle, close } = await stage(twoOfThree);
    const [bobs, carols] = [people.bob.account.id, people.carol.account.id];
    expect(await refusalOf(() => wallets.bob.recovery.practise())).toBe("way-not-chosen");
    const earlier = await wallets.alice.recovery.practise();
    const asked = await wallets.alice.recovery.practise();
    const old = await wallets.bob.recovery.answerPractice(earlier);
    expect(await refusalOf(() => wallets.alice.recovery.takePractice(old))).toBe("answer-of-another-request");
    expect(await refusalOf(() => wallets.newcomer.recovery.answerPractice(asked))).toBe("no-guardian");
    expect(await refusalOf(() => wallets.bob.recovery.approve(asked))).toBe("not-a-recovery-request");
    for (const name of ["bob", "carol"] as const)
      await wallets.alice.recovery.takePractice(await wallets[name].recovery.answerPractice(asked));
    const answered = wallets.alice.view.recovery.practice?.answers.map(({ guardian }) => guardian).toSorted();
    expect(answered).toEqual([bobs, carols].toSorted());

    // What somebody else signs in a guardian's name, or takes for a recovery, is refused.
    const answer = orThrow(textToGuardianAnswer(await wallets.dave.recovery.answerPractice(asked)));
    expect(await refusalOf(() => wallets.newcomer.recovery.take(answer))).not.toBe("none");
    const flipped = guardianAnswerToText(answer.map((byte, at) => (at === answer.length - 1 ? byte ^ 1 : byte)));
    expect(await refusalOf(() => wallets.alice.recovery.takePractice(flipped))).toBe("signature-invalid");

    await settle();
    expect([saidAt(hub), wallets.alice.view.recovery.underWay]).toEqual([0, []]);
    await wallets.alice.close();
    await open("alice");
    expect(wallets.alice.view.recovery.practice?.answers).toHaveLength(2);
    await wallets.alice.recovery.practise();
    expect(wallets.alice.view.recovery.practice?.answers).toEqual([]);
    await close();
  });
});

describe("inviting guardians", () => {
  it("[DEV17] shows who would be one, also after a restart, and chooses nobody", async () => {
    const { wallets, people, hub, open, settle, close } = await stage(twoOfThree);
    const { alice, bob, carol } = wallets;
    const earlier = await alice.recovery.invite();
    const invitation = await alice.recovery.invite();
    expect(bob.recovery.reviewInvitation(invitation).account).toBe(people.alice.account.id);
    const refusals = [
      async () => alice.recovery.takeAcceptance(await bob.recovery.acceptInvitation(earlier)),
      () => alice.recovery.acceptInvitation(invitation),
      () => bob.recovery.answerPractice(invitation),
      () => bob.recovery.acceptInvitation("AMIGOS:GAAA"),
    ];
    expect(await Promise.all(refusals.map(refusalOf))).toEqual([
      "answer-of-another-request",
      "no-guardian",
      "asks-something-else",
      "not-a-guardian-request",
    ]);
    for (const guardian of [bob, carol, bob])
      await alice.recovery.takeAcceptance(await guardian.recovery.acceptInvitation(invitation));
    const accepted = alice.view.recovery.invitation?.answers.map(({ guardian }) => guardian).toSorted();
    expect(accepted).toEqual([people.bob.account.id, people.carol.account.id].toSorted());
    await settle();
    expect([saidAt(hub), alice.view.recovery.ways?.guardians?.accounts.length]).toEqual([0, 3]);
    await alice.close();
    await open("alice");
    expect(wallets.alice.view.recovery.invitation).toMatchObject({ text: invitation, answers: [{}, {}] });
    const account = await wallets.alice.openAccount();
    await account.setRecovery({ guardians: { accounts: accepted ?? [], threshold: 2, delay: DELAY } });
    await wallets.alice.sync();
    await settle();
    expect(wallets.alice.view.recovery.ways?.guardians?.accounts).toEqual(accepted);
    await close();
  });
});

describe("ways of recovery", () => {
  it("[DEV14] that no account can have are not chosen, and choosing the same again says nothing", async () => {
    const { wallets, people, hub, close } = await stage(twoOfThree);
    const account = await wallets.alice.openAccount();
    const { key, ...rest } = { key: namedSigner("alice/kept key").publicKey, delay: DELAY };
    const [bobs, carols] = [people.bob.account.id, people.carol.account.id];
    const guardians = { accounts: [bobs, carols], threshold: 2, delay: DELAY };
    const cases: readonly (readonly [RecoveryOptions, string])[] = [
      [{ guardians: { ...guardians, accounts: [] } }, "guardians"],
      [{ guardians: { ...guardians, accounts: [bobs, bobs] } }, "guardians"],
      [{ guardians: { ...guardians, threshold: 3 } }, "threshold"],
      [{ guardians: { ...guardians, threshold: 0 } }, "threshold"],
      [{ guardians: { ...guardians, delay: { days: 366 } } }, "delay"],
      [{ backupKey: { key, delay: { days: -1 } } }, "delay"],
      [{ timeLockedKey: { key: "00".repeat(32) as typeof key, ...rest } }, "key"],
    ];
    for (const [ways, field] of cases)
      await expect(account.setRecovery(ways)).rejects.toMatchObject({ detail: { type: "recovery-invalid", field } });
    await account.setRecovery(twoOfThree(people));
    expect(hub.unregistered().control).toEqual([]);
    await close();
  });
});
