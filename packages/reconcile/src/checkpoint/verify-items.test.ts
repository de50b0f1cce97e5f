import { sequence, type Recovery, type Result, type VerifiedControlEntry } from "@amigos/core";
import { ami, createPerson, createTestNetwork, namedSigner, signPayment } from "@amigos/core/testing";
import { expect, it } from "vitest";
import { bend } from "../../test/support/bend.ts";
import { revoke, rotate, signOrdered } from "../../test/support/control.ts";
import { createGenesisState } from "../state/ledger-state.ts";
import { checkItems, keysOfRecord, NO_ACQUAINTANCE, verifyItems, type ItemError } from "./verify-items.ts";

const network = createTestNetwork(["alice"]);
const ROTATIONS = 6;
const keys = Array.from({ length: ROTATIONS + 2 }, (_unused, index) =>
  namedSigner(index === 0 ? "alice/next" : `alice/key ${index}`),
);

/** A rotation, then a revocation by the key that it brought, and so on. */
async function rotatingLog() {
  const alice = await createPerson("alice", { network });
  let last = alice.grant;
  const log: VerifiedControlEntry[] = [last];
  for (let index = 0; index < ROTATIONS; index += 1) {
    const [key, afterThat] = keys.slice(index, index + 2) as [(typeof keys)[number], (typeof keys)[number]];
    const rotation = await signOrdered(alice, rotate(key, afterThat), { network, after: last, signer: key });
    last = await signOrdered(alice, revoke(alice.session, index), { network, after: rotation, signer: key });
    log.push(rotation, last);
  }
  return { alice, log };
}

it("[CHP6] tries the key first that a straight log had at the entry's place, and every other one after it", async () => {
  const { alice, log } = await rotatingLog();
  const state = createGenesisState(network);
  // A record holds control entries in order of ids, which says nothing about their order in the log.
  const known = keysOfRecord(state, [alice.inception], log.toReversed());
  const all = new Set([alice.master, ...keys.slice(0, ROTATIONS)].map(({ publicKey }) => publicKey));
  for (const { entry } of log) {
    const tried = known.mastersOf(alice.account, entry.sequence);
    expect(new Set(tried)).toEqual(all);
    expect(tried.length, "each once").toBe(all.size);
  }
  // A rotation is signed by the key that it brings, and asks for no other.
  const byMasters = log.filter(({ entry }) => entry.operation.type !== "rotate");
  for (const { entry, key } of byMasters) expect(known.mastersOf(alice.account, entry.sequence)[0]).toBe(key);
  expect(known.mastersOf(alice.account, sequence(1_000))[0]).toBe(keys[ROTATIONS - 1]?.publicKey);
  const items = { inceptions: [alice.inception.bytes], control: log.map(({ bytes }) => bytes), entries: [] };
  expect((await verifyItems(state, items)).ok).toBe(true);
});

it("[CHP6] knows of whom it knows nothing", async () => {
  const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
  const known = keysOfRecord(createGenesisState(network), [alice.inception], [alice.grant]);
  expect(known.mastersOf(bob.account)).toEqual([]);
  expect(known.recoveriesOf(bob.account)).toEqual([]);
  expect(known.sessionKeyOf(bob.account, bob.session)).toBeUndefined();
  expect(known.sessionKeyOf(alice.account, alice.session)).toBe(alice.signer.publicKey);
});

it("[CHP6] takes ways of recovery from inceptions, from what a record sets, and from nothing else", async () => {
  const alice = await createPerson("alice", { network });
  const recovery: Recovery = { backupKey: { key: namedSigner("alice/backup").publicKey, delayMs: 1 } };
  const chosen = await signOrdered(alice, { type: "set-recovery", recovery }, { network });
  const begun = { ...alice.inception, inception: { ...alice.inception.inception, recovery } };
  const waysOf = (...[inceptions, control]: readonly [(typeof begun)[], VerifiedControlEntry[]]) =>
    keysOfRecord(createGenesisState(network), inceptions, control).recoveriesOf(alice.account);
  expect(waysOf([], [alice.grant, chosen])).toEqual([recovery]);
  expect(waysOf([begun], [alice.grant])).toEqual([recovery]);
});

it("[CHP6] answers for each item in its place, and for all of them with the first that is wrong", async () => {
  const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
  const pays = { network, to: bob.account, money: ami(1) };
  const first = await signPayment(alice, pays);
  const second = await signPayment(alice, { ...pays, after: first });
  const nobodys = await signPayment(await createPerson("carol", { network }), pays);
  const state = createGenesisState(network);
  const items = {
    inceptions: [alice.inception.bytes, bend(bob.inception.bytes)],
    control: [bob.grant.bytes, alice.grant.bytes, Uint8Array.of(0x80)],
    entries: [second.bytes, nobodys.bytes, bend(first.bytes), Uint8Array.of(), first.bytes],
  };
  const { checked, acquaintance } = await checkItems(state, items, NO_ACQUAINTANCE);
  const answers = (results: readonly Result<unknown, ItemError>[]) =>
    results.map((result) => (result.ok ? "well" : result.error.type));
  expect(answers(checked.inceptions)).toEqual(["well", "signature-invalid"]);
  expect(answers(checked.control)).toEqual(["account-unknown", "well", "malformed"]);
  expect(answers(checked.entries)).toEqual(["well", "session-unknown", "signature-invalid", "malformed", "well"]);
  expect(await verifyItems(state, items)).toEqual(checked.inceptions[1]);
  expect(await verifyItems(state, { ...items, inceptions: [] })).toMatchObject({ error: { account: bob.account } });
  const later = await checkItems(state, { ...items, inceptions: [], control: [] }, acquaintance);
  expect(answers(later.checked.entries)).toEqual(answers(checked.entries));
  const alone = await checkItems(state, { ...items, inceptions: [], control: [] }, NO_ACQUAINTANCE);
  expect(answers(alone.checked.entries)).toEqual(
    answers(checked.entries).map((answer) => (answer === "malformed" ? answer : "session-unknown")),
  );
});
