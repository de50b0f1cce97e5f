/**
 * What every settlement ledger must do. Its people and their money are made here, and so is its time: so a ledger has nothing
 * of its own that could have a say, and two of them that were given the same are compared byte for byte.
 */
import { encodeBundle, orThrow, timeMs, type Height, type Network, type Signer, type TimeMs } from "@amigos/core";
import {
  AMI,
  ami,
  bundleOf,
  createPerson,
  createTestNetwork,
  namedSigner,
  signPayment,
  START,
  type Person,
} from "@amigos/core/testing";
import type { LedgerHead, SettlementLedger } from "@amigos/engine/ports";
import {
  decodeCheckpointRecord,
  stateRoot,
  verifyAccountProof,
  verifyCheckpoint,
  createGenesisState,
} from "@amigos/reconcile";
import { check, checkEqual, createDice, type ContractCase } from "./contract-case.ts";
import { replayRecords } from "./ledger-replay.ts";

export interface LedgerHarness {
  /** Opens the one ledger of this harness; new and empty the first time. */
  readonly open: (opening: LedgerOpening) => Promise<SettlementLedger>;
  /**
   * The same on a disk whose power goes out: `writes` transactions are kept whole from here on, and of the next one and of all
   * after it nothing; whatever rests on those rejects. What has died is closed like any other before it is opened again.
   */
  readonly openDying: (opening: LedgerOpening, writes: number) => Promise<SettlementLedger>;
  /** Frees what the harness took. Called once, with every ledger closed. */
  readonly destroy: () => Promise<void>;
}

export interface LedgerOpening {
  readonly network: Network;
  /** The key that signs checkpoints. */
  readonly authority: Signer;
}

/** What is done to a ledger, in order. */
type Step = { readonly submit: Uint8Array } | { readonly settleAt: TimeMs };

/** Orders in which the same is submitted. */
const ORDERS = 8;
/** No ledger needs as many transactions for what is done here. */
const CRASHES_MAX = 200;

const MINUTE_MS = 60_000;

