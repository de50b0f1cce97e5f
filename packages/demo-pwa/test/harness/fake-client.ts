/** A wallet client whose states are scripted: no worker, no store, no network. */
import { signal } from "@preact/signals";
import { amount, generation, height, timeMs, type EntryId } from "@amigos/core";
import type { DeviceReview, PaymentView, PaymentWeighing } from "@amigos/engine";
import { CallError } from "../../src/rpc/call-error.ts";
import type { WalletClient } from "../../src/wallet/wallet-client.ts";
import { setContactNames, withContact } from "../../src/wallet/contacts.ts";
import type { OpenWalletState, WalletState } from "../../src/wallet/wallet-state.ts";
import { ALICE, AMI, BOB, CAROL, END_OF_DAY, HANDOVER, LONG_HANDOVER, payment, scenes, viewWith } from "./scenes.ts";

const NO_FUNDS = { code: "insufficient-funds", asset: AMI.code, asked: amount(99_900n), left: amount(8_000n) };
/** What a payee without a network is told of a payment by somebody who was in touch with the hub two hours ago. */
const WEIGHED: Omit<PaymentWeighing, "payment"> = {
  refusals: [],
  judged: {
    verdict: { entry: "ab".repeat(32) as EntryId, outcome: "accepted" },
    by: { source: "here", height: height(18), ageMs: 7_200_000 },
    left: { limits: [], float: amount(0n), balance: amount(6_000n) },
    settleBy: END_OF_DAY,
    risks: [
      { type: "not-certified" },
      { type: "session-may-have-ended", height: height(18), ageMs: 7_200_000 },
      { type: "balance-shared", uncovered: amount(720n), sessions: [] },
    ],
  },
} as unknown as Omit<PaymentWeighing, "payment">;
const OWN_RULES: PaymentWeighing["refusals"] = [
  { type: "above-per-payment", amount: amount(720n), most: amount(500n) },
  { type: "not-from-float", uncovered: amount(720n) },
];
const REVIEW: DeviceReview = {
  id: ALICE as never,
  device: "Kitchen tablet",
  code: "4821 0937 1156",
  expiry: END_OF_DAY,
  permissions: [],
};
const ANSWER = `AMIGOS:Q${"AB2".repeat(90)}`;
const recoveryRefused = (type: string): CallError =>
  new CallError({ type: "recovery-refused", error: { type } } as never);
const WORDS = "brand country boil rebuild blade bracket tomato result spawn room junk rescue";
const CONNECTION_CODE = `AMIGOS:R${"AB2".repeat(34)}`;

