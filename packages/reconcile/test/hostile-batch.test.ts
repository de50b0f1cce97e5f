/**
 * Batches that somebody made to be slow or to break something: whatever is given, a call ends, answers everything, and takes
 * twice as long for twice as much. Nobody's signature is asked for here, so the entries carry none that is valid.
 */
import { describe, expect, it } from "vitest";
import {
  checkpointTag,
  decodeEntry,
  encodeWith,
  entrySchema,
  firstPrevious,
  generation,
  joinSigned,
  limits,
  orThrow,
  SEND_UNLIMITED,
  sequence,
  STAKE_MANAGE,
  type Amount,
  type Entry,
  type EntryId,
  type Link,
  type Money,
  type Operation,
  type VerifiedControlEntry,
  type VerifiedEntry,
} from "@amigos/core";
import {
  AMI,
  ami,
  createTestNetwork,
  genesisReference,
  signOperation,
  signPayment,
  START,
  type Person,
} from "@amigos/core/testing";
import { holdingsOf, merkleRows, reconcile, type Reconciliation } from "../src/index.ts";
import { at, HOUR, TestLedger } from "./support/ledger.ts";

interface Stage {
  readonly ledger: TestLedger;
  readonly mallory: Person;
  readonly bob: Person;
  readonly wanda: Person;
}

/** Mallory, who is up to something; bob, whom she pays; wanda, who is a witness with weight. */
async function stageOf(ledger: TestLedger): Promise<Stage> {
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE];
  const [mallory, bob, wanda] = [
    await ledger.join("mallory"),
    await ledger.join("bob"),
    await ledger.join("wanda", { permissions }),
  ];
  const stake: Operation = { type: "stake", validator: wanda.account, asset: AMI, amount: ami(10).amount };
  await ledger.settle([await signOperation(wanda, stake, { network: ledger.network })]);
  return { ledger, mallory, bob, wanda };
}

const together = (): Promise<Stage> => stageOf(new TestLedger({ holders: ["mallory", "wanda"] }));

/** An entry with a signature of zeros, or of one number over and over. */
function unsigned(
  ledger: TestLedger,
  { account, session }: Person,
  operation: Operation,
  change: Partial<Entry> = {},
  signature = 0,
): VerifiedEntry {
  const entry: Entry = {
    version: 1,
    network: ledger.network.tag,
    account,
    session,
    sequence: sequence(0),
    previous: firstPrevious(session),
    time: START,
    checkpoint: genesisReference(ledger.network),
    operation,
    ...change,
  };
  const bytes = joinSigned(encodeWith(entrySchema, entry), new Uint8Array(64).fill(signature));
  return orThrow(decodeEntry(bytes, ledger.network.tag)) as VerifiedEntry;
}

function pays(to: Person, cents: bigint, memo?: string): Operation {
  return { type: "pay", to: to.account, asset: AMI, amount: cents as Amount, ...(memo === undefined ? {} : { memo }) };
}

/** A log of so many entries, each at the place after the one before. */
function logOf(
  { ledger }: Stage,
  person: Person,
  operations: readonly Operation[],
  after?: VerifiedEntry,
): readonly VerifiedEntry[] {
  const log: VerifiedEntry[] = [];
  for (const operation of operations) {
    const before = log.at(-1) ?? after;
    const place = before === undefined ? {} : { sequence: sequence(before.entry.sequence + 1), previous: before.link };
    log.push(unsigned(ledger, person, operation, place));
  }
  return log;
}

function times<Item>(count: number, make: (number: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_nothing, number) => make(number));
}

function settle(
  { ledger }: Stage,
  entries: readonly VerifiedEntry[],
  control: readonly VerifiedControlEntry[] = [],
): Reconciliation {
  return reconcile({ state: ledger.state, history: ledger.history, inceptions: [], control, entries, time: START });
}

