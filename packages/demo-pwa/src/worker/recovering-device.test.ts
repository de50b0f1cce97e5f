/** A device that asks for a lost account, with real wallets, a real hub, and a guardian; only disk and wire are in memory. */
import "@automerge/automerge";
import { afterEach, expect, test } from "vitest";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { createNetwork, timeMs, type AccountId } from "@amigos/core";
import { createTestNetwork, namedSigner } from "@amigos/core/testing";
import { createAccount, openWallet, Replica, StoreError, type Wallet } from "@amigos/engine";
import type { RecoveringState } from "../wallet/recovering.ts";
import { grantRecovered } from "./grant-recovered.ts";
import { newRecoveringRow, RecoveringDevice, type RecoveringRow } from "./recovering-device.ts";
import { ownTerms } from "./session-terms.ts";

const NAMES = ["alice", "bob", "phone", "rival"] as const;
type Name = (typeof NAMES)[number];

const network = createNetwork({ ...createTestNetwork().genesis, time: timeMs(clock.now() - 60_000) });
const authority = namedSigner("authority");
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Stage {
  readonly wallets: Readonly<Record<Name, Wallet>>;
  readonly settle: () => Promise<void>;
  /** Bob agrees, and whoever asks takes the account. */
  readonly win: (asking: Wallet, request: string) => Promise<void>;
}

/** Alice has named bob as her only guardian, with no delay; two devices may ask for her account. */
async function stage(): Promise<Stage> {
  const disk = new MemoryDisk();
  const links = NAMES.map((name) => createMemoryLinkPair({ names: ["hub", name] }));
  const hub = await Replica.open({
    network,
    store: await openMemoryStore({ name: "hub", disk }),
    links: links.map(({ left }) => left),
    clock,
    random,
    signer: authority,
    isProvisional: false,
  });
  const opened = await Promise.all(
    NAMES.map(async (name, index) => {
      const keys = createMemoryKeyVault();
      const store = await openMemoryStore({ name, disk });
      const account = await createAccount({ network, store, keys, clock, random });
      const session = await account.createSession(ownTerms(network, name));
      const own = links.slice(index, index + 1).map(({ right }) => right);
      return [name, await openWallet({ network, session, store, keys, links: own, clock, random })] as const;
    }),
  );
  const wallets = Object.fromEntries(opened) as Record<Name, Wallet>;
  closers.push(
    ...opened.map(
      ([, wallet]) =>
        () =>
          wallet.close(),
    ),
    () => hub.close(),
  );
  const settle = async (): Promise<void> => {
    // What was signed is with the hub when a sync ends that began after it.
    for (const name of NAMES) await wallets[name].sync();
    await hub.settle(clock.now(), authority);
    for (const name of NAMES) await wallets[name].sync();
  };
  await settle();
  const account = await wallets.alice.openAccount();
  await account.setRecovery({ guardians: { accounts: [wallets.bob.account], threshold: 1, delay: { days: 0 } } });
  await settle();
  const win = async (asking: Wallet, request: string): Promise<void> => {
    await wallets.bob.recovery.approve(request);
    await settle();
    await asking.recovery.complete(wallets.alice.account);
    await settle();
  };
  return { wallets, settle, win };
}

/** What it published, and a wait for what it is to publish. */
function watch(): {
  readonly publish: (state: RecoveringState) => void;
  readonly once: <Value>(find: (state: RecoveringState) => Value | undefined) => Promise<Value>;
} {
  let newest: RecoveringState | undefined;
  const waiting = new Set<(state: RecoveringState) => void>();
  return {
    publish: (state) => {
      newest = state;
      for (const look of waiting) look(state);
    },
    once: (find) =>
      new Promise((resolve) => {
        const look = (state: RecoveringState): void => {
          const found = find(state);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        if (newest !== undefined) look(newest);
      }),
  };
}

function ask(wallet: Wallet, of: AccountId, onWon: (row: RecoveringRow) => Promise<void>) {
  const { publish, once } = watch();
  const row = newRecoveringRow({ account: of, device: "phone", random });
  const device = new RecoveringDevice({ wallet, row, keep: async () => undefined, publish, onWon });
  device.look();
  closers.unshift(async () => device.close());
  return { device, once };
}

test("won, and then taken by somebody else before it was taken up, is asked for anew with other keys", async () => {
  const { wallets, win } = await stage();
  const { alice, phone, rival } = wallets;
  let isFull = true;
  const { device, once } = ask(phone, alice.account, async (row) => {
    if (isFull) throw new StoreError("store-full", "no space left");
    await grantRecovered({ wallet: phone, network, row });
  });
  const first = await once(({ asked }) => asked);
  await win(phone, first.request);
  expect(await once(({ error }) => error)).toMatchObject({ type: "store-full" });

  await win(rival, (await rival.recovery.begin(alice.account, { type: "guardians" })).text);
  isFull = false;
  device.look();

  expect(await once(({ end }) => end)).toBe("other-keys");
  await device.askAgain();
  const again = await once(({ asked, end }) => (end === undefined ? asked : undefined));
  expect(again.code).not.toBe(first.code);
});
