/** A wallet client whose states are scripted: no worker, no store, no network. */
import { signal } from "@preact/signals";
import { amount, generation, type EntryId } from "@amigos/core";
import { CallError } from "../../src/rpc/call-error.ts";
import type { WalletClient } from "../../src/wallet/wallet-client.ts";
import { useContacts, withContact } from "../../src/wallet/contacts.ts";
import type { OpenWalletState, WalletState } from "../../src/wallet/wallet-state.ts";
import { AMI, END_OF_DAY, HANDOVER, LONG_HANDOVER, payment, scenes, viewWith } from "./scenes.ts";

const NO_FUNDS = { code: "insufficient-funds", asset: AMI.code, asked: amount(99_900n), left: amount(8_000n) };
const CONNECTION_CODE = `AMIGOS:R${"AB2".repeat(34)}`;

export function createFakeClient(scene: string): WalletClient {
  const state = signal<WalletState>(scenes[scene] ?? { type: "empty" });
  const never = (): Promise<never> => new Promise<never>(() => undefined);
  if (state.peek().type === "open") useContacts((state.peek() as OpenWalletState).contacts);
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
      receive: () => Promise.reject(new CallError({ type: "handover-refused", error: { type: "signature-invalid" } })),
      nameContact: async ({ account, name }) => {
        const before = state.value;
        if (before.type !== "open") return;
        const contacts = withContact(before.contacts, { account, name });
        useContacts(contacts);
        state.value = { ...before, contacts };
      },
      setAside: () => Promise.reject(new CallError({ type: "float-refused", failure: NO_FUNDS } as never)),
      giveBack: never,
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
