import { describe, expect, it } from "vitest";
import { generation, sequence, signEntry, type Link } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { grant, kill, onDevice, signOrdered } from "../../test/support/control.ts";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { pay, penOf } from "../../test/support/operations.ts";
import { accountOf } from "../index.ts";

/** alice's phone paid once, and she signed a kill switch that nobody has seen. */
async function aliceBeforeTheSwitch() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const write = penOf(ledger, alice);
  const [first, second] = [await write(pay(bob, ami(1))), await write(pay(bob, ami(2)))];
  await ledger.settle([first]);
  const killed = await signOrdered(alice, kill(1), { network });
  return { ledger, network, alice, bob, write, first, second, killed };
}

describe("session-killed", () => {
  it("[KIL1] rejects every entry of an older generation, from the call that brings the switch on", async () => {
    const { ledger, second, killed } = await aliceBeforeTheSwitch();
    expect(onlyFailure(ledger.look([second]))).toBeUndefined();
    const failure = { code: "session-killed", generation: 0, current: 1 };
    expect(onlyFailure(ledger.look([second], { control: [killed] }))).toEqual(failure);
    await ledger.settle([], { control: [killed] });
    expect(onlyFailure(ledger.look([second]))).toEqual(failure);
  });

  it("[KIL1] leaves sessions of the account's generation, and other accounts, alone", async () => {
    const { ledger, network, alice, bob, killed } = await aliceBeforeTheSwitch();
    const opener = await signOrdered(alice, grant(alice, "new", { generation: generation(1) }), {
      network,
      after: killed,
    });
    const phone = onDevice(alice, opener);
    ledger.name(phone, "alice's new phone");
    ledger.name(alice, "alice");
    const write = penOf(ledger, phone);
    const payments = [await write(pay(bob, ami(1))), await penOf(ledger, bob)(pay(alice, ami(1)))];
    expect(await ledger.settle(payments, { control: [killed, opener] })).toEqual([
      "alice's new phone#0→bob 1.00 accepted",
      "bob#0→alice 1.00 accepted",
    ]);
  });

  it("[KIL1] rejects whatever it names, before everything that waits", async () => {
    const { ledger, alice, second, killed } = await aliceBeforeTheSwitch();
    const hopeless = await signEntry(
      {
        ...second.entry,
        sequence: sequence(7),
        previous: "ab".repeat(32) as Link,
        time: at(90 * DAY),
        dependencies: ["cd".repeat(32) as never],
      },
      alice.signer,
    );
    expect(onlyFailure(ledger.look([hopeless], { control: [killed] }))).toMatchObject({ code: "session-killed" });
  });

  it("[KIL1] [VER2] takes no place, proves no fork, and what was settled stays", async () => {
    const { ledger, alice, bob, write, first, second, killed } = await aliceBeforeTheSwitch();
    await ledger.settle([], { control: [killed] });
    const before = accountOf(ledger.state, alice.account);
    const other = await write(pay(bob, ami(3)), { onto: first });
    expect(await ledger.settle([second, other, first])).toEqual([
      "alice#1→bob 2.00 rejected session-killed",
      "alice#1→bob 3.00 rejected session-killed",
      "alice#0→bob 1.00 ignored duplicate",
    ]);
    expect(accountOf(ledger.state, alice.account)).toBe(before);
    expect(ledger.newest.reconciliation.evidence).toEqual([]);
  });

  it("[KIL1] [DUP1] is said once: what is settled is a duplicate ever after", async () => {
    const { ledger, second, killed } = await aliceBeforeTheSwitch();
    await ledger.settle([second], { control: [killed] });
    expect(await ledger.settle([second])).toEqual(["alice#1→bob 2.00 ignored duplicate"]);
  });
});
