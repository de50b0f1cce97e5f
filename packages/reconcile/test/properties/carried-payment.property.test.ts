/**
 * Over small ledgers of any course: what a carried payment says is what the ledger would do, and no byte of one can be
 * touched without being refused.
 */
import {
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Amount,
  type Operation,
  type VerifiedEntry,
} from "@amigos/core";
import { AMI, ami, createPerson, createTestNetwork, signOperation, type Person } from "@amigos/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceOf, limitsOf, reconcile, sessionOf, verifyCarriedPayment } from "../../src/index.ts";
import { carry } from "../support/carrying.ts";
import { fastSigner } from "../support/fast-signer.ts";
import { at, DAY, HOUR, TestLedger } from "../support/ledger.ts";

interface Step {
  readonly type: "pay" | "float" | "release" | "stake" | "unstake";
  readonly amount: number;
  readonly laterMs: number;
  /** Whether the phone has heard of the newest checkpoint by then. */
  readonly isInformed: boolean;
}

interface Course {
  readonly terms: number;
  /** Settled, each alone. */
  readonly settled: readonly Step[];
  /** What the phone signs after that, before its last payment. */
  readonly unsettled: readonly Step[];
  readonly paid: number;
  readonly waitMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant("pay" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("float" as const, "release" as const, "stake" as const, "unstake" as const),
    },
  ),
  amount: fc.constantFrom(1, 500, 1000, 1999, 2000, 2001, 4000, 9000),
  laterMs: fc.constantFrom(0, 1, HOUR, 7 * HOUR, DAY, -HOUR),
  isInformed: fc.boolean(),
});

const courses: fc.Arbitrary<Course> = fc.record({
  terms: fc.nat(2),
  settled: fc.array(step, { maxLength: 4 }),
  unsettled: fc.array(step, { maxLength: 6 }),
  paid: fc.constantFrom(1, 1000, 2000, 5000),
  waitMs: fc.constantFrom(0, HOUR, 2 * DAY, 32 * DAY),
});

const TERMS = [
  { permissions: [SEND_UNLIMITED, STAKE_MANAGE] },
  { permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20)), STAKE_MANAGE] },
  { permissions: [SEND_UNLIMITED, STAKE_MANAGE], terms: { offlineLimits: [ami(60)] } },
] as const;

const network = createTestNetwork(["alice"]);
const casts = new Map<number, Promise<readonly [alice: Person, bob: Person]>>();

/** The same people in every course, so that only entries cost signatures. */
function cast(terms: number): Promise<readonly [alice: Person, bob: Person]> {
  const known = casts.get(terms);
  if (known !== undefined) return known;
  const begun = Promise.all([
    createPerson("alice", { network, ...TERMS[terms] }).then((alice) => ({
      ...alice,
      signer: fastSigner("alice/phone"),
    })),
    createPerson("bob", { network }),
  ]);
  casts.set(terms, begun);
  return begun;
}

interface Played {
  readonly ledger: TestLedger;
  readonly alice: Person;
  readonly log: readonly VerifiedEntry[];
  readonly now: ReturnType<typeof at>;
}

async function play({ terms, settled, unsettled, paid, waitMs }: Course): Promise<Played> {
  const ledger = new TestLedger({ network });
  const [alice, bob] = await cast(terms);
  const people = [alice, bob];
  await ledger.settle([], {
    time: at(HOUR),
    inceptions: people.map(({ inception }) => inception),
    control: people.map(({ grant }) => grant),
  });
  let [clock, known] = [HOUR, ledger.reference];
  let after: VerifiedEntry | undefined;
  const sign = async ({ type, amount, laterMs, isInformed }: Step): Promise<VerifiedEntry> => {
    clock += laterMs;
    if (isInformed) known = ledger.reference;
    const money = { asset: AMI, amount: BigInt(amount) as Amount };
    const validator = bob.account;
    const operation: Operation =
      type === "pay"
        ? { type, to: bob.account, ...money }
        : type === "float" || type === "release"
          ? { type, ...money }
          : { type, validator, ...money };
    const options = { network, time: at(clock), checkpoint: known };
    after = await signOperation(alice, operation, after === undefined ? options : { ...options, after });
    return after;
  };
  for (const one of settled) await ledger.settle([await sign(one)], { time: at(clock) });
  const log: VerifiedEntry[] = [];
  for (const one of unsettled) log.push(await sign(one));
  log.push(await sign({ type: "pay", amount: paid, laterMs: 0, isInformed: true }));
  return { ledger, alice, log, now: at(Math.max(0, clock) + waitMs) };
}

describe("carried payments", () => {
  it("[CAR6] [CAR7] say what the ledger would do with them, and what would be left", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(courses, async (course) => {
        const { ledger, alice, log, now } = await play(course);
        // A log that an entry has been stopped in goes no further: nothing of it can be carried.
        if (sessionOf(ledger.state, alice.account, alice.session)?.nextSequence !== log[0]?.entry.sequence) return;
        const carried = orThrow(
          verifyCarriedPayment(orThrow(carry(ledger, alice, log)), { network: ledger.network, time: now }),
        );
        const { state, verdicts } = reconcile({
          state: ledger.state,
          inceptions: [],
          control: [],
          entries: log,
          history: ledger.history,
          time: now,
        });
        const { account, session } = alice;
        const time = now > ledger.state.time ? now : ledger.state.time;
        expect(carried.verdicts.toSorted((a, b) => (a.entry < b.entry ? -1 : 1))).toEqual(verdicts);
        expect(carried.left).toEqual({
          limits: limitsOf(state, { account, session, time, checkpoint: ledger.state.height }),
          float: sessionOf(state, account, session)?.float.get(AMI) ?? 0n,
          balance: balanceOf(state, account, AMI),
        });
        for (const verdict of verdicts) seen.add("failure" in verdict ? verdict.failure.code : verdict.outcome);
      }),
      { numRuns: 120 },
    );
    const expected = ["accepted", "limit-per-day", "limit-per-transaction", "limit-offline", "insufficient-funds"];
    expect(
      expected.filter((code) => !seen.has(code)),
      "the search meets what it is about",
    ).toEqual([]);
  });

  it("[CAR5] with any byte changed, or cut anywhere, are refused", async () => {
    await fc.assert(
      fc.asyncProperty(courses, fc.infiniteStream(fc.nat()), async (course, numbers) => {
        const { ledger, alice, log, now } = await play(course);
        if (sessionOf(ledger.state, alice.account, alice.session)?.nextSequence !== log[0]?.entry.sequence) return;
        const bytes = orThrow(carry(ledger, alice, log));
        const typeOf = (touched: Uint8Array): string => {
          const result = verifyCarriedPayment(touched, { network: ledger.network, time: now });
          return result.ok ? "read" : result.error.type;
        };
        expect(typeOf(bytes)).toBe("read");
        for (const number of [...numbers.take(40)]) {
          const touched = bytes.slice();
          const index = number % bytes.length;
          touched[index] = (touched[index] ?? 0) ^ (1 + (number % 255));
          expect(typeOf(touched), `byte ${index}`).not.toBe("read");
          expect(typeOf(bytes.subarray(0, index))).not.toBe("read");
        }
      }),
      { numRuns: 25 },
    );
  });
});
