import { describe, expect, it } from "vitest";
import {
  ACCOUNT_RECOVER,
  generation,
  keyDigest,
  READ_ALL,
  SEND_UNLIMITED,
  signControlEntry,
  type OrderedControl,
  type Permission,
  type Recovery,
  type RecoveryOperation,
  type SessionId,
  type Signer,
  type VerifiedControlEntry,
} from "@amigos/core";
import { ami, namedSigner, type Person } from "@amigos/core/testing";
import {
  approve,
  complete,
  controlLines,
  grant,
  kill,
  onDevice,
  revoke,
  rotate,
  signOrdered,
  signStatement,
  start,
  veto,
} from "../../test/support/control.ts";
import { DAY, at, TestLedger, present, type SettleOptions } from "../../test/support/ledger.ts";
import { float, pay, penOf } from "../../test/support/operations.ts";
import { compareText } from "../compare.ts";
import { accountOf, type AccountState, type ControlFailure } from "../index.ts";

const backup = namedSigner("alice/backup");
const locked = namedSigner("alice/locked");
const keysOf = (devices: number): readonly Signer[] =>
  Array.from({ length: devices }, (_, number) => namedSigner(`alice/device ${number}`));
/** What alice recovers to. */
const newKey = namedSigner("alice/recovered");

/** alice has chosen every way: two of bob, carol and dave, a time-locked key, a backup key. All have phones that may recover. */
async function friends(permissions: readonly Permission[] = [SEND_UNLIMITED, ACCOUNT_RECOVER]) {
  const ledger = new TestLedger();
  const { network } = ledger;
  const people: Person[] = [];
  for (const name of ["alice", "bob", "carol", "dave", "erin"]) people.push(await ledger.join(name, { permissions }));
  const [alice, bob, carol, dave, erin] = people as [Person, Person, Person, Person, Person];
  const recovery: Recovery = {
    guardians: {
      accounts: [bob, carol, dave].map(({ account }) => account).toSorted(),
      threshold: 2,
      delayMs: 2 * DAY,
    },
    timeLockedKey: { key: locked.publicKey, delayMs: 60 * DAY },
    backupKey: { key: backup.publicKey, delayMs: DAY },
  };
  const chosen = await signOrdered(alice, { type: "set-recovery", recovery }, { network });
  await ledger.settle([], { control: [chosen] });
  /** By a person for alice, with the master key. */
  const say = (operation: RecoveryOperation, signer: Signer) => signStatement(alice, operation, { network, signer });
  const byGuardian = (guardian: Person, next = newKey, round = 1) =>
    say(start({ type: "guardians", by: { account: guardian.account } }, next, round), guardian.master);
  const byBackup = (next = newKey, round = 1) => say(start({ type: "backup-key" }, next, round), backup);
  const approveBy = (guardian: Person, begun: Awaited<ReturnType<typeof say>>) =>
    say(approve(begun, { account: guardian.account }), guardian.master);
  const sign = (
    operation: Parameters<typeof signOrdered>[1],
    options: Partial<Parameters<typeof signOrdered>[2]> = {},
  ) => signOrdered(alice, operation, { network, after: chosen, signer: alice.master, ...options });
  const settle = async (control: readonly VerifiedControlEntry[], options: SettleOptions = {}) => {
    await ledger.settle([], { control, ...options });
    return controlLines(ledger.newest.reconciliation, control);
  };
  const failureOf = (item: VerifiedControlEntry, options: SettleOptions = {}): ControlFailure | undefined => {
    const [verdict] = ledger.look([], { control: [item], ...options }).control;
    return verdict?.outcome === "accepted" ? undefined : verdict?.failure;
  };
  const state = (): AccountState => present(accountOf(ledger.state, alice.account));
  /** `[round, due of each recovery under way]`. */
  const underWay = () => [state().recoveryRound, state().recoveries.map(({ due }) => due)];
  return {
    ...{ ledger, network, alice, bob, carol, dave, erin, recovery, chosen },
    ...{ say, byGuardian, byBackup, approveBy, sign, settle, failureOf, state, underWay },
  };
}

