/** What is put before the ledger: what it would decide now, and nothing that it has no use for any more. */
import { describe, expect, it } from "vitest";
import {
  generation,
  keyDigest,
  sequence,
  signControlEntry,
  type AccountRecord,
  type Link,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type Signer,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { accountOf, createGenesisState, NO_HISTORY, reconcile } from "@amigos/reconcile";
import { Directory } from "../src/replica/directory.ts";
import { Registrations } from "../src/replica/registrations.ts";
import { fresh, openHub, settle } from "./devices.ts";

const network = createTestNetwork();
/** What `createPerson` commits every account to. */
const next = namedSigner("alice/next");

describe("what ends a session and lost its place", () => {
  it("[CTL10] waits for the ledger while the account's present key signed it, and only then", async () => {
    const alice = await createPerson("alice", { network });
    const second = (operation: OrderedOperation, signer: Signer): Promise<OrderedControl> =>
      signControlEntry<OrderedControlEntry>(
        { ...alice.grant.entry, sequence: sequence(1), previous: alice.grant.link, operation },
        signer,
      );
    const keys = { masterKey: next.publicKey, nextKeyDigest: keyDigest(namedSigner("alice/third").publicKey) };
    const rotation = await second({ type: "rotate", ...keys }, next);
    const byThief = await second({ type: "kill-switch", generation: generation(1) }, alice.master);
    const byOwner = await second({ type: "revoke", session: alice.session }, next);
    const { state } = reconcile({
      state: createGenesisState(network),
      inceptions: [alice.inception],
      control: [alice.grant, rotation],
      entries: [],
      history: NO_HISTORY,
      time: network.genesis.time,
    });
    const waiting = (...control: readonly OrderedControl[]): readonly OrderedControl[] => {
      const directory = new Directory(network, () => undefined);
      const registrations = new Registrations(directory);
      directory.keep({ inceptions: [alice.inception], control: [alice.grant, rotation, ...control] });
      registrations.review([alice.account], state);
      return registrations.ready(state).control;
    };

    expect(waiting()).toEqual([]);
    expect(waiting(byThief)).toEqual([]);
    expect(waiting(byThief, byOwner)).toEqual([byOwner]);
  });
});

/** What an account's former key signs at the next place after a rotation, and what its present one does. */
describe("what a former key signed", () => {
  it("[CTL11] never waits for the ledger, whether the rotation is settled or about to be", async () => {
    const { person, rotation, junk, byPresentKey } = await afterRotation("alice", 3);
    const directory = new Directory(network, () => undefined);
    const registrations = new Registrations(directory);
    const control = [person.grant, rotation, ...junk, byPresentKey];
    directory.keep({ inceptions: [person.inception], control });
    const genesis = createGenesisState(network);
    registrations.review([person.account], genesis);

    const ready = registrations.ready(genesis);

    expect(ready.control).toEqual([person.grant, rotation, byPresentKey]);
    const { control: verdicts, state } = reconcile({
      state: genesis,
      ...ready,
      entries: [],
      history: NO_HISTORY,
      time: network.genesis.time,
    });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted", "accepted"]);
    registrations.reviewAll(state);
    expect(registrations.ready(state).control).toEqual([]);
  });

  it("[PEER7] takes no room of anybody else in the checkpoints of a hub", async () => {
    const hub = await openHub(network, fresh("hub"), []);
    for (let index = 0; index < 14; index++) {
      const { person, rotation, junk } = await afterRotation(`mallory ${index}`, 150);
      await hub.introduce({ inceptions: [person.inception], control: [person.grant, rotation, ...junk] });
    }
    await settle(hub);
    const bob = await createPerson("bob", { network });
    await hub.introduce({ inceptions: [bob.inception], control: [bob.grant] });
    await settle(hub);

    expect(accountOf(hub.settled, bob.account)?.sessions.size).toBe(1);
    expect(hub.unregistered()).toEqual({ inceptions: [], control: [] });
    await hub.close();
  }, 60_000);
});

describe("an account with much to say", () => {
  it("[PEER7] keeps nobody waiting who says one thing", async () => {
    const hub = await openHub(network, fresh("hub"), []);
    const [mallory, bob] = [await createPerson("mallory", { network }), await createPerson("bob", { network })];
    const flood = await Promise.all(
      Array.from({ length: 2100 }, (_, index) =>
        signControlEntry<OrderedControlEntry>(
          { ...mallory.grant.entry, operation: { type: "kill-switch", generation: generation(index + 5) } },
          mallory.master,
        ),
      ),
    );
    await hub.introduce({ inceptions: [mallory.inception], control: flood });
    await hub.introduce({ inceptions: [bob.inception], control: [bob.grant] });

    await settle(hub);

    expect(accountOf(hub.settled, bob.account)?.sessions.size).toBe(1);
    await hub.close();
  }, 60_000);
});

/** An account that rotated, with entries at the next place by the key it had, and one by the key that it has. */
async function afterRotation(name: string, amount: number) {
  const person = await createPerson(name, { network });
  const present = namedSigner(`${name}/next`);
  const sign = (place: number, previous: Link, operation: OrderedOperation, signer: Signer): Promise<OrderedControl> =>
    signControlEntry<OrderedControlEntry>(
      { ...person.grant.entry, sequence: sequence(place), previous, operation },
      signer,
    );
  const keys = { masterKey: present.publicKey, nextKeyDigest: keyDigest(namedSigner(`${name}/third`).publicKey) };
  const rotation = await sign(1, person.grant.link, { type: "rotate", ...keys }, present);
  const junk: OrderedControl[] = [];
  for (let index = 0; index < amount; index++)
    junk.push(await sign(2, rotation.link, { type: "kill-switch", generation: generation(index + 5) }, person.master));
  const byPresentKey = await sign(2, rotation.link, { type: "set-recovery" }, present);
  return { person, rotation, junk, byPresentKey };
}

describe("a record that does not hold all", () => {
  it("[PEER7] holds what opens the session at hand, what brings keys, and the newest sessions", async () => {
    const { person, rotation } = await afterRotation("alice", 0);
    const chain = [person.grant, rotation];
    while (chain.length < 80)
      chain.push(
        await signControlEntry<OrderedControlEntry>(
          { ...person.grant.entry, sequence: sequence(chain.length), previous: (chain.at(-1) ?? rotation).link },
          namedSigner("alice/next"),
        ),
      );
    const directory = new Directory(network, () => undefined);
    directory.keep({ inceptions: [person.inception], control: chain });
    const placesOf = (record: AccountRecord | undefined): readonly number[] =>
      record?.control.map((bytes) => chain.findIndex((control) => control.bytes === bytes)) ?? [];

    const latest = Array.from({ length: 63 }, (_, index) => index + 17);
    expect(placesOf(directory.record(person.account))).toEqual([1, ...latest]);
    expect(placesOf(directory.record(person.account, [person.session]))).toEqual([0, 1, ...latest.slice(1)]);
  });
});