export function createFakeClient(scene: string): WalletClient {
  const state = signal<WalletState>(scenes[scene] ?? { type: "empty" });
  const never = (): Promise<never> => new Promise<never>(() => undefined);
  if (state.peek().type === "open") setContactNames((state.peek() as OpenWalletState).contacts);
  return {
    state,
    nearby: {
      offer: async () => CONNECTION_CODE,
      answer: async () => CONNECTION_CODE,
      accept: () => Promise.reject(new CallError({ type: "no-offer" })),
    },
    calls: {
      start: async () => undefined,
      restart: async () => undefined,
      useHere: never,
      switchNetwork: never,
      sync: async () => ({ reachedHub: false, height: 0 }),
      words: async () => WORDS,
      sealBackup: async () => HANDOVER,
      proveBackup: async () => undefined,
      restore: () => Promise.reject(new CallError({ type: "words-of-another-account" })),
      join: never,
      readAnswer: () =>
        Promise.reject(new CallError({ type: "device-answer-refused", error: { type: "device-denied" } } as never)),
      acceptOffer: never,
      askAgain: never,
      stopJoining: async () => {
        state.value = { type: "empty" };
      },
      recover: never,
      askGuardiansAgain: never,
      completeRecovery: () =>
        Promise.reject(new CallError({ type: "recovery-refused", error: { type: "recovery-waiting" } } as never)),
      stopRecovering: never,
      chooseGuardians: () => Promise.reject(new CallError({ type: "master-key-missing" })),
      practise: never,
      invite: never,
      takeAcceptance: () => Promise.reject(recoveryRefused("guardians-full")),
      takePractice: () => Promise.reject(recoveryRefused("answer-of-another-request")),
      guarded: async () => ({ accounts: [CAROL, BOB], more: scene === "named" ? 0 : 12 }),
      holdsAccountKey: async () => scene !== "let-in",
      readGuardianRequest: async ({ request }) =>
        request === "AMIGOS:PAAAA"
          ? { type: "practice", answer: ANSWER }
          : { type: "invitation", review: { account: CAROL, time: timeMs(END_OF_DAY - 3_600_000) } },
      acceptInvitation: async () => ANSWER,
      reviewRecovery: async ({ request }) => {
        if (request === "hello") throw recoveryRefused("not-a-recovery-request");
        return {
          id: ALICE as never,
          account: CAROL,
          code: "9035 6662 9254",
          time: timeMs(END_OF_DAY - 3_600_000),
          approvals: [BOB],
          threshold: 2,
          agreedBefore: [{ masterKey: BOB as never, time: timeMs(END_OF_DAY - 90_000_000) }],
        };
      },
      approveRecovery: async () => HANDOVER.subarray(0, 250),
      vetoRecovery: async () => {
        state.value = scenes["recovery-vetoed"] as WalletState;
        return HANDOVER.subarray(0, 250);
      },
      takeStatement: () => Promise.reject(recoveryRefused("not-a-recovery-statement")),
      reviewDevice: async ({ request }) => {
        if (request === "hello")
          throw new CallError({ type: "device-request-refused", error: { type: "not-a-device-request" } } as never);
        return REVIEW;
      },
      approveDevice: async () => ({ session: ALICE as never, terms: {} as never, answer: HANDOVER }),
      denyDevice: async () => HANDOVER,
      unlock: () => Promise.reject(new CallError({ type: "pin-wrong" })),
      lock: async () => {
        state.value = scenes["locked"] as WalletState;
      },
      setLock: never,
      addLock: never,
      createWallet: async () => {
        state.value = scenes["settled"] as WalletState;
      },
      handover: async () => (scene === "many" ? LONG_HANDOVER : HANDOVER),
      weigh: async ({ payment: id }) => {
        const { view } = state.peek() as OpenWalletState;
        const refusals = scene === "choosy" ? OWN_RULES : [];
        return { payment: view.payments.find((one) => one.id === id) as PaymentView, ...WEIGHED, refusals };
      },
      receipt: async () => `AMIGOS:Q${"AB2".repeat(120)}`,
      carry: async () => LONG_HANDOVER,
      receive: () => Promise.reject(new CallError({ type: "handover-refused", error: { type: "signature-invalid" } })),
      nameContact: async ({ account, name }) => {
        const before = state.value;
        if (before.type !== "open") return;
        const contacts = withContact(before.contacts, { account, name });
        setContactNames(contacts);
        state.value = { ...before, contacts };
      },
      setAside: () => Promise.reject(new CallError({ type: "float-refused", failure: NO_FUNDS } as never)),
      giveBack: never,
      setAcceptance: () => Promise.reject(new CallError({ type: "acceptance-invalid" })),
      stake: () => Promise.reject(new CallError({ type: "stake-refused", failure: NO_FUNDS } as never)),
      unstake: never,
      renameDevice: async () => undefined,
      acknowledge: async () => undefined,
      revoke: async ({ session }) => ({ type: "revoked", session }),
      killSwitch: async () => {
        state.value = scenes["killed"] as WalletState;
        return { type: "killed", generation: generation(1) };
      },
      pay: async ({ to, money }) => {
        if (money.amount > 3800n) {
          const failure = {
            code: "limit-per-day",
            asset: AMI.code,
            limit: amount(5000n),
            used: amount(1200n),
            asked: money.amount,
            left: amount(3800n),
            renewsAt: END_OF_DAY,
          };
          throw new CallError({ type: "payment-refused", failure } as never);
        }
        const paid = payment({
          id: "ab".repeat(32) as EntryId,
          direction: "out",
          counterparty: to,
          amount: money.amount,
        });
        const before = state.value;
        if (before.type === "open")
          state.value = { ...before, view: viewWith({ ...before.view, payments: [paid, ...before.view.payments] }) };
        return paid;
      },
    },
  };
}
