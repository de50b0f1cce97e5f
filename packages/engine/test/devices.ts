/**
 * Devices for tests: real wallets and a real ledger replica on memory disks, joined by memory links that can be unplugged.
 * The crypto, the documents and the reconciler are the real ones; only the disk and the wire are in memory here.
 */
import "@automerge/automerge";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import {
  createNetwork,
  formatMoney,
  READ_ALL,
  SEND_LIMIT_DAILY,
  timeMs,
  type Founder,
  type Network,
  type Permission,
} from "@amigos/core";
import { ami, createTestNetwork, namedSigner } from "@amigos/core/testing";
import {
  createAccount,
  createFounder,
  openWallet,
  Replica,
  type Account,
  type KeyVault,
  type Link,
  type SessionGrant,
  type Store,
  type Clock,
  type Wallet,
} from "@amigos/engine";

export const disk: MemoryDisk = new MemoryDisk();

export interface Identity {
  readonly name: string;
  readonly keys: KeyVault;
  readonly account: Account;
  readonly grant: SessionGrant;
}

/** A network on which each person named holds 100.00, and has a session that may send 50.00 a day. */
export async function createWorld<Name extends string>(
  names: readonly Name[],
  permissions: readonly Permission[] = [SEND_LIMIT_DAILY(ami(50)), READ_ALL],
): Promise<{ readonly network: Network; readonly people: Readonly<Record<Name, Identity>> }> {
  const founders: { readonly name: Name; readonly keys: KeyVault; readonly founder: Founder }[] = [];
  for (const name of names) {
    const keys = createMemoryKeyVault();
    founders.push({ name, keys, founder: await createFounder({ keys, random: systemRandom }) });
  }
  const network = createNetwork({
    ...createTestNetwork().genesis,
    time: timeMs(systemClock.now() - 60_000),
    allocations: founders.map(({ founder }) => ({ founder, ...ami(100) })),
  });
  const people: Partial<Record<Name, Identity>> = {};
  for (const { name, keys, founder } of founders) {
    const store = await openStore(fresh(`${name}'s account`));
    const account = await createAccount({ network, store, keys, random: systemRandom, clock: systemClock, founder });
    const grant = await account.createSession({ device: `${name}'s phone`, permissions, expiry: { days: 30 } });
    people[name] = { name, keys, account, grant };
  }
  return { network, people: people as Record<Name, Identity> };
}

let counter = 0;

/** A name that no other test's store has. */
export function fresh(name: string): string {
  return `${name}-${++counter}`;
}

export function openDevice(
  identity: Identity,
  network: Network,
  store: Store,
  links: readonly Link[],
  clock: Clock = systemClock,
): Promise<Wallet> {
  return openWallet({
    network,
    session: identity.grant,
    store,
    keys: identity.keys,
    links,
    clock,
    random: systemRandom,
  });
}

export function openStore(name: string): Promise<Store> {
  return openMemoryStore({ name, disk });
}

export async function openHub(network: Network, storeName: string, links: readonly Link[]): Promise<Replica> {
  return openHubOn(network, await openStore(storeName), links);
}

/** When it fails, the store is still open. */
export function openHubOn(
  network: Network,
  store: Store,
  links: readonly Link[],
  clock: Clock = systemClock,
): Promise<Replica> {
  return Replica.open({
    network,
    store,
    links,
    clock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
  });
}

export function settle(hub: Replica): Promise<unknown> {
  return hub.settle(systemClock.now(), namedSigner("authority"));
}

export function pair(a: string, b: string): MemoryLinkPair {
  return createMemoryLinkPair({ names: [a, b] });
}

/** Waits until `probe` finds something. Fails when it does not within ten seconds. */
export async function until<Value>(what: string, probe: () => Value | undefined | false): Promise<Value> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** `"in 40.00 AMI signed accepted"`, newest first. */
export function paymentsOf(wallet: Wallet): readonly string[] {
  const { assets } = wallet.network.genesis;
  return wallet.view.payments.map((payment) =>
    [payment.direction, formatMoney(payment, assets), payment.finality, payment.outcome, payment.failure?.code]
      .filter(Boolean)
      .join(" "),
  );
}
