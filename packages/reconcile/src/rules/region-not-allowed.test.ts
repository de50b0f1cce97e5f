import { describe, expect, it } from "vitest";
import { IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { execute, float, pay, penOf, stake } from "../../test/support/operations.ts";
import { region } from "../../test/support/region.ts";

async function aliceIn(...regions: readonly string[]) {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE];
  const alice = await ledger.join("alice", { permissions, terms: { regions: regions.map(region) } });
  const bob = await ledger.join("bob");
  const payFrom = async (code?: string) => {
    const write = penOf(ledger, alice);
    const payment = await write(pay(bob, ami(1)), code === undefined ? {} : { region: region(code) });
    return onlyFailure(ledger.look([payment]));
  };
  return { ledger, alice, bob, payFrom };
}

const outside = { code: "region-not-allowed", reason: "outside" };

describe("region-not-allowed", () => {
  it("[REG1] lets pay in a region and in its parts, and nowhere else", async () => {
    const { payFrom } = await aliceIn("AT-9", "CH");
    expect(await payFrom("CH")).toBeUndefined();
    expect(await payFrom("CH-ZH")).toBeUndefined();
    expect(await payFrom("AT-9")).toBeUndefined();
    expect(await payFrom("AT"), "of which only a part is allowed").toEqual(outside);
    expect(await payFrom("AT-90"), "which only begins alike").toEqual(outside);
    expect(await payFrom("FR")).toEqual(outside);
    expect(await payFrom()).toEqual({ code: "region-not-allowed", reason: "not-said" });
  });

  it("[REG1] is about spends: fees too, and nothing that stays with the account", async () => {
    const { ledger, alice, bob } = await aliceIn("CH");
    const sayTo = async (operation: Parameters<ReturnType<typeof penOf>>[0]) =>
      onlyFailure(ledger.look([await penOf(ledger, alice)(operation)]));
    expect(await sayTo(execute(bob, ami(1)))).toMatchObject({ code: "region-not-allowed" });
    expect(await sayTo(float(ami(1)))).toBeUndefined();
    expect(await sayTo(stake(bob, ami(1)))).toBeUndefined();
  });

  it("[REG1] a session without regions pays anywhere, named or not", async () => {
    const ledger = new TestLedger();
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const payments = [
      await penOf(ledger, alice)(pay(bob, ami(1))),
      await penOf(ledger, alice)(pay(bob, ami(1)), { region: region("FR") }),
    ];
    for (const payment of payments) expect(onlyFailure(ledger.look([payment]))).toBeUndefined();
  });

  it("[REG1] comes after permission-missing and before recipient-not-allowed", async () => {
    const ledger = new TestLedger();
    const bob = await ledger.join("bob");
    const terms = { regions: [region("CH")], recipients: [bob.account] };
    const [alice, carol] = [
      await ledger.join("alice", { terms }),
      await ledger.join("carol", { permissions: [], terms }),
    ];
    const pays = async (person: typeof alice) =>
      onlyFailure(ledger.look([await penOf(ledger, person)(pay(person, ami(0)))]));
    expect(await pays(alice)).toMatchObject({ code: "region-not-allowed" });
    expect(await pays(carol)).toMatchObject({ code: "permission-missing" });
  });
});
