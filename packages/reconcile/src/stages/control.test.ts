import { describe, expect, it } from "vitest";
import {
  SEND_UNLIMITED,
  sequence,
  sessionOfGrant,
  signControlEntry,
  type Link,
  type Network,
  type VerifiedControlEntry,
} from "@amigos/core";
import { AMI, ami, createPerson, namedSigner, signPayment, START, type Person } from "@amigos/core/testing";
import { DAY, at, TestLedger } from "../../test/support/ledger.ts";
import { accountOf, balanceOf, sessionOf, type Reconciliation } from "../index.ts";

function grant(
  network: Network,
  person: Person,
  device: string,
  place: { sequence: number; previous: Link },
): Promise<VerifiedControlEntry> {
  return signControlEntry(
    {
      version: 1,
      network: network.id,
      account: person.account,
      sequence: sequence(place.sequence),
      previous: place.previous,
      operation: {
        type: "grant",
        sessionKey: namedSigner(`${person.name}/${device}`).publicKey,
        device,
        permissions: [SEND_UNLIMITED],
        notBefore: START,
        expiry: at(30 * DAY),
      },
    },
    person.master,
  );
}

/** `"phone accepted"`, in the order given. */
function lines({ control }: Reconciliation, entries: readonly VerifiedControlEntry[]): readonly string[] {
  return entries.map(({ id, entry }) => {
    const verdict = control.find((candidate) => candidate.id === id);
    if (verdict === undefined) return `${entry.operation.device} no verdict`;
    return `${entry.operation.device} ${verdict.outcome === "accepted" ? "accepted" : `${verdict.outcome} ${verdict.failure.code}`}`;
  });
}

describe("control", () => {
  it("[CTL2] an inception gives keys once, and what was held before stays", async () => {
    const ledger = new TestLedger();
    const alice = await createPerson("alice", { network: ledger.network });
    const first = ledger.look([], { inceptions: [alice.inception, alice.inception] });
    expect(first.control).toEqual([
      { record: "inception", account: alice.account, id: alice.account, outcome: "accepted" },
    ]);
    await ledger.settle([], { inceptions: [alice.inception] });
    expect(accountOf(ledger.state, alice.account)?.keys?.masterKey).toBe(alice.master.publicKey);
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(10000n);
    const again = ledger.look([], { inceptions: [alice.inception] });
    expect(again.control).toMatchObject([{ outcome: "ignored", failure: { code: "duplicate" } }]);
    expect(again.state.accounts).toBe(ledger.state.accounts);
  });

  it("[CTL3] control entries follow their log, whatever the order they come in", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await createPerson("alice", { network });
    const tablet = await grant(network, alice, "tablet", { sequence: 1, previous: alice.grant.link });
    const laptop = await grant(network, alice, "laptop", { sequence: 2, previous: tablet.link });
    const astray = await grant(network, alice, "astray", { sequence: 1, previous: alice.account as string as Link });
    const { inception, grant: phone } = alice;
    const unknown = ledger.look([], { control: [phone] });
    expect(lines(unknown, [phone])).toEqual(["alice's phone deferred account-unknown"]);
    const withGap = ledger.look([], { inceptions: [inception], control: [laptop, phone] });
    expect(lines(withGap, [phone, laptop])).toEqual(["alice's phone accepted", "laptop deferred previous-missing"]);
    await ledger.settle([], { inceptions: [inception], control: [phone] });
    expect(lines(ledger.look([], { control: [astray] }), [astray])).toEqual(["astray deferred previous-missing"]);
    const ahead = await grant(network, alice, "ahead", { sequence: 2, previous: phone.link });
    expect(lines(ledger.look([], { control: [ahead] }), [ahead])).toEqual(["ahead deferred previous-missing"]);
    const all = ledger.look([], { control: [laptop, tablet, phone] });
    expect(lines(all, [phone, tablet, laptop])).toEqual([
      "alice's phone ignored duplicate",
      "tablet accepted",
      "laptop accepted",
    ]);
  });

  it("[CTL4] of two control entries for one place the lowest id takes it, unless one is settled", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await ledger.join("alice");
    await ledger.settle([]);
    const place = { sequence: 1, previous: alice.grant.link };
    const rivals = [await grant(network, alice, "one", place), await grant(network, alice, "two", place)];
    const [low, high] = rivals.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [
      VerifiedControlEntry,
      VerifiedControlEntry,
    ];
    const together = ledger.look([], { control: [high, low] });
    const device = (control: VerifiedControlEntry): string => control.entry.operation.device;
    expect(lines(together, [low, high])).toEqual([`${device(low)} accepted`, `${device(high)} ignored sequence-taken`]);
    await ledger.settle([], { control: [high] });
    expect(lines(ledger.look([], { control: [low] }), [low])).toEqual([`${device(low)} ignored sequence-taken`]);
    expect(sessionOf(ledger.state, alice.account, sessionOfGrant(high))).toBeDefined();
  });

  it("[CTL5] the 65th grant is refused and takes its place", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await ledger.join("alice");
    const grants: VerifiedControlEntry[] = [];
    for (let place = 1; place <= 65; place++) {
      const previous = grants.at(-1)?.link ?? alice.grant.link;
      grants.push(await grant(network, alice, `device ${place}`, { sequence: place, previous }));
    }
    const { state, control } = ledger.look([], { control: grants });
    expect(control.filter(({ outcome }) => outcome === "accepted").length, "an inception and 64 sessions").toBe(65);
    expect(control.filter(({ outcome }) => outcome === "rejected")).toMatchObject([
      { failure: { code: "sessions-full", limit: 64, used: 64 } },
      { failure: { code: "sessions-full", limit: 64, used: 64 } },
    ]);
    expect(accountOf(state, alice.account)).toMatchObject({ control: { nextSequence: 66, head: grants.at(-1)?.link } });
    expect(accountOf(state, alice.account)?.sessions.size).toBe(64);
  });

  it("[CTL6] a grant allows entries of the same call", async () => {
    const ledger = new TestLedger();
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const payment = await signPayment(alice, { network: ledger.network, to: bob.account, money: ami(1) });
    expect(await ledger.settle([payment])).toEqual(["alice#0→bob 1.00 accepted"]);
  });
});
