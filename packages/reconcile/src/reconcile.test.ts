import { describe, expect, it } from "vitest";
import { height, orThrow, signEntry, verifyEntry, decodeEntry, type EntryId, type VerifiedEntry } from "@amigos/core";
import { AMI, ami, createPerson, signPayment } from "@amigos/core/testing";
import { HOUR, at, TestLedger } from "../test/support/ledger.ts";
import { signAfterVariant } from "../test/support/variant.ts";
import { balanceOf, NO_HISTORY, reconcile, sessionOf, type History } from "./index.ts";

async function aliceAndBob() {
  const ledger = new TestLedger();
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  return { ledger, network: ledger.network, alice, bob };
}

describe("reconcile", () => {
  it("[REC3] never lets ledger time go back", async () => {
    const { ledger } = await aliceAndBob();
    await ledger.settle([], { time: at(2 * HOUR) });
    const { state } = ledger.look([], { time: at(HOUR) });
    expect([state.time, state.height]).toEqual([at(2 * HOUR), 2]);
  });

  it("[REC4] one body under two signatures is one entry, one verdict and no equivocation", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const { variant, next } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    const { verdicts, evidence, state } = ledger.look([variant, first, next]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
    expect(evidence).toEqual([]);
    expect(balanceOf(state, bob.account, AMI)).toBe(300n);
    const [lowest] = [first, variant].map(({ link }) => link).toSorted((a, b) => (a < b ? -1 : 1));
    const headAfter = (entries: readonly VerifiedEntry[]) =>
      sessionOf(ledger.look(entries).state, alice.account, alice.session)?.head;
    expect([headAfter([variant, first]), headAfter([first, variant])]).toEqual([lowest, lowest]);
  });

  it("[HIS1] asks only for settled places, dependencies and checkpoints, and needs nothing for a log's next entry", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    await ledger.settle([first]);
    await ledger.settle([]);
    const checkpoint = ledger.reference;
    const next = { network, to: bob.account, money: ami(1), after: first, checkpoint };
    const second = await signPayment(alice, next);
    const ahead = await signPayment(alice, { ...next, checkpoint: { ...checkpoint, height: height(3) } });
    const waiting = await signPayment(alice, { ...next, dependencies: ["ab".repeat(32) as EntryId] });
    const codeOf = (entry: VerifiedEntry, history: History) => {
      const { state } = ledger;
      const given = { state, inceptions: [], control: [], entries: [entry], history, time: state.time };
      const [verdict] = reconcile(given).verdicts;
      return verdict?.outcome === "accepted" ? "accepted" : verdict?.failure.code;
    };
    expect([second, waiting].map((entry) => codeOf(entry, NO_HISTORY))).toEqual(["accepted", "dependency-missing"]);
    const asked: number[] = [];
    const { entriesAt, isSettled } = ledger.history;
    const past: History = { entriesAt, isSettled, checkpointAt: (named) => void asked.push(named) };
    expect([second, ahead].map((entry) => codeOf(entry, past))).toEqual(["accepted", "checkpoint-ahead"]);
    expect(asked, "the state itself knows these heights").toEqual([]);
  });

  it("[ORD1] judges what becomes ready in the same call, and only that", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const log = [await signPayment(alice, { network, to: bob.account, money: ami(1) })];
    while (log.length < 6)
      log.push(
        await signPayment(alice, { network, to: bob.account, money: ami(1), after: log.at(-1) as VerifiedEntry }),
      );
    const withGap = log.filter((_entry, index) => index !== 3);
    expect(await ledger.settle(withGap.toReversed())).toEqual([
      "alice#5→bob 1.00 deferred previous-missing",
      "alice#4→bob 1.00 deferred previous-missing",
      "alice#2→bob 1.00 accepted",
      "alice#1→bob 1.00 accepted",
      "alice#0→bob 1.00 accepted",
    ]);
  });

  it("[ORD3] what waits for a deferred entry waits with it", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const early = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR) });
    const next = await signPayment(alice, { network, to: bob.account, money: ami(1), after: early });
    const onward = await signPayment(bob, { network, to: alice.account, money: ami(1), dependencies: [early.id] });
    expect(await ledger.settle([early, next, onward])).toEqual([
      "alice#0→bob 1.00 deferred time-in-future",
      "alice#1→bob 1.00 deferred previous-missing",
      "bob#0→alice 1.00 deferred dependency-missing",
    ]);
  });

  it("[VER1] gives one verdict per distinct entry, in order of ids", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const second = await signPayment(alice, { network, to: bob.account, money: ami(500), after: first });
    const third = await signPayment(alice, { network, to: bob.account, money: ami(2), after: second });
    const stray = await signPayment(await createPerson("carol", { network }), {
      network,
      to: bob.account,
      money: ami(1),
    });
    const byId = [first, second, third, stray].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const { verdicts } = ledger.look([second, first, second, first, third, stray]);
    for (const given of [byId, byId.toReversed(), [second, first, second, first, third, stray]]) {
      expect(ledger.look(given).verdicts.map(({ entry, sequence: place }) => [entry, place])).toEqual(
        byId.map(({ id, entry }) => [id, entry.sequence]),
      );
    }
    expect(verdicts.find(({ entry }) => entry === second.id)).toEqual({
      entry: second.id,
      session: alice.session,
      sequence: 1,
      outcome: "rejected",
      failure: { code: "insufficient-funds", asset: AMI, asked: 50000n, left: 9900n },
    });
  });

  it("[VER2] a rejected entry takes its place and moves nothing", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500) });
    await ledger.settle([tooMuch]);
    expect(balanceOf(ledger.state, alice.account, AMI)).toBe(10000n);
    expect(sessionOf(ledger.state, alice.account, alice.session)).toMatchObject({
      nextSequence: 1,
      head: tooMuch.link,
    });
  });

  it("[VER2] an accepted payment reaches an account that nobody has registered", async () => {
    const { ledger, network, alice } = await aliceAndBob();
    const stranger = await createPerson("dave", { network });
    const payment = await signPayment(alice, { network, to: stranger.account, money: ami(5) });
    await ledger.settle([payment]);
    expect(balanceOf(ledger.state, stranger.account, AMI)).toBe(500n);
    const dave = await ledger.join("dave");
    const onward = await signPayment(dave, { network, to: stranger.account, money: ami(5) });
    await ledger.settle([]);
    expect(balanceOf(ledger.state, dave.account, AMI), "registering keeps what was paid before").toBe(500n);
    expect(onward.entry.account).toBe(stranger.account);
  });

  it("[REC4] takes entries as they come out of decoding, as well as freshly signed ones", async () => {
    const { ledger, network, alice, bob } = await aliceAndBob();
    const signed = await signEntry(
      (await signPayment(alice, { network, to: bob.account, money: ami(1) })).entry,
      alice.signer,
    );
    const decoded = orThrow(verifyEntry(orThrow(decodeEntry(signed.bytes, network.tag)), alice.signer.publicKey));
    expect(await ledger.settle([decoded, signed])).toEqual(["alice#0→bob 1.00 accepted", "alice#0→bob 1.00 accepted"]);
  });
});
