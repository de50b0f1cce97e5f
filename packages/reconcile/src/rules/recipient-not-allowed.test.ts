import { describe, expect, it } from "vitest";
import { IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE } from "@amigos/core";
import { ami, genesisReference } from "@amigos/core/testing";
import { HOUR, MINUTE, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { execute, float, pay, penOf, stake, type Pen } from "../../test/support/operations.ts";
import { region } from "../../test/support/region.ts";

describe("recipient-not-allowed", () => {
  it("[RCT1] lets pay those named, and imports that are named, and nobody else", async () => {
    const ledger = new TestLedger();
    const [bob, carol, dave] = [await ledger.join("bob"), await ledger.join("carol"), await ledger.join("dave")];
    const recipients = [bob.account, carol.account].toSorted();
    const permissions = [SEND_UNLIMITED, IMPORT_EXECUTE, STAKE_MANAGE];
    const alice = await ledger.join("alice", { permissions, terms: { recipients } });
    const sayTo = async (operation: Parameters<Pen>[0]) =>
      onlyFailure(ledger.look([await penOf(ledger, alice)(operation)]));
    const failure = { code: "recipient-not-allowed", to: dave.account };
    expect(await sayTo(pay(bob, ami(1)))).toBeUndefined();
    expect(await sayTo(execute(carol, ami(1)))).toBeUndefined();
    expect(await sayTo(pay(dave, ami(1)))).toEqual(failure);
    expect(await sayTo(execute(dave, ami(1)))).toEqual(failure);
    expect(await sayTo(execute(dave, ami(0))), "for nothing, but to a stranger").toEqual(failure);
    expect(await sayTo(float(ami(1))), "stays with the account").toBeUndefined();
    expect(await sayTo(stake(dave, ami(1)))).toBeUndefined();
  });

  it("[RCT1] comes after region-not-allowed and before time-went-backwards", async () => {
    const ledger = new TestLedger();
    const [bob, carol] = [await ledger.join("bob"), await ledger.join("carol")];
    const terms = { recipients: [bob.account], regions: [region("CH")] };
    const alice = await ledger.join("alice", { terms });
    const write = penOf(ledger, alice);
    const first = await write(pay(bob, ami(1)), { time: at(HOUR), region: region("CH") });
    const back = { time: at(HOUR - MINUTE), checkpoint: genesisReference(ledger.network), onto: first };
    await ledger.settle([first], { time: at(HOUR) });
    const say = async (to: typeof bob, options: Parameters<Pen>[1]) =>
      onlyFailure(ledger.look([await write(pay(to, ami(1)), { ...back, ...options })]));
    expect(await say(carol, {})).toMatchObject({ code: "region-not-allowed" });
    expect(await say(carol, { region: region("CH") })).toMatchObject({ code: "recipient-not-allowed" });
    expect(await say(bob, { region: region("CH") })).toMatchObject({ code: "time-went-backwards" });
  });
});
