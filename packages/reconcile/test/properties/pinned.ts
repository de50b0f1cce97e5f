/** Histories that once told the package and the auditor apart, shrunk. Each says what was wrong. */
import type { Action, History } from "../support/histories.ts";

function sign(who: number, to: number, change: Partial<Extract<Action, { type: "sign" }>> = {}): Action {
  return {
    type: "sign",
    who,
    to,
    amount: 1n,
    clockOffsetMs: 0,
    after: "tip",
    checkpoint: "newest",
    dependencies: [],
    asset: "AMI",
    ...change,
  };
}

function settle(change: Partial<Extract<Action, { type: "settle" }>> = {}): Action {
  return { type: "settle", advanceMs: 0, withheld: [], repeated: [], granted: [], ...change };
}

/** A record held the deferred predecessor of a void entry, and whoever replayed it took it for settled. */
const deferredPredecessorInRecord: History = {
  policy: "honour-all",
  script: [
    sign(0, 0),
    sign(0, 0, { after: 0, checkpoint: "genesis" }),
    sign(0, 0),
    sign(0, 0, { after: 0 }),
    settle({ withheld: [0] }),
    sign(1, 7, { dependencies: [3] }),
    sign(0, 0, { after: 0, checkpoint: "genesis" }),
    sign(0, 0),
    sign(0, 0, { checkpoint: "genesis" }),
    sign(0, 0, { after: 0 }),
    settle({ withheld: [0, 26] }),
    sign(0, 0),
  ],
};

/** The spec did not say that an entry which the policy does not honour still waits for its dependencies. */
const dishonouredWaits: History = {
  policy: "single-branch",
  script: [
    sign(0, 1, { checkpoint: "genesis" }),
    sign(3, 1, { dependencies: [0] }),
    sign(4, 1, { dependencies: [15] }),
    sign(3, 1, { after: "start" }),
    sign(5, 4, { amount: 10000n }),
    settle({ granted: [5] }),
    settle(),
    sign(0, 1),
    sign(0, 1, { after: 0 }),
    sign(0, 1, { after: 0 }),
  ],
};

/** A dependency that was never given was named before one that comes earlier in the body and was given. */
const firstOfSeveralDependencies: History = {
  policy: "honour-all",
  script: [
    sign(5, 3, { checkpoint: "genesis" }),
    sign(0, 0),
    sign(0, 0, { clockOffsetMs: 8_640_000_000 }),
    sign(0, 0, { checkpoint: "genesis" }),
    settle({ granted: [6] }),
    sign(0, 0, { checkpoint: "genesis" }),
    sign(1, 7, { checkpoint: "genesis", dependencies: [0, 7] }),
  ],
};

/** An entry with a dependency that nobody has was judged, and rejected by the policy, as if it were ready. */
const blockedIsNotReady: History = {
  policy: "single-branch",
  script: [
    sign(0, 1, { dependencies: [-1] }),
    sign(1, 1, { dependencies: [0] }),
    sign(1, 1, { checkpoint: "genesis" }),
    sign(1, 2, { after: 0 }),
    sign(0, 2, { amount: 2n ** 62n, after: "start" }),
    settle(),
  ],
};

export const pinned: readonly (readonly [string, History])[] = Object.entries({
  deferredPredecessorInRecord,
  dishonouredWaits,
  firstOfSeveralDependencies,
  blockedIsNotReady,
});
