/** Histories that once told the package and the auditor apart, or broke a property, shrunk; each says what was wrong. */
import type { Action, ControlAction, History, Saying, SettleAction, SignAction } from "../support/actions.ts";

/** A payment to somebody's device, counted from the signer's. */
function pays(who: number, to: number, change: Partial<SignAction> & { readonly amount?: bigint } = {}): SignAction {
  const { amount = 1n, ...rest } = change;
  return {
    type: "sign",
    who,
    does: { type: "pay", to, amount, asset: "AMI" },
    clockOffsetMs: 0,
    after: "tip",
    checkpoint: "newest",
    dependencies: [],
    ...rest,
  };
}

/** A witness attests what was signed so many entries ago. */
function attests(who: number, what: number, change: Partial<SignAction> = {}): Action {
  return { ...pays(who, 0), ...change, does: { type: "attest", what, head: "its", ahead: 0 } };
}

/** Of a place that comes so many after the one of what it saw. */
function attestsAhead(who: number, what: number, ahead: number): Action {
  return { ...pays(who, 0), does: { type: "attest", what, head: "its", ahead } };
}

function floats(who: number, amount: bigint): Action {
  return { ...pays(who, 0), does: { type: "float", amount, asset: "AMI" } };
}

function bonds(
  who: number,
  type: "stake" | "unstake",
  validator: number,
  amount: bigint,
  asset: "AMI" | "GLD" = "AMI",
): Action {
  return { ...pays(who, 0), does: { type, validator, amount, asset } };
}

function says(whose: number, what: Saying, change: Partial<ControlAction> = {}): Action {
  return { type: "control", whose, says: what, after: "settled", key: "right", ...change };
}

function starts(whose: number, by: number): Action {
  return says(whose, { type: "recovery-start", way: "guardians", by, isByDevice: true, round: 0 });
}

function settles(change: Partial<SettleAction> = {}): Action {
  return { type: "settle", advanceMs: 0, withheld: [], repeated: [], granted: [], ...change };
}

/** A record held the deferred predecessor of a void entry, and whoever replayed it took it for settled. */
const deferredPredecessorInRecord: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    pays(0, 0),
    pays(0, 0, { after: 0, checkpoint: "genesis" }),
    pays(0, 0),
    pays(0, 0, { after: 0 }),
    settles({ withheld: [0] }),
    pays(1, 7, { dependencies: [3] }),
    pays(0, 0, { after: 0, checkpoint: "genesis" }),
    pays(0, 0),
    pays(0, 0, { checkpoint: "genesis" }),
    pays(0, 0, { after: 0 }),
    settles({ withheld: [0, 26] }),
    pays(0, 0),
  ],
};

/** The spec did not say that an entry which the policy does not honour still waits for its dependencies. */
const dishonouredWaits: History = {
  policy: "single-branch",
  isStaked: false,
  script: [
    pays(0, 1, { checkpoint: "genesis" }),
    pays(3, 1, { dependencies: [0] }),
    pays(4, 1, { dependencies: [15] }),
    pays(3, 1, { after: "start" }),
    pays(5, 4, { amount: 10000n }),
    settles({ granted: [5] }),
    settles(),
    pays(0, 1),
    pays(0, 1, { after: 0 }),
    pays(0, 1, { after: 0 }),
  ],
};

/** A dependency that was never given was named before one that comes earlier in the body and was given. */
const firstOfSeveralDependencies: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    pays(5, 3, { checkpoint: "genesis" }),
    pays(0, 0),
    pays(0, 0, { clockOffsetMs: 8_640_000_000 }),
    pays(0, 0, { checkpoint: "genesis" }),
    settles({ granted: [6] }),
    pays(0, 0, { checkpoint: "genesis" }),
    pays(1, 7, { checkpoint: "genesis", dependencies: [0, 7] }),
  ],
};

