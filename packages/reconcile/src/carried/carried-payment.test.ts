import { describe, expect, it } from "vitest";
import {
  checkpointTag,
  hexToBytes,
  networkTag,
  orThrow,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  sequence,
  signControlEntry,
  STAKE_MANAGE,
  type CheckpointReference,
  type Link,
  type OrderedControlEntry,
  type Permission,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import {
  AMI,
  ami,
  createTestNetwork,
  genesisReference,
  namedSigner,
  signOperation,
  signPayment,
  START,
  type EntryOptions,
  type Person,
} from "@amigos/core/testing";
import { bend } from "../../test/support/bend.ts";
import { carry, carryingOf, checkpointsOf } from "../../test/support/carrying.ts";
import { fastSigner } from "../../test/support/fast-signer.ts";
import { at, DAY, HOUR, MINUTE, present, TestLedger } from "../../test/support/ledger.ts";
import {
  carriedToText,
  carryPayment,
  decodeCarried,
  encodeCarried,
  isCarried,
  isCarriedText,
  textToCarried,
  type CarriedBody,
} from "./carried-payment.ts";
import { signCheckpoint, type Checkpoint } from "../checkpoint/checkpoint.ts";
import { proveAccount, verifyAccountProof } from "../checkpoint/account-proof.ts";
import { createMerkleMap, merkleRoot, merkleSet } from "../merkle/merkle-map.ts";
import { encodeMerkleProof, prove, type ProofEnd } from "../merkle/merkle-proof.ts";
import type { AccountState } from "../state/account-state.ts";
import { encodeAccount } from "../state/encode-account.ts";
import { accountOf, balanceOf, createGenesisState, stateRoot } from "../state/ledger-state.ts";
import type { KeptAttestation, SessionState } from "../state/session-state.ts";
import { verifyCarriedPayment, type CarriedContext } from "./verify-carried.ts";

const TERMS = { permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20))], terms: { offlineLimits: [ami(30)] } };

/** Alice and bob, settled an hour in; a log of alice's that goes on from there. */
async function aliceOffline() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const joined = await ledger.join("alice", TERMS);
  const [alice, bob] = [{ ...joined, signer: fastSigner("alice/phone") }, await ledger.join("bob")];
  await ledger.settle([], { time: at(HOUR) });
  const log: VerifiedEntry[] = [];
  const next = (): EntryOptions => {
    const after = log.at(-1);
    const time = at(2 * HOUR + log.length * MINUTE);
    return { network, time, checkpoint: ledger.reference, ...(after === undefined ? {} : { after }) };
  };
  const pay = async (whole: number, change: Partial<EntryOptions> = {}, to: Person = bob): Promise<VerifiedEntry> => {
    const entry = await signPayment(alice, { to: to.account, money: ami(whole), ...next(), ...change });
    log.push(entry);
    return entry;
  };
  const check = (bytes: Uint8Array, context: Partial<CarriedContext> = {}) =>
    verifyCarriedPayment(bytes, { network, payee: bob.account, time: at(3 * HOUR), ...context });
  const show = (context: Partial<CarriedContext> = {}) => check(orThrow(carry(ledger, alice, log)), context);
  const change = (edit: (body: CarriedBody) => Partial<CarriedBody>): string => {
    const body = orThrow(decodeCarried(orThrow(carry(ledger, alice, log)), network.tag));
    const checked = check(encodeCarried({ ...body, ...edit(body) }));
    return checked.ok ? "read" : checked.error.type;
  };
  return { ledger, network, alice, bob, log, next, pay, check, show, change };
}

async function grantTo(person: Person, device: string, permissions: readonly Permission[]) {
  const { grant, account, master, inception } = person;
  return signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: inception.inception.network,
      account,
      sequence: sequence(1),
      previous: grant.link,
      operation: {
        type: "grant",
        sessionKey: namedSigner(`${person.name}/${device}`).publicKey,
        device,
        permissions,
        notBefore: START,
        expiry: at(20 * DAY),
        generation: 0 as never,
      },
    },
    master,
  );
}

