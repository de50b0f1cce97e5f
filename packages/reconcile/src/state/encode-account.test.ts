import {
  assetCode,
  decodeCbor,
  encodeCbor,
  generation,
  height,
  limits,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  READ_ALL,
  sequence,
  type AccountId,
  type Amount,
  type CborValue,
  type Region,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { DAY, at, TestLedger } from "../../test/support/ledger.ts";
import { RECOVERIES_MAX } from "../bounds.ts";
import { utcDayOf } from "../utc-day.ts";
import { emptyAccount, type AccountState } from "./account-state.ts";
import { decodeAccount, encodeAccount } from "./encode-account.ts";
import { accountOf } from "./ledger-state.ts";
import type { SessionState } from "./session-state.ts";

async function aliceInUse(): Promise<AccountState> {
  const ledger = new TestLedger();
  const { network } = ledger;
  const permissions = [READ_ALL, SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(50)), SEND_UNLIMITED];
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(5), time: at(DAY) });
  const forks = [
    await signPayment(alice, { network, to: bob.account, money: ami(6), after: first }),
    await signPayment(alice, { network, to: bob.account, money: ami(7), after: first }),
  ];
  await ledger.settle([first, ...forks], { time: at(DAY) });
  return accountOf(ledger.state, alice.account) as AccountState;
}

type Row = Map<number, CborValue>;

const rowOf = (account: AccountState): Row => orThrow(decodeCbor(encodeAccount(account))) as Row;
/** An id of one byte, over and over. */
const id = <Id extends string>(byte: string): Id => byte.repeat(32) as Id;
const raw = (byte: string): Uint8Array => new Uint8Array(32).fill(Number.parseInt(byte, 16));
const wide = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, "0"), "hex"));
const money = (amount: bigint): Amount => amount as Amount;
const EUR = assetCode("EUR");

/** An account with everything in it that there can be. */
const everything: AccountState = {
  id: id("a1"),
  keys: { masterKey: id("11"), nextKeyDigest: id("22") },
  control: { nextSequence: sequence(5), head: id("33") },
  balances: new Map([
    [EUR, money(2n)],
    [AMI, money(1n)],
  ]),
  sessions: new Map([
    [
      id<SessionId>("c1"),
      {
        id: id("c1"),
        account: id("a1"),
        key: id("44"),
        device: "phone",
        permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_DAILY({ asset: EUR, amount: money(9n) })],
        notBefore: at(0),
        expiry: at(DAY),
        generation: generation(2),
        offlineLimits: [{ asset: AMI, amount: money(50n) }],
        regions: ["AT" as Region, "CH-ZH" as Region],
        recipients: [id("a2")],
        nextSequence: sequence(3),
        head: id("55"),
        lastTime: at(1),
        lastCheckpoint: height(1),
        openDay: utcDayOf(at(0)),
        spentByDay: new Map([
          [utcDayOf(at(DAY)), new Map([[AMI, money(9n)]])],
          [
            utcDayOf(at(0)),
            new Map([
              [AMI, money(7n)],
              [EUR, money(8n)],
            ]),
          ],
        ]),
        outstanding: [
          { height: height(2), asset: AMI, amount: money(1n) },
          { height: height(2), asset: EUR, amount: money(2n) },
          { height: height(10), asset: AMI, amount: money(3n) },
        ],
        float: new Map([
          [EUR, money(2n)],
          [AMI, money(1n)],
        ]),
        attested: [
          { sequence: sequence(4), head: id("ee"), witness: id("a2"), session: id("c2"), place: sequence(1) },
          { sequence: sequence(4), head: id("ee"), witness: id("a3"), session: id("c3"), place: sequence(0) },
          { sequence: sequence(12), head: id("ef"), witness: id("a2"), session: id("c2"), place: sequence(2) },
        ],
        frozenFrom: sequence(0),
        revokedFrom: sequence(0),
      },
    ],
  ]),
  generation: generation(3),
  recovery: { backupKey: { key: id("66"), delayMs: 1 } },
  recoveryRound: 4,
  recoveries: [
    {
      start: id("b1"),
      way: "guardians",
      masterKey: id("11"),
      nextKeyDigest: id("22"),
      starter: id("a2"),
      approvals: [id("a2"), id("a3")],
      due: 9 as TimeMs,
    },
    {
      start: id("b2"),
      way: "backup-key",
      masterKey: id("11"),
      nextKeyDigest: id("22"),
      starter: undefined,
      approvals: [],
      due: undefined,
    },
  ],
  stakes: new Map([
    [id<AccountId>("a3"), money(6n)],
    [id<AccountId>("a2"), money(5n)],
  ]),
  rewardedTo: 1n,
  unbonding: [
    { due: 7 as TimeMs, amount: money(3n) },
    { due: 11 as TimeMs, amount: money(4n) },
  ],
  weight: money(77n),
  pool: { total: money(20n), perUnit: 2n ** 64n, owed: money(8n) },
};

