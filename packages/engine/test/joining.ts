/** Devices that are added: what they ask with, who approves, and what is said when it is refused. */
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { READ_ALL, timeMs, type Network } from "@amigos/core";
import {
  joinAccount,
  openWallet,
  SEND_LIMIT_DAILY,
  WalletError,
  type ApprovalOptions,
  type Clock,
  type JoinAccountOptions,
  type Joining,
  type KeyVault,
  type Link,
  type Store,
  type Wallet,
} from "@amigos/engine";
import { createWorld, fresh, openStore } from "./devices.ts";

export const TERMS: ApprovalOptions = { permissions: [SEND_LIMIT_DAILY("20.00 AMI"), READ_ALL], expiry: { days: 30 } };
export const LAPTOP = { permissions: [SEND_LIMIT_DAILY("20.00 AMI")], expiry: { days: 30 } };
export const HOUR_MS = 3_600_000;
export const SKEW_MS = 300_000;

/** A device with a store and a vault of its own. */
export interface Blank {
  readonly network: Network;
  readonly keys: KeyVault;
  readonly store: Store;
}

export async function blank(network: Network): Promise<Blank> {
  return { network, keys: createMemoryKeyVault(), store: await openStore(fresh("tablet")) };
}

const runtime = { clock: systemClock, random: systemRandom };

export function ask(device: Blank, more: Partial<JoinAccountOptions> = {}): Promise<Joining> {
  return joinAccount({ ...device, ...runtime, device: "tablet", ...more });
}

export function open(device: Blank, links: readonly Link[] = []): Promise<Wallet> {
  return openWallet({ ...device, ...runtime, links });
}

/** A clock that is `aheadMs` ahead. */
export function ahead(aheadMs: number): Clock {
  return { ...systemClock, now: () => timeMs(systemClock.now() + aheadMs) };
}

/** alice, who holds her master key, and bob. */
export async function aliceAndBob() {
  const { network, people } = await createWorld(["alice", "bob"]);
  const { alice, bob } = people;
  return { network, alice, bob, account: alice.account, bobs: bob.grant.inception.id };
}

/** `"device-request-refused: request-expired"`. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    if (!(error instanceof WalletError)) throw error;
    const { detail } = error;
    return "error" in detail ? `${detail.type}: ${detail.error.type}` : detail.type;
  }
}

/** The sessions that a wallet's account has opened: `"tablet unregistered"`. */
export function sessionsOf({ view }: Wallet): readonly string[] {
  return view.sessions.map(({ device, status }) => `${device} ${status}`);
}
