/**
 * Adversarial histories: what honest and dishonest people sign, and when the ledger settles it. Signers fork their logs, and
 * the forks; name predecessors, dependencies and checkpoints that do not exist; claim times they did not have; pay
 * nothing, themselves, too much, just enough. Accounts revoke, kill, rotate, recover, sign twice, and with keys that are
 * not theirs any more. Witnesses attest what they saw, what they did not, and both. Everything arrives late, early and again.
 *
 * A script is made of single actions and of scenes: a few actions in a row that chance alone would hardly bring together.
 */
import fc from "fast-check";
import type { ControlAction, Deed, History, Saying, Script, SettleAction, SignAction } from "./actions.ts";
import { WITNESSES, type PolicyName } from "./cast.ts";
import { DAY, HOUR, MINUTE } from "./ledger.ts";

/** Around every limit of the cast, and beyond what there is. */
const AMOUNTS: readonly bigint[] = [
  1n,
  100n,
  499n,
  500n,
  501n,
  1000n,
  1500n,
  1501n,
  1999n,
  2000n,
  2001n,
  2500n,
  3000n,
  4000n,
  9999n,
  10_000n,
  10_001n,
  0n,
  2n ** 62n,
];
const OFFSETS: readonly number[] = [0, -MINUTE, -HOUR, -DAY, -2 * DAY, 5 * MINUTE, 6 * MINUTE, DAY, 100 * DAY];

/** Most of the time the first, now and then one of the others. */
function mostly<Value>(usual: Value, weight: number, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const amount: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(1n, 100n, 500n) },
  { weight: 3, arbitrary: fc.constantFrom(...AMOUNTS) },
);
const asset = mostly<"AMI" | "GLD" | "EUR">("AMI", 15, "GLD", "EUR");
const device = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 3, 5, 7, 12) },
  { weight: 2, arbitrary: fc.nat(15) },
);
const account = fc.nat(7);

const payment: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant("pay" as const),
  to: fc.oneof(
    { weight: 15, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, "pool" as const) },
  ),
  amount,
  asset,
});
const reserve: fc.Arbitrary<Deed> = fc.record({
  type: mostly<"float" | "release">("float", 2, "release"),
  amount,
  asset,
});
const bond: fc.Arbitrary<Deed> = fc.record({
  type: mostly<"stake" | "unstake">("stake", 1, "unstake"),
  validator: fc.constantFrom(5, 6, 7, 3),
  amount,
  asset,
});
const execution: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant("execute" as const),
  service: account,
  fee: amount,
  asset,
});
const attestation: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant("attest" as const),
  what: fc.nat(6),
  head: mostly<"its" | "twin" | "invented" | "of another account">(
    "its",
    6,
    "twin",
    "twin",
    "invented",
    "of another account",
  ),
  ahead: mostly(0, 9, 1, 255, 256),
});

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: payment },
  { weight: 2, arbitrary: reserve },
  { weight: 2, arbitrary: bond },
  { weight: 1, arbitrary: execution },
  { weight: 2, arbitrary: attestation },
);

function signing(who: fc.Arbitrary<number>, does: fc.Arbitrary<Deed>): fc.Arbitrary<SignAction> {
  return fc.record(
    {
      type: fc.constant("sign" as const),
      who,
      does,
      clockOffsetMs: fc.oneof(
        { weight: 8, arbitrary: fc.constant(0) },
        { weight: 3, arbitrary: fc.constantFrom(...OFFSETS) },
      ),
      after: fc.oneof(
        { weight: 14, arbitrary: fc.constant("tip" as const) },
        { weight: 2, arbitrary: fc.constant("beside-tip" as const) },
        { weight: 3, arbitrary: fc.nat(20) },
        { weight: 1, arbitrary: fc.constantFrom("start" as const, "nowhere" as const) },
      ),
      checkpoint: mostly<SignAction["checkpoint"]>("newest", 6, "genesis", "ahead", "invented", "predecessor", 1, 2, 3),
      dependencies: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.uniqueArray(fc.integer({ min: -1, max: 60 }), { maxLength: 3 }) },
      ),
      region: fc.constantFrom("CH", "CH-ZH", "DE", "DE-BE", "FR"),
      isOnVariant: fc.constant(true as const),
    },
    { requiredKeys: ["type", "who", "does", "clockOffsetMs", "after", "checkpoint", "dependencies"] },
  );
}

