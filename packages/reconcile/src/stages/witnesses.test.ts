import { describe, expect, it } from "vitest";
import {
  encodeEvidence,
  orThrow,
  sequence,
  signEntry,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  verifyEvidence,
  type Attest,
  type Link,
  type Money,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, type Person } from "@amigos/core/testing";
import { grant, kill, onDevice, revoke, signOrdered } from "../../test/support/control.ts";
import { DAY, HOUR, at, TestLedger, present, type LedgerOptions } from "../../test/support/ledger.ts";
import { attest, pay, penOf, stake, unstake, type Pen, type PenOptions } from "../../test/support/operations.ts";
import { signAfterVariant } from "../../test/support/variant.ts";
import { byText } from "../compare.ts";
import { freezeFork, NO_HISTORY, sessionOf, stateRoot } from "../index.ts";
import { lots } from "../order/priority.ts";

const permissions = [SEND_UNLIMITED, STAKE_MANAGE];

interface Witness {
  readonly person: Person;
  readonly write: Pen;
}

/**
 * mallory has 100.00 and signs two payments of 60.00 for one place. Of them the lucky one, by its lot, goes first as long as
 * nobody attests anything; a witness who changes that counts. Each witness has staked so much behind herself.
 */
async function court(stakes: Readonly<Record<string, Money>>, options: LedgerOptions = {}) {
  const names = Object.keys(stakes);
  const ledger = new TestLedger({ holders: ["mallory", ...names], ...options });
  const [mallory, bob, carol] = [
    await ledger.join("mallory", { permissions }),
    await ledger.join("bob"),
    await ledger.join("carol"),
  ];
  const witnesses: Record<string, Witness> = {};
  const first: VerifiedEntry[] = [];
  for (const [name, money] of Object.entries(stakes)) {
    const person = await ledger.join(name, { permissions });
    const write = penOf(ledger, person);
    witnesses[name] = { person, write };
    if (money.amount > 0n) first.push(await write(stake(person, money)));
  }
  await ledger.settle(first);
  const write = penOf(ledger, mallory);
  const rivals = [await write(pay(bob, ami(60)), { onto: null }), await write(pay(carol, ami(60)), { onto: null })];
  /** The lucky and the unlucky one: every checkpoint throws the lots anew. */
  const odds = () => {
    const lotOf = lots(ledger.state.checkpoint);
    const [lucky, unlucky] = rivals.toSorted((x, y) => (lotOf(x.id) < lotOf(y.id) ? -1 : 1));
    return { lucky, unlucky } as { readonly lucky: VerifiedEntry; readonly unlucky: VerifiedEntry };
  };
  /** Who wins with this given besides. */
  const winner = (besides: readonly VerifiedEntry[], settle: Parameters<TestLedger["look"]>[1] = {}) => {
    const { verdicts } = ledger.look([...rivals, ...besides], settle);
    const accepted = new Set(verdicts.filter(({ outcome }) => outcome === "accepted").map(({ entry }) => entry));
    return Object.entries(odds())
      .filter(([, { id }]) => accepted.has(id))
      .map(([name]) => name)
      .join(" and ");
  };
  const by = (name: string): Pen => present(witnesses[name]).write;
  const person = (name: string): Person => present(witnesses[name]).person;
  return { ledger, mallory, bob, carol, write, odds, ...odds(), winner, by, person };
}

/** Another session of somebody's, settled. */
async function secondDevice(ledger: TestLedger, person: Person, name: string): Promise<Person> {
  const opener = await signOrdered(person, grant(person, "tablet", { permissions }), { network: ledger.network });
  await ledger.settle([], { control: [opener] });
  const tablet = onDevice(person, opener);
  ledger.name(tablet, name);
  return tablet;
}