/** An entry with a dependency that nobody has was judged, and rejected by the policy, as if it were ready. */
const blockedIsNotReady: History = {
  policy: "single-branch",
  isStaked: false,
  script: [
    pays(0, 1, { dependencies: [-1] }),
    pays(1, 1, { dependencies: [0] }),
    pays(1, 1, { checkpoint: "genesis" }),
    pays(1, 2, { after: 0 }),
    pays(0, 2, { amount: 2n ** 62n, after: "start" }),
    settles(),
  ],
};

/** What was rejected as void, where no log had passed, was rejected again when it came again, and not a duplicate. */
const voidComesAgain: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    pays(8, 1),
    says(5, { type: "kill-switch", generation: 1 }),
    settles(),
    settles({ repeated: [0] }),
    pays(9, 1),
    says(6, { type: "revoke", session: 0, honoured: -1 }),
    settles(),
    settles({ repeated: [0, 1] }),
  ],
};

/**
 * An attestation that had to wait, for its predecessor or for its time, decided who survived a fork, and whoever replayed the
 * record had never heard of it. Several forks, so that the lots do not fall as the witness says.
 */
const undecidedHasNoSay: History = {
  policy: "single-branch",
  isStaked: true,
  script: [
    pays(9, 1, { after: "nowhere" }),
    ...[0, 1, 3, 7, 12].flatMap((who) => [
      pays(who, 1),
      pays(who, 2, { amount: 100n, after: "beside-tip" }),
      attests(9, 1),
      attests(8, 1, { clockOffsetMs: 100 * 86_400_000 }),
    ]),
  ],
};

/** A stranger signed what the owner had signed too, got the lower link, and the owner's own signature was not looked at. */
const strangerSignsToo: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    says(0, { type: "rotate", skip: 0 }, { key: "stranger" }),
    says(0, { type: "rotate", skip: 0 }),
    says(1, { type: "rotate", skip: 0 }, { key: "stranger" }),
    says(1, { type: "rotate", skip: 0 }),
    says(3, { type: "kill-switch", generation: 1 }, { key: "stranger" }),
    says(3, { type: "kill-switch", generation: 1 }),
  ],
};

/** The spec did not say whether a payment of nothing is covered by a float of nothing, and so which branch was the log's. */
const nothingIsNotCovered: History = {
  policy: "honour-all",
  isStaked: true,
  script: [pays(3, 1, { amount: 0n }), pays(3, 2, { amount: 4000n, after: "beside-tip" })],
};

/** Witnesses attested one signature on an entry, a record held another one, and a replay could not count what they said. */
const attestedOtherSignature: History = {
  policy: "freeze-fork",
  isStaked: true,
  script: [
    pays(7, 1),
    pays(7, 2, { amount: 500n, after: "beside-tip" }),
    attests(10, 0),
    attests(9, 1),
    pays(7, 1, { isOnVariant: true }),
    pays(3, 1),
    pays(3, 2, { amount: 500n, after: "beside-tip" }),
    attests(10, 0),
    attests(9, 1),
    pays(3, 1, { isOnVariant: true, clockOffsetMs: 100 * 86_400_000 }),
    pays(1, 1),
    pays(1, 2, { after: "beside-tip" }),
    attests(10, 0),
    attests(9, 1),
    pays(1, 1, { isOnVariant: true, after: "start" }),
  ],
};

// What chance does not bring about: bounds that are far away.

function times<Item>(count: number, make: (number: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_nothing, number) => make(number));
}

/** More heights than outstanding spends are kept apart by; then a signer names one of the oldest. */
const manyHeightsOutstanding: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    ...times(36, () => [pays(12, 1, { amount: 5n, checkpoint: 1 }), settles()]).flat(),
    pays(12, 1, { amount: 2400n, checkpoint: 3 }),
    pays(12, 1, { amount: 2345n, checkpoint: 3 }),
    settles(),
    pays(12, 1, { amount: 2350n, checkpoint: 6 }),
    settles(),
    pays(12, 1, { checkpoint: 4, after: 37 }),
  ],
};