/** Optional fields are rare: most entries name no region, and nobody bends a signature without a reason. */
const signAction: fc.Arbitrary<SignAction> = fc
  .tuple(signing(device, deed), fc.nat(19))
  .map(([{ region, isOnVariant, ...action }, chance]) => ({
    ...action,
    ...(region !== undefined && (chance < 6 || action.who === 4) ? { region } : {}),
    ...(isOnVariant !== undefined && chance >= 18 ? { isOnVariant } : {}),
  }));

const saying: fc.Arbitrary<Saying> = fc.oneof(
  fc.record({
    type: fc.constant("grant" as const),
    terms: fc.nat(3),
    generation: mostly(0, 5, 1, -1),
    isKeyReused: mostly(false, 9, true),
  }),
  fc.record({
    type: fc.constant("upgrade" as const),
    terms: fc.nat(3),
    replaces: fc.nat(3),
    honoured: fc.integer({ min: -1, max: 3 }),
  }),
  fc.record({ type: fc.constant("revoke" as const), session: fc.nat(3), honoured: fc.integer({ min: -1, max: 4 }) }),
  fc.record({ type: fc.constant("kill-switch" as const), generation: mostly(1, 6, 0, 2) }),
  fc.record({ type: fc.constant("rotate" as const), skip: mostly(0, 6, 1) }),
  fc.record({ type: fc.constant("set-recovery" as const), ways: fc.nat(4) }),
  fc.record({
    type: fc.constant("recovery-start" as const),
    way: fc.constantFrom("guardians" as const, "time-locked-key" as const, "backup-key" as const),
    by: fc.nat(4),
    isByDevice: mostly(false, 4, true),
    round: mostly(0, 8, -1, 1),
    areKeysAgain: mostly(false, 3, true),
  }),
  fc.record({
    type: fc.constant("recovery-approve" as const),
    start: fc.nat(2),
    by: fc.nat(4),
    isByDevice: mostly(false, 4, true),
  }),
  fc.record({ type: fc.constant("recovery-veto" as const), start: fc.nat(2), isByDevice: mostly(false, 2, true) }),
  fc.record({
    type: fc.constant("recovery-complete" as const),
    start: fc.nat(2),
    areKeysOthers: mostly(false, 8, true),
  }),
);

const controlAction: fc.Arbitrary<ControlAction> = fc.record({
  type: fc.constant("control" as const),
  whose: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 3) }, { weight: 1, arbitrary: account }),
  says: saying,
  after: mostly<ControlAction["after"]>("settled", 4, "tip", "tip", "beside-tip", "gap"),
  key: mostly<ControlAction["key"]>("right", 8, "old", "stranger"),
});

const settleAction: fc.Arbitrary<SettleAction> = fc.record({
  type: fc.constant("settle" as const),
  advanceMs: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, MINUTE, HOUR, DAY) },
    { weight: 1, arbitrary: fc.constantFrom(3 * DAY, 8 * DAY, 31 * DAY) },
  ),
  withheld: fc.array(fc.nat(40), { maxLength: 6 }),
  repeated: fc.array(fc.nat(40), { maxLength: 4 }),
  granted: fc.array(fc.nat(12), { maxLength: 4 }),
  controlWithheld: fc.array(fc.nat(6), { maxLength: 1 }),
  controlRepeated: fc.array(fc.nat(12), { maxLength: 3 }),
});

// The scenes.

type RecoveryWayName = Extract<Saying, { type: "recovery-start" }>["way"];

const plainly = { clockOffsetMs: 0, after: "tip", checkpoint: "newest", dependencies: [] } as const;

function signs(who: number, what: Deed, change: Partial<SignAction> = {}): SignAction {
  return { type: "sign", who, does: what, ...plainly, ...change };
}

function says(whose: number, what: Saying, change: Partial<ControlAction> = {}): ControlAction {
  return { type: "control", whose, says: what, after: "settled", key: "right", ...change };
}

function settles(advanceMs = 0): SettleAction {
  return { type: "settle", advanceMs, withheld: [], repeated: [], granted: [] };
}

function pays(to: number, cents: bigint): Deed {
  return { type: "pay", to, amount: cents, asset: "AMI" };
}

function attests(what: number, head: "its" | "twin" | "of another account" = "its"): Deed {
  return { type: "attest", what, head, ahead: 0 };
}

type Seeing = "true" | "twice" | "of another account";