describe("weight", () => {
  it("[WIT1] is what is staked behind an account, whoever staked it, in the state that the call begins with", async () => {
    const { ledger, winner, by, person, odds } = await court({ vera: ami(0), olga: ami(0) });
    const veraSaw = () => by("vera")(attest(odds().unlucky), { onto: null });
    const first = await veraSaw();
    expect(winner([first])).toBe("lucky");
    const staked = await by("olga")(stake(person("vera"), ami(10)));
    expect(winner([first, staked]), "not yet").toBe("lucky");
    await ledger.settle([staked]);
    const second = await veraSaw();
    expect(winner([await by("olga")(attest(odds().unlucky))]), "of olga, who staked it").toBe("lucky");
    expect(winner([second])).toBe("unlucky");
    const taken = await by("olga")(unstake(person("vera"), ami(10)), { onto: staked });
    expect(winner([second, taken]), "still what the call began with").toBe("unlucky");
    await ledger.settle([taken]);
    expect(winner([await veraSaw()])).toBe("lucky");
  });

  it("[WIT2] is of attestations that name account, session, sequence and head", async () => {
    const { winner, by, person, unlucky, bob } = await court({ vera: ami(10) });
    const saw = attest(unlucky) as Attest;
    const wrong: readonly Partial<Attest>[] = [
      { account: bob.account },
      { session: bob.session },
      { sequence: sequence(1) },
      { head: "ab".repeat(32) as Link },
    ];
    const write = by("vera");
    const before = await write(pay(bob, ami(1)));
    for (const change of wrong) {
      const attestation = await write({ ...saw, ...change }, { onto: before });
      expect(winner([before, attestation]), Object.keys(change).join()).toBe("lucky");
    }
    expect(person("vera").account).not.toBe(bob.account);
    expect(winner([before, await write(saw, { onto: before })])).toBe("unlucky");
  });

  it("[WIT2] is of any signature on the entry that is given", async () => {
    const { ledger, mallory, bob, by, winner, unlucky } = await court({ vera: ami(10) });
    const { network } = ledger;
    const { variant } = await signAfterVariant(mallory, unlucky, { network, to: bob.account, money: ami(1) });
    const attestation = await by("vera")(attest(variant));
    expect(winner([attestation]), "whose signature is not given").toBe("lucky");
    expect(winner([attestation, variant])).toBe("unlucky");
  });

  it("[WIT2] is not of the payer's own account", async () => {
    const { ledger, mallory, winner, odds, person, by } = await court({ vera: ami(10) });
    const tablet = await secondDevice(ledger, mallory, "mallory's tablet");
    const byTablet = penOf(ledger, tablet);
    await ledger.settle([await byTablet(stake(mallory, ami(20)))]);
    expect(winner([await byTablet(attest(odds().unlucky))])).toBe("lucky");
    expect(winner([await by("vera")(attest(odds().unlucky))]), person("vera").name).toBe("unlucky");
  });

  it("[WIT2] counts an account once, with however many sessions and entries", async () => {
    const { ledger, person, winner, by, odds } = await court({ vera: ami(10), wanda: ami(15) });
    const tablet = await secondDevice(ledger, person("vera"), "vera's tablet");
    const { lucky, unlucky } = odds();
    const twice = [await by("vera")(attest(unlucky)), await penOf(ledger, tablet)(attest(unlucky))];
    expect(winner(twice)).toBe("unlucky");
    expect(winner([...twice, await by("wanda")(attest(lucky))]), "15 against 10, not 20").toBe("lucky");
  });

  it("[WIT2] is none of an account that attested two heads for the place, from one session or two", async () => {
    const { ledger, person, winner, by, odds } = await court({ vera: ami(10) });
    const tablet = await secondDevice(ledger, person("vera"), "vera's tablet");
    const { lucky, unlucky } = odds();
    const saw = await by("vera")(attest(unlucky));
    expect(winner([saw])).toBe("unlucky");
    expect(winner([saw, await by("vera")(attest(lucky))])).toBe("lucky");
    expect(winner([saw, await penOf(ledger, tablet)(attest(lucky))])).toBe("lucky");
  });

  it("[WIT2] is of attestations that this call decides, and not of those of dead sessions", async () => {
    const { ledger, person, winner, by, unlucky } = await court({ vera: ami(10) });
    const write = by("vera");
    const [saw, later] = [await write(attest(unlucky)), await write(attest(unlucky))];
    expect(winner([saw])).toBe("unlucky");
    expect(winner([later]), "its predecessor is missing").toBe("lucky");
    const { network } = ledger;
    const revocation = await signOrdered(person("vera"), revoke(person("vera").session, 0), { network });
    expect(winner([saw], { control: [revocation] })).toBe("lucky");
    expect(winner([saw], { control: [await signOrdered(person("vera"), kill(1), { network })] })).toBe("lucky");
  });

  it("[WIT2] [WIT5] is of attestations kept from earlier calls, even if their session died since", async () => {
    const { ledger, person, winner, by, lucky, unlucky, odds } = await court({ vera: ami(10) });
    /** As the lots now are. */
    const nameOf = (entry: VerifiedEntry) => (odds().lucky === entry ? "lucky" : "unlucky");
    await ledger.settle([await by("vera")(attest(unlucky))]);
    expect(winner([])).toBe(nameOf(unlucky));
    expect(winner([await by("vera")(attest(lucky))]), "two heads, one kept and one given").toBe("lucky");
    for (const name of ["killed", "long ago", "once more"]) {
      const control =
        name === "killed" ? [await signOrdered(person("vera"), kill(1), { network: ledger.network })] : [];
      await ledger.settle([], { control });
      expect(winner([]), name).toBe(nameOf(unlucky));
    }
  });

  it("[WIT3] flows to what an attested entry builds on, and the greatest stands", async () => {
    const { bob, winner, by, write, lucky, unlucky } = await court({
      vera: ami(10),
      wanda: ami(15),
      xena: ami(20),
      yara: ami(12),
    });
    const onTop = await write(pay(bob, ami(1)), { onto: unlucky });
    const higher = await write(pay(bob, ami(1)), { onto: onTop });
    const byWanda = await by("wanda")(attest(higher));
    expect(winner([onTop, higher, byWanda]), "two entries further on").toBe("unlucky");
    expect(winner([higher, byWanda]), "the chain is broken").toBe("lucky");
    const all = [onTop, higher, byWanda, await by("vera")(attest(unlucky))];
    expect(winner([...all, await by("xena")(attest(lucky))]), "20 against 15, not 25").toBe("lucky");
    const byYara = await by("yara")(attest(lucky));
    expect(winner([...all, byYara]), "12 against 15, not 10").toBe("unlucky");
    expect(winner([...all, byYara].toReversed()), "in whatever order they are heard").toBe("unlucky");
  });

  it("[WIT3] flows to dependencies as well", async () => {
    const { ledger, carol, bob, winner, by, unlucky } = await court({ vera: ami(10) });
    const onward = await penOf(ledger, carol)(pay(bob, ami(1)), { dependencies: [unlucky.id] });
    expect(winner([onward, await by("vera")(attest(onward))])).toBe("unlucky");
  });

  it("[ORD2] goes before what a float covers, and before the lot", async () => {
    const { winner, by, lucky, unlucky } = await court({ vera: ami(10), wanda: ami(10) });
    const saw = await by("vera")(attest(unlucky));
    expect(winner([saw, await by("wanda")(attest(lucky))]), "alike").toBe("lucky");
    expect(winner([saw])).toBe("unlucky");
  });
});