function referenceTo(ledger: TestLedger, height: number): CheckpointReference {
  const { id, checkpoint } = present(checkpointsOf(ledger)[height - 1]);
  return { height: checkpoint.height, tag: checkpointTag(id) };
}

/** With more sessions and kept attestations than a payer could show. */
function talkative(row: AccountState): AccountState {
  const attested = Array.from({ length: 256 }, (_unused, place): KeptAttestation => {
    const [head, session] = ["ab".repeat(32) as Link, "cd".repeat(32) as SessionId];
    return { sequence: sequence(place), head, witness: row.id, session, place: sequence(0) };
  });
  const [[, phone]] = [...row.sessions] as [[SessionId, SessionState]];
  const others = Array.from({ length: 63 }, (_unused, index) => `${index}`.padStart(64, "0") as SessionId);
  const sessions = [phone.id, ...others].map((id) => [id, { ...phone, id, attested }] as const);
  return { ...row, sessions: new Map(sessions) };
}

/** A row that is the whole state. */
function proofOf(row: AccountState): Uint8Array {
  return encodeMerkleProof({ path: [], end: { type: "row", value: encodeAccount(row) } });
}

describe("what a payer carries", () => {
  it("[CAR2] [CAR3] comes back as the very bytes that were signed", async () => {
    const { ledger, log, network, alice, next, pay, show } = await aliceOffline();
    await pay(5, { dependencies: ["ab".repeat(32) as never], time: at(2 * HOUR) });
    log.push(await signOperation(alice, { type: "float", ...ami(1) }, next()));
    await pay(5, { time: at(HOUR + MINUTE) });
    await pay(5, { time: at(HOUR + MINUTE), region: "CH-ZH" as never });
    const { entries, payment } = orThrow(show());
    expect(entries.map(({ bytes }) => bytes)).toEqual(log.map(({ bytes }) => bytes));
    expect(payment.id).toBe(log.at(-1)?.id);
    const whole = log.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const short = orThrow(decodeCarried(orThrow(carry(ledger, alice, log)), network.tag));
    expect(short.entries[0]).toMatchObject({ later: HOUR });
    expect(short.entries[2]).toMatchObject({ time: at(HOUR + MINUTE) });
    expect(Object.keys(short.entries[3] ?? {})).toEqual(["operation", "region", "signature"]);
    expect(encodeCarried(short).length).toBeLessThan(whole + 700);
  });

  it("[CAR4] is refused while it is made, where no payee could make sense of it", async () => {
    const { ledger, alice, bob, log, next, pay } = await aliceOffline();
    const [first, second] = [await pay(1), await pay(1)];
    const errorOf = (input: Parameters<typeof carryPayment>[0]): unknown => {
      const carried = carryPayment(input);
      return carried.ok ? "carried" : carried.error;
    };
    const input = carryingOf(ledger, alice, log);
    expect(errorOf(input)).toBe("carried");
    const { before: _before, ...alone } = input;
    for (const lonely of [alone, { ...input, before: [] }]) {
      expect(errorOf(lonely)).toEqual({
        type: "entries-not-in-chain",
        entry: second.id,
        expected: { sequence: 0, previous: alice.session },
      });
    }
    const strays = [
      first,
      await pay(1, { after: { ...second, entry: { ...second.entry, sequence: sequence(9) } } }),
      await pay(1, { after: { ...first, link: second.link } }),
      await signPayment(
        { ...alice, session: bob.session },
        { ...next(), to: bob.account, money: ami(1), after: first },
      ),
      await signPayment(
        { ...alice, account: bob.account },
        { ...next(), to: bob.account, money: ami(1), after: first },
      ),
    ];
    for (const stray of strays) {
      expect(errorOf({ ...input, before: [first, stray] })).toEqual({
        type: "entries-not-in-chain",
        entry: stray.id,
        expected: { sequence: 1, previous: first.link },
      });
    }
    expect(errorOf({ ...input, proof: proveAccount(ledger.state, bob.account) })).toMatchObject({
      type: "session-unknown",
    });
    expect(errorOf({ ...input, proof: bend(input.proof).subarray(1) })).toMatchObject({ type: "malformed" });
    const ends: readonly ProofEnd[] = [{ type: "nothing" }, { type: "row", value: Uint8Array.of(0x80) }];
    expect(ends.map((end) => errorOf({ ...input, proof: encodeMerkleProof({ path: [], end }) }))).toMatchObject([
      { type: "session-unknown" },
      { type: "schema-mismatch" },
    ]);
    expect(
      errorOf({ ...input, proof: proofOf(talkative(present(accountOf(ledger.state, alice.account)))) }),
    ).toMatchObject({
      type: "too-large",
      sizeMax: 512 * 1024,
    });
  });

  it("[CAR2] [CAR4] the checkpoints that are named come along, whatever order they are named in", async () => {
    const { ledger, alice, log, pay } = await aliceOffline();
    const genesis = genesisReference(ledger.network);
    await ledger.settle([], { time: at(HOUR + MINUTE) });
    for (const checkpoint of [2, 1, 2].map((height) => referenceTo(ledger, height))) await pay(1, { checkpoint });
    await pay(1, { checkpoint: genesis });
    await ledger.settle([], { time: at(2 * HOUR) });
    const input = carryingOf(ledger, alice, log);
    const { earlier } = orThrow(decodeCarried(orThrow(carryPayment(input)), ledger.network.tag));
    expect(earlier).toEqual(
      checkpointsOf(ledger)
        .slice(0, 2)
        .map(({ bytes }) => bytes),
    );
    const missing = carryPayment({ ...input, earlier: checkpointsOf(ledger).slice(1) });
    expect(missing).toEqual({ ok: false, error: { type: "checkpoint-missing", height: 1 } });
    const { earlier: _earlier, ...nothing } = input;
    expect(carryPayment(nothing)).toEqual(missing);
  });
});