function outcomes({ verdicts }: Reconciliation): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) {
    const name = verdict.outcome === "accepted" ? "accepted" : verdict.failure.code;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** How much longer twice as much takes; linear work takes twice as long, quadratic four times. */
const RATIO_MAX = 3;
/** A machine that is busy with something else spoils a try, not all of them. */
const TRIES = 6;

/** In time that this process spent, not that passed. */
function isLinear(half: () => unknown, whole: () => unknown): boolean {
  for (let attempt = 0; attempt < TRIES; attempt++) if (spent(whole) < RATIO_MAX * spent(half)) return true;
  return false;
}

function spent(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function expectLinear(stage: Stage, batch: (count: number) => readonly VerifiedEntry[], count: number): void {
  const [half, whole] = [batch(count / 2), batch(count)];
  expect(
    isLinear(
      () => settle(stage, half),
      () => settle(stage, whole),
    ),
  ).toBe(true);
}

const TIMEOUT_MS = 120_000;

describe("a hostile batch", () => {
  it("[DEP1] [ORD1] dependencies that claim a cycle wait, and everything that hangs on them", async () => {
    const stage = await together();
    const { ledger, mallory, bob } = stage;
    // No hash names itself; whoever mints ids that do has broken verification, and still gets verdicts.
    const [first, second] = ["01".repeat(32) as EntryId, "02".repeat(32) as EntryId];
    const cycle = (id: EntryId, dependency: EntryId, person: Person): VerifiedEntry =>
      Object.assign(unsigned(ledger, person, pays(bob, 3n), { dependencies: [dependency] }), { id });
    const hanging = unsigned(ledger, mallory, pays(bob, 1n), {
      sequence: sequence(1),
      previous: "ab".repeat(32) as Link,
      dependencies: [first],
    });
    const result = settle(stage, [cycle(first, second, mallory), cycle(second, first, bob), hanging]);
    expect(outcomes(result)).toEqual({ "dependency-missing": 2, "previous-missing": 1 });
  });

  it(
    "[DEP1] thousands of dependencies that nobody has",
    async () => {
      const stage = await together();
      const { ledger, mallory, bob } = stage;
      const batch = (count: number): readonly VerifiedEntry[] => {
        const log = logOf(
          stage,
          mallory,
          times(count, (number) => pays(bob, BigInt(number + 1))),
        );
        return log.map(({ entry }, number) =>
          unsigned(ledger, mallory, entry.operation, {
            ...entry,
            dependencies: times(
              16,
              (index) => (number * 16 + index).toString(16).padStart(64, "f") as EntryId,
            ).toSorted(),
          }),
        );
      };
      // The dependencies change the ids, and so the links: all but the first have lost their predecessor too.
      expect(outcomes(settle(stage, batch(2000)))).toEqual({ "dependency-missing": 1, "previous-missing": 1999 });
      expectLinear(stage, batch, 4000);
    },
    TIMEOUT_MS,
  );

  it(
    "[EQV2] [EQV4] ten thousand forks of one session give one proof, and no more than there is",
    async () => {
      const stage = await together();
      const { ledger, mallory, bob } = stage;
      const batch = (count: number): readonly VerifiedEntry[] =>
        times(count, (number) => unsigned(ledger, mallory, pays(bob, 100n, `fork ${number}`)));
      const result = settle(stage, batch(10_000));
      expect(outcomes(result)).toEqual({ accepted: 100, "insufficient-funds": 9900 });
      expect(result.evidence.length).toBe(1);
      expectLinear(stage, batch, 10_000);
    },
    TIMEOUT_MS,
  );

  it(
    "[LOG3] a long log that arrives tip first",
    async () => {
      const stage = await together();
      const batch = (count: number): readonly VerifiedEntry[] =>
        logOf(
          stage,
          stage.mallory,
          times(count, () => pays(stage.bob, 1n)),
        ).toReversed();
      expect(outcomes(settle(stage, batch(10_000)))).toEqual({ accepted: 10_000 });
      expectLinear(stage, batch, 10_000);
    },
    TIMEOUT_MS,
  );

  it(
    "[DEP1] thousands that wait for one",
    async () => {
      const stage = await together();
      const { ledger, mallory, bob } = stage;
      const batch = (count: number): readonly VerifiedEntry[] => {
        const awaited = unsigned(ledger, bob, pays(mallory, 1n));
        const log = times(count, (number) =>
          unsigned(ledger, mallory, pays(bob, 1n, `${number}`), { dependencies: [awaited.id] }),
        );
        return [...log, awaited];
      };
      expect(outcomes(settle(stage, batch(4000)))).toEqual({ accepted: 4000, "insufficient-funds": 1 });
      expectLinear(stage, batch, 8000);
    },
    TIMEOUT_MS,
  );

  it("[STA3] all the money there can be, back and forth in one call", async () => {
    const all: Money = { asset: AMI, amount: limits.AMOUNT_MAX as Amount };
    const network = createTestNetwork(["mallory"], all);
    const ledger = new TestLedger({ network });
    const [mallory, bob] = [await ledger.join("mallory"), await ledger.join("bob")];
    const there = await signPayment(mallory, { network, to: bob.account, money: all });
    const back = await signPayment(bob, { network, to: mallory.account, money: all, dependencies: [there.id] });
    const again = await signPayment(mallory, { network, to: bob.account, money: all, after: there });
    const aside = await signOperation(
      mallory,
      { type: "float", ...all },
      { network, after: again, dependencies: [back.id] },
    );
    // Which of them find the money there is left to the lots; that it is there once is not.
    for (const line of await ledger.settle([there, back, again, aside]))
      expect(line).toMatch(/ (?:accepted|rejected insufficient-funds)$/u);
    const held = [...merkleRows(ledger.state.accounts)].flatMap(([, account]) => holdingsOf(account, network));
    expect(held.reduce((sum, { amount }) => sum + amount, 0n)).toBe(limits.AMOUNT_MAX);
  });

  it(
    "[WIT5] five thousand attestations of one witness, of which few are kept",
    async () => {
      const stage = await together();
      const { mallory, wanda, ledger } = stage;
      const staked = ledger.history.entriesAt(wanda.session, sequence(0))[0];
      const batch = (count: number): readonly VerifiedEntry[] =>
        logOf(
          stage,
          wanda,
          times(count, (number) => attests(mallory, number, "ab".repeat(32) as Link)),
          staked,
        );
      const result = settle(stage, batch(5000));
      expect(outcomes(result)).toEqual({ accepted: 5000 });
      expectLinear(stage, batch, 5000);
    },
    TIMEOUT_MS,
  );

  it(
    "[WIT6] a witness that names thousands of heads for a place that thousands claim",
    async () => {
      const stage = await together();
      const { mallory, bob, wanda, ledger } = stage;
      const staked = ledger.history.entriesAt(wanda.session, sequence(0))[0];
      const batch = (count: number): readonly VerifiedEntry[] => {
        const forks = times(count, (number) => unsigned(ledger, mallory, pays(bob, 1n, `fork ${number}`)));
        return [
          ...forks,
          ...logOf(
            stage,
            wanda,
            forks.map(({ link }) => attests(mallory, 0, link)),
            staked,
          ),
        ];
      };
      const result = settle(stage, batch(3000));
      expect(outcomes(result)).toEqual({ accepted: 6000 });
      expect(result.evidence.map(({ type }) => type)).toEqual(["equivocation", "double-attestation"]);
      expectLinear(stage, batch, 6000);
    },
    TIMEOUT_MS,
  );

  it(
    "[WIT3] a witness that attests every entry of a long log",
    async () => {
      const stage = await together();
      const { mallory, bob, wanda, ledger } = stage;
      const staked = ledger.history.entriesAt(wanda.session, sequence(0))[0];
      const batch = (count: number): readonly VerifiedEntry[] => {
        const log = logOf(
          stage,
          mallory,
          times(count, () => pays(bob, 1n)),
        );
        const seen = log.map(({ link, entry }) => attests(mallory, entry.sequence, link));
        return [...log, ...logOf(stage, wanda, seen, staked)];
      };
      expect(outcomes(settle(stage, batch(3000)))).toEqual({ accepted: 6000 });
      expectLinear(stage, batch, 6000);
    },
    TIMEOUT_MS,
  );

  it(
    "[CTL4] [CTL10] thousands of control entries for one place, every one of which ends something",
    async () => {
      const stage = await together();
      const { mallory, ledger } = stage;
      const batch = (count: number): readonly VerifiedControlEntry[] =>
        times(count, (number) => {
          const id = number.toString(16).padStart(64, "0") as EntryId;
          const operation =
            number % 2 === 0
              ? { type: "kill-switch" as const, generation: generation(number / 2 + 1) }
              : { type: "revoke" as const, session: mallory.session, lastHonoured: sequence(count - number) };
          return {
            ...mallory.grant,
            id,
            link: id as string as Link,
            entry: { ...mallory.grant.entry, sequence: sequence(1), previous: mallory.grant.link, operation },
          };
        });
      const { control, state } = settle(stage, [], batch(4000));
      expect(control.filter(({ hasActed }) => hasActed === true).length).toBe(4000);
      expect(control.filter(({ outcome }) => outcome === "accepted").length).toBe(1);
      expect(state.height).toBe(ledger.state.height + 1);
      const [half, whole] = [batch(4000), batch(8000)];
      expect(
        isLinear(
          () => settle(stage, [], half),
          () => settle(stage, [], whole),
        ),
      ).toBe(true);
    },
    TIMEOUT_MS,
  );

  it("[TIME2] [CHK2] numbers at the end of their range", async () => {
    const stage = await together();
    const { ledger, mallory, bob } = stage;
    const far = Number.MAX_SAFE_INTEGER;
    const checkpoint = { height: far as Entry["checkpoint"]["height"], tag: checkpointTag(ledger.state.checkpoint) };
    const result = settle(stage, [
      unsigned(ledger, mallory, pays(bob, 1n), { time: far as Entry["time"] }),
      unsigned(ledger, bob, pays(mallory, 1n), { checkpoint }),
      unsigned(ledger, mallory, pays(bob, 1n), { sequence: sequence(far), previous: "cd".repeat(32) as Link }),
    ]);
    expect(outcomes(result)).toEqual({ "time-in-future": 1, "checkpoint-ahead": 1, "previous-missing": 1 });
    expect(at(HOUR)).toBeGreaterThan(result.state.time);
  });
});

function attests({ account, session }: Person, place: number, head: Link): Operation {
  return { type: "attest", account, session, sequence: sequence(place), head };
}