describe("certified", () => {
  const outcomeUnder = async (stakes: Readonly<Record<string, Money>>, attesting: readonly string[]) => {
    const { winner, by, unlucky, lucky } = await certainCourt(stakes);
    const attestations = await Promise.all(attesting.map((name) => by(name)(attest(unlucky))));
    expect(lucky).toBeDefined();
    return winner(attestations);
  };
  /** A court under the policy that honours nothing of a fork but what is certified. */
  const certainCourt = async (stakes: Readonly<Record<string, Money>>) => {
    const names = Object.keys(stakes);
    const ledger = new TestLedger({ holders: ["mallory", ...names], policy: freezeFork });
    const mallory = await ledger.join("mallory");
    const [bob, carol] = [await ledger.join("bob"), await ledger.join("carol")];
    const pens = new Map<string, Pen>();
    const first: VerifiedEntry[] = [];
    for (const [name, money] of Object.entries(stakes)) {
      const witness = await ledger.join(name, { permissions });
      const write = penOf(ledger, witness);
      pens.set(name, write);
      first.push(await write(stake(witness, money)));
    }
    await ledger.settle(first);
    const write = penOf(ledger, mallory);
    const [unlucky, lucky] = [
      await write(pay(bob, ami(60)), { onto: null }),
      await write(pay(carol, ami(60)), { onto: null }),
    ];
    const winner = (besides: readonly VerifiedEntry[]) =>
      ledger.lines([unlucky, lucky], ledger.look([unlucky, lucky, ...besides])).map((line) => line.replace(/^.*→/, ""));
    return { ledger, winner, by: (name: string) => present(pens.get(name)), unlucky, lucky, write, bob };
  };
  const frozen = "carol 60.00 rejected session-frozen";

  it("[WIT4] [EQV6] means more than two thirds of all that is staked, to the cent", async () => {
    const two = ["vera", "wanda"];
    expect(await outcomeUnder({ vera: ami(10), wanda: ami(10), xena: ami(10) }, two)).toEqual([
      "bob 60.00 rejected session-frozen",
      frozen,
    ]);
    expect(await outcomeUnder({ vera: ami(10), wanda: ami(10, 1), xena: ami(10) }, two)).toEqual([
      "bob 60.00 accepted",
      frozen,
    ]);
    expect(await outcomeUnder({ vera: ami(10), wanda: ami(10), xena: ami(10, 1) }, two)).toEqual([
      "bob 60.00 rejected session-frozen",
      frozen,
    ]);
  });

  it("[WIT4] is nothing while nothing is staked", async () => {
    const { ledger, winner, unlucky } = await certainCourt({});
    const vera = await ledger.join("vera");
    expect(winner([await penOf(ledger, vera)(attest(unlucky))])).toEqual(["bob 60.00 rejected session-frozen", frozen]);
  });

  it("[EQV6] [WIT3] a whole branch is honoured when its end is certified", async () => {
    const { ledger, by, unlucky, lucky, write, bob } = await certainCourt({ vera: ami(10) });
    const end = await write(pay(bob, ami(1)), { onto: unlucky });
    const beyond = await write(pay(bob, ami(2)), { onto: end });
    const attestation = await by("vera")(attest(end));
    expect(await ledger.settle([beyond, lucky, end, unlucky, attestation])).toEqual([
      "mallory#2→bob 2.00 rejected session-frozen",
      "mallory#0→carol 60.00 rejected session-frozen",
      "mallory#1→bob 1.00 accepted",
      "mallory#0→bob 60.00 accepted",
      "vera#1 attests mallory#1 accepted",
    ]);
  });

  it("[PROP7] never loses to what is not certified, by a fork or for want of funds", async () => {
    const made = await court({ vera: ami(10), wanda: ami(4) });
    const { ledger, mallory, bob, carol, winner, by, person, lucky, unlucky } = made;
    const byVera = await by("vera")(attest(unlucky));
    expect(winner([byVera, await by("wanda")(attest(lucky))])).toBe("unlucky");
    const tablet = await secondDevice(ledger, mallory, "mallory's tablet");
    const [onPhone, onTablet] = [
      await penOf(ledger, mallory)(pay(bob, ami(100))),
      await penOf(ledger, tablet)(pay(carol, ami(100))),
    ];
    for (const certified of [onPhone, onTablet]) {
      const attestation = await penOf(ledger, person("vera"))(attest(certified));
      const { verdicts } = ledger.look([onPhone, onTablet, attestation]);
      const accepted = verdicts.filter(({ entry, outcome }) => outcome === "accepted" && entry !== attestation.id);
      expect(accepted.map(({ entry }) => entry)).toContain(certified.id);
      expect(accepted.length).toBe(1);
    }
  });
});

