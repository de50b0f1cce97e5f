/**
 * Whoever started from a state and loaded the history later is in the end like whoever replayed everything (spec [DEV8]),
 * whatever happened before, between and after: forks, entries in void logs, on checkpoints of long ago, keys that change.
 */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  bytesToHex,
  checkpointTag,
  decodeEntry,
  encodeBundle,
  encodeEvidence,
  keyDigest,
  orThrow,
  sequence,
  signControlEntry,
  timeMs,
  type CheckpointReference,
  type Grant,
  type Height,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, createPerson, createTestNetwork, namedSigner, signPayment, type Person } from "@amigos/core/testing";
import { Replica, verifyArchive, type Store } from "@amigos/engine";
import { decodeCheckpointRecord, stateRoot } from "@amigos/reconcile";
import fc from "fast-check";
import { expect, it } from "vitest";
import { assertProperty } from "./assert-property.ts";
import { disk, fresh, openHub, openStore, settle } from "./devices.ts";

const network = createTestNetwork(["alice", "bob", "carol"]);
const expiry = timeMs(systemClock.now() + 86_400_000);
/** Bob's are the two wallets. */
const people = await Promise.all(["alice", "bob", "carol"].map((name) => createPerson(name, { network, expiry })));
const bob = people[1] as Person;
/** What each account says about itself, one after the other. */
const statements = await Promise.all(people.map(statementsOf));

/** Opens a session, takes the next key, opens another with it, and ends the first session of all. */
async function statementsOf(person: Person): Promise<readonly OrderedControl[]> {
  const [next, said] = [namedSigner(`${person.name}/next`), [person.grant]];
  const say = async (operation: OrderedOperation, by: Signer): Promise<void> => {
    const last = said.at(-1) as OrderedControl;
    const place = { sequence: sequence(said.length), previous: last.link };
    said.push(await signControlEntry<OrderedControlEntry>({ ...person.grant.entry, ...place, operation }, by));
  };
  const grantTo = (name: string): OrderedOperation => ({
    ...(person.grant.entry.operation as Grant),
    sessionKey: namedSigner(`${person.name}/${name}`).publicKey,
  });
  const nextKeyDigest = keyDigest(namedSigner(`${person.name}/third`).publicKey);
  await say(grantTo("tablet"), person.master);
  await say({ type: "rotate", masterKey: next.publicKey, nextKeyDigest }, next);
  await say(grantTo("watch"), next);
  await say({ type: "revoke", session: person.session }, next);
  return said;
}

type Move =
  | {
      readonly type: "pay";
      readonly from: number;
      readonly to: number;
      /** How many of the payer's entries lie between, so that more than 0 forks the log. */
      readonly back: number;
      readonly isOnFirst: boolean;
      readonly isDependent: boolean;
      readonly isForHub: boolean;
      readonly isForWallets: boolean;
    }
  | { readonly type: "say"; readonly who: number }
  | { readonly type: "settle" }
  | { readonly type: "restart" };

const person = fc.nat(people.length - 1);
const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant("pay" as const),
        from: person,
        to: person,
        back: fc.oneof(fc.constant(0), fc.nat(4)),
        isOnFirst: fc.boolean(),
        isDependent: fc.boolean(),
        isForHub: fc.boolean(),
        isForWallets: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("say" as const), who: person }) },
    { weight: 3, arbitrary: fc.constant({ type: "settle" as const }) },
    { weight: 1, arbitrary: fc.constant({ type: "restart" as const }) },
  ),
  { minLength: 3, maxLength: 30 },
);

/** A ledger, a wallet that replays it and one that starts from it, on disks that outlive them. */
class Stage {
  readonly #names = { hub: fresh("hub"), whole: fresh("whole"), started: fresh("started") };
  readonly #startAt: number;
  readonly #loadAt: number;
  readonly #entries: VerifiedEntry[] = [];
  readonly #said = people.map(() => 1);
  #hub!: Replica;
  #whole!: Replica;
  #started!: Replica;
  #first: CheckpointReference | undefined;