describe("by hand", () => {
  it("[CAR9] it comes back from its text, in whatever case, with what vouches for the session", async () => {
    const { ledger, alice, log, network, pay, check } = await aliceOffline();
    await pay(5);
    const account = { inception: alice.inception.bytes, control: [alice.grant.bytes] };
    const bytes = orThrow(carryPayment({ ...carryingOf(ledger, alice, log), account }));
    const text = carriedToText(bytes);
    expect(text.startsWith("AMIGOS:C")).toBe(true);
    expect(isCarriedText(` ${text.toLowerCase()}`)).toBe(true);
    expect(textToCarried(text.toLowerCase())).toEqual({ ok: true, value: bytes });
    expect(isCarried(bytes, network.tag)).toBe(true);
    expect(orThrow(check(bytes)).record).toEqual(account);
    expect(orThrow(check(orThrow(carry(ledger, alice, log)))).record).toBeUndefined();
  });

  it.each([
    ["AMIGOS:B", { type: "not-a-carried-payment" }],
    ["AMIGOS:C1", { type: "malformed", reason: "not base32: something is missing or mistyped", offset: 0 }],
    [`AMIGOS:C${"A".repeat(838_900)}`, { type: "too-large", size: 524_312, sizeMax: 524_288 }],
  ])("[CAR9] %.12s… is refused", (text, error) => {
    expect(textToCarried(text)).toEqual({ ok: false, error });
  });
});

describe("how much a payer carries", () => {
  it("[CAR4] 256 entries, and 32 older checkpoints", async () => {
    const { ledger, alice, log, pay } = await aliceOffline();
    const typeOf = (entries: readonly VerifiedEntry[]): unknown => {
      const carried = carry(ledger, alice, entries);
      return carried.ok ? "carried" : carried.error;
    };
    for (let height = 1; height <= 33; height += 1) {
      await ledger.settle([], { time: at(HOUR + height * MINUTE) });
      await pay(1, { time: at(2 * HOUR) });
    }
    await ledger.settle([], { time: at(2 * HOUR) });
    expect(typeOf(log.slice(0, 32))).toBe("carried");
    expect(typeOf(log)).toEqual({ type: "too-many", what: "checkpoints", count: 33, max: 32 });
    log.length = 0;
    while (log.length < 257) await pay(1, { time: at(2 * HOUR) });
    expect(typeOf(log.slice(0, 256))).toBe("carried");
    expect(typeOf(log)).toEqual({ type: "too-many", what: "entries", count: 257, max: 256 });
  });
});