export function ledgerCases(createHarness: () => Promise<LedgerHarness>): readonly ContractCase[] {
  const test = (title: string, body: (ledger: SettlementLedger, stage: Stage) => Promise<void>): ContractCase => ({
    title,
    run: async () => {
      const stage = await createStage();
      await onLedger(createHarness, stage, (ledger) => body(ledger, stage));
    },
  });
  const testMany = (title: string, body: (stage: Stage) => Promise<void>): ContractCase => ({
    title,
    run: async () => body(await createStage()),
  });

  return [
    test("a new ledger stands at the genesis, and nothing waits", async (ledger, { network }) => {
      const genesis = createGenesisState(network);
      const { height, checkpoint: id, time } = genesis;
      checkEqual(ledger.head, { height, id, time, stateRoot: stateRoot(genesis) }, "where it stands");
      checkEqual([ledger.waitingEntries, ledger.waiting()], [0, { entries: [], records: [] }], "what waits");
      checkEqual(await ledger.record(1 as Height), undefined, "a record");
      checkEqual(await ledger.checkpoint(1 as Height), undefined, "a checkpoint");
    }),

    test("what was submitted waits, and one checkpoint decides it for whoever asks", async (ledger, stage) => {
      const { alice, bob, network } = stage;
      const heard: string[] = [];
      const end = ledger.subscribe((event) => void heard.push(event.type));
      const [payment] = await stage.pay(alice, bob, 1);
      const submitted = orThrow(await ledger.submit(bundleOf(network, alice, [payment as { bytes: Uint8Array }])));
      checkEqual([submitted.fresh.length, submitted.known], [1, 0], "what was new");
      checkEqual([ledger.waitingEntries, ledger.waiting().entries], [1, submitted.fresh], "what waits");
      check(ledger.waiting().records.length > 0, "what alice said about herself waits too");
      const head = await ledger.settle(later(1));
      check(heard.includes("waiting") && heard.includes("settled"), "it tells of both");
      end();
      checkEqual([head, head.height, head.time], [ledger.head, 1, later(1)], "where it stands");
      checkEqual(ledger.waiting(), { entries: [], records: [] }, "what waits");
      checkEqual(await balanceOf(ledger, alice), "9900", "what alice has left");
      checkEqual(await balanceOf(ledger, bob), "10100", "what bob has");
    }),

    test("the same again changes nothing, waiting or decided", async (ledger, stage) => {
      const [first] = await stage.bundles();
      check(first !== undefined, "a bundle");
      const news = orThrow(await ledger.submit(first)).fresh.length;
      checkEqual(orThrow(await ledger.submit(first)), { fresh: [], known: news }, "while it waits");
      await ledger.settle(later(1));
      checkEqual(orThrow(await ledger.submit(first)), { fresh: [], known: news }, "when it is decided");
      checkEqual(ledger.waiting(), { entries: [], records: [] }, "what waits");
      const before = ledger.head.stateRoot;
      checkEqual((await ledger.settle(later(2))).stateRoot, before, "the root after it");
    }),

    test("what is refused leaves nothing, and what stands beside it is taken", async (ledger, stage) => {
      const { alice, bob, network } = stage;
      const [payment] = await stage.pay(alice, bob, 1);
      const bytes = payment?.bytes ?? new Uint8Array();
      const forged = bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1);
      const [bad, good] = await Promise.all([
        ledger.submit(bundleOf(network, alice, [forged])),
        ledger.submit(bundleOf(network, alice, [bytes])),
      ]);
      check(!bad.ok && bad.error.type.length > 0, "what is forged is refused, with a reason");
      check(good.ok, "what is not is taken");
      check(!(await ledger.submit(Uint8Array.of(1, 2, 3))).ok, "what is no bundle is refused");
      checkEqual(ledger.waitingEntries, 1, "entries that wait");
    }),

    test("time never goes back", async (ledger, stage) => {
      await submitAll(ledger, await stage.bundles());
      const head = await ledger.settle(later(10));
      const next = await ledger.settle(later(5));
      checkEqual([next.height, next.time], [2, head.time], "the checkpoint at an earlier time");
      checkEqual((await ledger.settle(later(11))).time, later(11), "the time of the next");
    }),

    test("of several that settle at once each makes one checkpoint, on the one before", async (ledger, stage) => {
      await submitAll(ledger, await stage.bundles());
      const heads = await Promise.all([1, 2, 3].map((minute) => ledger.settle(later(minute))));
      checkEqual(
        heads.map(({ height }) => height),
        [1, 2, 3],
        "heights",
      );
      await checkReplay(ledger, stage.network, heads);
    }),

    test("what is submitted while it settles is decided then or next, and not lost", async (ledger, stage) => {
      const bundles = await stage.bundles();
      const submitting = bundles.map((bundle) => ledger.submit(bundle));
      await ledger.settle(later(1));
      for (const report of await Promise.all(submitting)) orThrow(report);
      await ledger.settle(later(2));
      await ledger.settle(later(3));
      checkEqual(ledger.waiting().entries, [], "what waits");
      await checkReplay(ledger, stage.network);
    }),

    test("anybody computes every root from its records alone", async (ledger, stage) => {
      const heads = await follow(ledger, await stage.script());
      check(heads.length > 3, "several checkpoints");
      await checkReplay(ledger, stage.network, heads);
      for (const { height, id } of heads) {
        const signed = verifyCheckpoint((await ledger.checkpoint(height)) ?? new Uint8Array(), stage.network);
        checkEqual(orThrow(signed).id, id, `the signed checkpoint ${height}`);
      }
    }),

    testMany("what contradicts each other is decided alike, in whatever order it came", async (stage) => {
      const bundles = await stage.bundles();
      const roots = new Set<string>();
      for (let order = 0; order < ORDERS; order++)
        await onLedger(createHarness, stage, async (ledger) => {
          await submitAll(ledger, shuffled(bundles, order));
          // What had to wait for another of them has its turn.
          await ledger.settle(later(1));
          const { id, stateRoot: root } = await ledger.settle(later(2));
          roots.add(`${id} ${root}`);
        });
      checkEqual(roots.size, 1, "outcomes of the same things in different orders");
    }),

    testMany("closed and opened again it stands where it stood, with what waited", async (stage) => {
      const [first, ...rest] = await stage.bundles();
      const harness = await createHarness();
      const opening = stage;
      const ledger = await harness.open(opening);
      await submitAll(ledger, [first as Uint8Array]);
      const head = await ledger.settle(later(1));
      await submitAll(ledger, rest);
      const waiting = sorted(ledger.waiting().entries);
      await ledger.close();
      const again = await harness.open(opening);
      checkEqual([again.head, sorted(again.waiting().entries)], [head, waiting], "where it stands and what waits");
      await again.close();
      await harness.destroy();
    }),

    testMany(
      "after the power went out at any write, the same again comes to the same, byte for byte",
      async (stage) => {
        const script = await stage.script();
        const expected = await onLedger(createHarness, stage, async (ledger) => {
          const heads = await follow(ledger, script);
          return { heads, records: await recordsOf(ledger) };
        });
        for (let writes = 0; ; writes++) {
          check(writes < CRASHES_MAX, `it is done within ${CRASHES_MAX} writes`);
          if (await survives(await createHarness(), stage, { script, expected, writes })) break;
        }
      },
    ),
  ];
}

