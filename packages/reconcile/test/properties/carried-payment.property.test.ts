/**
 * Over small ledgers of any course: what a carried payment says is what the ledger would do, and no byte of one can be
 * touched without being refused.
 */
import {
  checkpointTag,
  equalBytes,
  IMPORT_EXECUTE,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  sequence,
  STAKE_MANAGE,
  type AccountId,
  type Amount,
  type CheckpointId,
  type EntryId,
  type Height,
  type ImportId,
  type Link,
  type Operation,
  type Region,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { AMI, ami, createPerson, createTestNetwork, signOperation, type Person } from "@amigos/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceOf, limitsOf, reconcile, sessionOf, verifyCarriedPayment } from "../../src/index.ts";
import type { CarriedEntry } from "../../src/carried/carried-entry.ts";
import { decodeCarried, encodeCarried } from "../../src/carried/carried-payment.ts";
import { carry } from "../support/carrying.ts";
import { fastSigner } from "../support/fast-signer.ts";
import { at, DAY, HOUR, TestLedger } from "../support/ledger.ts";

interface Step {
  readonly type: Operation["type"];
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
    { weight: 7, arbitrary: fc.constant("pay" as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Operation["type"][]>("float", "release", "stake", "unstake", "execute", "attest"),
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
  { permissions: [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE] },
  { permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20)), STAKE_MANAGE, IMPORT_EXECUTE] },
  { permissions: [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE], terms: { offlineLimits: [ami(60)] } },
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
    const operation = operationOf(type, BigInt(amount) as Amount, bob);
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

function operationOf(type: Operation["type"], amount: Amount, bob: Person): Operation {
  const money = { asset: AMI, amount };
  switch (type) {
    case "pay":
      return { type, to: bob.account, ...money };
    case "float":
    case "release":
      return { type, ...money };
    case "stake":
    case "unstake":
      return { type, validator: bob.account, ...money };
    case "execute":
      return { type, import: "5e".repeat(32) as ImportId, method: "run", asset: AMI, fee: amount };
    case "attest": {
      const head = (amount > 1000n ? "ab" : "cd").repeat(32) as Link;
      return { type, account: bob.account, session: bob.session, sequence: sequence(0), head };
    }
  }
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
      { numRuns: 120, examples: MEETING.map(({ course }) => [course]) },
    );
    for (const { code } of MEETING) expect(seen, "the search meets what it is about").toContain(code);
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

  it("[CAR5] said in any other way are refused, and nothing is thrown", async () => {
    const { ledger, alice, log, now } = await play({ terms: 0, settled: [], unsettled: STEPS, paid: 1, waitMs: 0 });
    const bytes = orThrow(carry(ledger, alice, log));
    const body = orThrow(decodeCarried(bytes, ledger.network.tag));
    const refused = new Set<string>();
    fc.assert(
      fc.property(fc.nat(body.entries.length - 1), edits, (index, edit) => {
        const entries = body.entries.map((entry, place) => (place === index ? { ...entry, ...edit } : entry));
        const edited = encodeCarried({ ...body, entries });
        const result = verifyCarriedPayment(edited, { network: ledger.network, time: now });
        expect(result.ok).toBe(equalBytes(edited, bytes));
        if (!result.ok) refused.add(result.error.type);
      }),
      { numRuns: 400 },
    );
    expect(refused).toEqual(new Set(["signature-invalid", "schema-mismatch"]));
  });
});

const paying = (...amounts: readonly number[]): readonly Step[] =>
  amounts.map((amount) => ({ type: "pay", amount, laterMs: 0, isInformed: true }));

/** One course for each verdict that a payee wants to know of beforehand; chance finds the others. */
const MEETING: readonly { readonly code: string; readonly course: Course }[] = [
  { code: "accepted", course: { terms: 0, settled: [], unsettled: [], paid: 1, waitMs: 0 } },
  { code: "limit-per-day", course: { terms: 1, settled: [], unsettled: paying(2000, 2000), paid: 2000, waitMs: 0 } },
  { code: "limit-per-transaction", course: { terms: 1, settled: [], unsettled: paying(2001), paid: 1, waitMs: 0 } },
  { code: "limit-offline", course: { terms: 2, settled: [], unsettled: paying(4000), paid: 5000, waitMs: 0 } },
  { code: "insufficient-funds", course: { terms: 0, settled: [], unsettled: paying(9000), paid: 5000, waitMs: 0 } },
];

const STEPS: readonly Step[] = (["pay", "float", "attest"] as const).map((type) => ({
  type,
  amount: 500,
  laterMs: HOUR,
  isInformed: true,
}));

const id = fc.integer({ min: 0, max: 2 ** 30 }).map((number) => number.toString(16).padStart(64, "0"));
const whole = fc.oneof(fc.nat(), fc.constantFrom(0, 1, HOUR, 2 ** 53 - 1));

/** What a hostile payer may say instead of an entry's own fields, each of a kind that decoding allows. */
const edits: fc.Arbitrary<Partial<CarriedEntry>> = fc.record(
  {
    later: whole,
    time: whole.map((time) => time as TimeMs),
    checkpoint: id.chain((checkpoint) =>
      whole.map((height) => ({ height: height as Height, tag: checkpointTag(checkpoint as CheckpointId) })),
    ),
    dependencies: fc
      .uniqueArray(id, { minLength: 1, maxLength: 16 })
      .map((ids) => ids.toSorted((a, b) => (a < b ? -1 : 1)) as EntryId[]),
    operation: fc.oneof(
      id.map((to) => ({ type: "pay" as const, to: to as AccountId, asset: AMI, amount: 1n as Amount })),
      fc.constant({
        type: "pay" as const,
        to: "00".repeat(32) as AccountId,
        asset: AMI,
        amount: (2n ** 63n - 1n) as Amount,
        memo: "é".repeat(70),
      }),
    ),
    region: fc.constant("CH" as Region),
    signature: id.map((half) => half + half),
  },
  { requiredKeys: [] },
);
