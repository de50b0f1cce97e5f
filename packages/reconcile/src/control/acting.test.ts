import { describe, expect, it } from "vitest";
import { generation, limits, signControlEntry, type OrderedControl, type OrderedControlEntry } from "@amigos/core";
import { AMI, ami, namedSigner } from "@amigos/core/testing";
import { controlLines, grant, kill, onDevice, revoke, rotate, signOrdered } from "../../test/support/control.ts";
import { TestLedger, present } from "../../test/support/ledger.ts";
import { float, pay, penOf, release } from "../../test/support/operations.ts";
import { accountOf, balanceOf, sessionOf, wouldAct, type AccountState } from "../index.ts";

const nextKey = namedSigner("alice/next");

/** alice has a phone, and a tablet that paid bob once; both are settled. */
async function aliceWithTablet() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const opener = await signOrdered(alice, grant(alice, "tablet"), { network });
  const tablet = onDevice(alice, opener);
  ledger.name(tablet, "tablet");
  ledger.name(alice, "alice");
  const [write, writeOnPhone] = [penOf(ledger, tablet), penOf(ledger, alice)];
  const first = await write(pay(bob, ami(1)));
  await ledger.settle([first], { control: [opener] });
  type Options = Partial<Parameters<typeof signOrdered>[2]>;
  const sign = (operation: Parameters<typeof signOrdered>[1], options: Options = {}) =>
    signOrdered(alice, operation, { network, after: opener, ...options });
  const look = (...control: readonly OrderedControl[]) => controlLines(ledger.look([], { control }), control);
  const settle = async (...control: readonly OrderedControl[]) => {
    await ledger.settle([], { control });
    return controlLines(ledger.newest.reconciliation, control);
  };
  const state = (): AccountState => present(accountOf(ledger.state, alice.account));
  const revokedFrom = () => sessionOf(ledger.state, alice.account, tablet.session)?.revokedFrom;
  return {
    ledger,
    network,
    alice,
    bob,
    tablet,
    opener,
    write,
    writeOnPhone,
    first,
    sign,
    look,
    settle,
    state,
    revokedFrom,
  };
}