describe("what weighed, and the record", () => {
  /** Settles, which replays the record, and says who won. The lot of this very call decides nothing. */
  const settleAgainstTheOdds = async (
    made: Awaited<ReturnType<typeof court>>,
    besides: readonly VerifiedEntry[],
  ): Promise<readonly string[]> => {
    const { ledger, lucky, unlucky } = made;
    const lines = await ledger.settle([lucky, unlucky, ...besides]);
    return lines.map((line) => line.replace(/^.* (accepted|rejected|deferred)/, "$1"));
  };
  const recorded = ({ ledger }: { readonly ledger: TestLedger }) => ledger.newest.record.entries.length;

  it("[CHP5] [WIT2] an attestation that waits has no say, and does not stand in the record", async () => {
    const made = await court({ vera: ami(10) });
    const { by, unlucky, bob } = made;
    await by("vera")(pay(bob, ami(1)));
    expect(await settleAgainstTheOdds(made, [await by("vera")(attest(unlucky))])).toEqual([
      "accepted",
      "rejected insufficient-funds",
      "deferred previous-missing",
    ]);
    expect(recorded(made)).toBe(2);
  });

  it("[CHP5] [WIT3] an attested entry that waits lends no weight to what it builds on, and does not stand in the record", async () => {
    const made = await court({ vera: ami(10) });
    const { by, unlucky, write, bob } = made;
    const early = await write(pay(bob, ami(1)), { onto: unlucky, time: at(HOUR) });
    expect(await settleAgainstTheOdds(made, [early, await by("vera")(attest(early))])).toEqual([
      "rejected insufficient-funds",
      "accepted",
      "rejected session-frozen",
      "accepted",
    ]);
    const onward = await court({ vera: ami(10) });
    const { ledger, carol } = onward;
    const carols = penOf(ledger, carol);
    const later = await carols(pay(onward.bob, ami(1)), { dependencies: [onward.unlucky.id], time: at(HOUR) });
    const latest = await carols(pay(onward.bob, ami(2)));
    const attestation = await onward.by("vera")(attest(latest));
    expect(await settleAgainstTheOdds(onward, [later, latest, attestation])).toEqual([
      "accepted",
      "rejected insufficient-funds",
      "deferred time-in-future",
      "deferred previous-missing",
      "accepted",
    ]);
    expect(recorded(onward)).toBe(3);
  });

  it("[CHP5] stands in the record: a signature that was attested, with what vouches for it", async () => {
    const made = await court({ vera: ami(10) });
    const { by, unlucky, ledger, mallory, bob } = made;
    const options = { network: ledger.network, to: bob.account, money: ami(1), time: at(HOUR) };
    const { variant, next } = await signAfterVariant(mallory, unlucky, options);
    expect(await settleAgainstTheOdds(made, [variant, next, await by("vera")(attest(variant))])).toEqual([
      "rejected insufficient-funds",
      "accepted",
      "accepted",
      "rejected session-frozen",
      "accepted",
    ]);
    const rows = ledger.newest.record.entries ?? [];
    expect(rows).toEqual(expect.arrayContaining([variant.bytes, next.bytes]));
  });

  it("[CHP5] [WIT2] a signature that somebody without weight attested does not stand in the record", async () => {
    const made = await court({ olga: ami(0) });
    const { by, lucky, ledger, mallory, bob } = made;
    const { variant } = await signAfterVariant(mallory, lucky, {
      network: ledger.network,
      to: bob.account,
      money: ami(1),
    });
    const [kept, attested] = [lucky, variant].toSorted((a, b) => (a.link < b.link ? -1 : 1)) as [
      VerifiedEntry,
      VerifiedEntry,
    ];
    const { attestedLinks } = ledger.look([kept, attested, await by("olga")(attest(attested))]);
    expect(attestedLinks.size).toBe(0);
  });
});