interface Expected {
  readonly heads: readonly LedgerHead[];
  readonly records: readonly Uint8Array[];
}

/** Returns whether all of it was done before the power went out. */
async function survives(
  harness: LedgerHarness,
  opening: LedgerOpening,
  {
    script,
    expected,
    writes,
  }: { readonly script: readonly Step[]; readonly expected: Expected; readonly writes: number },
): Promise<boolean> {
  const acknowledged: string[] = [];
  const isDone = await runUntilItDies(harness, opening, { script, writes, acknowledged });
  const ledger = await harness.open(opening);
  const { height } = ledger.head;
  const at = `after ${writes} writes`;
  if (height > 0) checkEqual(ledger.head, expected.heads[height - 1], `${at}, where it stands`);
  checkEqual(await ledger.record((height + 1) as Height), undefined, `${at}, a record beyond`);
  const { decided } = await replayRecords(await recordsOf(ledger), opening.network);
  const waiting = new Set<string>(ledger.waiting().entries);
  for (const id of acknowledged)
    check(waiting.has(id) !== decided.has(id), `${at}, ${id} that was acknowledged waits, or is decided`);
  await follow(ledger, script, height);
  checkEqual(ledger.head, expected.heads.at(-1), `${at}, where it comes to`);
  checkEqual(await recordsOf(ledger), expected.records, `${at}, its records`);
  await ledger.close();
  await harness.destroy();
  return isDone;
}

async function runUntilItDies(
  harness: LedgerHarness,
  opening: LedgerOpening,
  {
    script,
    writes,
    acknowledged,
  }: { readonly script: readonly Step[]; readonly writes: number; readonly acknowledged: string[] },
): Promise<boolean> {
  let ledger: SettlementLedger | undefined;
  try {
    ledger = await harness.openDying(opening, writes);
    for (const step of script) {
      if ("settleAt" in step) await ledger.settle(step.settleAt);
      else acknowledged.push(...orThrow(await ledger.submit(step.submit)).fresh);
    }
    return true;
  } catch {
    return false;
  } finally {
    await ledger?.close().catch(() => undefined);
  }
}

/** Does all of it, but for the checkpoints that are there. */
async function follow(ledger: SettlementLedger, script: readonly Step[], height = 0): Promise<readonly LedgerHead[]> {
  const heads: LedgerHead[] = [];
  let settled = 0;
  for (const step of script) {
    if ("submit" in step) orThrow(await ledger.submit(step.submit));
    else if (++settled > height) heads.push(await ledger.settle(step.settleAt));
  }
  return heads;
}

async function recordsOf(ledger: SettlementLedger): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  for (let height = 1; height <= ledger.head.height; height++) {
    const record = await ledger.record(height as Height);
    check(record !== undefined && decodeCheckpointRecord(record).ok, `record ${height} is there and can be read`);
    records.push(record);
  }
  return records;
}

/** That its records lead to its roots, and to those that it told. */
async function checkReplay(
  ledger: SettlementLedger,
  network: Network,
  heads: readonly LedgerHead[] = [ledger.head],
): Promise<void> {
  const { states } = await replayRecords(await recordsOf(ledger), network);
  for (const { height, id, stateRoot: root } of heads) {
    const state = states[height];
    checkEqual([state?.checkpoint, state && stateRoot(state)], [id, root], `checkpoint ${height} by its records`);
  }
}

