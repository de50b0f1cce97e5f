import { describe, expect, it } from "vitest";
import { sequence, signEntry, type Link } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { kill, revoke, signOrdered } from "../../test/support/control.ts";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { pay, penOf } from "../../test/support/operations.ts";
import { sessionOf } from "../index.ts";

/** alice's phone paid twice and is revoked after the second place; both payments are settled. */
async function revokedAfterTwo() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const write = penOf(ledger, alice);
  const log = [await write(pay(bob, ami(1))), await write(pay(bob, ami(2))), await write(pay(bob, ami(3)))];
  const [first, second, third] = log as [(typeof log)[0], (typeof log)[0], (typeof log)[0]];
  await ledger.settle([first, second]);
  const revocation = await signOrdered(alice, revoke(alice.session, 1), { network });
  await ledger.settle([], { control: [revocation] });
  return { ledger, network, alice, bob, write, first, second, third, revocation };
}

describe("session-revoked", () => {
  it("[REV1] rejects the first place that is not honoured, and not the last that is", async () => {
    const { ledger, alice, bob, write, first, third } = await revokedAfterTwo();
    expect(onlyFailure(ledger.look([third]))).toEqual({ code: "session-revoked", revokedFrom: 2 });
    const lastHonoured = await write(pay(bob, ami(9)), { onto: first });
    expect(onlyFailure(ledger.look([lastHonoured])), "judged like any other, here as a fork").toBeUndefined();
    const wholeLog = await signOrdered(alice, revoke(alice.session), { network: ledger.network, after: alice.grant });
    const fresh = new TestLedger();
    const again = await fresh.join("alice");
    expect(again.session).toBe(alice.session);
    expect(onlyFailure(fresh.look([first], { control: [wholeLog] }))).toEqual({
      code: "session-revoked",
      revokedFrom: 0,
    });
  });

  it("[REV1] rejects whatever it names, before everything that waits", async () => {
    const { ledger, alice, third } = await revokedAfterTwo();
    const hopeless = await signEntry(
      {
        ...third.entry,
        sequence: sequence(7),
        previous: "ab".repeat(32) as Link,
        time: at(90 * DAY),
        dependencies: ["cd".repeat(32) as never],
      },
      alice.signer,
    );
    expect(onlyFailure(ledger.look([hopeless]))).toEqual({ code: "session-revoked", revokedFrom: 2 });
  });

  it("[REV1] [VER2] takes no place, and two of them are no fork", async () => {
    const { ledger, bob, alice, write, second, third } = await revokedAfterTwo();
    const other = await write(pay(bob, ami(4)), { onto: second });
    const before = ledger.state.accounts;
    expect(await ledger.settle([third, other])).toEqual([
      "alice#2→bob 3.00 rejected session-revoked",
      "alice#2→bob 4.00 rejected session-revoked",
    ]);
    expect(ledger.state.accounts).toBe(before);
    expect(ledger.newest.reconciliation.evidence).toEqual([]);
    expect(sessionOf(ledger.state, alice.account, alice.session)?.nextSequence).toBe(2);
  });

  it("[REV1] [DUP1] is said once: what is settled is a duplicate ever after", async () => {
    const { ledger, third } = await revokedAfterTwo();
    await ledger.settle([third]);
    expect(await ledger.settle([third])).toEqual(["alice#2→bob 3.00 ignored duplicate"]);
  });

  it("[REV1] [EQV1] a place that is still honoured can fork, and freezes the session there", async () => {
    const { ledger, alice, bob, write, first } = await revokedAfterTwo();
    const other = await write(pay(bob, ami(4)), { onto: first });
    expect(await ledger.settle([other])).toEqual(["alice#1→bob 4.00 accepted"]);
    expect(sessionOf(ledger.state, alice.account, alice.session)).toMatchObject({ frozenFrom: 1, revokedFrom: 2 });
  });

  it("[REV1] comes after session-killed and before session-frozen", async () => {
    const { ledger, network, alice, bob, write, first, third, revocation } = await revokedAfterTwo();
    await ledger.settle([await write(pay(bob, ami(4)), { onto: first })]);
    expect(onlyFailure(ledger.look([third]))).toMatchObject({ code: "session-revoked" });
    const killed = await signOrdered(alice, kill(1), { network, after: revocation });
    expect(onlyFailure(ledger.look([third], { control: [killed] }))).toMatchObject({ code: "session-killed" });
  });
});
