/** Ledgers and phones for the tests of starting from a state, and what people do with them. */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  checkpointTag,
  orThrow,
  timeMs,
  type CheckpointReference,
  type Height,
  type VerifiedEntry,
} from "@amigos/core";
import { bundleOf, ami, AMI, createPerson, createTestNetwork, signPayment, type Person } from "@amigos/core/testing";
import { Replica, type Link, type ReplicaOptions, type Store } from "@amigos/engine";
import { balanceOf } from "@amigos/reconcile";
import { afterEach } from "vitest";
import type { EncodedPast } from "../src/replica/past.ts";
import { fresh, openHub, openStore, pair, settle, until } from "./devices.ts";

export const network = createTestNetwork(["alice", "bob", "carol"]);
const expiry = timeMs(systemClock.now() + 86_400_000);
export const [alice, bob, carol] = [
  await createPerson("alice", { network, expiry }),
  await createPerson("bob", { network, expiry }),
  await createPerson("carol", { network, expiry }),
];

/** More checkpoints than a wallet replays that has just begun. */
export const MANY = 129;

const opened: Replica[] = [];
afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close();
});

/** A hub on this store, with so many links to it. */
export async function openLedger(links = 0): Promise<{ readonly hub: Replica; readonly ends: readonly Link[] }> {
  const pairs = Array.from({ length: links }, (_unused, index) => pair("hub", `phone ${index}`));
  const hub = await openHub(
    network,
    fresh("hub"),
    pairs.map(({ left }) => left),
  );
  opened.push(hub);
  return { hub, ends: pairs.map(({ right }) => right) };
}

export function openPhone(person: Person, store: Store, ...links: readonly (Link | undefined)[]): Promise<Replica> {
  return openPhoneWith(person, { store, links: links.flatMap((link) => link ?? []) });
}

type PhoneOptions = Pick<ReplicaOptions, "store" | "links" | "isFromGenesis">;

function phoneOf({ signer, account, session }: Person, options: PhoneOptions): ReplicaOptions {
  const provided = { clock: systemClock, random: systemRandom };
  return { ...options, ...provided, network, signer, account, session, isProvisional: true };
}

/** Opens what a phone left, repaired where it is damaged, and learns nothing beside it. */
export async function openAsItIs(person: Person, store: Store): Promise<Replica> {
  const replica = await Replica.open(phoneOf(person, { store, links: [] }));
  opened.push(replica);
  return replica;
}

export async function openPhoneWith(person: Person, options: PhoneOptions): Promise<Replica> {
  const replica = await Replica.load(phoneOf(person, options));
  opened.push(replica);
  await replica.introduce({ inceptions: [person.inception], control: [person.grant] });
  await replica.connect();
  return replica;
}

interface Paying {
  readonly after?: VerifiedEntry;
  readonly on?: CheckpointReference;
  readonly cents?: number;
  readonly dependencies?: readonly VerifiedEntry[];
}

export function pay(
  from: Person,
  to: Person,
  { after, on, cents = 0, dependencies }: Paying = {},
): Promise<VerifiedEntry> {
  return signPayment(from, {
    network,
    to: to.account,
    money: ami(1, cents),
    time: systemClock.now(),
    ...(after === undefined ? {} : { after }),
    ...(on === undefined ? {} : { checkpoint: on }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(({ id }) => id) }),
  });
}

export function newest({ settled }: Replica): CheckpointReference {
  return { height: settled.height, tag: checkpointTag(settled.checkpoint) };
}

export async function give(replica: Replica, from: Person, ...entries: readonly VerifiedEntry[]): Promise<void> {
  orThrow(await replica.ingest(bundleOf(network, from, entries)));
}

export async function settleTo(hub: Replica, height: number): Promise<void> {
  while (hub.settled.height < height) await settle(hub);
}

export function follows(phone: Replica, hub: Replica): Promise<unknown> {
  return until("the phone follows", () => phone.settled.height === hub.settled.height);
}

/** So many payments to bob, one after the other. */
export async function logOf(person: Person, amount: number): Promise<readonly VerifiedEntry[]> {
  const log: VerifiedEntry[] = [];
  while (log.length < amount) {
    const after = log.at(-1);
    log.push(await pay(person, bob, after === undefined ? {} : { after }));
  }
  return log;
}

/** `"129 starts at 129, 99.00 for alice"` */
export function summary(replica: Replica, person: Person): string {
  const whole = balanceOf(replica.settled, person.account, AMI) / 100n;
  return `${replica.settled.height} starts at ${replica.start}, ${whole} for ${person.name}`;
}

export async function recordsOf(store: Store): Promise<readonly number[]> {
  return (await store.list("checkpoint/")).map(({ key }) => Number(key.split("/")[1]));
}

/** Opens what a phone left, without any link. */
export async function reopened(person: Person, phone: Replica, name: string): Promise<Replica> {
  await phone.close();
  return openPhone(person, await openStore(name));
}

/** A phone without a link that started from what the hub has now. */
export async function startedAt(hub: Replica, person: Person, name: string = fresh(person.name)): Promise<Replica> {
  const phone = await openPhone(person, await openStore(name));
  orThrow(await phone.startFrom((await hub.encodeStart()) as Uint8Array));
  return phone;
}

/** What an entry of checkpoint 4 names of the time before, as a hub sends it. */
export async function namedBy({ archive }: Replica, entry: VerifiedEntry): Promise<EncodedPast> {
  const { checkpoints, entries, settled } = await archive.namedBy([entry], 4 as Height);
  return {
    checkpoints: checkpoints.map(({ bytes }) => bytes),
    entries: entries.map(({ bytes }) => bytes),
    settled: settled.map(({ id }) => id),
  };
}