describe("rows of the state", () => {
  it("[STA4] are a map of the fields that the spec lists", async () => {
    const account = await aliceInUse();
    const row = orThrow(decodeCbor(encodeAccount(account))) as Row;
    expect([...row.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
    const [session] = row.get(5) as readonly Row[];
    expect([...(session?.keys() ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    const day = Math.floor(at(DAY) / DAY);
    expect([row.get(4), session?.get(11), session?.get(12), session?.get(13)]).toEqual([
      [["AMI", 8200]],
      day,
      [[day, "AMI", 1800]],
      1,
    ]);
  });

  it("[STA4] decode to what was encoded, with everything in them and with nothing", async () => {
    for (const account of [await aliceInUse(), everything, emptyAccount(id("a1"))]) {
      const bytes = encodeAccount(account);
      expect(orThrow(decodeAccount(bytes))).toEqual(account);
      expect(encodeAccount(orThrow(decodeAccount(bytes)))).toEqual(bytes);
    }
  });

  it("[STA4] with everything in them have every field that the spec lists, as it writes them", () => {
    const row = rowOf(everything);
    expect([...row.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect([row.get(6), row.get(8), row.get(13)]).toEqual([3, 4, 77]);
    expect(row.get(9)).toEqual([
      new Map<number, CborValue>([
        [0, raw("b1")],
        [1, 0],
        [2, raw("11")],
        [3, raw("22")],
        [4, raw("a2")],
        [5, [raw("a2"), raw("a3")]],
        [6, 9],
      ]),
      new Map<number, CborValue>([
        [0, raw("b2")],
        [1, 2],
        [2, raw("11")],
        [3, raw("22")],
        [5, []],
      ]),
    ]);
    expect(row.get(10)).toEqual([
      [raw("a2"), 5],
      [raw("a3"), 6],
    ]);
    expect(row.get(11)).toEqual(wide(1n));
    expect(row.get(12)).toEqual([
      [7, 3],
      [11, 4],
    ]);
    expect(row.get(14)).toEqual([20, wide(2n ** 64n), 8]);
    const [session] = row.get(5) as readonly [Row];
    expect([...session.keys()]).toEqual(Array.from({ length: 21 }, (_unused, index) => index + 1));
    expect(
      [13, 14, 18].map((field) => session.get(field)),
      "0 is a place",
    ).toEqual([0, 2, 0]);
    expect([15, 16, 17, 19, 20, 21].map((field) => session.get(field))).toEqual([
      [["AMI", 50]],
      ["AT", "CH-ZH"],
      [raw("a2")],
      [
        ["AMI", 1],
        ["EUR", 2],
      ],
      [
        [2, "AMI", 1],
        [2, "EUR", 2],
        [10, "AMI", 3],
      ],
      [
        [4, raw("ee"), raw("a2"), raw("c2"), 1],
        [4, raw("ee"), raw("a3"), raw("c3"), 0],
        [12, raw("ef"), raw("a2"), raw("c2"), 2],
      ],
    ]);
  });

  it("[STA4] [RCV3] hold as many recoveries as may be under way, which is some 48 KiB, and not one more", () => {
    const named = <Id>(number: number): Id => number.toString(16).padStart(64, "0") as Id;
    const guardians = Array.from({ length: limits.GUARDIANS_MAX }, (_unused, number) => named<AccountId>(number));
    const full = (count: number): AccountState => ({
      ...emptyAccount(id("a1")),
      recoveries: Array.from({ length: count }, (_unused, number) => ({
        start: named(number),
        way: "guardians",
        masterKey: named(number),
        nextKeyDigest: named(number),
        starter: named(number % limits.GUARDIANS_MAX),
        approvals: guardians,
        due: Number.MAX_SAFE_INTEGER as TimeMs,
      })),
    });
    const bytes = encodeAccount(full(RECOVERIES_MAX));
    expect(orThrow(decodeAccount(bytes)).recoveries).toHaveLength(4 * (16 + 2));
    expect(bytes.length).toBeLessThan(50 * 1024);
    expect(decodeAccount(encodeAccount(full(RECOVERIES_MAX + 1))).ok).toBe(false);
  });

  it("[STA4] leave out what says nothing", () => {
    expect([...rowOf(emptyAccount(id("a1"))).keys()]).toEqual([0, 1, 3, 4, 5]);
    const { sessions } = everything;
    const [session] = sessions.values();
    const bare: SessionState = {
      ...(session as SessionState),
      offlineLimits: [],
      regions: undefined,
      recipients: undefined,
      float: new Map(),
      outstanding: [],
      attested: [],
      frozenFrom: undefined,
      revokedFrom: undefined,
    };
    const row = rowOf({ ...emptyAccount(id("a1")), sessions: new Map([[bare.id, bare]]) });
    expect([...(row.get(5) as readonly [Row])[0].keys()]).toEqual(
      Array.from({ length: 14 }, (_unused, index) => index + 1).filter((field) => field !== 13),
    );
  });

  it("[STA4] refuse a field that says nothing, and every list that is out of order or has a row twice or of nothing", () => {
    const row = rowOf(everything);
    const [session] = row.get(5) as readonly [Row];
    const isRefused = (field: number, value: CborValue): boolean =>
      !decodeAccount(encodeCbor(new Map([...row, [field, value] as const].toSorted(([a], [b]) => a - b)))).ok;
    const isRefusedInSession = (field: number, value: CborValue): boolean =>
      isRefused(5, [new Map([...session, [field, value] as const].toSorted(([a], [b]) => a - b))]);
    for (const field of [6, 8, 13]) expect(isRefused(field, 0), `field ${field}`).toBe(true);
    expect(isRefused(11, wide(0n)), "field 11").toBe(true);
    for (const field of [9, 10, 12]) expect(isRefused(field, []), `field ${field}`).toBe(true);
    for (const field of [15, 16, 17, 19, 20, 21]) expect(isRefusedInSession(field, []), `field ${field}`).toBe(true);
    for (const field of [4, 9, 10, 12]) {
      const rows = row.get(field) as readonly CborValue[];
      expect(isRefused(field, rows.toReversed()), `field ${field} reversed`).toBe(true);
      expect(isRefused(field, [rows[0] as CborValue, ...rows]), `field ${field} twice`).toBe(true);
      expect(isRefused(field, rows), `field ${field} as it is`).toBe(false);
    }
    for (const field of [12, 16, 19, 20, 21]) {
      const rows = session.get(field) as readonly CborValue[];
      expect(isRefusedInSession(field, rows.toReversed()), `session field ${field} reversed`).toBe(true);
      expect(isRefusedInSession(field, [rows[0] as CborValue, ...rows]), `session field ${field} twice`).toBe(true);
      expect(isRefusedInSession(field, rows), `session field ${field} as it is`).toBe(false);
    }
    expect(isRefused(10, [[raw("a2"), 0]]), "a stake of nothing").toBe(true);
    expect(isRefused(12, [[7, 0]]), "a withdrawal of nothing").toBe(true);
    expect(isRefusedInSession(19, [["AMI", 0]]), "a float of nothing").toBe(true);
    expect(isRefusedInSession(20, [[2, "AMI", 0]]), "nothing outstanding").toBe(true);
    const [pending] = row.get(9) as readonly [Row];
    const unordered = new Map(pending).set(5, [raw("a3"), raw("a2")]);
    expect(isRefused(9, [unordered]), "approvals out of order").toBe(true);
  });

  it("[STA4] have one encoding: rows of zero, twice or out of order are refused", async () => {
    const row = orThrow(decodeCbor(encodeAccount(await aliceInUse()))) as Row;
    const withBalances = (balances: CborValue): Uint8Array => encodeCbor(new Map(row).set(4, balances));
    const [session] = row.get(5) as readonly [Row];
    expect(
      decodeAccount(
        withBalances([
          ["AMI", 5],
          ["EUR", 5],
        ]),
      ).ok,
    ).toBe(true);
    expect(
      decodeAccount(
        withBalances([
          ["EUR", 5],
          ["AMI", 5],
        ]),
      ).ok,
    ).toBe(false);
    expect(
      decodeAccount(
        withBalances([
          ["AMI", 5],
          ["AMI", 5],
        ]),
      ).ok,
    ).toBe(false);
    expect(decodeAccount(withBalances([["AMI", 0]])).ok).toBe(false);
    expect(decodeAccount(encodeCbor(new Map(row).set(5, [session, session]))).ok).toBe(false);
    expect(decodeAccount(encodeCbor(new Map(row).set(15, 1))).ok, "an unknown field").toBe(false);
  });
});
