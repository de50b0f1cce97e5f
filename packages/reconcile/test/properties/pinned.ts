/** Histories that once told the package and the auditor apart, or broke a property, shrunk. Each says what was wrong. */
import type { Action, History, SettleAction, SignAction } from "../support/actions.ts";

/** A payment to somebody's device, counted from the signer's. */
function pays(who: number, to: number, change: Partial<SignAction> & { readonly amount?: bigint } = {}): Action {
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

export const pinned: readonly (readonly [string, History])[] = Object.entries({
  deferredPredecessorInRecord,
  dishonouredWaits,
  firstOfSeveralDependencies,
  blockedIsNotReady,
});
