import { describe, expect, it } from "vitest";
import {
  ACCOUNT_RECOVER,
  assetCode,
  IMPORT_EXECUTE,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Operation,
  type Permission,
} from "@amigos/core";
import { AMI, ami, type Person } from "@amigos/core/testing";
import { at, DAY, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { region } from "../../test/support/region.ts";
import { attest, execute, float, pay, penOf, release, stake, unstake } from "../../test/support/operations.ts";

const euros = { asset: assetCode("EUR"), amount: ami(10).amount };

/** What the ledger says to the first entry of a session with these permissions. */
async function sayTo(permissions: readonly Permission[], operationOf: (bob: Person) => Operation | Promise<Operation>) {
  const ledger = new TestLedger();
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  return onlyFailure(ledger.look([await penOf(ledger, alice)(await operationOf(bob))]));
}

const missing = (permission: string, asset: string = AMI) => ({ code: "permission-missing", permission, asset });

describe("permission-missing", () => {
  it.each<[string, readonly Permission[], unknown]>([
    ["nothing", [], missing("SEND")],
    ["reading", [READ_ALL], missing("SEND")],
    ["reading alone", [READ_ONLY], missing("SEND")],
    ["everything but sending", [READ_ALL, STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER], missing("SEND")],
    ["limits for another asset", [SEND_LIMIT_TX(euros), SEND_LIMIT_DAILY(euros)], missing("SEND")],
    ["a limit per transaction", [SEND_LIMIT_TX(ami(1))], undefined],
    ["a limit per day", [SEND_LIMIT_DAILY(ami(1))], undefined],
    ["no limit", [SEND_UNLIMITED], undefined],
  ])("[PERM3] a session with %s sends or sets aside, or does not", async (_name, permissions, failure) => {
    expect(await sayTo(permissions, (bob) => pay(bob, ami(1)))).toEqual(failure);
    expect(await sayTo(permissions, () => float(ami(1)))).toEqual(failure);
  });

  it("[PERM3] staking and running imports have permissions of their own, which no other lifts", async () => {
    const others = [SEND_UNLIMITED, READ_ALL, ACCOUNT_RECOVER];
    for (const operation of [stake, unstake])
      expect(await sayTo([...others, IMPORT_EXECUTE], (bob) => operation(bob, ami(1)))).toEqual(
        missing("STAKE_MANAGE"),
      );
    expect(await sayTo([...others, STAKE_MANAGE], (bob) => execute(bob, ami(1)))).toEqual(missing("IMPORT_EXECUTE"));
    expect(await sayTo([STAKE_MANAGE], (bob) => stake(bob, ami(1)))).toBeUndefined();
    expect(await sayTo([IMPORT_EXECUTE], (bob) => execute(bob, ami(1)))).toBeUndefined();
  });

  it("[PERM3] giving back and attesting need none, but a session that only reads signs nothing", async () => {
    const bobs = async (bob: Person) => attest(await penOf(new TestLedger(), bob)(pay(bob, ami(1))));
    expect(await sayTo([], bobs)).toBeUndefined();
    expect(await sayTo([READ_ONLY], bobs)).toEqual(missing("SEND", ""));
    expect(await sayTo([], () => release(ami(1)))).toMatchObject({ code: "float-exceeded" });
    expect(await sayTo([READ_ONLY], () => release(ami(1)))).toEqual(missing("SEND"));
  });

  it("[PERM3] comes after the session's term and before its regions and recipients", async () => {
    const ledger = new TestLedger();
    const carol = await ledger.join("carol");
    const alice = await ledger.join("alice", { permissions: [], notBefore: at(DAY) });
    const terms = { regions: [region("CH")], recipients: [alice.account] };
    const dave = await ledger.join("dave", { permissions: [], terms });
    const early = await penOf(ledger, alice)(pay(carol, ami(1)));
    const nothing = await penOf(ledger, dave)(pay(carol, ami(0)));
    expect(onlyFailure(ledger.look([early]))).toMatchObject({ code: "session-not-yet-valid" });
    expect(onlyFailure(ledger.look([nothing]))).toEqual(missing("SEND"));
  });
});
