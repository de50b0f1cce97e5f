/** Which keys an account speaks by, and which it has ended, as far as a replica knows (spec [PEER10]). */
import { describe, expect, it } from "vitest";
import {
  generation,
  keyDigest,
  openedSession,
  sequence,
  signControlEntry,
  type Grant,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type Signer,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner, type Person } from "@amigos/core/testing";
import { fresh, openHub, settle } from "./devices.ts";

const network = createTestNetwork();
const present = namedSigner("alice/next");
const tablet = namedSigner("alice/tablet");

const rotation: OrderedOperation = {
  type: "rotate",
  masterKey: present.publicKey,
  nextKeyDigest: keyDigest(namedSigner("alice/third").publicKey),
};

/** What alice's account says `after` something else; `place`: with a gap before it. */
function sign(
  alice: Person,
  operation: OrderedOperation,
  {
    after = alice.grant,
    by = alice.master,
    place = after.entry.sequence + 1,
  }: { readonly after?: OrderedControl; readonly by?: Signer; readonly place?: number } = {},
): Promise<OrderedControl> {
  const entry = { ...alice.grant.entry, sequence: sequence(place), previous: after.link, operation };
  return signControlEntry<OrderedControlEntry>(entry, by);
}

function grantTo(alice: Person, key: Signer): OrderedOperation {
  return { ...(alice.grant.entry.operation as Grant), sessionKey: key.publicKey };
}

/** Whether the tablet is at its end, before and after what a hub was told is settled. */
async function tabletEnded(alice: Person, ...said: readonly OrderedControl[]): Promise<readonly boolean[]> {
  const hub = await openHub(network, fresh("hub"), []);
  await hub.introduce({ inceptions: [alice.inception], control: [alice.grant, ...said] });
  const before = hub.hasEnded(alice.account, tablet.publicKey);
  await settle(hub);
  const after = hub.hasEnded(alice.account, tablet.publicKey);
  await hub.close();
  return [before, after];
}

describe("a key", () => {
  it("[PEER10] that the account's present key granted a session is not at its end, nor while what lies before is missing", async () => {
    const alice = await createPerson("alice", { network });
    const rotated = await sign(alice, rotation, { by: present });
    const granted = await sign(alice, grantTo(alice, tablet), { after: rotated, by: present });
    const withGap = await sign(alice, grantTo(alice, tablet), { after: rotated, by: present, place: 9 });
    expect(await tabletEnded(alice, rotated, granted)).toEqual([false, false]);
    expect(await tabletEnded(alice, rotated, withGap)).toEqual([false, false]);
    const byFirst = await sign(alice, grantTo(alice, tablet));
    const later = await sign(alice, rotation, { after: byFirst, by: present });
    expect(await tabletEnded(alice, byFirst, later), "by the key before, at its time").toEqual([false, false]);
  });

  it("[PEER10] that a key which the account has given up grants a session is at its end before it began", async () => {
    const alice = await createPerson("alice", { network });
    const rotated = await sign(alice, rotation, { by: present });
    const byThief = await sign(alice, grantTo(alice, tablet), { after: rotated });
    const withGap = await sign(alice, grantTo(alice, tablet), { after: rotated, place: 9 });
    expect(await tabletEnded(alice, rotated, byThief)).toEqual([true, true]);
    expect(await tabletEnded(alice, rotated, withGap)).toEqual([true, true]);
  });

  it("[PEER10] whose grant was killed before it took its place is at its end", async () => {
    const alice = await createPerson("alice", { network });
    const granted = await sign(alice, grantTo(alice, tablet));
    const kill = await sign(alice, { type: "kill-switch", generation: generation(1) });
    expect(await tabletEnded(alice, granted, kill)).toEqual([true, true]);
  });

  it("[PEER10] that was granted a session twice is at its end when the one that it got is revoked", async () => {
    const alice = await createPerson("alice", { network });
    const granted = await sign(alice, grantTo(alice, tablet));
    const again = await sign(alice, grantTo(alice, tablet), { after: granted });
    const session = openedSession(granted)?.id ?? alice.session;
    const revoked = await sign(alice, { type: "revoke", session }, { after: again });
    expect(await tabletEnded(alice, granted, again)).toEqual([false, false]);
    expect(await tabletEnded(alice, granted, again, revoked)).toEqual([true, true]);
  });
});
