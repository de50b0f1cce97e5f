/** Everybody whom a recovery takes, with a hub: alice, three whom she chooses as guardians, and two devices that ask for her account. */
import { expect } from "vitest";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock } from "@amigos/adapters/runtime";
import { READ_ALL, timeMs, type Network, type TimeMs } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import {
  SEND_LIMIT_DAILY,
  WalletError,
  type Clock,
  type PermissionRequest,
  type RecoveryOptions,
  type Replica,
  type Store,
  type Wallet,
} from "@amigos/engine";
import { createWorld, fresh, openDevice, openHubOn, openStore, until, type Identity } from "./devices.ts";

export const DAY_MS = 86_400_000;
export const DELAY = { days: 2 };
const NAMES = ["alice", "bob", "carol", "dave", "newcomer", "second"] as const;
type Name = (typeof NAMES)[number];

export interface Stage {
  readonly network: Network;
  readonly people: Readonly<Record<Name, Identity>>;
  readonly hub: Replica;
  readonly links: Readonly<Record<Name, MemoryLinkPair>>;
  readonly wallets: Readonly<Record<Name, Wallet>>;
  readonly open: (name: Name, disk?: (store: Store) => Store, clock?: Clock) => Promise<Wallet>;
  /** Settles everything that has come to the hub, at this time, and waits until all who are in touch follow. */
  readonly settle: (time?: TimeMs) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Everybody with a hub that knows them; alice has chosen her ways, and whoever recovers her account has one of his own. */
export async function stage(
  waysOf: (people: Stage["people"]) => RecoveryOptions,
  {
    permissions = [SEND_LIMIT_DAILY("50.00 AMI"), READ_ALL],
    linkTo = createMemoryLinkPair,
    hubDisk = (store: Store): Store => store,
  }: {
    readonly permissions?: readonly PermissionRequest[];
    readonly linkTo?: (options: { readonly names: readonly [string, string] }) => MemoryLinkPair;
    readonly hubDisk?: (store: Store) => Store;
  } = {},
): Promise<Stage> {
  const { network, people } = await createWorld(NAMES, permissions as never);
  const links = Object.fromEntries(NAMES.map((name) => [name, linkTo({ names: ["hub", name] })])) as Stage["links"];
  const hub = await openHubOn(
    network,
    hubDisk(await openStore(fresh("hub"))),
    NAMES.map((name) => links[name].left),
  );
  const stores = Object.fromEntries(NAMES.map((name) => [name, fresh(name)])) as Record<Name, string>;
  const wallets = {} as Record<Name, Wallet>;
  const open = async (name: Name, disk = (store: Store): Store => store, clock?: Clock): Promise<Wallet> => {
    const store = disk(await openStore(stores[name]));
    wallets[name] = await openDevice(people[name], network, store, [links[name].right], clock);
    return wallets[name];
  };
  for (const name of NAMES) await open(name);
  const settle = async (time = systemClock.now()): Promise<void> => {
    const later = timeMs(Math.max(time, hub.settled.time));
    await hub.settle(later, namedSigner("authority"));
    const inTouch = Object.values(wallets).filter(({ view }) => view.connections.length > 0);
    await until("all follow", () => inTouch.every(({ view }) => view.ledger.height === hub.settled.height));
  };
  const close = async (): Promise<void> => {
    await Promise.all([...Object.values(wallets).map((wallet) => wallet.close()), hub.close()]);
  };
  await until("the hub knows all", () => hub.unregistered().control.length === NAMES.length);
  await settle();
  const account = await wallets.alice.openAccount();
  await account.setRecovery(waysOf(people));
  await wallets.alice.sync();
  await settle();
  expect(wallets.alice.view.recovery.ways).toBeDefined();
  return { network, people, hub, links, wallets, open, settle, close };
}

export function twoOfThree({ bob, carol, dave }: Stage["people"]): RecoveryOptions {
  return {
    guardians: { accounts: [bob, carol, dave].map(({ account }) => account.id), threshold: 2, delay: DELAY },
  };
}

/** `"recovery-waiting"`. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    if (!(error instanceof WalletError)) throw error;
    const { detail } = error;
    if (detail.type !== "recovery-refused") return detail.type;
    return detail.error.type === "recovery-refused" ? detail.error.code : detail.error.type;
  }
}

export function saidAt(hub: Replica): number {
  return hub.recoveries.all().length;
}

/** Bob and carol agree, and the ledger has it. Resolves with when it is due. */
export async function agreed({ wallets, hub, people, settle }: Stage): Promise<TimeMs> {
  const { text } = await wallets.newcomer.recovery.begin(people.alice.account.id, { type: "guardians" });
  await wallets.bob.recovery.approve(text);
  const told = await until("alice is told at once", () => wallets.alice.view.recovery.underWay[0]);
  expect(told).toMatchObject({ way: "guardians", starter: people.bob.account.id, finality: "signed" });
  await until("carol has heard", () => wallets.carol.recovery.review(text).approvals.length === 1);
  await wallets.carol.recovery.approve(text);
  await until("the hub has both", () => saidAt(hub) === 2);
  await settle();
  const [underWay] = wallets.alice.view.recovery.underWay;
  expect(underWay?.approvals).toHaveLength(2);
  return underWay?.due as TimeMs;
}
