/** The states that are worth looking at, by name. */
import {
  amount,
  assetCode,
  height,
  sequence,
  timeMs,
  bytesToHex,
  type AccountId,
  type CheckpointId,
  type EntryId,
  type NetworkTag,
  type PublicKey,
  type SessionId,
} from "@amigos/core";
import type { ConflictView, PaymentView, SessionView, WalletView } from "@amigos/engine";
import type { JoiningState } from "../../src/wallet/joining.ts";
import type { RecoveringState } from "../../src/wallet/recovering.ts";
import type { LockState } from "../../src/wallet/lock.ts";
import type { WalletState } from "../../src/wallet/wallet-state.ts";

export const AMI = { code: assetCode("AMI"), decimals: 2 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW = Date.now();

function hex(seed: number): string {
  // A small generator is enough: these only have to look like hashes.
  let state = seed * 2654435761;
  return bytesToHex(
    Uint8Array.from({ length: 32 }, () => {
      state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0;
      return (state >>> 11) & 255;
    }),
  );
}

export const ALICE = hex(11) as AccountId;
export const BOB = hex(2) as AccountId;
export const CAROL = hex(13) as AccountId;
const FAUCET = hex(44) as AccountId;
export const END_OF_DAY = timeMs(Math.ceil(NOW / DAY_MS) * DAY_MS);
export const HANDOVER: Uint8Array = new Uint8Array(720).map((_, index) => index * 7);
/** More than one code holds. */
export const LONG_HANDOVER: Uint8Array = new Uint8Array(4_000).map((_, index) => index * 7);

let nextSequence = 0;
export function payment(changes: Partial<PaymentView> & { readonly ageMinutes?: number } = {}): PaymentView {
  const { ageMinutes = 0, ...rest } = changes;
  nextSequence++;
  return {
    id: hex(100 + nextSequence) as EntryId,
    direction: "in",
    counterparty: BOB,
    session: hex(30) as SessionId,
    sequence: sequence(nextSequence),
    asset: AMI.code,
    amount: amount(500n),
    time: timeMs(NOW - ageMinutes * MINUTE_MS),
    finality: "signed",
    outcome: "accepted",
    isDisputed: false,
    ...rest,
  };
}

const settledAt = (at: number) => ({ finality: "settled", settledAt: height(at) }) as const;

const FIRST_MONEY = payment({
  ageMinutes: 1500,
  amount: amount(10_000n),
  counterparty: FAUCET,
  memo: "Demo money",
  ...settledAt(2),
});
const HISTORY = [
  payment({
    ageMinutes: 55,
    direction: "out",
    counterparty: CAROL,
    amount: amount(1250n),
    memo: "Lunch, and the tram",
    ...settledAt(17),
  }),
  payment({ ageMinutes: 1440, amount: amount(3000n), ...settledAt(9) }),
  FIRST_MONEY,
];

const NO_FLOAT = { setAside: amount(0n), setAsideSettled: amount(0n), reserved: amount(0n) };

const SESSION: SessionView = {
  id: hex(7) as SessionId,
  device: "Alice’s phone",
  isConnected: false,
  isNew: false,
  terms: [
    { key: "may-send-per-day", asset: AMI.code, amount: amount(5000n) },
    { key: "may-view" },
    { key: "until", expiry: timeMs(NOW + 29 * DAY_MS) },
  ],
  expiry: timeMs(NOW + 29 * DAY_MS),
  status: "active",
  limits: [
    {
      type: "limit-per-day",
      asset: AMI.code,
      limit: amount(5000n),
      used: amount(1200n),
      left: amount(3800n),
      renewsAt: END_OF_DAY,
    },
  ],
};

const STAKER: SessionView = { ...SESSION, terms: [{ key: "may-stake" }, ...SESSION.terms] };

/** The devices of an account: this one, and others in every state. */
const SESSIONS: readonly SessionView[] = [
  {
    ...SESSION,
    id: hex(71) as SessionId,
    device: "Old phone",
    status: "revoked",
    end: { revokedFrom: sequence(4), finality: "settled" },
  },
  SESSION,
  {
    ...SESSION,
    id: hex(72) as SessionId,
    device: "Tablet in the kitchen",
    isConnected: true,
    terms: [{ key: "may-only-view" }, { key: "until", expiry: timeMs(NOW + 6 * DAY_MS) }],
    expiry: timeMs(NOW + 6 * DAY_MS),
  },
  {
    ...SESSION,
    id: hex(73) as SessionId,
    device: "Mum’s phone",
    status: "revoked",
    lastSeen: timeMs(NOW - 3 * DAY_MS),
    end: { revokedFrom: sequence(2), finality: "signed", knownTo: { hub: false, sessions: [hex(72) as SessionId] } },
  },
  {
    ...SESSION,
    id: hex(74) as SessionId,
    device: "Market stall",
    isNew: true,
    label: "Stall on Saturdays",
    lastSeen: timeMs(NOW - 90 * MINUTE_MS),
    status: "unregistered",
    terms: [
      { key: "may-send-per-payment", asset: AMI.code, amount: amount(1000n) },
      { key: "may-send-per-day", asset: AMI.code, amount: amount(5000n) },
      { key: "may-view" },
      { key: "until", expiry: timeMs(NOW + 2 * DAY_MS) },
    ],
    expiry: timeMs(NOW + 2 * DAY_MS),
  },
];
const KILLED: SessionView = {
  ...SESSION,
  status: "killed",
  end: { finality: "signed", knownTo: { hub: false, sessions: [] } },
};

export function viewWith(changes: Partial<WalletView>): WalletView {
  return {
    network: { tag: "a1b2c3d4" as NetworkTag, name: "amigos-demo" },
    account: ALICE,
    session: SESSION,
    sessions: [SESSION],
    balances: [
      {
        ...NO_FLOAT,
        asset: AMI.code,
        decimals: 2,
        available: amount(11_750n),
        pendingIn: amount(0n),
        pendingOut: amount(0n),
      },
    ],
    acceptance: {},
    deviceRequests: [],
    recovery: { isChanging: false, underWay: [] },
    staking: { staked: [], unbonding: [], pending: [] },
    payments: HISTORY,
    floats: [],
    conflicts: [],
    ledger: {
      height: height(18),
      checkpoint: hex(8) as CheckpointId,
      stateRoot: hex(9),
      time: timeMs(NOW - 2 * MINUTE_MS),
    },
    circle: { members: [], carried: 0 },
    connections: [{ peer: "hub", role: "hub", link: "WebSocket ws://alice.localhost:4680/sync" }],
    storage: { name: "IndexedDB main", isPersistent: false, quarantined: [] },
    ...changes,
  };
}

const wallet = (account: AccountId) => ({
  peer: account.slice(0, 8),
  role: "wallet" as const,
  account,
  link: "BroadcastChannel a1b2c3d4",
});

const OPEN_PAYMENTS = [
  payment({ direction: "out", amount: amount(500n), ageMinutes: 1 }),
  payment({ direction: "in", counterparty: CAROL, amount: amount(720n), ageMinutes: 3, memo: "Tickets" }),
  ...HISTORY,
];

const A = payment({ counterparty: ALICE, amount: amount(4000n), ageMinutes: 4, isDisputed: true, direction: "in" });
const disputedPayment: PaymentView = { ...A, counterparty: CAROL };
function conflict(
  outcomes: readonly [ConflictView["sides"][0]["outcome"], ConflictView["sides"][0]["outcome"]],
  finality: "signed" | "settled",
): ConflictView {
  return {
    account: CAROL,
    session: hex(30) as SessionId,
    sequence: sequence(6),
    isOwn: false,
    sides: [
      {
        entry: disputedPayment.id,
        type: "pay",
        to: ALICE,
        asset: AMI.code,
        amount: amount(4000n),
        outcome: outcomes[0],
        finality,
      },
      {
        entry: hex(61) as EntryId,
        type: "pay",
        to: BOB,
        asset: AMI.code,
        amount: amount(4000n),
        outcome: outcomes[1],
        finality,
        ...(outcomes[1] === "rejected"
          ? {
              failure: {
                code: "insufficient-funds" as const,
                asset: AMI.code,
                asked: amount(4000n),
                left: amount(1000n),
              },
            }
          : {}),
      },
    ],
    proof: new Uint8Array(612).map((_, index) => index),
  };
}

const WAYS: WalletView["recovery"]["ways"] = {
  guardians: { accounts: [BOB, CAROL, hex(14) as AccountId], threshold: 2, delayMs: 7 * DAY_MS },
};
const PRACTICE = `AMIGOS:P${"AB2".repeat(40)}`;
const UNDER_WAY: WalletView["recovery"]["underWay"][number] = {
  start: hex(81) as EntryId,
  way: "guardians",
  starter: BOB,
  approvals: [BOB, CAROL],
  masterKey: hex(82) as never,
  due: timeMs(NOW + 6 * DAY_MS),
  finality: "settled",
};
const RECOVERING: RecoveringState = {
  type: "recovering",
  account: CAROL,
  isHubInReach: true,
  ledgerTime: timeMs(NOW - 2 * MINUTE_MS),
  isCompleting: false,
};
const ASKED = {
  asked: { request: `AMIGOS:G${"AB2".repeat(110)}`, code: "9035 6662 9254", expiry: END_OF_DAY },
  standing: {
    approvals: [BOB],
    threshold: 2,
    isWon: false,
    account: { masterKey: hex(15) as PublicKey, ways: WAYS, round: 0 },
  },
};

const NOBODY_AGREES = { ...ASKED.standing, approvals: [] };

const PASSKEY = { credential: new Uint8Array(16), salt: new Uint8Array(32) };
const open = (
  view: WalletView,
  funding: "none" | "waiting" | "asking" = "none",
  lock: LockState = { passkey: PASSKEY },
): WalletState => ({
  type: "open",
  view,
  funding: { type: funding },
  lock,
  contacts: [],
  policy: "honour-all",
  unbondingMs: 21 * DAY_MS,
  backup: { isStale: false },
});
/** A scene in which people have names. */
const named = (scene: WalletState): WalletState => ({
  ...scene,
  ...(scene.type === "open"
    ? {
        contacts: [
          { account: BOB, name: "Bob" },
          { account: CAROL, name: "Carol from the market" },
        ],
      }
    : {}),
});
const offline = { connections: [] as WalletView["connections"] };
const balances = (available: bigint, pendingIn: bigint, pendingOut: bigint): WalletView["balances"] => [
  {
    ...NO_FLOAT,
    asset: AMI.code,
    decimals: 2,
    available: amount(available),
    pendingIn: amount(pendingIn),
    pendingOut: amount(pendingOut),
  },
];

const JOINING: JoiningState = {
  type: "joining",
  request: `AMIGOS:D${"AB2".repeat(110)}`,
  code: "4821 0937 1156",
  expiry: timeMs(NOW + 60 * MINUTE_MS),
  isDenied: false,
};

export const scenes: Readonly<Record<string, WalletState>> = {
  starting: { type: "starting" },
  joining: JOINING,
  "joining-denied": { ...JOINING, isDenied: true },
  "joining-late": { ...JOINING, expiry: timeMs(NOW - MINUTE_MS) },
  offered: {
    ...JOINING,
    offer: { account: ALICE, device: "Kitchen tablet", terms: SESSION.terms, expiry: SESSION.expiry },
  },
  locked: { type: "locked", lock: { pin: { notBefore: 0 }, passkey: PASSKEY } },
  "locked-pin": { type: "locked", lock: { pin: { notBefore: 0 } } },
  empty: { type: "empty" },
  busy: { type: "busy" },
  "handed-over": { type: "handed-over" },
  "network-unknown": { type: "network-unknown" },
  failed: { type: "failed", error: { type: "store-damaged" } },
  fresh: open(viewWith({ ...offline, payments: [], balances: balances(0n, 0n, 0n) }), "waiting", {}),
  settled: open(viewWith({})),
  update: open(viewWith({})),
  "other-network": {
    type: "open",
    view: viewWith(offline),
    funding: { type: "none" },
    lock: {},
    contacts: [],
    policy: "honour-all",
    unbondingMs: 21 * DAY_MS,
    otherNetwork: { name: "amigos-demo-2" },
  },
  pending: open(
    viewWith({ connections: [wallet(BOB)], payments: OPEN_PAYMENTS, balances: balances(11_250n, 720n, 500n) }),
  ),
  named: named(
    open(viewWith({ connections: [wallet(BOB)], payments: OPEN_PAYMENTS, balances: balances(11_250n, 720n, 500n) })),
  ),
  met: open(viewWith({ connections: [{ ...wallet(BOB), link: "WebRTC" }] })),
  many: open(
    viewWith({ connections: [wallet(BOB)], payments: OPEN_PAYMENTS, balances: balances(11_250n, 720n, 500n) }),
  ),
  "set-aside": open(
    viewWith({
      balances: balances(11_750n, 0n, 0n).map((balance) => ({
        ...balance,
        setAside: amount(2_500n),
        setAsideSettled: amount(2_000n),
      })),
    }),
  ),
  disputed: open(
    viewWith({
      ...offline,
      payments: [disputedPayment, ...HISTORY],
      conflicts: [conflict(["accepted", "accepted"], "signed")],
      balances: balances(11_750n, 4000n, 0n),
    }),
  ),
  decided: open(
    viewWith({
      payments: [{ ...disputedPayment, ...settledAt(19) }, ...HISTORY],
      conflicts: [conflict(["accepted", "rejected"], "settled")],
      balances: balances(15_750n, 0n, 0n),
    }),
  ),
  refused: open(
    viewWith({
      payments: [
        {
          ...disputedPayment,
          ...settledAt(19),
          outcome: "rejected",
          failure: { code: "insufficient-funds", asset: AMI.code, asked: amount(4000n), left: amount(1000n) },
        },
        ...HISTORY,
      ],
    }),
  ),
  revoked: open(
    viewWith({
      session: {
        ...SESSION,
        status: "revoked",
        end: { revokedFrom: sequence(4), finality: "settled" },
      },
    }),
  ),
  devices: open(viewWith({ sessions: SESSIONS })),
  asked: open(
    viewWith({
      deviceRequests: [
        {
          id: hex(75) as never,
          device: "Kitchen tablet",
          request: HANDOVER,
          expiry: END_OF_DAY,
          link: "WebSocket ws://alice.localhost:4680/sync",
        },
      ],
    }),
  ),
  guarded: named(
    open(
      viewWith({
        recovery: {
          ways: WAYS,
          isChanging: false,
          underWay: [],
          invitation: {
            askedAt: timeMs(NOW - 3 * DAY_MS),
            text: PRACTICE,
            answers: [{ guardian: BOB, answeredAt: timeMs(NOW - 2 * DAY_MS) }],
          },
        },
      }),
    ),
  ),
  /** A device that another one let in, without the account's own key. */
  "let-in": named(open(viewWith({ recovery: { ways: WAYS, isChanging: false, underWay: [] } }))),
  practised: named(
    open(
      viewWith({
        recovery: {
          ways: WAYS,
          isChanging: false,
          underWay: [],
          practice: {
            askedAt: timeMs(NOW - 3 * DAY_MS),
            text: PRACTICE,
            answers: [
              { guardian: BOB, answeredAt: timeMs(NOW - 3 * DAY_MS + MINUTE_MS) },
              { guardian: CAROL, answeredAt: timeMs(NOW - 2 * DAY_MS) },
            ],
          },
        },
      }),
    ),
  ),
  "recovery-under-way": named(open(viewWith({ recovery: { ways: WAYS, isChanging: false, underWay: [UNDER_WAY] } }))),
  "recovery-vetoed": named(
    open(viewWith({ recovery: { ways: WAYS, isChanging: false, underWay: [{ ...UNDER_WAY, veto: "signed" }] } })),
  ),
  "recovering-looking": { ...RECOVERING, isHubInReach: false },
  "recovering-unknown": {
    ...RECOVERING,
    error: { type: "recovery-refused", error: { type: "account-unknown", account: CAROL } },
  },
  recovering: { ...RECOVERING, ...ASKED },
  "recovering-late": { ...RECOVERING, ...ASKED, asked: { ...ASKED.asked, expiry: timeMs(NOW - MINUTE_MS) } },
  "recovering-waiting": {
    ...RECOVERING,
    ...ASKED,
    standing: { ...ASKED.standing, approvals: [BOB, ALICE], due: timeMs(NOW + 6 * DAY_MS) },
  },
  "recovering-due": {
    ...RECOVERING,
    ...ASKED,
    standing: { ...ASKED.standing, approvals: [BOB, ALICE], due: timeMs(NOW - MINUTE_MS) },
  },
  "recovering-stopped": {
    ...RECOVERING,
    ...ASKED,
    standing: NOBODY_AGREES,
    end: "stopped",
  },
  "recovering-other-ways": { ...RECOVERING, ...ASKED, standing: NOBODY_AGREES, end: "other-ways" },
  "recovering-other-keys": { ...RECOVERING, ...ASKED, standing: NOBODY_AGREES, end: "other-keys" },
  "recovering-not-held": { ...RECOVERING, ...ASKED, standing: NOBODY_AGREES, end: "not-held" },
  "recovering-not-open": {
    ...RECOVERING,
    ...ASKED,
    standing: { ...NOBODY_AGREES, isWon: true },
    isCompleting: true,
    error: { type: "store-full" },
  },
  choosy: open(
    viewWith({
      connections: [wallet(BOB)],
      payments: OPEN_PAYMENTS,
      balances: balances(11_250n, 720n, 500n),
      acceptance: {
        mostPerPayment: [{ asset: AMI.code, amount: amount(500n) }],
        mostPerPayer: [{ asset: AMI.code, amount: amount(1_000n) }],
        checkpointAgeMsMax: DAY_MS,
        isFloatOnly: true,
      },
    }),
  ),
  staked: named(
    open(
      viewWith({
        session: STAKER,
        sessions: [STAKER],
        staking: {
          staked: [
            { validator: ALICE, amount: amount(2_000n) },
            { validator: CAROL, amount: amount(500n) },
          ],
          unbonding: [{ amount: amount(300n), due: timeMs(NOW + 20 * DAY_MS) }],
          pending: [
            {
              ...payment({ amount: amount(100n) }),
              type: "unstake",
              validator: CAROL,
            },
          ],
        },
      }),
    ),
  ),
  killed: open(
    viewWith({
      ...offline,
      session: KILLED,
      sessions: [KILLED, { ...KILLED, id: hex(72) as SessionId, device: "Tablet in the kitchen" }],
    }),
  ),
  frozen: open(
    viewWith({
      session: { ...viewWith({}).session, status: "frozen" },
      conflicts: [
        {
          ...conflict(["accepted", "rejected"], "settled"),
          account: ALICE,
          isOwn: true,
          sides: [
            { ...conflict(["accepted", "accepted"], "settled").sides[0], type: "pay", to: CAROL },
            conflict(["accepted", "rejected"], "settled").sides[1],
          ],
        },
      ],
    }),
  ),
};

export const SCENE_IDS = {
  disputed: disputedPayment.id,
  settled: HISTORY[0]?.id,
  out: OPEN_PAYMENTS[0]?.id,
  in: OPEN_PAYMENTS[1]?.id,
  conflict: `${hex(30)}/6`,
};