async function submitAll(ledger: SettlementLedger, bundles: readonly Uint8Array[]): Promise<void> {
  for (const bundle of bundles) orThrow(await ledger.submit(bundle));
}

async function balanceOf(ledger: SettlementLedger, person: Person): Promise<string> {
  const proven = await ledger.prove(person.account);
  check(proven !== undefined, "a proof");
  const checkpoint = orThrow(verifyCheckpoint(proven.checkpoint, ledger.network));
  return `${orThrow(verifyAccountProof(checkpoint, proven.proof, person.account))?.balances.get(AMI)}`;
}

async function onLedger<Value>(
  createHarness: () => Promise<LedgerHarness>,
  opening: LedgerOpening,
  body: (ledger: SettlementLedger) => Promise<Value>,
): Promise<Value> {
  const harness = await createHarness();
  const ledger = await harness.open(opening);
  try {
    return await body(ledger);
  } finally {
    await ledger.close();
    await harness.destroy();
  }
}

interface Stage extends LedgerOpening {
  readonly alice: Person;
  readonly bob: Person;
  /** `count` payments of 1.00, the later ones on the earlier ones. */
  readonly pay: (from: Person, to: Person, count: number, memo?: string) => ReturnType<typeof signLog>;
  /** Honest payments, a log in two branches, more than there is, and an entry whose predecessor comes with another bundle. */
  readonly bundles: () => Promise<readonly Uint8Array[]>;
  /** The same with checkpoints between, and some of it twice. */
  readonly script: () => Promise<readonly Step[]>;
}

async function createStage(): Promise<Stage> {
  const network = createTestNetwork(["alice", "bob", "mallory"]);
  const person = (name: string): Promise<Person> => createPerson(name, { network });
  const [alice, bob, mallory] = await Promise.all([person("alice"), person("bob"), person("mallory")]);
  const pay: Stage["pay"] = (from, to, count, memo) =>
    signLog(network, from, to, { count, ...(memo === undefined ? {} : { memo }) });
  const bundles = async (): Promise<readonly Uint8Array[]> => {
    const honest = await pay(alice, bob, 3);
    const [one, other] = [await pay(mallory, alice, 2), await pay(mallory, bob, 2, "the same money")];
    const greedy = await signPayment(bob, { network, to: alice.account, money: ami(1_000) });
    return [
      bundleOf(network, alice, honest.slice(0, 1)),
      bundleOf(network, mallory, one),
      bundleOf(network, alice, honest.slice(2)),
      bundleOf(network, mallory, other),
      bundleOf(network, bob, [greedy]),
      bundleOf(network, alice, honest.slice(1, 2)),
    ];
  };
  const script = async (): Promise<readonly Step[]> => {
    const steps: Step[] = [];
    for (const [index, submit] of (await bundles()).entries()) {
      steps.push({ submit }, { submit });
      if (index % 2 === 1) steps.push({ settleAt: later(index) });
    }
    const empty = encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [] });
    // Also when nothing new came, and at an earlier time.
    return [...steps, { submit: empty }, { settleAt: later(6) }, { settleAt: later(2) }];
  };
  return { network, authority: namedSigner("authority"), alice, bob, pay, bundles, script };
}

async function signLog(
  network: Network,
  from: Person,
  to: Person,
  { count, memo }: { readonly count: number; readonly memo?: string },
): Promise<readonly Awaited<ReturnType<typeof signPayment>>[]> {
  const log: Awaited<ReturnType<typeof signPayment>>[] = [];
  for (let index = 0; index < count; index++) {
    const after = log.at(-1);
    const options = { network, to: to.account, money: ami(1), ...(memo === undefined ? {} : { memo }) };
    log.push(await signPayment(from, after === undefined ? options : { ...options, after }));
  }
  return log;
}

function later(minutes: number): TimeMs {
  return timeMs(START + minutes * MINUTE_MS);
}

function sorted(ids: readonly string[]): readonly string[] {
  return ids.toSorted((a, b) => (a < b ? -1 : 1));
}

function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const roll = createDice(seed);
  const left = [...items];
  return items.map(() => left.splice(roll(left.length), 1)[0] as Item);
}