describe("kept attestations", () => {
  const saw = ({ account, session }: Person, place: number, head = "ab"): Attest => ({
    type: "attest",
    account,
    session,
    sequence: sequence(place),
    head: head.repeat(32) as Link,
  });
  /** `"0 by vera#1"`, in the order of the state. */
  async function openCourt(stakes: Readonly<Record<string, Money>>) {
    const made = await court(stakes);
    const { ledger, mallory } = made;
    const nameOf = new Map(Object.keys(stakes).map((name) => [made.person(name).account, name]));
    const kept = (person: Person = mallory) =>
      sessionOf(ledger.state, person.account, person.session)?.attested.map(
        ({ sequence: about, witness, place }) => `${about} by ${nameOf.get(witness)}#${place}`,
      );
    return { ...made, kept };
  }

  it("[WIT5] are kept while their place is undecided, and dropped when the log has passed it", async () => {
    const { ledger, mallory, by, kept, lucky, bob, write } = await openCourt({ vera: ami(10) });
    const vera = by("vera");
    await ledger.settle([await vera(saw(mallory, 0)), await vera(saw(mallory, 1))]);
    expect(kept()).toEqual(["0 by vera#1", "1 by vera#2"]);
    await ledger.settle([lucky]);
    expect(kept()).toEqual(["1 by vera#2"]);
    await ledger.settle([await write(pay(bob, ami(500)), { onto: lucky })]);
    expect(kept(), "a rejected entry takes its place too").toEqual([]);
  });

  it("[WIT5] are none of an account without weight, of the session's own account, or of a session that is not known", async () => {
    const { ledger, mallory, person, by, kept } = await openCourt({ vera: ami(10), olga: ami(0) });
    const stranger = await new TestLedger({ network: ledger.network }).join("stranger");
    const own = saw(person("vera"), 5);
    await ledger.settle([await by("olga")(saw(mallory, 0)), await by("vera")(own), await by("vera")(saw(stranger, 0))]);
    expect([kept(), kept(person("vera"))]).toEqual([[], []]);
    expect(ledger.newest.reconciliation.verdicts.map(({ outcome }) => outcome)).toEqual(
      Array<string>(3).fill("accepted"),
    );
  });

  it("[WIT5] are none below the log's next place, nor 256 or more above it, as the call ends", async () => {
    const { ledger, mallory, by, kept, lucky } = await openCourt({ vera: ami(10) });
    const vera = by("vera");
    const log = [await vera(saw(mallory, 0)), await vera(saw(mallory, 256)), await vera(saw(mallory, 257))];
    await ledger.settle([lucky, ...log]);
    expect(kept(), "the call decided place 0").toEqual(["256 by vera#2"]);
  });

  it("[WIT5] are one of an account for a place, the first that is judged", async () => {
    const { ledger, mallory, person, by, kept } = await openCourt({ vera: ami(10) });
    await ledger.settle([await by("vera")(saw(mallory, 0))]);
    const tablet = await secondDevice(ledger, person("vera"), "vera's tablet");
    await ledger.settle([await penOf(ledger, tablet)(saw(mallory, 0, "cd"))]);
    expect(kept()).toEqual(["0 by vera#1"]);
  });

  it("[WIT5] are 8 of an account at most, not counting those that the log passes in the same call", async () => {
    const { ledger, mallory, by, kept, lucky } = await openCourt({ vera: ami(10) });
    const vera = by("vera");
    const nine: VerifiedEntry[] = [];
    for (let place = 0; place <= 8; place++) nine.push(await vera(saw(mallory, place)));
    await ledger.settle(nine);
    expect(kept()).toEqual(Array.from({ length: 8 }, (_unused, place) => `${place} by vera#${place + 1}`));
    const [tenth, eleventh] = [await vera(saw(mallory, 9)), await vera(saw(mallory, 10))];
    await ledger.settle([tenth, lucky, eleventh]);
    expect(kept()).toEqual([
      ...Array.from({ length: 7 }, (_unused, place) => `${place + 1} by vera#${place + 2}`),
      "9 by vera#10",
    ]);
  });

  it("[WIT5] are 256 of all at most, in order of places and then witnesses", async () => {
    const names = Array.from({ length: 33 }, (_unused, index) => `witness ${index}`);
    const { ledger, mallory, by, kept, person } = await openCourt(
      Object.fromEntries(names.map((name) => [name, ami(1)] as const)),
    );
    const attestations: VerifiedEntry[] = [];
    for (const name of names.slice(0, 32))
      for (let place = 0; place < 8; place++) attestations.push(await by(name)(saw(mallory, place)));
    await ledger.settle(attestations);
    expect(kept()?.length).toBe(256);
    const byAccount = names.slice(0, 32).toSorted((a, b) => (person(a).account < person(b).account ? -1 : 1));
    expect(kept()?.slice(0, 32)).toEqual(byAccount.map((name) => `0 by ${name}#1`));
    await ledger.settle([await by("witness 32")(saw(mallory, 8))]);
    expect(kept()).not.toContain("8 by witness 32#1");
  });
});

