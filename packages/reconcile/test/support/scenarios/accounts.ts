/** Stories about accounts: devices that end, keys that change, recoveries. */
import {
  ACCOUNT_RECOVER,
  generation,
  keyDigest,
  SEND_UNLIMITED,
  type EntryId,
  type Recovery,
  type SessionId,
  type VerifiedControlEntry,
} from "@amigos/core";
import { ami, type Person } from "@amigos/core/testing";
import { fastSigner } from "../fast-signer.ts";
import { DAY, HOUR } from "../ledger.ts";
import type { Stage, Story } from "./stage.ts";

/** Keys that a recovery or rotation brings. */
function keysOf(name: string): { readonly masterKey: never; readonly nextKeyDigest: never } {
  const masterKey = fastSigner(name).publicKey as never;
  return { masterKey, nextKeyDigest: keyDigest(fastSigner(`${name}/next`).publicKey) as never };
}

/** Bob and carol, or either alone after a long time, or a key from the drawer. */
function recoveryBy(guardians: readonly Person[]): Recovery {
  const accounts = guardians.map(({ account }) => account).toSorted();
  return {
    guardians: { accounts, threshold: 2, delayMs: DAY },
    timeLockedKey: { key: fastSigner("alice/drawer").publicKey, delayMs: 20 * DAY },
  };
}

async function aliceWithFriends(stage: Stage) {
  const permissions = [SEND_UNLIMITED, ACCOUNT_RECOVER];
  const alice = await stage.person("alice", { permissions });
  const [bob, carol] = [await stage.person("bob", { permissions }), await stage.person("carol")];
  await stage.settle({ people: [alice, bob, carol] });
  const recovery = recoveryBy([bob, carol]);
  await stage.settle({ control: [await stage.control(alice, { type: "set-recovery", recovery })] });
  stage.later(HOUR);
  const start = (by: Person, round: number, keys: ReturnType<typeof keysOf>) => {
    const way = { type: "guardians", by: { account: by.account } } as const;
    return stage.statement(alice, { type: "recovery-start", round, way, ...keys }, by.master);
  };
  const approve = (by: Person, id: EntryId) =>
    stage.statement(alice, { type: "recovery-approve", start: id, by: { account: by.account } }, by.master);
  return { alice, bob, carol, start, approve };
}

/** A grant for the same place of the log with a lower id, which therefore takes it. */
async function decoyBefore(stage: Stage, person: Person, id: EntryId) {
  for (let number = 1; ; number += 1) {
    const terms = stage.terms(`decoy ${number}`, fastSigner(`${person.name}/decoy`));
    const decoy = await stage.control(person, { type: "grant", ...terms }, { isBranch: true });
    if (decoy.id < id) return decoy;
  }
}

