import { sequence, type VerifiedControlEntry } from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { expect, it } from "vitest";
import { revoke, rotate, signOrdered } from "../../test/support/control.ts";
import { createGenesisState } from "../state/ledger-state.ts";
import { keysOfRecord, verifyItems } from "./verify-items.ts";

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
  for (const { entry } of log) expect(new Set(known.mastersOf(alice.account, entry.sequence))).toEqual(all);
  // A rotation is signed by the key that it brings, and asks for no other.
  const byMasters = log.filter(({ entry }) => entry.operation.type !== "rotate");
  for (const { entry, key } of byMasters) expect(known.mastersOf(alice.account, entry.sequence)[0]).toBe(key);
  expect(known.mastersOf(alice.account, sequence(1_000))[0]).toBe(keys[ROTATIONS - 1]?.publicKey);
  const items = { inceptions: [alice.inception.bytes], control: log.map(({ bytes }) => bytes), entries: [] };
  expect((await verifyItems(state, items)).ok).toBe(true);
});