describe("witnesses that lied", () => {
  const frozenFrom = (ledger: TestLedger, { account, session }: Person) =>
    sessionOf(ledger.state, account, session)?.frozenFrom;
  const evidence = (ledger: TestLedger) => ledger.newest.reconciliation.evidence ?? [];

  it("[WIT6] are frozen from the higher of two attestations of two heads on, and proven", async () => {
    const { ledger, person, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    const log = [await vera(attest(lucky)), await vera(attest(lucky)), await vera(attest(unlucky))];
    const [first, , third] = log as [VerifiedEntry, VerifiedEntry, VerifiedEntry];
    expect((await ledger.settle(log)).map((line) => line.replace(/^.* /, ""))).toEqual(
      Array<string>(3).fill("accepted"),
    );
    expect(frozenFrom(ledger, person("vera"))).toBe(3);
    const [proof] = evidence(ledger);
    expect(proof).toMatchObject({ type: "double-attestation", session: person("vera").session });
    expect(new Set([proof?.a.id, proof?.b.id])).toEqual(new Set([first.id, third.id]));
    const key = { network: ledger.network.tag, key: person("vera").signer.publicKey };
    expect(orThrow(verifyEvidence(encodeEvidence(present(proof)), key)).type).toBe("double-attestation");
    expect(await ledger.settle([await vera(attest(lucky))])).toEqual([
      "vera#4 attests mallory#0 rejected session-frozen",
    ]);
  });

  it("[WIT6] are found between one kept and one given, and proven where the entry is at hand", async () => {
    const { ledger, person, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    const [first, second] = [await vera(attest(lucky)), await vera(attest(unlucky))];
    await ledger.settle([first]);
    expect(frozenFrom(ledger, person("vera"))).toBeUndefined();
    await ledger.settle([second]);
    expect(frozenFrom(ledger, person("vera"))).toBe(2);
    expect(evidence(ledger)).toMatchObject([{ type: "double-attestation" }]);
  });

  it("[WIT6] are not those that attest one head twice, or two heads by two sessions or for two places", async () => {
    const { ledger, person, by, lucky, unlucky, write, bob } = await court({ vera: ami(10) });
    const tablet = await secondDevice(ledger, person("vera"), "vera's tablet");
    const next = await write(pay(bob, ami(1)), { onto: lucky });
    const vera = by("vera");
    const byTablet = await penOf(ledger, tablet)(attest(unlucky));
    await ledger.settle([await vera(attest(lucky)), await vera(attest(lucky)), await vera(attest(next)), byTablet]);
    expect([frozenFrom(ledger, person("vera")), frozenFrom(ledger, tablet), evidence(ledger)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  it("[WIT6] are frozen at the lowest of several pairs, whether they have weight or not", async () => {
    const { ledger, mallory, person, by } = await court({ olga: ami(0) });
    const olga = by("olga");
    const saw = (place: number, head: string): Attest => ({
      type: "attest",
      account: mallory.account,
      session: mallory.session,
      sequence: sequence(place),
      head: head.repeat(32) as Link,
    });
    const log: VerifiedEntry[] = [];
    for (const [place, head] of [
      [7, "aa"],
      [3, "aa"],
      [3, "bb"],
      [7, "bb"],
      [3, "cc"],
    ] as const)
      log.push(await olga(saw(place, head)));
    await ledger.settle(log);
    expect(frozenFrom(ledger, person("olga"))).toBe(2);
    const [proof] = evidence(ledger);
    expect(new Set([proof?.a.entry.sequence, proof?.b.entry.sequence])).toEqual(new Set([1, 2]));
  });

  it("[WIT6] a session that is frozen lower stays so", async () => {
    const { ledger, person, by, lucky, unlucky, bob } = await court({ vera: ami(10) });
    const vera = by("vera");
    const first = await vera(attest(lucky));
    const forks = [await vera(pay(bob, ami(1)), { onto: first }), await vera(pay(bob, ami(2)), { onto: first })];
    const second = await vera(attest(unlucky));
    await ledger.settle([first, ...forks, second]);
    expect(frozenFrom(ledger, person("vera"))).toBe(2);
    expect(evidence(ledger).map(({ type }) => type)).toEqual(["equivocation", "double-attestation"]);
  });

  it("[WIT6] two attestations at one place of a witness's own log convict it twice, and freeze it there", async () => {
    const { ledger, person, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    const before = await vera(attest(lucky));
    const forks = [
      await vera(attest(lucky), { onto: before }),
      await signEntry({ ...(await vera(attest(unlucky), { onto: before })).entry }, person("vera").signer),
    ];
    await ledger.settle([before, ...forks]);
    expect(frozenFrom(ledger, person("vera"))).toBe(2);
    expect(evidence(ledger).map(({ type }) => type)).toEqual(["equivocation", "double-attestation"]);
  });

  it("[WIT6] of several attestations of one head at one place, the one with the lowest id stands in the proof", async () => {
    const { ledger, bob, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    const before = await vera(pay(bob, ami(1)));
    const twins: VerifiedEntry[] = [];
    for (const ms of [0, 1, 2, 3]) twins.push(await vera(attest(lucky), { onto: before, time: at(ms) }));
    const lowest = present(twins.toSorted(byText(({ id }) => id))[0]);
    const other = await vera(attest(unlucky), { time: at(3) });
    for (const given of [twins, twins.toReversed()]) {
      const { evidence: found } = ledger.look([before, ...given, other], { time: at(3) });
      const proofs = found.filter(({ type }) => type === "double-attestation");
      expect(proofs.map(({ a, b }) => [a.id, b.id].toSorted())).toEqual([[lowest.id, other.id].toSorted()]);
    }
  });

  it("[WIT6] are frozen without a proof by who does not have what was kept, in no other way", async () => {
    const { ledger, person, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    await ledger.settle([await vera(attest(lucky))]);
    const second = await vera(attest(unlucky));
    const [knowing, forgetful] = [ledger.look([second]), ledger.look([second], { history: NO_HISTORY })];
    expect([knowing.evidence.length, forgetful.evidence]).toEqual([1, []]);
    expect(stateRoot(forgetful.state)).toBe(stateRoot(knowing.state));
    expect(sessionOf(forgetful.state, person("vera").account, person("vera").session)?.frozenFrom).toBe(2);
  });

  it("[WIT2] counts for each of several that wait for one other", async () => {
    const { ledger, bob, carol, write, by } = await court({ vera: ami(10) });
    const [before] = [await write(pay(bob, ami(1)), { onto: null })];
    const dependencies = [before.id];
    const [byBob, byCarol] = [penOf(ledger, bob), penOf(ledger, carol)];
    const both = [await byBob(pay(carol, ami(1)), { dependencies }), await byCarol(pay(bob, ami(1)), { dependencies })];
    const seen = [await by("vera")(attest(present(both[0]))), await by("vera")(attest(present(both[1])))];
    const { attestedLinks } = ledger.look([...seen, ...both, before]);
    expect([...attestedLinks].toSorted()).toEqual(both.map(({ link }) => link).toSorted());
  });

  it("[WIT2] counts for nothing that this call does not decide", async () => {
    const { ledger, bob, carol, write, by } = await court({ vera: ami(10) });
    const saw = by("vera");
    /** Whether what vera says of the last of them counts. */
    const counts = async (given: readonly VerifiedEntry[], options: Parameters<TestLedger["look"]>[1] = {}) => {
      const about = present(given.at(-1));
      const { attestedLinks } = ledger.look([...given, await saw(attest(about), { onto: null })], options);
      return attestedLinks.has(about.link);
    };
    const byBob = (options: PenOptions = {}) => penOf(ledger, bob)(pay(carol, ami(1)), { onto: null, ...options });
    const early = await write(pay(bob, ami(1)), { onto: null, time: at(DAY) });
    const ready = await write(pay(bob, ami(2)), { onto: null });
    const later = await penOf(ledger, carol)(pay(bob, ami(1)), { time: at(DAY) });
    const waiting = await byBob({ dependencies: [ready.id, later.id].toSorted() });
    expect(await counts([ready, waiting]), "a dependency is missing").toBe(false);
    expect(await counts([ready, later, waiting]), "of two that it waits for one is not decided").toBe(false);
    expect(await counts([ready, await byBob({ dependencies: [ready.id] })])).toBe(true);
    expect(await counts([early]), "it is from the future").toBe(false);
    await ledger.settle([]);
    const old = await byBob({ checkpoint: ledger.reference });
    await ledger.settle([]);
    expect(await counts([old]), "a checkpoint that is known").toBe(true);
    expect(await counts([old], { history: NO_HISTORY }), "and one that is not").toBe(false);
    await ledger.settle([old]);
    const other = await byBob({ time: at(1) });
    expect(await counts([other], { time: at(1), history: NO_HISTORY }), "what settled there is not kept").toBe(false);
  });

  it("[WIT2] counts at a fork and beyond it, whatever is missing there, and before it only what is decided", async () => {
    const { ledger, bob, write, by } = await court({ vera: ami(10) });
    const before = await write(pay(bob, ami(1)), { onto: null, time: at(DAY) });
    const forks = [
      await write(pay(bob, ami(2)), { onto: before, time: at(DAY) }),
      await write(pay(bob, ami(3)), { onto: before, time: at(DAY) }),
    ];
    const beyond = await write(pay(bob, ami(4)), { time: at(DAY) });
    const given = [before, ...forks, beyond];
    const counted: boolean[] = [];
    for (const about of given) {
      const { attestedLinks } = ledger.look([...given, await by("vera")(attest(about), { onto: null })]);
      counted.push(attestedLinks.has(about.link));
    }
    expect(counted).toEqual([false, true, true, true]);
  });

  it("[WIT6] [REC1] what is kept is heard, whoever else's the session is said to be, in any order", async () => {
    const { ledger, bob, by, lucky, unlucky } = await court({ vera: ami(10) });
    const vera = by("vera");
    const kept = await vera(attest(lucky));
    await ledger.settle([kept]);
    const ofBob = { ...(attest(lucky) as Attest), account: bob.account };
    const [astray, second] = [await vera(ofBob), await vera(attest(unlucky))];
    for (const given of [
      [astray, second],
      [second, astray],
    ]) {
      const [proof] = ledger.look(given).evidence;
      expect(new Set([proof?.a.id, proof?.b.id])).toEqual(new Set([kept.id, second.id]));
    }
  });
});