describe("what a payee finds out", () => {
  it("[CAR6] [CAR7] every verdict, and what is left after all of them", async () => {
    const { pay, show } = await aliceOffline();
    await pay(15);
    await pay(21);
    await pay(10);
    const { verdicts, left, session, account, ageMs, settleBy } = orThrow(show());
    expect(verdicts.map((verdict) => ("failure" in verdict ? verdict.failure.code : verdict.outcome))).toEqual([
      "accepted",
      "limit-per-transaction",
      "accepted",
    ]);
    expect(left.limits.map(({ type, left: amount }) => [type, amount])).toEqual([
      ["limit-per-day", 2500n],
      ["limit-per-transaction", 2000n],
      ["limit-offline", 500n],
    ]);
    expect([left.balance, left.float]).toEqual([7500n, 0n]);
    expect([session.device, account.balances.get(AMI), ageMs]).toEqual(["alice's phone", 10000n, 2 * HOUR]);
    expect(settleBy).toBe(at(2 * HOUR + 2 * MINUTE + 30 * DAY));
  });

  it("[CAR6] an older checkpoint that an entry names comes along, and dependencies count as decided", async () => {
    const { ledger, alice, log, pay, show, change } = await aliceOffline();
    const waited = "ab".repeat(32) as never;
    await pay(1, { dependencies: [waited] });
    await ledger.settle([], { time: at(2 * HOUR + 30 * MINUTE) });
    await ledger.settle([], { time: at(2 * HOUR + 40 * MINUTE) });
    await pay(1, { checkpoint: ledger.reference, time: at(2 * HOUR + 45 * MINUTE) });
    const carried = orThrow(show());
    expect(carried.verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
    expect(carried.risks).toContainEqual({ type: "waits-for", entries: [waited] });
    const [first, second] = checkpointsOf(ledger);
    if (first === undefined || second === undefined) throw new RangeError("two checkpoints before the newest");
    expect(change(() => ({ earlier: [first.bytes] }))).toBe("read");
    expect(
      change(() => ({ earlier: [second.bytes] })),
      "nobody names it",
    ).toBe("checkpoint-superfluous");
    expect(change(() => ({ earlier: [first.bytes, first.bytes] }))).toBe("checkpoint-superfluous");
    expect(change(() => ({ earlier: [bend(first.bytes)] }))).toBe("checkpoint-refused");
    expect(carryingOf(ledger, alice, log).earlier).toHaveLength(2);
  });

  it("[CAR6] rewards are in no row, so they are not counted", async () => {
    const { ledger, network, alice, bob, next, pay, check } = await aliceOffline();
    const pool = network.id as string as typeof bob.account;
    const tablet = await grantTo(alice, "tablet", [STAKE_MANAGE]);
    await ledger.settle([], { control: [tablet] });
    const staking = {
      ...alice,
      session: tablet.id as string as typeof alice.session,
      signer: namedSigner("alice/tablet"),
    };
    const stake = { type: "stake", validator: bob.account, ...ami(40) } as const;
    const time = at(3 * HOUR);
    await ledger.settle([await signOperation(staking, stake, next()), await pay(5)], { time });
    await ledger.settle([await pay(5, { time }, { ...bob, account: pool })], { time });
    const third = await pay(1, { checkpoint: ledger.reference, time });
    const { state } = ledger.look([third], { time });
    expect(balanceOf(state, alice.account, AMI), "what was paid into the pool has come back").toBe(5400n);
    const carried = orThrow(check(orThrow(carry(ledger, alice, [third]))));
    expect([carried.verdicts.map(({ outcome }) => outcome), carried.left.balance]).toEqual([["accepted"], 4900n]);
    await ledger.settle([third], { time });
    const fourth = await pay(1, { checkpoint: ledger.reference, time });
    const known = orThrow(check(orThrow(carry(ledger, alice, [fourth]))));
    expect(known.left.balance, "nothing is due any more, nor owed").toBe(5300n);
  });

  it("[CAR8] what could still go wrong: a shared balance, an old checkpoint, an end that nobody knows of here", async () => {
    const { ledger, alice, log, next, pay, show } = await aliceOffline();
    const tablet = await grantTo(alice, "tablet", [SEND_UNLIMITED]);
    await ledger.settle([], { control: [tablet] });
    log.push(await signOperation(alice, { type: "float", ...ami(12) }, next()));
    await pay(10);
    const always = [{ type: "not-certified" }, { type: "session-may-have-ended", height: 2, ageMs: 2 * HOUR }];
    expect(orThrow(show()).risks).toEqual(always);
    await pay(3);
    expect(orThrow(show()).risks).toEqual([
      ...always,
      { type: "balance-shared", uncovered: 100n, sessions: [tablet.id] },
    ]);
    expect(orThrow(show({ time: at(2 * DAY) })).risks).toContainEqual({
      type: "checkpoint-old",
      ageMs: 2 * DAY - HOUR,
      ageMsMax: DAY,
    });
    await pay(21);
    const refused = orThrow(show());
    expect(refused.verdicts.at(-1)).toMatchObject({ failure: { code: "limit-per-transaction" } });
    expect(refused.risks).toEqual(always);
  });

  it.each([
    ["who may stake the same asset", [STAKE_MANAGE], true],
    ["who may send it", [SEND_LIMIT_TX(ami(1))], true],
    ["who may only read", [READ_ALL], false],
  ])("[CAR8] another session %s", async (_who, permissions, isRival) => {
    const { ledger, alice, pay, show } = await aliceOffline();
    const tablet = await grantTo(alice, "tablet", permissions);
    await ledger.settle([], { control: [tablet] });
    await pay(1, { checkpoint: ledger.reference });
    const shared = orThrow(show()).risks.find(({ type }) => type === "balance-shared");
    expect(shared).toEqual({ type: "balance-shared", uncovered: 100n, sessions: isRival ? [tablet.id] : [] });
    const late = orThrow(show({ time: at(28 * DAY) })).risks.find(({ type }) => type === "balance-shared");
    expect(late, "expired, and the grace is over").toMatchObject({ sessions: [] });
  });
});

describe("what a payee refuses", () => {
  it("[CAR5] each for its reason", async () => {
    const { ledger, network, alice, bob, log, pay, next, check, show, change } = await aliceOffline();
    await pay(1);
    await pay(1);
    const bytes = orThrow(carry(ledger, alice, log));
    const errorOf = (result: ReturnType<typeof check>): unknown => (result.ok ? "read" : result.error);
    expect(errorOf(check(bytes))).toBe("read");
    expect(errorOf(check(bytes, { network: createTestNetwork(["alice"], ami(1)) }))).toMatchObject({
      type: "wrong-network",
    });
    expect(errorOf(check(bytes.subarray(1)))).toMatchObject({ type: "malformed" });
    expect(errorOf(check(new Uint8Array(600_000)))).toMatchObject({ type: "too-large" });
    expect(errorOf(check(bytes, { payee: alice.account }))).toEqual({
      type: "payment-not-for-payee",
      expected: alice.account,
      found: bob.account,
    });
    expect(change(({ checkpoint }) => ({ checkpoint: bend(checkpoint) }))).toBe("checkpoint-refused");
    expect(change(({ proof }) => ({ proof: bend(proof) }))).toBe("proof-refused");
    expect(change(() => ({ proof: hexToBytes("00") }))).toBe("proof-refused");
    expect(change(() => ({ proof: proveAccount(ledger.state, "ab".repeat(32) as never) }))).toBe("account-absent");
    expect(change(() => ({ proof: proveAccount(ledger.state, bob.account) }))).toBe("session-unknown");
    expect(change(() => ({ session: bob.session }))).toBe("session-unknown");
    for (const empty of [{ entries: [] }, { earlier: [] }]) {
      const body = { ...orThrow(decodeCarried(bytes, network.tag)), ...empty };
      expect(errorOf(check(encodeCarried(body)))).toMatchObject({
        path: `.${Object.keys(empty)[0]}`,
        expected: "at least one",
      });
    }
    expect(
      change(({ entries }) => ({ entries: entries.slice(1) })),
      "out of chain",
    ).toBe("signature-invalid");
    expect(change(({ entries }) => ({ entries: entries.toReversed() }))).toBe("signature-invalid");
    const [first, second] = orThrow(decodeCarried(bytes, network.tag)).entries;
    if (first === undefined || second === undefined) throw new RangeError("two entries");
    const wordy = [
      { ...first, time: at(2 * HOUR) },
      { ...first, checkpoint: ledger.reference },
    ];
    for (const entry of wordy) expect(change(() => ({ entries: [entry, second] }))).toBe("schema-mismatch");
    expect(change(() => ({ entries: [{ ...first, later: 2 ** 53 - 1 }, second] }))).toBe("schema-mismatch");
    log.push(await signOperation(alice, { type: "float", ...ami(1) }, next()));
    expect(errorOf(show())).toEqual({ type: "not-a-payment", entry: log.at(-1)?.id });
  });

  it("[CAR5] a checkpoint of another authority, policy or state", async () => {
    const { ledger, network, alice, log, pay, check } = await aliceOffline();
    await pay(1);
    const input = carryingOf(ledger, alice, log);
    const { checkpoint } = input.checkpoint;
    const resign = async (change: object, who = "authority"): Promise<unknown> => {
      const signed = await signCheckpoint({ ...checkpoint, ...change }, namedSigner(who));
      const result = check(orThrow(carryPayment({ ...input, checkpoint: signed, earlier: checkpointsOf(ledger) })));
      return result.ok ? "read" : result.error;
    };
    expect(await resign({})).toBe("read");
    expect(await resign({}, "mallory")).toEqual({ type: "checkpoint-refused", error: { type: "signature-invalid" } });
    expect(await resign({ policy: "single-branch" })).toEqual({ type: "policy-unknown", policy: "single-branch" });
    expect(await resign({ stateRoot: stateRoot(createGenesisState(network)) })).toMatchObject({
      type: "proof-refused",
      error: { type: "root-mismatch" },
    });
    expect(await resign({ network: "ab".repeat(32) })).toMatchObject({
      type: "checkpoint-refused",
      error: { type: "wrong-network" },
    });
  });
});

describe("one account of a checkpoint", () => {
  it("[CAR1] its row, or that it has none, and nothing about another", async () => {
    const { ledger, network, alice, bob } = await aliceOffline();
    const [checkpoint] = checkpointsOf(ledger);
    if (checkpoint === undefined) throw new RangeError("a checkpoint was settled");
    const proof = proveAccount(ledger.state, alice.account);
    expect(orThrow(verifyAccountProof(checkpoint, proof, alice.account))?.balances.get(AMI)).toBe(10000n);
    expect(verifyAccountProof(checkpoint, proof, bob.account)).toMatchObject({ ok: false });
    expect(verifyAccountProof(checkpoint, bend(proof), alice.account)).toMatchObject({ ok: false });
    const nobody = "ab".repeat(32) as typeof alice.account;
    const alices = present(accountOf(ledger.state, alice.account));
    const mislaid = merkleSet(createMerkleMap(encodeAccount), nobody, alices);
    const root = merkleRoot(mislaid) as string as Checkpoint["stateRoot"];
    const signed = await signCheckpoint({ ...checkpoint.checkpoint, stateRoot: root }, namedSigner("authority"));
    expect(verifyAccountProof(signed, encodeMerkleProof(prove(mislaid, nobody)), nobody)).toEqual({
      ok: false,
      error: { type: "wrong-account", expected: nobody, found: alice.account },
    });
    expect(orThrow(verifyAccountProof(checkpoint, proveAccount(ledger.state, nobody), nobody))).toBeUndefined();
    expect(networkTag(network.id)).toBe(network.tag);
  });
});