describe("choosing ways of recovery", () => {
  it("[RCV2] ends what is under way and begins a new round", async () => {
    const { sign, byBackup, settle, underWay, recovery, chosen, state } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    expect(underWay()).toEqual([1, [at(DAY)]]);
    const fewer = await sign({ type: "set-recovery", recovery: { backupKey: present(recovery.backupKey) } });
    await settle([fewer]);
    expect(underWay()).toEqual([2, []]);
    await settle([await sign({ type: "set-recovery" }, { after: fewer })]);
    expect([state().recovery, state().recoveryRound]).toEqual([undefined, 3]);
    expect(chosen.entry.sequence).toBe(1);
  });

  it("[RCV2] [RCV3] an old start can never be used again", async () => {
    const { alice, byBackup, settle, failureOf, say } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    await settle([await say(veto(begun), alice.master)]);
    expect(await settle([begun])).toEqual(["recovery-start ignored recovery-over"]);
    expect(failureOf(begun)).toEqual({ code: "recovery-over", round: 1, current: 2 });
    expect(failureOf(await byBackup(newKey, 2))).toBeUndefined();
    expect(failureOf(await byBackup(newKey, 3)), "nor one from a round to come").toMatchObject({
      code: "recovery-over",
    });
  });
});

describe("recoveries by a key", () => {
  it("[RCV3] are due after the way's delay from the ledger time of the call", async () => {
    const { byBackup, say, settle, state, underWay } = await friends();
    const begun = await byBackup();
    const slowly = await say(start({ type: "time-locked-key" }, newKey, 1), locked);
    await settle([begun], { time: at(DAY) });
    await settle([slowly], { time: at(2 * DAY) });
    expect(underWay()).toMatchObject([1, expect.arrayContaining([at(2 * DAY), at(62 * DAY)])]);
    expect(state().recoveries).toContainEqual({
      start: begun.id,
      way: "backup-key",
      masterKey: newKey.publicKey,
      nextKeyDigest: state().recoveries[0]?.nextKeyDigest,
      starter: undefined,
      approvals: [],
      due: at(2 * DAY),
    });
  });

  it("[RCV3] are the chosen key's alone, one for the same keys", async () => {
    const { byBackup, say, settle, failureOf } = await friends();
    const begun = await byBackup();
    const forged = await say(start({ type: "backup-key" }, newKey, 1), locked);
    expect(failureOf(forged)).toEqual({ code: "signer-not-current", key: locked.publicKey });
    await settle([begun]);
    expect(failureOf(begun)).toEqual({ code: "duplicate" });
    expect(failureOf(await say(start({ type: "time-locked-key" }, newKey, 1), locked))).toBeUndefined();
    const sameKeys = start({ type: "backup-key" }, newKey, 1);
    const otherNext = { ...sameKeys, nextKeyDigest: keyDigest(namedSigner("alice/another next").publicKey) };
    expect(failureOf(await say(otherNext, backup)), "other keys by the one that comes after").toBeUndefined();
  });

  it("[RCV3] are for the keys of four devices that were lost one after the other, and for no fifth", async () => {
    const { byBackup, settle, failureOf, underWay } = await friends();
    const begun = await Promise.all(keysOf(5).map((key) => byBackup(key)));
    const byId = begun.toSorted((a, b) => compareText(a.id, b.id));
    const fifth = "recovery-start ignored recovery-pending";
    expect(await settle(byId), "in order of ids").toEqual([...Array<string>(4).fill("recovery-start accepted"), fifth]);
    expect(failureOf(present(byId[4]))).toEqual({ code: "recovery-pending", start: byId[0]?.id });
    expect(underWay()).toEqual([1, Array<number>(4).fill(at(DAY))]);
  });

  it("[RCV3] need a way that the account has chosen", async () => {
    const { recovery, sign, settle, say, bob } = await friends();
    const none = await sign({ type: "set-recovery" });
    await settle([none]);
    const attempts = [
      await say(start({ type: "backup-key" }, newKey, 2), backup),
      await say(start({ type: "time-locked-key" }, newKey, 2), locked),
      await say(start({ type: "guardians", by: { account: bob.account } }, newKey, 2), bob.master),
    ];
    expect(await settle(attempts)).toEqual(Array<string>(3).fill("recovery-start ignored recovery-not-allowed"));
    expect(recovery.guardians?.threshold).toBe(2);
  });

  it("[RCV3] of several that say the same, the round is told first, then the way, then the double", async () => {
    const { byBackup, settle, failureOf, byGuardian, erin } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    expect(failureOf(await byGuardian(erin, newKey, 7))).toMatchObject({ code: "recovery-over" });
    expect(failureOf(await byGuardian(erin))).toEqual({ code: "recovery-not-allowed", reason: "no-guardian" });
  });
});