  private constructor(startAt: number, loadAt: number) {
    [this.#startAt, this.#loadAt] = [startAt, loadAt];
  }

  static async open(startAt: number, loadAt: number): Promise<Stage> {
    const stage = new Stage(startAt, loadAt);
    stage.#hub = await openHub(network, stage.#names.hub, []);
    await stage.#openWallets();
    return stage;
  }

  async play(move: Move): Promise<void> {
    if (move.type === "pay") await this.#pay(move);
    else if (move.type === "say") await this.#say(move.who);
    else if (move.type === "settle") await this.#settle();
    else await this.restart();
  }

  async restart(): Promise<void> {
    await this.#whole.close();
    await this.#started.close();
    await this.#openWallets();
  }

  /** Everything has come to both wallets, and the history is loaded. */
  async end(): Promise<void> {
    while (this.#hub.settled.height < this.#loadAt) await this.#settle();
    await this.#giveAll(this.#whole, this.#started);
  }

  async settleAll(): Promise<void> {
    await this.#giveAll(this.#hub);
    await this.#settle();
  }

  async expectSame(): Promise<void> {
    expect(await this.#shapeOf(this.#started)).toEqual(await this.#shapeOf(this.#whole));
  }

  /** The rows of both disks, which say where what was decided lies in whatever order. */
  async close(): Promise<void> {
    for (const replica of [this.#hub, this.#whole, this.#started]) await replica.close();
    const rows: (readonly string[])[] = [];
    for (const name of [this.#names.whole, this.#names.started]) {
      const store = await openStore(name);
      expect((await verifyArchive({ store, network })).fault).toBe(undefined);
      rows.push(await rowsOf(store));
      await store.close();
    }
    expect(rows[1]).toEqual(rows[0]);
  }

  /** However it ended: hundreds of these are played, and more when one fails. */
  async discard(): Promise<void> {
    for (const replica of [this.#hub, this.#whole, this.#started]) await replica.close();
    for (const name of Object.values(this.#names)) disk.erase(name);
  }

  async #openWallets(): Promise<void> {
    this.#whole = await this.#openWallet(this.#names.whole);
    this.#started = await this.#openWallet(this.#names.started);
  }

  async #openWallet(name: string): Promise<Replica> {
    const { signer, account, session } = bob;
    const wallet = await Replica.open({
      ...{ network, signer, account, session, links: [], clock: systemClock, random: systemRandom },
      store: await openStore(name),
      // So that it keeps whatever anybody signs.
      circle: people.map((one) => one.account),
      isProvisional: true,
      isFromGenesis: name === this.#names.whole,
    });
    expect(wallet.quarantined).toEqual([]);
    await wallet.introduce({ inceptions: [bob.inception], control: [bob.grant] });
    return wallet;
  }

  async #pay({
    from,
    to,
    back,
    isOnFirst,
    isDependent,
    isForHub,
    isForWallets,
  }: Move & { type: "pay" }): Promise<void> {
    const [payer, payee] = [people[from], people[to === from ? (to + 1) % people.length : to]] as [Person, Person];
    const after = this.#entriesOf(payer).at(-1 - back);
    const dependency = isDependent ? this.#entries.at(-2) : undefined;
    const { height, checkpoint } = this.#hub.settled;
    const newest = height === 0 ? undefined : { height, tag: checkpointTag(checkpoint) };
    const on = isOnFirst ? this.#first : newest;
    const entry = await signPayment(payer, {
      ...{ network, to: payee.account, money: ami(0, 1 + this.#entries.length), time: systemClock.now() },
      ...(after === undefined ? {} : { after }),
      ...(on === undefined ? {} : { checkpoint: on }),
      ...(dependency === undefined ? {} : { dependencies: [dependency.id] }),
    });
    this.#entries.push(entry);
    if (isForHub) await give(this.#hub, payer, [entry]);
    if (isForWallets) for (const wallet of [this.#whole, this.#started]) await give(wallet, payer, [entry]);
  }

  async #say(who: number): Promise<void> {
    this.#said[who] = (this.#said[who] ?? 0) + 1;
    const control = (statements[who] ?? []).slice(0, this.#said[who]);
    await give(this.#hub, people[who] as Person, [], control);
  }

  async #settle(): Promise<void> {
    await settle(this.#hub);
    const { height, checkpoint } = this.#hub.settled;
    this.#first ??= { height, tag: checkpointTag(checkpoint) };
    orThrow(await this.#whole.applyCheckpoint(await this.#record(height)));
    if (this.#started.start === 0 && height === this.#startAt)
      orThrow(await this.#started.startFrom((await this.#hub.encodeStart()) as Uint8Array));
    // Who signed something replays, as far as it is.
    else if (this.#started.start !== 0)
      while (this.#started.settled.height < height) await this.#follow((this.#started.settled.height + 1) as Height);
    if (height === this.#loadAt) await this.#load();
  }

  async #follow(height: Height): Promise<void> {
    const [record, start] = [await this.#record(height), this.#started.start];
    if (start === undefined) return void orThrow(await this.#started.applyCheckpoint(record));
    const entries = orThrow(decodeCheckpointRecord(record)).entries;
    const decoded = entries.map((bytes) => orThrow(decodeEntry(bytes, network.tag)));
    const named = await this.#hub.archive.namedBy(decoded, height);
    const past = {
      checkpoints: named.checkpoints.filter((one) => one.height < start).map(({ bytes }) => bytes),
      entries: named.entries.filter((one) => one.height <= start).map(({ bytes }) => bytes),
      settled: named.settled.filter((one) => one.height <= start).map(({ id }) => id),
    };
    orThrow(await this.#started.applyCheckpoint(record, past));
  }

  async #load(): Promise<void> {
    const { start } = this.#started;
    await this.#started.loadHistory();
    for (let height = 1; height <= (start ?? 0); height++)
      orThrow(await this.#started.applyHistory(await this.#record(height as Height)));
    expect(this.#started.start).toBe(undefined);
  }

  async #record(height: Height): Promise<Uint8Array> {
    return (await this.#hub.archive.recordBytes(height)) as Uint8Array;
  }

  async #giveAll(...replicas: readonly Replica[]): Promise<void> {
    for (const replica of replicas) for (const one of people) await give(replica, one, this.#entriesOf(one));
  }

  #entriesOf({ account }: Person): readonly VerifiedEntry[] {
    return this.#entries.filter(({ entry }) => entry.account === account);
  }

  async #shapeOf(wallet: Replica): Promise<unknown> {
    await wallet.refreshed();
    const settlements = await Promise.all(this.#entries.map(({ id }) => wallet.archive.settlement(id)));
    const controlOf = ({ account }: Person): readonly string[] =>
      wallet.directory.control(account).map(({ link }) => link);
    return {
      root: stateRoot(wallet.settled),
      start: wallet.start,
      evidence: wallet.evidence.map((proof) => bytesToHex(encodeEvidence(proof))),
      undecided: wallet.undecided
        .all()
        .map(({ id }) => id)
        .toSorted(),
      settled: settlements.map((settlement) => settlement && `${settlement.height} ${settlement.verdict.outcome}`),
      control: people.map((one) => controlOf(one).toSorted()),
      sides: [...wallet.outlook.settlements].map(([id, { height }]) => `${id} ${height}`).toSorted(),
      provisional: wallet.provisional?.verdicts.map(({ entry, outcome }) => `${entry} ${outcome}`).toSorted(),
    };
  }
}

async function give(
  replica: Replica,
  { inception, grant }: Person,
  entries: readonly VerifiedEntry[],
  control: readonly OrderedControl[] = [grant],
): Promise<void> {
  const accounts = [{ inception: inception.bytes, control: control.map(({ bytes }) => bytes) }];
  const signed = entries.map(({ bytes }) => bytes);
  orThrow(await replica.ingest(encodeBundle({ version: 1, network: network.tag, accounts, entries: signed })));
}

async function rowsOf(store: Store): Promise<readonly string[]> {
  const rows = (await store.list("")).filter(({ key }) => !/^(snapshot|meta\/)/.test(key));
  return rows.map(({ key, value }) => `${key} ${key.startsWith("places/") ? value.length : bytesToHex(value)}`);
}

/** Plays what happens, with a wallet that starts at one height and loads its history at another, and compares it to the end. */
async function play(played: readonly Move[], startAt: number, loadAt: number): Promise<void> {
  const stage = await Stage.open(startAt, loadAt);
  try {
    for (const move of played) await stage.play(move);
    await stage.end();
    await stage.expectSame();
    await stage.restart();
    await stage.expectSame();
    await stage.settleAll();
    await stage.expectSame();
    await stage.close();
  } finally {
    await stage.discard();
  }
}

it("[DEV6] [DEV8] [PEER9] a wallet that started and loaded its history is like one that replayed everything", () =>
  assertProperty(
    fc.asyncProperty(moves, upTo(5), upTo(4), (played, at, more) => play(played, at, at + more)),
    10,
  ));

function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max });
}

/** What a payment is when it says no more than who pays whom. */
function pay(from: number, to: number, more: Partial<Move & { type: "pay" }> = {}): Move {
  const defaults = { back: 0, isOnFirst: false, isDependent: false, isForHub: false, isForWallets: false };
  return { type: "pay", from, to, ...defaults, ...more };
}

/** By their place in `people`. */
const [alice, bobs, carol] = [0, 1, 2];
const settled = { type: "settle" } as const;

it("[DEV8] places that were settled before the start, and are forked by what is settled after it, are proven (seed 1365622764, path 11)", () =>
  play(
    [
      pay(bobs, bobs, { isOnFirst: true, isForHub: true }),
      pay(bobs, bobs, { isForHub: true }),
      settled,
      settled,
      pay(bobs, bobs, { back: 2, isDependent: true, isForHub: true }),
      pay(bobs, bobs, { isDependent: true, isForHub: true }),
      pay(bobs, carol, { isDependent: true, isForWallets: true }),
    ],
    2,
    3,
  ));

it("[GRD8] [DEV8] a place with three sides is proven by the same two wherever it is", () =>
  play(
    [
      pay(carol, alice, { back: 1, isOnFirst: true, isForHub: true, isForWallets: true }),
      settled,
      pay(carol, carol, { back: 1, isDependent: true, isForWallets: true }),
      settled,
      settled,
      pay(bobs, bobs, { back: 3 }),
      pay(carol, bobs, { back: 3, isOnFirst: true, isForWallets: true }),
      settled,
      pay(carol, carol, { isOnFirst: true, isDependent: true, isForHub: true, isForWallets: true }),
      pay(bobs, carol, { back: 3, isDependent: true, isForWallets: true }),
    ],
    1,
    3,
  ));