/** Somebody pays two people with one coin, and some witnesses see one of the payments first. */
const forkBeforeWitnesses: fc.Arbitrary<Script> = fc
  .record({
    who: fc.constantFrom(0, 1, 3, 7, 8),
    amounts: fc.tuple(amount, amount),
    seen: fc.array(fc.tuple(fc.nat(2), fc.boolean(), mostly<Seeing>("true", 6, "twice", "of another account")), {
      maxLength: 5,
    }),
    isBetween: fc.boolean(),
  })
  .map(({ who, amounts: [first, second], seen, isBetween }) => [
    signs(who, pays(1, first)),
    signs(who, pays(2, second), { after: "beside-tip" }),
    ...seen.flatMap(([witness, isFirst, seeing], index): Script => {
      const by = WITNESSES[witness]?.signer ?? 8;
      const back = index + (isFirst ? 1 : 0);
      if (seeing === "of another account") return [signs(by, attests(back, seeing))];
      return [signs(by, attests(back)), ...(seeing === "twice" ? [signs(by, attests(back + 1, "twin"))] : [])];
    }),
    ...(isBetween ? [settles()] : []),
  ]);

/** Witnesses vouch for a log before it reaches the ledger; whoever keeps it back loses it to what was seen. */
const attestedAhead: fc.Arbitrary<Script> = fc
  .record({ who: fc.constantFrom(0, 1, 3, 7), length: fc.integer({ min: 1, max: 3 }), late: fc.nat(3) })
  .map(({ who, length, late }) => [
    ...Array.from({ length }, () => signs(who, pays(1, 100n))),
    ...WITNESSES.map(({ signer }, index) => signs(signer, attests(index))),
    { ...settles(), withheld: Array.from({ length }, (_nothing, index) => index) },
    signs(who, pays(2, 100n), { after: late }),
    settles(),
  ]);

/** Money goes from hand to hand before any of it is settled, and back again. */
const cascade: fc.Arbitrary<Script> = fc
  .record({ hops: fc.integer({ min: 3, max: 7 }), cents: amount, isBroken: mostly(false, 4, true) })
  .map(({ hops, cents, isBroken }) =>
    Array.from({ length: hops }, (_nothing, hop) =>
      signs([1, 5, 3, 8, 9][hop % 5] ?? 1, pays([4, 11, 5, 1, 5][hop % 5] ?? 1, cents), {
        dependencies: hop === 0 ? (isBroken ? [-1] : []) : ["newest"],
      }),
    ),
  );

/** Money is set aside, spent, given back, or lost with its session, which may have been over when it was set aside. */
const floats: fc.Arbitrary<Script> = fc
  .record({
    who: fc.constantFrom(1, 5, 8, 12),
    aside: amount,
    spent: amount,
    back: amount,
    ends: fc.constantFrom("revoked", "killed", "expiring", "expired", "not"),
    isOverFirst: mostly(false, 2, true),
    honoured: fc.integer({ min: -1, max: 4 }),
    isSettled: fc.boolean(),
  })
  .map(({ who, aside, spent, back, ends, isOverFirst, honoured, isSettled }) => {
    const revocation: Saying = { type: "revoke", session: who === 5 || who === 12 ? 1 : 0, honoured };
    const end: Script =
      ends === "revoked"
        ? [says(accountOfDevice(who), revocation)]
        : ends === "killed"
          ? [says(accountOfDevice(who), { type: "kill-switch", generation: 1 })]
          : [];
    const goneMs = (who === 1 ? 3 * DAY : 40 * DAY) + DAY;
    const until = ends === "expiring" ? { untilMs: goneMs } : ends === "expired" ? { untilMs: goneMs + 1 } : {};
    return [
      ...(isOverFirst ? end : []),
      signs(who, { type: "float", amount: aside, asset: "AMI" }),
      ...(isSettled ? [settles()] : []),
      signs(who, pays(1, spent)),
      signs(who, { type: "release", amount: back, asset: "AMI" }),
      ...(isOverFirst ? [] : end),
      { ...settles(), ...until },
      signs(who, pays(1, spent)),
      signs(accountOfDevice(who) === 0 ? 0 : who, pays(1, 1n), { after: "beside-tip" }),
    ];
  });

/** A fork of which one branch fits what was set aside, and the other is a cent more. */
const forkedFloats: fc.Arbitrary<Script> = fc
  .record({ who: fc.constantFrom(1, 5, 8, 9), aside: fc.constantFrom(1n, 500n, 2000n), more: fc.constantFrom(0n, 1n) })
  .map(({ who, aside, more }) => [
    signs(who, { type: "float", amount: aside, asset: "AMI" }),
    settles(),
    signs(who, pays(1, aside)),
    signs(who, pays(2, aside + more), { after: "beside-tip" }),
    signs(who, pays(3, 1n)),
    settles(),
  ]);