/** Stakes behind more validators than one account may, and more withdrawals under way than it may have. */
const manyBonds: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    ...times(18, (number) => bonds(8, "stake", 8 + number, 100n)),
    settles(),
    ...times(18, (number) => [bonds(8, "unstake", 8 + (number % 16), 1n), settles({ advanceMs: 60_000 })]).flat(),
    bonds(8, "stake", 30, 1n, "GLD"),
    bonds(8, "unstake", 8, 101n),
    settles({ advanceMs: 2 * 86_400_000 - 18 * 60_000 }),
    pays(8, 1),
    settles({ advanceMs: 60_000 }),
    pays(8, 1),
  ],
};

/** More sessions than an account may have. */
const manySessions: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    ...times(66, () => says(5, { type: "grant", terms: 1, generation: 0, isKeyReused: false }, { after: "tip" })),
    says(5, { type: "upgrade", terms: 1, replaces: 0, honoured: 0 }, { after: "tip" }),
  ],
};

/** A witness attests more places of one log than are kept of it, until the log goes on and makes room. */
const manyAttestations: History = {
  policy: "freeze-fork",
  isStaked: true,
  script: [
    pays(0, 1),
    ...times(10, (number) => attestsAhead(8, number, number)),
    settles({ withheld: [0] }),
    settles(),
    pays(0, 1),
    pays(0, 1),
    attestsAhead(8, 0, 7),
    attestsAhead(8, 1, 8),
    attestsAhead(9, 2, 255),
    attestsAhead(10, 3, 256),
    settles(),
  ],
};

/** Who may not speak any more: a device whose session ended at that moment, in each of the ways that there are. */
const endedDevicesAreNotHeard: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    settles({ granted: [4] }),
    says(0, { type: "set-recovery", ways: 0 }),
    ...[1, 2, 4].map((guardian) => says(guardian, { type: "grant", terms: 3, generation: 0, isKeyReused: false })),
    settles(),
    says(1, { type: "kill-switch", generation: 1 }),
    says(2, { type: "revoke", session: -1, honoured: 9 }),
    ...[1, 2, 4].map((by) => starts(0, by)),
    settles({ untilMs: 86_400_000 - 1 }),
    says(0, { type: "recovery-veto", start: 0, isByDevice: false }),
    settles(),
    starts(0, 4),
    settles({ advanceMs: 1 }),
    says(0, { type: "recovery-start", way: "guardians", by: 1, isByDevice: false, round: 0 }),
    settles(),
    ...[2, 4].map((by): Action => says(0, { type: "recovery-approve", start: 0, by, isByDevice: true })),
  ],
};

/** A witness named the right head of the wrong account, which vouches for nothing and takes its vote elsewhere. */
const headOfAnotherAccount: History = {
  policy: "freeze-fork",
  isStaked: true,
  script: [
    pays(1, 1),
    pays(1, 2, { after: "beside-tip" }),
    { ...pays(10, 0), does: { type: "attest", what: 0, head: "of another account", ahead: 0 } },
    attests(9, 1),
    settles(),
    pays(3, 1),
    pays(3, 2, { after: "beside-tip" }),
    attests(10, 0),
    attests(9, 1),
    { ...pays(9, 0), does: { type: "attest", what: 3, head: "of another account", ahead: 0 } },
    attests(8, 3),
  ],
};

/** Delays, terms and grace on the millisecond, and what a session sets aside that is over already. */
const onTheMillisecond: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    says(0, { type: "set-recovery", ways: 1 }),
    says(3, { type: "set-recovery", ways: 2 }),
    floats(1, 300n),
    floats(8, 300n),
    says(6, { type: "revoke", session: 0, honoured: 2 }),
    settles(),
    floats(9, 300n),
    says(3, { type: "recovery-start", way: "time-locked-key", by: 0, isByDevice: false, round: 0 }),
    says(0, { type: "recovery-start", way: "guardians", by: 3, isByDevice: false, round: 0 }),
    settles(),
    says(3, { type: "recovery-complete", start: 0, areKeysOthers: false }),
    says(0, { type: "recovery-complete", start: 0, areKeysOthers: false }),
    settles({ advanceMs: 86_400_000 - 1 }),
    settles({ advanceMs: 1 }),
    settles({ untilMs: 4 * 86_400_000 }),
    pays(1, 1, { clockOffsetMs: -86_400_000 - 1 }),
    pays(1, 1, { clockOffsetMs: -86_400_000 }),
    settles(),
    pays(1, 1, { clockOffsetMs: -86_400_000 - 1 }),
    settles({ advanceMs: 1 }),
  ],
};