describe("revocations", () => {
  it("[CTL8] honour the places up to the last, whenever what stands there comes", async () => {
    const { ledger, bob, tablet, write, sign, revokedFrom } = await aliceWithTablet();
    const offline = [await write(pay(bob, ami(2))), await write(pay(bob, ami(3))), await write(pay(bob, ami(4)))];
    const [second, third, fourth] = offline as [(typeof offline)[0], (typeof offline)[0], (typeof offline)[0]];
    const revocation = await sign(revoke(tablet.session, 2));
    expect(await ledger.settle([second], { control: [revocation] })).toEqual(["tablet#1→bob 2.00 accepted"]);
    expect(revokedFrom()).toBe(3);
    expect(await ledger.settle([fourth, third])).toEqual([
      "tablet#3→bob 4.00 rejected session-revoked",
      "tablet#2→bob 3.00 accepted",
    ]);
  });

  it("[CTL8] a later one counts if it is lower, and not if it is higher; what is settled stays", async () => {
    const { ledger, bob, tablet, write, sign, settle, revokedFrom } = await aliceWithTablet();
    const [second, third] = [await write(pay(bob, ami(2))), await write(pay(bob, ami(3)))];
    const first = await sign(revoke(tablet.session, 5));
    await ledger.settle([second], { control: [first] });
    const higher = await sign(revoke(tablet.session, 9), { after: first });
    expect(await settle(higher)).toEqual(["revoke#3 accepted"]);
    expect(revokedFrom()).toBe(6);
    const lower = await sign(revoke(tablet.session), { after: higher });
    expect(await settle(lower)).toEqual(["revoke#4 accepted, acted"]);
    expect(revokedFrom()).toBe(0);
    expect(balanceOf(ledger.state, bob.account, AMI)).toBe(300n);
    expect(await ledger.settle([second, third])).toEqual([
      "tablet#1→bob 2.00 ignored duplicate",
      "tablet#2→bob 3.00 rejected session-revoked",
    ]);
  });

  it("[CTL8] what the session has set aside returns at once, and it sets nothing aside any more", async () => {
    const { ledger, alice, tablet, bob, write, sign } = await aliceWithTablet();
    await ledger.settle([await write(float(ami(30)))]);
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(6900n);
    const log = [await write(float(ami(10))), await write(release(ami(5))), await write(pay(bob, ami(99)))];
    expect(await ledger.settle(log, { control: [await sign(revoke(tablet.session, 9))] })).toEqual([
      "tablet#2 floats 10.00 accepted",
      "tablet#3 releases 5.00 rejected float-exceeded",
      "tablet#4→bob 99.00 accepted",
    ]);
    expect(sessionOf(ledger.state, alice.account, tablet.session)?.float.size).toBe(0);
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(0n);
  });

  it("[CTL8] of a session that the account does not have are rejected, of another account's too", async () => {
    const { bob, alice, ledger, sign } = await aliceWithTablet();
    const revocation = await sign(revoke(bob.session));
    expect(ledger.look([], { control: [revocation] }).control).toMatchObject([
      { outcome: "rejected", failure: { code: "session-unknown", account: alice.account, session: bob.session } },
    ]);
    await ledger.settle([], { control: [revocation] });
    expect(sessionOf(ledger.state, bob.account, bob.session)?.revokedFrom).toBeUndefined();
  });

  it("[CTL8] of a session that the same call opens end it at their place", async () => {
    const { ledger, alice, sign, settle } = await aliceWithTablet();
    const laptop = await sign(grant(alice, "laptop"));
    const revocation = await sign(revoke(onDevice(alice, laptop).session), { after: laptop });
    expect(await settle(revocation, laptop)).toEqual(["revoke#3 accepted", "grant#2 accepted"]);
    expect(sessionOf(ledger.state, alice.account, onDevice(alice, laptop).session)?.revokedFrom).toBe(0);
  });

  it("[CTL8] can name the last place that there is", async () => {
    const { tablet, sign, settle, revokedFrom } = await aliceWithTablet();
    expect(await settle(await sign(revoke(tablet.session, limits.INTEGER_MAX)))).toEqual(["revoke#2 accepted, acted"]);
    expect(revokedFrom()).toBe(limits.INTEGER_MAX);
  });

  it("[CTL10] act from a branch that loses its place, and stand in the record", async () => {
    const { ledger, alice, tablet, sign, settle, revokedFrom } = await aliceWithTablet();
    const winner = await sign(grant(alice, "laptop"));
    await settle(winner);
    const loser = await sign(revoke(tablet.session, 0));
    expect(await settle(loser)).toEqual(["revoke#2 ignored sequence-taken, acted"]);
    expect(revokedFrom()).toBe(1);
    expect(ledger.newest.record.control).toEqual([loser.bytes]);
    expect(await settle(loser), "once").toEqual(["revoke#2 ignored sequence-taken"]);
    expect(ledger.newest.record.control).toEqual([]);
  });

  it("[CTL10] act when both branches come together, whichever loses", async () => {
    const { alice, tablet, ledger, sign } = await aliceWithTablet();
    const revocation = await sign(revoke(tablet.session));
    for (const device of ["laptop", "watch", "car", "lamp"]) {
      const rival = await sign(grant(alice, device));
      const { state, control } = ledger.look([], { control: [revocation, rival] });
      expect(sessionOf(state, alice.account, tablet.session)?.revokedFrom).toBe(0);
      expect(control.find(({ id }) => id === revocation.id)).toMatchObject({
        outcome: revocation.id < rival.id ? "accepted" : "ignored",
        hasActed: true,
      });
    }
  });

  it("[CTL10] act ahead of their place, and take it when it comes", async () => {
    const { ledger, alice, bob, tablet, write, sign, settle, revokedFrom } = await aliceWithTablet();
    const missing = await sign(grant(alice, "laptop"));
    const ahead = await sign(revoke(tablet.session, 0), { after: missing });
    expect(await ledger.settle([await write(pay(bob, ami(2)))], { control: [ahead] })).toEqual([
      "tablet#1→bob 2.00 rejected session-revoked",
    ]);
    expect(controlLines(ledger.newest.reconciliation, [ahead])).toEqual(["revoke#3 deferred previous-missing, acted"]);
    expect(revokedFrom()).toBe(1);
    expect(ledger.newest.record.control).toEqual([ahead.bytes]);
    expect(await settle(ahead, missing)).toEqual(["revoke#3 accepted", "grant#2 accepted"]);
  });

  it("[CTL10] need the present master key, whatever the place", async () => {
    const { tablet, sign, look, settle, revokedFrom } = await aliceWithTablet();
    const byMallory = await sign(revoke(tablet.session), { signer: namedSigner("mallory/master") });
    const byTablet = await sign(revoke(tablet.session), { signer: tablet.signer });
    expect(await settle(byMallory, byTablet)).toEqual(Array<string>(2).fill("revoke#2 ignored signer-not-current"));
    expect(revokedFrom()).toBeUndefined();
    const rotation = await sign(rotate(nextKey, namedSigner("alice/third")), { signer: nextKey });
    const byNew = await sign(revoke(tablet.session), { after: rotation, signer: nextKey });
    expect(look(rotation, byNew), "not yet present when the call begins: it counts at its place").toEqual([
      "rotate#2 accepted",
      "revoke#3 accepted",
    ]);
    await settle(rotation);
    const byOld = await sign(revoke(tablet.session));
    expect(look(byOld, byNew)).toEqual(["revoke#2 ignored sequence-taken", "revoke#3 accepted, acted"]);
  });

  it("[CTL10] [REC4] of one body, the present key's signature acts and stands in the record", async () => {
    const { ledger, tablet, sign, settle } = await aliceWithTablet();
    const rotation = await sign(rotate(nextKey, namedSigner("alice/third")), { signer: nextKey });
    await settle(rotation);
    for (const last of [8, 7, 6, 5, 4, 3]) {
      const lost = await sign(revoke(tablet.session, last), { signer: nextKey });
      const copied = await signControlEntry<OrderedControlEntry>(lost.entry, namedSigner("alice/master"));
      expect(await settle(copied, lost)).toEqual(Array<string>(2).fill("revoke#2 ignored sequence-taken, acted"));
      expect(ledger.newest.record.control).toEqual([lost.bytes]);
    }
  });

  it("[CTL10] one that acts under the old key and takes its place under the new one stands in the record under both", async () => {
    const { ledger, tablet, sign, settle } = await aliceWithTablet();
    const rotation = await sign(rotate(nextKey, namedSigner("alice/third")), { signer: nextKey });
    const byNew = await sign(kill(1), { after: rotation, signer: nextKey });
    const byOld = await signControlEntry<OrderedControlEntry>(byNew.entry, namedSigner("alice/master"));
    expect(await settle(rotation, byNew, byOld)).toEqual([
      "rotate#2 accepted",
      "kill-switch#3 accepted, acted",
      "kill-switch#3 accepted, acted",
    ]);
    expect(ledger.newest.record.control.length).toBe(3);
    expect(tablet.account).toBe(byNew.entry.account);
  });
});

