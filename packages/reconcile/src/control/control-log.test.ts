import { describe, expect, it } from "vitest";
import {
  generation,
  keyDigest,
  signControlEntry,
  sequence,
  signInception,
  type Link,
  type OrderedControl,
  type OrderedControlEntry,
  type SessionId,
} from "@amigos/core";
import { AMI, ami, createPerson, founderOf, namedSigner, signPayment } from "@amigos/core/testing";
import {
  controlLines,
  grant,
  kill,
  onDevice,
  revoke,
  rotate,
  signOrdered,
  start,
  signStatement,
  upgrade,
  veto,
} from "../../test/support/control.ts";
import { TestLedger, present } from "../../test/support/ledger.ts";
import { float, pay, penOf } from "../../test/support/operations.ts";
import { accountOf, balanceOf, sessionOf } from "../index.ts";

/** The key that alice's inception commits to, and two that nobody knows of yet. */
const secondKey = namedSigner("alice/next");
const thirdKey = namedSigner("alice/third");
const fourthKey = namedSigner("alice/fourth");

/** alice has an account and a phone, both settled. */
async function aliceSettled() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  await ledger.settle([]);
  const look = (...control: readonly OrderedControl[]) => controlLines(ledger.look([], { control }), control);
  const settle = async (...control: readonly OrderedControl[]) => {
    await ledger.settle([], { control });
    return controlLines(ledger.newest.reconciliation, control);
  };
  const sign = (
    operation: Parameters<typeof signOrdered>[1],
    options: Omit<Parameters<typeof signOrdered>[2], "network"> = {},
  ) => signOrdered(alice, operation, { network, ...options });
  return {
    ledger,
    network,
    alice,
    bob,
    look,
    settle,
    sign,
    state: () => present(accountOf(ledger.state, alice.account)),
  };
}

describe("inceptions", () => {
  it("[CTL2] give keys and ways of recovery once, and what was held before stays", async () => {
    const ledger = new TestLedger();
    const alice = await createPerson("alice", { network: ledger.network });
    const first = ledger.look([], { inceptions: [alice.inception, alice.inception] });
    expect(first.control).toEqual([
      { record: "inception", account: alice.account, id: alice.account, outcome: "accepted" },
    ]);
    await ledger.settle([], { inceptions: [alice.inception] });
    expect(accountOf(ledger.state, alice.account)).toMatchObject({
      keys: { masterKey: alice.master.publicKey },
      generation: 0,
      recoveryRound: 0,
      recovery: undefined,
    });
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(10000n);
    const again = ledger.look([], { inceptions: [alice.inception] });
    expect(again.control).toMatchObject([{ outcome: "ignored", failure: { code: "duplicate" } }]);
    expect(again.state.accounts).toBe(ledger.state.accounts);
  });

  it("[CTL2] an account may begin with its ways of recovery", async () => {
    const ledger = new TestLedger();
    const recovery = { backupKey: { key: namedSigner("alice/backup").publicKey, delayMs: 1 } };
    const inception = await signInception(
      { version: 1, network: ledger.network.id, ...founderOf("alice"), recovery },
      namedSigner("alice/master"),
    );
    await ledger.settle([], { inceptions: [inception] });
    expect(accountOf(ledger.state, inception.id)?.recovery).toEqual(recovery);
  });
});