/** Whoever may set aside. Six of them, so that the lots would have to fall the right way six times. */
const FLOATERS: readonly number[] = [0, 1, 3, 8, 9, 10];

/** A guardian, and a key, who say yes to device after device: for the keys of each once, and to four at the same time. */
const manyStarts: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    says(0, { type: "set-recovery", ways: 3 }),
    settles(),
    ...(["guardians", "backup-key", "time-locked-key"] as const).flatMap((way) => [
      ...Array.from({ length: 3 }, () => says(0, { type: "recovery-start", way, by: 1, isByDevice: true, round: 0 })),
      says(0, { type: "recovery-start", way, by: 1, isByDevice: false, round: 0, areKeysAgain: true }),
      settles(),
      ...Array.from({ length: 3 }, () => says(0, { type: "recovery-start", way, by: 1, isByDevice: true, round: 0 })),
      settles(),
    ]),
    settles({ advanceMs: 86_400_000 }),
    ...[1, 2, 0, 9, 8].map((start) => says(0, { type: "recovery-complete", start, areKeysOthers: false })),
    settles(),
  ],
};

/**
 * Eight who were given keys one after the other complete at one place, due an hour or nothing apart, some by the wrong key, next
 * to grants and to what acts from any branch: whoever was due first of those who sign rightly goes first.
 */
const dueFirstGoesFirst: History = {
  policy: "honour-all",
  isStaked: false,
  script: [
    says(0, { type: "set-recovery", ways: 3 }),
    settles(),
    ...(["guardians", "backup-key"] as const).flatMap((way) =>
      times(4, () => [
        says(0, { type: "recovery-start", way, by: 1, isByDevice: false, round: 0 }),
        ...[2, 3, 4].map((by) => says(0, { type: "recovery-approve", start: 0, by, isByDevice: false })),
        settles({ advanceMs: 3_600_000 }),
      ]).flat(),
    ),
    settles({ advanceMs: 86_400_000 }),
    says(0, { type: "grant", terms: 0, generation: 0, isKeyReused: false }),
    says(0, { type: "revoke", session: 0, honoured: 2 }),
    ...times(8, (start) =>
      says(0, { type: "recovery-complete", start, areKeysOthers: false }, { key: start > 5 ? "stranger" : "right" }),
    ),
    settles(),
  ],
};

/** Within a float and a cent above it, at one place: the branch that was set aside for goes first, whatever the lots say. */
const coveredGoesFirst: History = {
  policy: "single-branch",
  isStaked: false,
  script: [
    ...FLOATERS.map((who) => floats(who, 10n)),
    settles(),
    ...FLOATERS.flatMap((who) => [pays(who, 2, { amount: 10n }), pays(who, 2, { amount: 11n, after: "beside-tip" })]),
  ],
};

export const pinned: readonly (readonly [string, History])[] = Object.entries({
  deferredPredecessorInRecord,
  dishonouredWaits,
  firstOfSeveralDependencies,
  blockedIsNotReady,
  voidComesAgain,
  undecidedHasNoSay,
  strangerSignsToo,
  nothingIsNotCovered,
  attestedOtherSignature,
  endedDevicesAreNotHeard,
  headOfAnotherAccount,
  onTheMillisecond,
  manyStarts,
  dueFirstGoesFirst,
  coveredGoesFirst,
  manyHeightsOutstanding,
  manyBonds,
  manySessions,
  manyAttestations,
});