describe("recoveries by guardians", () => {
  it("[RCV3] [RCV4] are due after the delay from the approval that reaches the threshold, not before", async () => {
    const { byGuardian, approveBy, settle, underWay, state, bob, carol, dave } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun], { time: at(DAY) });
    expect(underWay()).toEqual([1, [undefined]]);
    expect(state().recoveries[0]?.approvals).toEqual([bob.account]);
    await settle([await approveBy(carol, begun)], { time: at(3 * DAY) });
    expect(underWay()).toEqual([1, [at(5 * DAY)]]);
    await settle([await approveBy(dave, begun)], { time: at(4 * DAY) });
    expect(underWay(), "a third approval changes nothing about the time").toEqual([1, [at(5 * DAY)]]);
    expect(state().recoveries[0]?.approvals).toEqual([bob, carol, dave].map(({ account }) => account).toSorted());
  });

  it("[RCV4] a threshold of one is reached by the start, and one of all by the last", async () => {
    const { recovery, sign, settle, byGuardian, approveBy, underWay, bob, carol, dave } = await friends();
    const accounts = present(recovery.guardians).accounts;
    const anyone = await sign({
      type: "set-recovery",
      recovery: { guardians: { accounts, threshold: 1, delayMs: 7 } },
    });
    await settle([anyone]);
    await settle([await byGuardian(bob, newKey, 2)]);
    expect(underWay()).toEqual([2, [at(7)]]);
    const all = { guardians: { accounts, threshold: 3, delayMs: 7 } };
    await settle([await sign({ type: "set-recovery", recovery: all }, { after: anyone })]);
    const begun = await byGuardian(bob, newKey, 3);
    await settle([begun, await approveBy(carol, begun)]);
    expect(underWay()).toEqual([3, [undefined]]);
    await settle([await approveBy(dave, begun)]);
    expect(underWay()).toEqual([3, [at(7)]]);
  });

  it("[RCV4] a guardian approves once; nobody else approves", async () => {
    const { byGuardian, approveBy, settle, failureOf, underWay, bob, carol, erin } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun]);
    expect(failureOf(await approveBy(bob, begun)), "it approved with its start").toEqual({ code: "duplicate" });
    expect(failureOf(await approveBy(erin, begun))).toEqual({ code: "recovery-not-allowed", reason: "no-guardian" });
    expect(underWay()).toEqual([1, [undefined]]);
    const approval = await approveBy(carol, begun);
    expect(await settle([approval])).toEqual(["recovery-approve accepted"]);
    expect(failureOf(approval)).toEqual({ code: "duplicate" });
    expect(failureOf(await byGuardian(carol)), "another guardian may start another one").toBeUndefined();
  });

  it("[RCV3] a guardian starts one for the keys of each device, of four at most, by whatever key", async () => {
    const { byGuardian, say, settle, failureOf, state, bob, carol } = await friends();
    const [first, ...others] = keysOf(5);
    const begun = await byGuardian(bob, first);
    await settle([begun]);
    const byPhone = start({ type: "guardians", by: { account: bob.account, session: bob.session } }, present(first), 1);
    expect(failureOf(await say(byPhone, bob.signer)), "says nothing new").toEqual({
      code: "recovery-pending",
      start: begun.id,
    });
    const more = await Promise.all(others.slice(0, 3).map((key) => byGuardian(bob, key)));
    expect(await settle(more)).toEqual(Array<string>(3).fill("recovery-start accepted"));
    expect(failureOf(await byGuardian(bob, others[3]))).toEqual({
      code: "recovery-pending",
      start: state().recoveries[0]?.start,
    });
    expect(failureOf(await byGuardian(carol, others[3])), "another guardian's are his own").toBeUndefined();
  });

  it("[RCV3] [RCV6] whose device is lost too, and whose guardians have all agreed, is helped by the same ones", async () => {
    const { byGuardian, approveBy, settle, sign, failureOf, state, underWay, bob, carol } = await friends();
    const [lost, second] = [namedSigner("alice/lost"), namedSigner("alice/second")];
    const first = [await byGuardian(bob, lost), await byGuardian(carol, lost)];
    await settle([...first, await approveBy(carol, present(first[0])), await approveBy(bob, present(first[1]))]);
    const begun = await byGuardian(carol, second);
    await settle([begun, await approveBy(bob, begun)], { time: at(DAY) });
    expect(underWay()[1]).toHaveLength(3);
    const taken = await sign(complete(begun), { signer: second });
    expect(failureOf(taken, { time: at(3 * DAY - 1) })).toMatchObject({ code: "recovery-waiting", due: at(3 * DAY) });
    expect(await settle([taken], { time: at(3 * DAY) })).toEqual(["recovery-complete#2 accepted"]);
    expect([state().keys?.masterKey, underWay()]).toEqual([second.publicKey, [2, []]]);
    const tooLate = await sign(complete(present(first[0])), { signer: lost });
    expect(failureOf(tooLate)).toMatchObject({ code: "sequence-taken" });
    const atTheNextPlace = await sign(complete(present(first[0])), { signer: lost, after: taken });
    expect(failureOf(atTheNextPlace)).toMatchObject({ code: "recovery-unknown" });
    expect(failureOf(present(first[0])), "nor does what was agreed to count again").toMatchObject({
      code: "recovery-over",
    });
  });

  it("[RCV6] [CTL4] of two who complete, who was due first has the account, whatever ids the other tries", async () => {
    const { ledger, byGuardian, approveBy, settle, sign, state, bob, carol } = await friends();
    const begun = await byGuardian(bob);
    const own = await sign(complete(begun), { signer: newKey });
    const tries = async (number: number): Promise<Record<"begun" | "rival", VerifiedControlEntry>> => {
      const thief = namedSigner(`mallory ${number}`);
      const other = await byGuardian(carol, thief);
      const rival = await sign(complete(other), { signer: thief });
      return rival.id < own.id ? { begun: other, rival } : tries(number + 1);
    };
    const mallorys = await tries(0);
    await settle([begun, await approveBy(carol, begun)], { time: at(0) });
    await settle([mallorys.begun, await approveBy(bob, mallorys.begun as typeof begun)], { time: at(1) });
    const stranger = await signControlEntry(own.entry, namedSigner("mallory"));
    const due = { time: at(3 * DAY) };
    const lookAt = (...control: readonly VerifiedControlEntry[]) =>
      controlLines(ledger.look([], { control, ...due }), control);
    expect(lookAt(mallorys.rival)).toEqual(["recovery-complete#2 accepted"]);
    expect(lookAt(mallorys.rival, stranger), "whom it goes by has signed it").toEqual([
      "recovery-complete#2 accepted",
      "recovery-complete#2 ignored sequence-taken",
    ]);
    expect(await settle([mallorys.rival, own], due)).toEqual([
      "recovery-complete#2 ignored sequence-taken",
      "recovery-complete#2 accepted",
    ]);
    expect(ledger.newest.record.control).toEqual([own.bytes]);
    expect(state().keys?.masterKey).toBe(newKey.publicKey);
  });

  it("[RCV6] of two who were due at the same moment, the lower id has the account", async () => {
    const { byGuardian, approveBy, settle, sign, bob, carol } = await friends();
    const keys = keysOf(2);
    const begun = await Promise.all(keys.map((key) => byGuardian(bob, key)));
    await settle([...begun, ...(await Promise.all(begun.map((one) => approveBy(carol, one))))]);
    const taken = await Promise.all(begun.map((one, number) => sign(complete(one), { signer: present(keys[number]) })));
    const lines = await settle(
      taken.toSorted((a, b) => compareText(a.id, b.id)),
      { time: at(2 * DAY) },
    );
    expect(lines).toEqual(["recovery-complete#2 accepted", "recovery-complete#2 ignored sequence-taken"]);
  });

  it("[RCV4] an approval waits for its start, in this call or a later one, and for one by a key for ever", async () => {
    const { byGuardian, byBackup, approveBy, settle, failureOf, underWay, bob, carol, dave } = await friends();
    const begun = await byGuardian(bob);
    const approval = await approveBy(carol, begun);
    expect(failureOf(approval)).toEqual({ code: "recovery-unknown", start: begun.id });
    expect(await settle([approval])).toEqual(["recovery-approve deferred recovery-unknown"]);
    const alone = await byBackup();
    await settle([await byGuardian(dave, namedSigner("another"))]);
    expect(failureOf(approval), "of another one").toEqual({ code: "recovery-unknown", start: begun.id });
    expect(await settle([approval, begun, alone, await approveBy(carol, alone)])).toEqual([
      "recovery-approve accepted",
      "recovery-start accepted",
      "recovery-start accepted",
      "recovery-approve deferred recovery-unknown",
    ]);
    expect(underWay()).toMatchObject([1, { length: 3 }]);
  });

  it("[RCV4] a guardian speaks by its master key, or by a session that may and lives", async () => {
    const { ledger, network, say, byGuardian, settle, failureOf, bob, carol, dave } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun]);
    const bySession = (guardian: Person, session: SessionId = guardian.session, signer = guardian.signer) =>
      say(approve(begun, { account: guardian.account, session }), signer);
    expect(failureOf(await bySession(carol))).toBeUndefined();
    expect(failureOf(await bySession(carol, carol.session, carol.master))).toEqual({
      code: "signer-not-current",
      key: carol.master.publicKey,
    });
    expect(failureOf(await bySession(carol, dave.session, dave.signer)), "of another account").toMatchObject({
      code: "session-unknown",
      account: carol.account,
    });
    const expiry = { time: at(30 * DAY) };
    expect(failureOf(await bySession(carol), { time: at(30 * DAY - 1) })).toBeUndefined();
    expect(failureOf(await bySession(carol), expiry), "expired").toMatchObject({ code: "signer-not-current" });
    const dead = { code: "signer-not-current", key: carol.signer.publicKey };
    const revocation = await signOrdered(carol, revoke(carol.session, 9), { network });
    expect(ledger.look([], { control: [await bySession(carol), revocation] }).control).toContainEqual(
      expect.objectContaining({ outcome: "ignored", failure: dead }),
    );
    const write = penOf(ledger, dave);
    await ledger.settle([await write(pay(bob, ami(1))), await write(pay(carol, ami(1)), { onto: null })]);
    expect(failureOf(await bySession(dave)), "frozen").toMatchObject({ code: "signer-not-current" });
    await ledger.settle([], { control: [await signOrdered(carol, kill(1), { network })] });
    expect(failureOf(await bySession(carol)), "killed").toEqual(dead);
  });

  it("[RCV4] a session without ACCOUNT_RECOVER does not speak for its account", async () => {
    const { say, settle, failureOf, bob, carol, byGuardian } = await friends([SEND_UNLIMITED, READ_ALL]);
    const begun = await byGuardian(bob);
    await settle([begun]);
    const approval = await say(approve(begun, { account: carol.account, session: carol.session }), carol.signer);
    expect(failureOf(approval)).toEqual({ code: "signer-not-current", key: carol.signer.publicKey });
    const byPhone = await say(
      start({ type: "guardians", by: { account: carol.account, session: carol.session } }, newKey, 1),
      carol.signer,
    );
    expect(failureOf(byPhone)).toEqual({ code: "signer-not-current", key: carol.signer.publicKey });
  });

  it("[RCV4] a guardian that nobody has registered yet is waited for", async () => {
    const { ledger, sign, settle, say, failureOf } = await friends();
    const frank = await new TestLedger({ network: ledger.network }).join("frank");
    const guardians = { accounts: [frank.account], threshold: 1, delayMs: 1 };
    await settle([await sign({ type: "set-recovery", recovery: { guardians } })]);
    const begun = await say(start({ type: "guardians", by: { account: frank.account } }, newKey, 2), frank.master);
    expect(failureOf(begun)).toEqual({ code: "account-unknown", account: frank.account });
    expect(await settle([begun])).toEqual(["recovery-start deferred account-unknown"]);
    expect(failureOf(begun, { inceptions: [frank.inception] })).toBeUndefined();
  });

  it("[RCV4] [CTL11] a guardian's old master key does not speak for it any more", async () => {
    const { ledger, network, byGuardian, approveBy, settle, failureOf, say, bob, carol } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun]);
    const next = namedSigner("carol/next");
    const rotation = await signOrdered(carol, rotate(next, namedSigner("carol/third")), { network, signer: next });
    const byOld = await approveBy(carol, begun);
    const byNew = await say(approve(begun, { account: carol.account }), next);
    expect(byNew.id, "one body under two keys").toBe(byOld.id);
    await ledger.settle([], { control: [rotation] });
    expect(failureOf(byOld)).toEqual({ code: "signer-not-current", key: carol.master.publicKey });
    expect(await settle([byOld, byNew]), "the right one counts").toEqual(
      Array<string>(2).fill("recovery-approve accepted"),
    );
    expect(ledger.newest.record.control).toEqual([byNew.bytes]);
  });
});