describe("what would act", () => {
  it("[CTL10] is what ends a session now, or sooner than it ends", async () => {
    const { alice, bob, tablet, sign, settle, state } = await aliceWithTablet();
    const acts = async (...operations: readonly Parameters<typeof sign>[0][]) =>
      Promise.all(operations.map(async (operation) => wouldAct((await sign(operation)).entry.operation, state())));
    expect(await acts(kill(0), kill(1), kill(2), grant(alice, "laptop"))).toEqual([false, true, false, false]);
    expect(await acts(revoke(tablet.session), revoke(tablet.session, 5), revoke(bob.session))).toEqual([
      true,
      true,
      false,
    ]);
    await settle(await sign(revoke(tablet.session, 5)));
    expect(await acts(revoke(tablet.session, 4), revoke(tablet.session, 5), revoke(tablet.session, 6))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("kill switches", () => {
  it("[CTL9] raise the generation: floats return, and nothing of an older session is accepted", async () => {
    const { ledger, alice, bob, write, writeOnPhone, sign, settle, state } = await aliceWithTablet();
    await ledger.settle([await write(float(ami(20))), await writeOnPhone(float(ami(10)))]);
    expect(await settle(await sign(kill(1)))).toEqual(["kill-switch#2 accepted, acted"]);
    expect(state()).toMatchObject({ generation: 1, balances: new Map([[AMI, 9900n]]) });
    expect([...state().sessions.values()].map((session) => session.float.size)).toEqual([0, 0]);
    expect(await ledger.settle([await write(pay(bob, ami(1))), await writeOnPhone(pay(bob, ami(1)))])).toEqual([
      "tablet#2→bob 1.00 rejected session-killed",
      "alice#1→bob 1.00 rejected session-killed",
    ]);
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(9900n);
  });

  it("[CTL9] name the next generation, and are rejected otherwise", async () => {
    const { ledger, sign, look } = await aliceWithTablet();
    for (const wrong of [0, 2, limits.INTEGER_MAX]) {
      const tooFar = await sign(kill(wrong));
      expect(ledger.look([], { control: [tooFar] }).control).toMatchObject([
        { outcome: "rejected", failure: { code: "generation-mismatch", generation: wrong, expected: 1 } },
      ]);
    }
    const first = await sign(kill(1));
    const second = await sign(kill(2), { after: first });
    expect(look(second, first).map((line) => line.replace(", acted", ""))).toEqual([
      "kill-switch#3 accepted",
      "kill-switch#2 accepted",
    ]);
  });

  it("[CTL9] a session of the new generation lives", async () => {
    const { ledger, alice, bob, sign } = await aliceWithTablet();
    const killed = await sign(kill(1));
    const opener = await sign(grant(alice, "new phone", { generation: generation(1) }), { after: killed });
    const phone = onDevice(alice, opener);
    ledger.name(phone, "new phone");
    const payment = await penOf(ledger, phone)(pay(bob, ami(5)));
    expect(await ledger.settle([payment], { control: [opener, killed] })).toEqual(["new phone#0→bob 5.00 accepted"]);
  });

  it("[CTL10] [CTL5] act before a grant of the same call, on whichever side of it they stand", async () => {
    const { alice, sign, look } = await aliceWithTablet();
    const laptop = await sign(grant(alice, "laptop"));
    const killedAfter = await sign(kill(1), { after: laptop });
    expect(look(laptop, killedAfter)).toEqual([
      "grant#2 rejected generation-mismatch",
      "kill-switch#3 accepted, acted",
    ]);
    const killed = await sign(kill(1));
    const grantedAfter = await sign(grant(alice, "laptop"), { after: killed });
    expect(look(killed, grantedAfter)).toEqual([
      "kill-switch#2 accepted, acted",
      "grant#3 rejected generation-mismatch",
    ]);
  });

  it("[CTL10] act from a branch that loses its place; one more for that generation is rejected", async () => {
    const { alice, sign, settle, state } = await aliceWithTablet();
    const winner = await sign(grant(alice, "laptop"));
    await settle(winner);
    expect(await settle(await sign(kill(1)))).toEqual(["kill-switch#2 ignored sequence-taken, acted"]);
    expect(state().generation).toBe(1);
    expect(await settle(await sign(kill(1), { after: winner }))).toEqual([
      "kill-switch#3 rejected generation-mismatch",
    ]);
    expect(state().generation).toBe(1);
  });

  it("[CTL10] of several for one generation one acts, and the one that takes the place is rejected if it is another", async () => {
    const { alice, sign, look } = await aliceWithTablet();
    const missing = await sign(grant(alice, "laptop"));
    const [here, ahead] = [await sign(kill(1)), await sign(kill(1), { after: missing })];
    const lines = look(here, ahead);
    expect(lines).toEqual(
      here.id < ahead.id
        ? ["kill-switch#2 accepted, acted", "kill-switch#3 deferred previous-missing"]
        : ["kill-switch#2 rejected generation-mismatch", "kill-switch#3 deferred previous-missing, acted"],
    );
  });
});