function accountOfDevice(who: number): number {
  return (
    new Map([
      [5, 0],
      [8, 5],
      [12, 2],
    ]).get(who) ?? who
  );
}

/** Services are run and paid, and one of them is the payer's own. */
const services: fc.Arbitrary<Script> = fc
  .record({
    who: fc.constantFrom(5, 7, 12),
    fees: fc.array(fc.tuple(fc.constantFrom(0, 1, 3), amount), { minLength: 1, maxLength: 3 }),
  })
  .map(({ who, fees }) => fees.map(([service, fee]) => signs(who, { type: "execute", service, fee, asset: "AMI" })));

/** Something is staked, rewarded, taken back and waited for. */
const bonds: fc.Arbitrary<Script> = fc
  .record({
    who: fc.constantFrom(5, 7, 8, 10),
    behind: fc.constantFrom(5, 6, 7, 3),
    stake: amount,
    back: amount,
    pool: amount,
  })
  .map(({ who, behind, stake, back, pool }) => [
    signs(who, { type: "stake", validator: behind, amount: stake, asset: "AMI" }),
    signs(1, { type: "pay", to: "pool", amount: pool, asset: "AMI" }),
    settles(),
    signs(who, { type: "unstake", validator: behind, amount: back, asset: "AMI" }),
    settles(DAY),
    signs(who, pays(1, 1n)),
    settles(DAY),
    signs(who, pays(1, 1n)),
  ]);

/** Which guardians `WAYS` names, and the ways that can be tried under each. */
const CHOSEN: readonly {
  readonly ways: number;
  readonly way: RecoveryWayName;
  readonly guardians: readonly number[];
}[] = [
  { ways: 0, way: "guardians", guardians: [1, 2, 4] },
  { ways: 1, way: "guardians", guardians: [2, 3] },
  { ways: 2, way: "time-locked-key", guardians: [] },
  { ways: 3, way: "guardians", guardians: [1, 2, 3, 4] },
  { ways: 3, way: "backup-key", guardians: [2] },
];

type GuardianEnds = "not" | "expires" | "is killed" | "is revoked";

/** A guardian gets a device that may speak, which may not any more when it does. */
function lastingGuardian(guardian: number, ends: GuardianEnds): Script {
  if (ends === "not") return [];
  const grant = says(guardian, { type: "grant", terms: 3, generation: 0, isKeyReused: false });
  if (ends === "expires") return [grant, { ...settles(), untilMs: DAY }];
  const end: Saying =
    ends === "is killed" ? { type: "kill-switch", generation: 1 } : { type: "revoke", session: -1, honoured: 4 };
  return [grant, settles(), says(guardian, end)];
}

/** Friends give an account new keys, or those of the device after the one that was lost meanwhile; or somebody stops them. */
const recovery: fc.Arbitrary<Script> = fc
  .record({
    whose: fc.constantFrom(0, 3, 5),
    chosen: fc.constantFrom(...CHOSEN),
    stranger: mostly<readonly number[]>([], 4, [0], [5]),
    vetoer: mostly<"nobody" | "master" | "device">("nobody", 3, "master", "device"),
    isByDevice: fc.boolean(),
    waitMs: fc.constantFrom(HOUR, DAY, 0, HOUR - 1, 2 * HOUR),
    isInOneCall: mostly(false, 5, true),
    isAgain: mostly(false, 3, true),
    lost: mostly(0, 1, 1, 3, 4),
    isLastTaken: fc.boolean(),
    isRaced: mostly(false, 3, true),
    key: mostly<ControlAction["key"]>("right", 6, "old", "stranger"),
    ends: mostly<GuardianEnds>("not", 2, "expires", "is killed", "is revoked"),
  })
  .map(({ whose, chosen, stranger, vetoer, isByDevice, waitMs, isInOneCall, isAgain, lost, key, ends, ...drawn }) => {
    const { ways, way, guardians } = chosen;
    const pause = isInOneCall ? [] : [settles()];
    const [first = 1, ...others] = guardians;
    const taken = drawn.isLastTaken ? 0 : lost;
    const completes = says(whose, { type: "recovery-complete", start: taken, areKeysOthers: false }, { key });
    const starts = says(whose, { type: "recovery-start", way, by: first, isByDevice, round: 0 });
    const approvals = [...others, ...stranger].map((by) =>
      says(whose, { type: "recovery-approve", start: 0, by, isByDevice: false }),
    );
    const rivals = Array.from({ length: lost + 1 }, (_nothing, start) =>
      says(whose, { type: "recovery-complete", start, areKeysOthers: false }),
    );
    const speaker = vetoer === "device" ? whose : first;
    return [
      says(whose, { type: "set-recovery", ways }),
      settles(),
      ...lastingGuardian(speaker, ends),
      { ...starts, key },
      starts,
      ...pause,
      ...approvals,
      ...Array.from({ length: lost }, () => [starts, ...approvals, ...(drawn.isRaced ? [settles(HOUR)] : [])]).flat(),
      ...pause,
      ...(vetoer === "nobody"
        ? []
        : [says(whose, { type: "recovery-veto", start: 0, isByDevice: vetoer === "device" })]),
      settles(waitMs),
      completes,
      ...(drawn.isRaced ? rivals : []),
      ...pause,
      ...(isAgain ? [settles(DAY), { ...completes, key: "right" as const }, settles(), starts] : []),
      says(whose, { type: "grant", terms: 0, generation: 1, isKeyReused: false }, { after: "tip" }),
    ];
  });