export const accounts: readonly Story[] = [
  {
    name: "revocation",
    story:
      "Alice revokes her lost tablet up to what she knows of it. The revocation comes with another control entry for the same place, loses the place and acts all the same; a later one that honours less counts, one that honours more does not. Her watch replaces the tablet.",
    tell: async (stage) => {
      const [alice, bob] = [await stage.person("alice"), await stage.person("bob")];
      const tablet = await stage.device(alice, "tablet");
      await stage.settle({ people: [alice, bob], control: [tablet.grant] });
      stage.later(HOUR);
      const log = [];
      for (let place = 0; place < 4; place += 1) log.push(await stage.pay(tablet, bob, ami(1)));
      const revoke = (lastHonoured?: number) =>
        ({
          type: "revoke",
          session: tablet.session,
          ...(lastHonoured === undefined ? {} : { lastHonoured: lastHonoured as never }),
        }) as const;
      const watchSigner = fastSigner("alice/watch");
      const revocation = await stage.control(alice, revoke(2), { isBranch: true });
      const winner = await decoyBefore(stage, alice, revocation.id);
      await stage.settle({ control: [revocation, winner], entries: log.slice(0, 2) });
      await stage.settle({ entries: log.slice(2) });
      stage.goOn(alice, winner);
      await stage.settle({ control: [await stage.control(alice, revoke(3)), await stage.control(alice, revoke(0))] });
      const unknown = { ...revoke(), session: "ab".repeat(32) as SessionId };
      const upgrade = { type: "upgrade", replaces: tablet.session, ...stage.terms("watch", watchSigner) } as const;
      const lost = { ...upgrade, replaces: unknown.session, ...stage.terms("ring", fastSigner("alice/ring")) };
      const twice = { type: "grant", ...stage.terms("copy", watchSigner) } as const;
      await stage.settle({
        control: [
          await stage.control(alice, unknown),
          await stage.control(alice, upgrade),
          await stage.control(alice, lost),
          await stage.control(alice, twice),
        ],
      });
    },
  },
  {
    name: "kill-switch",
    story:
      "Alice pulls the kill switch: phone and tablet are dead, what the tablet had set aside returns, and a new phone is granted in the new generation. A kill switch for another generation and a grant for the old one do nothing.",
    tell: async (stage) => {
      const [alice, bob] = [await stage.person("alice"), await stage.person("bob")];
      const tablet = await stage.device(alice, "tablet");
      await stage.settle({ people: [alice, bob], control: [tablet.grant] });
      stage.later(HOUR);
      await stage.settle({ entries: [await stage.sign(tablet, { type: "float", ...ami(60) })] });
      const kill = (number: number) => ({ type: "kill-switch", generation: generation(number) }) as const;
      const phone = stage.terms("new phone", fastSigner("alice/new phone"));
      const control = [
        await stage.control(alice, kill(3)),
        await stage.control(alice, kill(1)),
        await stage.control(alice, { type: "grant", ...phone }),
        await stage.control(alice, { type: "grant", ...phone, generation: generation(1) }),
      ];
      const [grant] = control.slice(-1) as [VerifiedControlEntry];
      const entries = [await stage.pay(alice, bob, ami(1)), await stage.pay(tablet, bob, ami(1))];
      await stage.settle({ control, entries });
      const renewed = { ...alice, session: grant.id as string as SessionId, signer: fastSigner("alice/new phone") };
      await stage.settle({ entries: [await stage.pay(renewed, bob, ami(100))] });
    },
  },
  {
    name: "rotation",
    story:
      "Mallory has stolen alice's master key. Alice rotates to the key that she had committed to; what mallory signs with the old one is not alice's any more, and a rotation to a key that nobody committed to is nothing. Dave's rotation comes before his inception.",
    holders: ["alice", "dave"],
    tell: async (stage) => {
      const [alice, bob, dave] = [await stage.person("alice"), await stage.person("bob"), await stage.person("dave")];
      await stage.settle({ people: [alice, bob] });
      const [next, thief] = [fastSigner("alice/next"), fastSigner("mallory/master")];
      const toThief = await stage.control(
        alice,
        { type: "rotate", masterKey: thief.publicKey, nextKeyDigest: keyDigest(thief.publicKey) },
        { signer: thief, isBranch: true },
      );
      await stage.settle({ control: [toThief] });
      const rotated = { masterKey: next.publicKey, nextKeyDigest: keyDigest(fastSigner("alice/third").publicKey) };
      const rotation = await stage.control(alice, { type: "rotate", ...rotated }, { signer: next });
      const stolen = { type: "grant", ...stage.terms("stolen", thief) } as const;
      const grant = { type: "grant", ...stage.terms("tablet", fastSigner("alice/tablet")) } as const;
      await stage.settle({ control: [rotation, await stage.control(alice, stolen, { isBranch: true })] });
      await stage.settle({ control: [await stage.control(alice, grant, { signer: next })] });
      const daves = { masterKey: fastSigner("dave/next").publicKey, nextKeyDigest: keyDigest(thief.publicKey) };
      const early = await stage.control(dave, { type: "rotate", ...daves }, { signer: fastSigner("dave/next") });
      await stage.settle({ control: [early, alice.grant], inceptions: [alice.inception] });
      await stage.settle({ people: [dave], control: [early] });
    },
  },
  {
    name: "two-for-one-place",
    story:
      "Alice's master key signs two grants for one place of her control log: one takes it, the other never will. One that is further on waits.",
    tell: async (stage) => {
      const alice = await stage.person("alice");
      await stage.settle({ people: [alice] });
      const grant = (name: string) => ({ type: "grant", ...stage.terms(name, fastSigner(`alice/${name}`)) }) as const;
      const control = [
        await stage.control(alice, grant("tablet"), { isBranch: true }),
        await stage.control(alice, grant("watch"), { isBranch: true }),
      ];
      await stage.control(alice, grant("ring"));
      control.push(await stage.control(alice, grant("laptop")));
      await stage.settle({ control });
      await stage.settle({ control: control.slice(0, 2) });
    },
  },
  {
    name: "sessions-full",
    story: "An account has room for 64 devices, dead ones included, and alice grants one more.",
    tell: async (stage) => {
      const alice = await stage.person("alice");
      const control = [];
      for (let index = 1; index <= 64; index += 1) control.push((await stage.device(alice, `device ${index}`)).grant);
      await stage.settle({ people: [alice], control });
    },
  },
  {
    name: "recovery-by-guardians",
    story:
      "Alice has lost her key. Bob starts a recovery, and one for other keys; a stranger tries; carol approves, twice, and something that is not under way. It cannot be completed before the delay is over; then alice has her new key, and every old device is dead.",
    tell: async (stage) => {
      const { alice, bob, carol, start, approve } = await aliceWithFriends(stage);
      const mallory = await stage.person("mallory");
      await stage.settle({ people: [mallory] });
      const keys = keysOf("alice/recovered");
      const [first, again] = [await start(bob, 1, keys), await start(bob, 1, keysOf("alice/other"))];
      const [old, stranger] = [await start(carol, 0, keys), await start(mallory, 1, keys)];
      const backup = await stage.statement(
        alice,
        { type: "recovery-start", round: 1, way: { type: "time-locked-key" }, ...keys },
        fastSigner("alice/drawer"),
      );
      await stage.settle({ control: [first, old, stranger, backup] });
      const complete = { type: "recovery-complete", start: first.id, ...keys } as const;
      const completion = await stage.control(alice, complete, { signer: fastSigner("alice/recovered") });
      const unknown = "ab".repeat(32) as EntryId;
      await stage.settle({
        control: [
          first,
          again,
          completion,
          await approve(mallory, first.id),
          await approve(bob, first.id),
          await approve(carol, unknown),
        ],
      });
      await stage.settle({ control: [await approve(carol, first.id)] });
      stage.later(DAY - 1);
      await stage.settle({ control: [completion], entries: [await stage.pay(alice, bob, ami(1))] });
      stage.later(1);
      await stage.settle({ control: [completion], entries: [await stage.pay(alice, bob, ami(1))] });
      await stage.settle({ control: [await approve(carol, first.id)] });
    },
  },
  {
    name: "recovery-once-more",
    story:
      "Alice has lost her key, and bob and carol agree to that of a new phone, each by a start of their own. She loses that phone, too. They agree to the key of her next one; bob says so again by his phone, which adds nothing, and to as many others as he may, and one more. When her second phone has the account, the first one comes too late.",
    tell: async (stage) => {
      const { alice, bob, carol, start, approve } = await aliceWithFriends(stage);
      const [lost, keys] = [keysOf("alice/lost"), keysOf("alice/recovered")];
      const byBob = await start(bob, 1, lost);
      await stage.settle({ control: [byBob, await start(carol, 1, lost), await approve(carol, byBob.id)] });
      stage.later(HOUR);
      const next = await start(bob, 1, keys);
      const way = { type: "guardians", by: { account: bob.account, session: bob.session } } as const;
      const again = await stage.statement(alice, { type: "recovery-start", round: 1, way, ...keys }, bob.signer);
      await stage.settle({ control: [next, await approve(carol, next.id)] });
      await stage.settle({ control: [again] });
      for (const name of ["third", "fourth", "fifth"])
        await stage.settle({ control: [await start(bob, 1, keysOf(`alice/${name}`))] });
      stage.later(DAY);
      const complete = (from: EntryId, to: ReturnType<typeof keysOf>, name: string) =>
        stage.control(alice, { type: "recovery-complete", start: from, ...to }, { signer: fastSigner(name) });
      const completion = await complete(next.id, keys, "alice/recovered");
      await stage.settle({ control: [completion] });
      await stage.settle({ control: [await complete(byBob.id, lost, "alice/lost"), byBob] });
    },
  },
  {
    name: "recovery-due-first",
    story:
      "Bob and carol agree to the key of alice's new phone, and an hour later to one of mallory's, who talked to them. Both let the delay pass and complete in the same call. Mallory tried keys until her completion had the lower id; but alice was due first.",
    tell: async (stage) => {
      const { alice, bob, carol, start, approve } = await aliceWithFriends(stage);
      const recover = async (name: string) => {
        const [keys, signer] = [keysOf(name), fastSigner(name)];
        const begun = await start(bob, 1, keys);
        const complete = { type: "recovery-complete", start: begun.id, ...keys } as const;
        return { begun, completion: await stage.control(alice, complete, { signer, isBranch: true }) };
      };
      const alices = await recover("alice/recovered");
      let mallorys = await recover("mallory/recovered");
      for (let number = 1; mallorys.completion.id > alices.completion.id; number += 1)
        mallorys = await recover(`mallory/recovered ${number}`);
      for (const { begun } of [alices, mallorys]) {
        await stage.settle({ control: [begun, await approve(carol, begun.id)] });
        stage.later(HOUR);
      }
      stage.later(DAY);
      await stage.settle({ control: [mallorys.completion, alices.completion] });
    },
  },
  {
    name: "recovery-vetoed",
    story:
      "Bob and carol want alice's account for themselves. Her phone, which may speak for her, vetoes in time: the recovery is over, and so is every one of its round. What somebody else says in her name, or bob by a device that he does not have, is nothing.",
    tell: async (stage) => {
      const { alice, bob, carol, start, approve } = await aliceWithFriends(stage);
      const keys = keysOf("mallory/recovered");
      const first = await start(bob, 1, keys);
      await stage.settle({ control: [first, await approve(carol, first.id)] });
      const veto = (session: SessionId, signer = alice.signer) =>
        stage.statement(alice, { type: "recovery-veto", start: first.id, session }, signer);
      await stage.settle({ control: [await veto(bob.session, bob.signer)] });
      await stage.settle({ control: [await veto(alice.session), await start(carol, 1, keys)] });
      await stage.settle({ control: [first, await start(carol, 1, keys), await veto(alice.session)] });
    },
  },
  {
    name: "recovery-by-a-key",
    story:
      "Carol has chosen no way of recovery, so there is none. Alice's key from the drawer waits its twenty days and works alone.",
    tell: async (stage) => {
      const { alice, bob, carol } = await aliceWithFriends(stage);
      const keys = keysOf("alice/recovered");
      const byGuardian = { type: "guardians", by: { account: bob.account } } as const;
      const none = await stage.statement(
        carol,
        { type: "recovery-start", round: 0, way: byGuardian, ...keys },
        bob.master,
      );
      const way = { type: "time-locked-key" } as const;
      const started = await stage.statement(
        alice,
        { type: "recovery-start", round: 1, way, ...keys },
        fastSigner("alice/drawer"),
      );
      await stage.settle({ control: [none, started] });
      stage.later(20 * DAY);
      const complete = { type: "recovery-complete", start: started.id, ...keys } as const;
      const completion = await stage.control(alice, complete, { signer: fastSigner("alice/recovered") });
      await stage.settle({ control: [completion] });
    },
  },
];