describe("the control log", () => {
  it("[CTL3] is followed whatever the order its entries come in", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await createPerson("alice", { network });
    const phone = alice.grant;
    const tablet = await signOrdered(alice, grant(alice, "tablet"), { network });
    const laptop = await signOrdered(alice, grant(alice, "laptop"), { network, after: tablet });
    const inceptions = [alice.inception];
    const look = (control: readonly OrderedControl[], began = inceptions) =>
      controlLines(ledger.look([], { inceptions: began, control }), control);
    expect(look([phone], [])).toEqual(["grant#0 deferred account-unknown"]);
    expect(look([laptop, phone])).toEqual(["grant#2 deferred previous-missing", "grant#0 accepted"]);
    await ledger.settle([], { inceptions, control: [phone] });
    expect(look([laptop, tablet, phone], [])).toEqual([
      "grant#2 accepted",
      "grant#1 accepted",
      "grant#0 ignored duplicate",
    ]);
  });

  it("[CTL3] an entry with another predecessor waits, and says where the log stands", async () => {
    const { ledger, alice, sign } = await aliceSettled();
    const elsewhere = { ...alice.grant, link: alice.account as string as Link };
    const astray = await sign(grant(alice, "astray"), { after: elsewhere });
    expect(ledger.look([], { control: [astray] }).control).toMatchObject([
      { outcome: "deferred", failure: { code: "previous-missing", previous: elsewhere.link, nextSequence: 1 } },
    ]);
  });

  it("[CTL3] an entry that names its predecessor and another place than the next waits", async () => {
    const { alice, sign, look } = await aliceSettled();
    const afar = { ...alice.grant, entry: { ...alice.grant.entry, sequence: sequence(7) } };
    expect(look(await sign(grant(alice, "afar"), { after: afar }))).toEqual(["grant#8 deferred previous-missing"]);
  });

  it("[CTL1] [VER1] what is said of an account that nobody knows waits, each with its name, in order of ids", async () => {
    const { ledger, network } = await aliceSettled();
    const carol = await new TestLedger({ network }).join("carol");
    const begun = await signStatement(carol, start({ type: "backup-key" }, thirdKey), { network, signer: secondKey });
    const given = [
      await signOrdered(carol, revoke(carol.session), { network }),
      await signOrdered(carol, kill(1), { network }),
      await signStatement(carol, veto(begun), { network, signer: carol.master }),
      begun,
    ];
    const { control, state } = ledger.look([], { control: given });
    expect(control).toEqual(
      given
        .map(({ id }) => id)
        .toSorted()
        .map((id) => ({
          record: "control",
          account: carol.account,
          id,
          outcome: "deferred",
          failure: { code: "account-unknown", account: carol.account },
        })),
    );
    expect(accountOf(state, carol.account)).toBeUndefined();
  });

  it("[CTL4] of two control entries for one place the lowest id takes it, unless one is settled", async () => {
    const { alice, look, settle, sign, state } = await aliceSettled();
    const rivals = [await sign(grant(alice, "one")), await sign(grant(alice, "two"))];
    const [low, high] = rivals.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [OrderedControl, OrderedControl];
    expect(look(high, low)).toEqual(["grant#1 ignored sequence-taken", "grant#1 accepted"]);
    expect(await settle(high)).toEqual(["grant#1 accepted"]);
    expect(look(low, high)).toEqual(["grant#1 ignored sequence-taken", "grant#1 ignored duplicate"]);
    expect([...state().sessions.keys()].toSorted()).toEqual([alice.session, onDevice(alice, high).session].toSorted());
  });

  it("[CTL4] one that opened no session and is given again finds its place taken", async () => {
    const { alice, look, settle, sign } = await aliceSettled();
    const revocation = await sign(revoke(alice.session));
    await settle(revocation);
    expect(look(revocation)).toEqual(["revoke#1 ignored sequence-taken"]);
  });

  it("[CTL5] a grant names the account's generation, or is rejected and takes its place", async () => {
    const { ledger, alice, settle, sign, state } = await aliceSettled();
    const early = await sign(grant(alice, "tablet", { generation: generation(1) }));
    expect(ledger.look([], { control: [early] }).control).toMatchObject([
      { outcome: "rejected", failure: { code: "generation-mismatch", generation: 1, expected: 0 } },
    ]);
    const next = await sign(grant(alice, "tablet"), { after: early });
    expect(await settle(early, next)).toEqual(["grant#1 rejected generation-mismatch", "grant#2 accepted"]);
    expect(state()).toMatchObject({ control: { nextSequence: 3, head: next.link } });
    expect(state().sessions.size).toBe(2);
  });

  it("[CTL5] a key is a session of the account once, even if that session is dead", async () => {
    const { ledger, alice, sign } = await aliceSettled();
    const revocation = await sign(revoke(alice.session));
    const again = await sign(grant(alice, "phone"), { after: revocation });
    const { control } = ledger.look([], { control: [revocation, again] });
    expect(control.find(({ id }) => id === again.id)).toMatchObject({
      outcome: "rejected",
      failure: { code: "key-in-use", key: alice.signer.publicKey, session: alice.session },
    });
  });

  it("[CTL5] the 65th session is refused, dead ones included, and takes its place", async () => {
    const { ledger, alice, sign, state, settle } = await aliceSettled();
    const grants: OrderedControl[] = [];
    for (let place = 1; place <= 63; place++)
      grants.push(await sign(grant(alice, `device ${place}`), { after: grants.at(-1) ?? alice.grant }));
    const killed = await sign(kill(1), { after: grants.at(-1) as OrderedControl });
    await ledger.settle([], { control: grants });
    const terms = { generation: generation(1) };
    const another = await sign(grant(alice, "another", terms), { after: killed });
    const replacing = await sign(upgrade(alice, "replacing", { session: alice.session }, terms), { after: another });
    expect(await settle(killed, another, replacing)).toEqual([
      "kill-switch#64 accepted, acted",
      "grant#65 rejected sessions-full",
      "upgrade#66 rejected sessions-full",
    ]);
    expect(ledger.newest.reconciliation.control).toContainEqual(
      expect.objectContaining({ failure: { code: "sessions-full", limit: 64, used: 64 } }),
    );
    expect(state()).toMatchObject({ control: { nextSequence: 67, head: replacing.link } });
    expect(state().sessions.size).toBe(64);
  });

  it("[CTL5] of everything that is wrong with an upgrade the generation comes first, then the key, then what it replaces", async () => {
    const { alice, look, sign } = await aliceSettled();
    const unknown = { session: "ab".repeat(32) as SessionId };
    const old = { generation: generation(3) };
    expect(look(await sign(upgrade(alice, "phone", unknown, old)))).toEqual(["upgrade#1 rejected generation-mismatch"]);
    expect(look(await sign(upgrade(alice, "phone", unknown)))).toEqual(["upgrade#1 rejected key-in-use"]);
    expect(look(await sign(upgrade(alice, "tablet", unknown)))).toEqual(["upgrade#1 rejected session-unknown"]);
  });

  it("[CTL6] a grant allows entries of the same call, and entries that came before it", async () => {
    const { ledger, alice, bob, sign } = await aliceSettled();
    const opener = await sign(grant(alice, "tablet"));
    const tablet = onDevice(alice, opener);
    ledger.name(tablet, "alice");
    const write = penOf(ledger, tablet);
    const [first, second] = [await write(pay(bob, ami(1))), await write(pay(bob, ami(2)))];
    expect(await ledger.settle([first])).toEqual(["alice#0→bob 1.00 deferred session-unknown"]);
    expect(await ledger.settle([second, first], { control: [opener] })).toEqual([
      "alice#1→bob 2.00 accepted",
      "alice#0→bob 1.00 accepted",
    ]);
  });

  it("[CTL8] an upgrade opens the new session and revokes the one that it replaces", async () => {
    const { ledger, network, alice, bob, sign, state } = await aliceSettled();
    const write = penOf(ledger, alice);
    const log = [await write(float(ami(40))), await write(pay(bob, ami(1))), await write(pay(bob, ami(2)))];
    await ledger.settle(log.slice(0, 1));
    const opener = await sign(upgrade(alice, "new phone", { session: alice.session, last: 1 }));
    const phone = onDevice(alice, opener);
    ledger.name(phone, "alice's new phone");
    ledger.name(alice, "alice");
    const fresh = await signPayment(phone, { network, to: bob.account, money: ami(90) });
    expect(await ledger.settle([...log.slice(1), fresh], { control: [opener] })).toEqual([
      "alice#1→bob 1.00 accepted",
      "alice#2→bob 2.00 rejected session-revoked",
      "alice's new phone#0→bob 90.00 accepted",
    ]);
    expect(state().sessions.get(alice.session)).toMatchObject({ revokedFrom: 2, float: new Map() });
    expect(balanceOf(ledger.state, alice.account, AMI), "what was set aside came back").toBe(900n);
  });

  it("[CTL8] an upgrade does not lift an earlier, lower revocation", async () => {
    const { alice, settle, sign, state } = await aliceSettled();
    const revocation = await sign(revoke(alice.session, 0));
    await settle(revocation);
    await settle(await sign(upgrade(alice, "new phone", { session: alice.session, last: 7 }), { after: revocation }));
    expect(state().sessions.get(alice.session)?.revokedFrom).toBe(1);
  });

  it("[CTL11] a rotation is signed by the key that was committed to, and what follows by that one", async () => {
    const { ledger, alice, look, settle, sign, state } = await aliceSettled();
    const rotation = await sign(rotate(secondKey, thirdKey), { signer: secondKey });
    const byOld = await sign(grant(alice, "by the old key"), { after: rotation });
    const byNew = await sign(grant(alice, "by the new key"), { after: rotation, signer: secondKey });
    expect(look(rotation, byOld)).toEqual(["rotate#1 accepted", "grant#2 ignored signer-not-current"]);
    expect(await settle(byNew, rotation)).toEqual(["grant#2 accepted", "rotate#1 accepted"]);
    expect(state().keys).toEqual({ masterKey: secondKey.publicKey, nextKeyDigest: keyDigest(thirdKey.publicKey) });
    const late = await sign(grant(alice, "late"), { after: byNew });
    expect(ledger.look([], { control: [late] }).control).toMatchObject([
      { outcome: "ignored", failure: { code: "signer-not-current", key: alice.master.publicKey } },
    ]);
    const again = await sign(rotate(thirdKey, fourthKey), { after: byNew, signer: thirdKey });
    expect(look(again)).toEqual(["rotate#3 accepted"]);
  });

  it("[CTL11] a stolen master key cannot rotate, to a key of its own or to the one committed to", async () => {
    const { look, sign } = await aliceSettled();
    const mallory = namedSigner("mallory/master");
    const toOwn = await sign(rotate(mallory, thirdKey), { signer: mallory });
    const byMaster = await sign(rotate(mallory, thirdKey));
    const toCommitted = await sign(rotate(secondKey, mallory));
    expect(look(toOwn, byMaster, toCommitted)).toEqual([
      "rotate#1 ignored signer-not-current",
      "rotate#1 ignored signer-not-current",
      "rotate#1 ignored signer-not-current",
    ]);
  });

  it("[CTL11] [CTL4] of two rotations for one place the lowest id takes it", async () => {
    const { look, settle, sign, state } = await aliceSettled();
    const rivals = [
      await sign(rotate(secondKey, thirdKey), { signer: secondKey }),
      await sign(rotate(secondKey, fourthKey), { signer: secondKey }),
    ];
    const [low, high] = rivals.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [OrderedControl, OrderedControl];
    expect(await settle(high, low)).toEqual(["rotate#1 ignored sequence-taken", "rotate#1 accepted"]);
    expect(state().keys?.nextKeyDigest).toBe((low.entry.operation as ReturnType<typeof rotate>).nextKeyDigest);
    expect(look(high)).toEqual(["rotate#1 ignored sequence-taken"]);
  });

  it("[CTL11] a rotation and a grant for one place: whoever has the lower id", async () => {
    const { alice, look, sign } = await aliceSettled();
    const rotation = await sign(rotate(secondKey, thirdKey), { signer: secondKey });
    for (const device of ["tablet", "laptop", "watch", "car"]) {
      const rival = await sign(grant(alice, device));
      expect(look(rotation, rival)).toEqual(
        rotation.id < rival.id
          ? ["rotate#1 accepted", "grant#1 ignored sequence-taken"]
          : ["rotate#1 ignored sequence-taken", "grant#1 accepted"],
      );
    }
  });

  it("[CTL11] a rotation ends every recovery", async () => {
    const { ledger, network, alice, settle, sign, state } = await aliceSettled();
    const backup = namedSigner("alice/backup");
    const chosen = await sign({ type: "set-recovery", recovery: { backupKey: { key: backup.publicKey, delayMs: 5 } } });
    await settle(chosen);
    const begun = await signStatement(alice, start({ type: "backup-key" }, namedSigner("alice/recovered"), 1), {
      network,
      signer: backup,
    });
    await ledger.settle([], { control: [begun] });
    expect([state().recoveries.length, state().recoveryRound]).toEqual([1, 1]);
    await settle(await sign(rotate(secondKey, thirdKey), { after: chosen, signer: secondKey }));
    expect([state().recoveries.length, state().recoveryRound]).toEqual([0, 2]);
  });

  it("[REC4] nobody pushes out what the right key signed by signing the same body with a wrong one", async () => {
    const { ledger, alice, settle, sign, state } = await aliceSettled();
    const rotation = await sign(rotate(secondKey, thirdKey), { signer: secondKey });
    await settle(rotation);
    const devices = ["tablet", "laptop", "watch", "car", "fridge", "lamp"];
    let after = rotation;
    for (const device of devices) {
      const rightly = await sign(grant(alice, device), { after, signer: secondKey });
      const copied = await signControlEntry<OrderedControlEntry>(rightly.entry, alice.master);
      expect(copied.id).toBe(rightly.id);
      expect(await settle(copied, rightly)).toEqual(Array<string>(2).fill(`grant#${rightly.entry.sequence} accepted`));
      expect(state().control.head).toBe(rightly.link);
      expect(ledger.newest.record.control).toEqual([rightly.bytes]);
      after = rightly;
    }
    expect(sessionOf(ledger.state, alice.account, onDevice(alice, after).session)).toBeDefined();
  });
});