describe("vetoes", () => {
  it("[RCV5] by the master key or by a session that may end all recoveries of the account", async () => {
    for (const who of ["master", "session"] as const) {
      const { alice, bob, say, byBackup, byGuardian, settle, underWay } = await friends();
      const begun = await byBackup();
      await settle([begun, await byGuardian(bob)]);
      expect(underWay()).toMatchObject([1, { length: 2 }]);
      const against =
        who === "master" ? await say(veto(begun), alice.master) : await say(veto(begun, alice.session), alice.signer);
      expect(await settle([against])).toEqual(["recovery-veto accepted"]);
      expect(underWay()).toEqual([2, []]);
    }
  });

  it("[RCV5] wait while nothing of that name is under way, and count for nobody else", async () => {
    const { alice, bob, say, byBackup, settle, failureOf, underWay } = await friends();
    const begun = await byBackup();
    const against = await say(veto(begun), alice.master);
    expect(failureOf(against)).toEqual({ code: "recovery-unknown", start: begun.id });
    await settle([begun]);
    expect(failureOf(await say(veto(begun), bob.master))).toMatchObject({ code: "signer-not-current" });
    expect(failureOf(await say(veto(begun, bob.session), bob.signer))).toMatchObject({ code: "session-unknown" });
    expect(failureOf(await say(veto(begun, alice.session), alice.master))).toMatchObject({
      code: "signer-not-current",
    });
    expect(await settle([against])).toEqual(["recovery-veto accepted"]);
    expect(await settle([against])).toEqual(["recovery-veto deferred recovery-unknown"]);
    expect(underWay()).toEqual([2, []]);
  });

  it("[RCV5] by a session without ACCOUNT_RECOVER, or a dead one, count for nothing", async () => {
    const without = await friends([SEND_UNLIMITED]);
    const begunThere = await without.byBackup();
    await without.settle([begunThere]);
    const { alice } = without;
    expect(without.failureOf(await without.say(veto(begunThere, alice.session), alice.signer))).toMatchObject({
      code: "signer-not-current",
    });
    const { sign, byBackup, settle, failureOf, say, alice: other } = await friends();
    const begun = await byBackup();
    await settle([begun, await sign(revoke(other.session))]);
    expect(failureOf(await say(veto(begun, other.session), other.signer))).toMatchObject({
      code: "signer-not-current",
    });
  });

  it("[RCV7] one that comes with its start ends it", async () => {
    const { alice, byBackup, say, settle, underWay } = await friends();
    const begun = await byBackup();
    expect(await settle([await say(veto(begun), alice.master), begun])).toEqual([
      "recovery-veto accepted",
      "recovery-start accepted",
    ]);
    expect(underWay()).toEqual([2, []]);
  });

  it("[RCV7] one that comes with its start ends it, and whatever else was under way", async () => {
    const { alice, bob, byBackup, byGuardian, say, settle, underWay } = await friends();
    await settle([await byGuardian(bob)]);
    const begun = await byBackup();
    expect(await settle([await say(veto(begun), alice.master), begun])).toEqual([
      "recovery-veto accepted",
      "recovery-start accepted",
    ]);
    expect(underWay()).toEqual([2, []]);
  });

  it("[RCV7] of two against recoveries under way the first in order of ids ends both, and the other finds nothing", async () => {
    const { alice, bob, byBackup, byGuardian, say, settle, underWay } = await friends();
    const begun = [await byBackup(), await byGuardian(bob)];
    await settle(begun);
    const vetoes = await Promise.all(begun.map((recovery) => say(veto(recovery), alice.master)));
    const lines = await settle(vetoes.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    expect(lines).toEqual(["recovery-veto accepted", "recovery-veto deferred recovery-unknown"]);
    expect(underWay()).toEqual([2, []]);
  });
});

describe("completing a recovery", () => {
  it("[RCV6] gives the account the new keys and a new generation, and ends all recoveries", async () => {
    const { ledger, alice, bob, sign, byBackup, byGuardian, settle, state, underWay } = await friends();
    const begun = await byBackup();
    await settle([begun, await byGuardian(bob)]);
    const write = penOf(ledger, alice);
    await ledger.settle([await write(float(ami(30)))]);
    const taken = await sign(complete(begun), { signer: newKey });
    expect(await settle([taken], { time: at(DAY) })).toEqual(["recovery-complete#2 accepted"]);
    expect(state()).toMatchObject({ generation: 1, keys: { masterKey: newKey.publicKey } });
    expect(state().balances.get(ami(1).asset), "floats came back").toBe(10000n);
    expect(underWay()).toEqual([2, []]);
    expect(await ledger.settle([await write(pay(bob, ami(1)))])).toEqual(["alice#1→bob 1.00 rejected session-killed"]);
    const tablet = grant(alice, "tablet", { generation: generation(1) });
    expect(await settle([await sign(tablet, { after: taken })])).toEqual(["grant#3 ignored signer-not-current"]);
    expect(await settle([await sign(tablet, { after: taken, signer: newKey })])).toEqual(["grant#3 accepted"]);
  });

  it("[RCV6] waits until it is due, to the millisecond, and says since when", async () => {
    const { sign, byBackup, settle, failureOf } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const taken = await sign(complete(begun), { signer: newKey });
    const early = { time: at(DAY - 1) };
    expect(failureOf(taken, early)).toEqual({ code: "recovery-waiting", start: begun.id, due: at(DAY) });
    expect(await settle([taken], early)).toEqual(["recovery-complete#2 deferred recovery-waiting"]);
    expect(await settle([taken], { time: at(DAY) })).toEqual(["recovery-complete#2 accepted"]);
  });

  it("[RCV6] waits without a date while the threshold is not reached", async () => {
    const { sign, byGuardian, approveBy, settle, failureOf, bob, carol } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun]);
    const taken = await sign(complete(begun), { signer: newKey });
    expect(failureOf(taken, { time: at(20 * DAY) })).toEqual({ code: "recovery-waiting", start: begun.id, due: 0 });
    await settle([await approveBy(carol, begun)], { time: at(20 * DAY) });
    expect(failureOf(taken, { time: at(22 * DAY) })).toBeUndefined();
  });

  it("[RCV6] is for the key and the digest that the start names, signed by that key", async () => {
    const { alice, sign, byBackup, settle, failureOf } = await friends();
    const begun = await byBackup();
    await settle([begun], { time: at(0) });
    const due = { time: at(DAY) };
    const byOld = await sign(complete(begun));
    expect(failureOf(byOld, due)).toEqual({ code: "signer-not-current", key: alice.master.publicKey });
    const mallory = namedSigner("mallory");
    const stolen = await sign({ ...complete(begun), masterKey: mallory.publicKey }, { signer: mallory });
    expect(failureOf(stolen, due)).toEqual({ code: "recovery-unknown", start: begun.id });
    const { nextKeyDigest } = rotate(mallory, mallory);
    const bent = await sign({ ...complete(begun), nextKeyDigest }, { signer: newKey });
    expect(failureOf(bent, due)).toEqual({ code: "recovery-unknown", start: begun.id });
    const rightly = await sign(complete(begun), { signer: newKey });
    const copied = await signControlEntry(rightly.entry, mallory);
    expect(await settle([copied, rightly], due)).toEqual(Array<string>(2).fill("recovery-complete#2 accepted"));
  });

  it("[RCV6] takes a place like any other: one with another predecessor waits", async () => {
    const { alice, chosen, sign, byBackup, settle } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const tablet = await sign(grant(alice, "tablet"));
    await settle([tablet]);
    const due = { time: at(DAY) };
    const late = await sign(complete(begun), { after: chosen, signer: newKey });
    expect(await settle([late], due)).toEqual(["recovery-complete#2 ignored sequence-taken"]);
    expect(await settle([await sign(complete(begun), { after: tablet, signer: newKey })], due)).toEqual([
      "recovery-complete#3 accepted",
    ]);
  });

  it("[RCV7] a veto that comes with the completion wins", async () => {
    const { alice, sign, byBackup, say, settle, state } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const taken = await sign(complete(begun), { signer: newKey });
    const against = await say(veto(begun, alice.session), alice.signer);
    expect(await settle([taken, against], { time: at(DAY) })).toEqual([
      "recovery-complete#2 ignored recovery-unknown",
      "recovery-veto accepted",
    ]);
    expect(state().keys?.masterKey).toBe(alice.master.publicKey);
  });

  it("[RCV7] a kill switch or revocation that comes with the veto of a session does not stop the veto", async () => {
    const { alice, sign, byBackup, say, settle, underWay } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const against = await say(veto(begun, alice.session), alice.signer);
    expect(await settle([await sign(kill(1)), against])).toEqual([
      "kill-switch#2 accepted, acted",
      "recovery-veto accepted",
    ]);
    expect(underWay()).toEqual([2, []]);
  });

  it("[RCV7] control logs come before starts and approvals: what a rotation ends, nobody approves", async () => {
    const { sign, byGuardian, approveBy, settle, underWay, bob, carol } = await friends();
    const begun = await byGuardian(bob);
    await settle([begun]);
    const next = namedSigner("alice/next");
    const rotation = await sign(rotate(next, namedSigner("alice/third")), { signer: next });
    const inOldRound = await byGuardian(carol);
    expect(await settle([await approveBy(carol, begun), inOldRound, rotation])).toEqual([
      "recovery-approve deferred recovery-unknown",
      "recovery-start ignored recovery-over",
      "rotate#2 accepted",
    ]);
    expect(underWay()).toEqual([2, []]);
  });

  it("[RCV7] a completion and a grant for one place: whoever has the lower id", async () => {
    const { alice, sign, byBackup, settle, ledger } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const taken = await sign(complete(begun), { signer: newKey });
    for (const device of ["tablet", "laptop", "watch", "car"]) {
      const rival = await sign(grant(alice, device));
      const control: readonly OrderedControl[] = [taken, rival];
      expect(controlLines(ledger.look([], { control, time: at(DAY) }), control)).toEqual(
        taken.id < rival.id
          ? ["recovery-complete#2 accepted", "grant#2 ignored sequence-taken"]
          : ["recovery-complete#2 ignored sequence-taken", "grant#2 accepted"],
      );
    }
  });

  it("[RCV6] [CTL9] a session granted before the recovery is dead, one granted after it lives", async () => {
    const { ledger, alice, bob, sign, byBackup, settle } = await friends();
    const begun = await byBackup();
    await settle([begun]);
    const taken = await sign(complete(begun), { signer: newKey });
    const terms = { generation: generation(1) };
    const opener = await sign(grant(alice, "new phone", terms), { after: taken, signer: newKey });
    const phone = onDevice(alice, opener);
    ledger.name(phone, "new phone");
    const [byOld, byNew] = [
      await penOf(ledger, alice)(pay(bob, ami(1)), { time: at(DAY) }),
      await penOf(ledger, phone)(pay(bob, ami(2)), { time: at(DAY) }),
    ];
    expect(await ledger.settle([byOld, byNew], { control: [opener, taken], time: at(DAY) })).toEqual([
      "alice#0→bob 1.00 rejected session-killed",
      "new phone#0→bob 2.00 accepted",
    ]);
  });

  it("[RCV2] statements about an account that nobody has registered wait", async () => {
    const ledger = new TestLedger();
    const alice = await new TestLedger({ network: ledger.network }).join("alice");
    const begun = await signStatement(alice, start({ type: "backup-key" }, newKey), {
      network: ledger.network,
      signer: backup,
    });
    expect(ledger.look([], { control: [begun] }).control).toMatchObject([
      { outcome: "deferred", failure: { code: "account-unknown", account: alice.account } },
    ]);
  });
});