/** Keys turn twice, and somebody still signs with one of the old ones. */
const rotations: fc.Arbitrary<Script> = fc
  .record({
    whose: fc.constantFrom(0, 3, 5),
    isInOneCall: fc.boolean(),
    key: fc.constantFrom("right" as const, "old" as const),
  })
  .map(({ whose, isInOneCall, key }) => [
    says(whose, { type: "rotate", skip: 0 }),
    ...(isInOneCall ? [] : [settles()]),
    says(whose, { type: "rotate", skip: 0 }, { after: "tip" }),
    says(whose, { type: "grant", terms: 1, generation: 0, isKeyReused: false }, { after: "tip", key }),
    says(whose, { type: "kill-switch", generation: 1 }, { after: "gap", key }),
    settles(),
  ]);

/** Sessions end: at once, up to a place, from a branch that lost, ahead of their place; and their devices go on. */
const endings: fc.Arbitrary<Script> = fc
  .record({
    who: fc.constantFrom(0, 1, 3),
    before: fc.nat(3),
    honoured: fc.integer({ min: -1, max: 3 }),
    after: fc.constantFrom<ControlAction["after"][]>("settled", "beside-tip", "gap", "tip"),
    how: fc.constantFrom("revoke" as const, "upgrade" as const, "kill-switch" as const),
    isTwice: fc.boolean(),
  })
  .map(({ who, before, honoured, after, how, isTwice }) => {
    const ending: Saying =
      how === "revoke"
        ? { type: "revoke", session: 0, honoured }
        : how === "upgrade"
          ? { type: "upgrade", terms: 2, replaces: 0, honoured }
          : { type: "kill-switch", generation: 1 };
    return [
      ...Array.from({ length: before }, () => signs(who, pays(1, 100n))),
      says(who, ending, { after }),
      signs(who, pays(1, 100n)),
      settles(),
      signs(who, pays(1, 100n)),
      ...(isTwice ? [says(who, { type: "revoke", session: 0, honoured: 1 }, { after }), settles()] : []),
    ];
  });

/** A device without a connection: it spends again and again on what it knew. */
const offline: fc.Arbitrary<Script> = fc
  .record({ who: fc.constantFrom(7, 12), cents: fc.array(amount, { minLength: 2, maxLength: 5 }), back: fc.nat(4) })
  .map(({ who, cents, back }) => [
    ...cents.flatMap((some, index) => [
      signs(who, pays(1, some), { checkpoint: index === 0 ? "newest" : "predecessor" }),
      ...(index % 2 === 0 ? [] : [settles()]),
    ]),
    signs(who, pays(1, 100n), { checkpoint: "newest" }),
    settles(),
    signs(who, pays(1, 100n), { after: back, checkpoint: "predecessor" }),
  ]);

const scene = fc.oneof(
  forkBeforeWitnesses,
  attestedAhead,
  cascade,
  floats,
  forkedFloats,
  services,
  bonds,
  recovery,
  rotations,
  endings,
  offline,
);

const single: fc.Arbitrary<Script> = fc
  .oneof(
    { weight: 14, arbitrary: signAction },
    { weight: 3, arbitrary: controlAction },
    { weight: 3, arbitrary: settleAction },
  )
  .map((action) => [action]);

const script: fc.Arbitrary<Script> = fc
  .array(fc.oneof({ weight: 4, arbitrary: single }, { weight: 1, arbitrary: scene }), {
    minLength: 3,
    maxLength: 20,
    size: "max",
  })
  .map((parts) => parts.flat());

export function histories(...names: readonly PolicyName[]): fc.Arbitrary<History> {
  return fc.record({ policy: fc.constantFrom(...names), isStaked: mostly(true, 2, false), script });
}
