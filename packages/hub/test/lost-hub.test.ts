/**
 * Adding a device and recovering an account by way of a hub process that is killed in every step, over real sockets: each step
 * is taken while the hub is gone, and what it says is there when the hub is back.
 */
import { join } from "node:path";
import { expect, it } from "vitest";
import "@automerge/automerge";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { openMemoryStore } from "@amigos/adapters/store-memory";
import { decodeNetwork, orThrow, READ_ALL, type Network } from "@amigos/core";
import { createAccount, joinAccount, openWallet, type KeyVault, type Link, type Wallet } from "@amigos/engine";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();
const SLOW_MACHINE_MS = 120_000;
const terms = { permissions: [READ_ALL], expiry: { days: 30 } };

it(
  "[DEV12] [DEV14] a hub that is killed in every step of adding a device and of a recovery",
  async () => {
    const data = join(await folders.make(), "hub");
    const begin = (port?: number): Promise<HubProcess> =>
      startHubProcess({ data, settleEveryMs: 50, ...(port === undefined ? {} : { port }) });
    let hub = await begin();
    const { url } = hub;
    const network: Network = orThrow(decodeNetwork(await (await fetch(`${url}/network`)).bytes()));
    const link = (): Link =>
      createWebSocketClientLink({ url: `${url.replace("http", "ws")}/sync`, retryMs: 50, retryMsMax: 200 });
    /** Does something while the hub is gone, and has it back. */
    const without = async <Value>(step: () => Promise<Value>): Promise<Value> => {
      await hub.kill();
      const value = await step();
      hub = await begin(Number(new URL(url).port));
      return value;
    };
    let count = 0;
    const person = async (): Promise<{
      readonly wallet: Wallet;
      readonly keys: KeyVault;
      readonly inception: never;
    }> => {
      const keys = createMemoryKeyVault();
      const store = await openMemoryStore({ name: `lost-hub-${++count}` });
      const account = await createAccount({ network, store, keys, clock, random });
      const session = await account.createSession({ ...terms, device: "phone" });
      const wallet = await openWallet({ network, session, store, keys, links: [link()], clock, random });
      await wallet.when(({ session: { status } }) => status === "active" || undefined);
      return { wallet, keys, inception: account.inception as never };
    };
    const [alice, bob, other] = [await person(), await person(), await person()];
    const lost = alice.wallet.account;

    // A device is added: it asks, is approved, and takes its answer, with the hub gone each time.
    const account = await alice.wallet.openAccount();
    const blank = { keys: createMemoryKeyVault(), store: await openMemoryStore({ name: "lost-hub-tablet" }) };
    const joining = await without(() =>
      joinAccount({ network, ...blank, links: [link()], clock, random, device: "tablet" }),
    );
    const { session } = await without(() => account.approveDevice(joining.text, terms));
    const offer = await joining.offered();
    await without(() => joining.accept(offer));
    await joining.close();
    const tablet = await openWallet({ network, ...blank, links: [link()], clock, random });
    await tablet.when((view) => view.session.status === "active" || undefined);
    expect([tablet.session, tablet.account]).toEqual([session, lost]);

    // The account is recovered: its ways are chosen, it is asked for, agreed to and completed likewise.
    const guardians = { accounts: [bob.wallet.account], threshold: 1, delay: { days: 0 } };
    await without(() => account.setRecovery({ guardians }));
    const height = (await tablet.when(({ recovery, ledger }) => recovery.ways && ledger)).height;
    for (const { wallet } of [bob, other]) await wallet.when((view) => view.ledger.height >= height || undefined);
    const request = await without(() => other.wallet.recovery.begin(lost, { type: "guardians" }));
    await without(() => bob.wallet.recovery.approve(request.text));
    const due = await tablet.when(({ recovery, ledger }) =>
      recovery.underWay.some((one) => one.due !== undefined) ? ledger.height : undefined,
    );
    await other.wallet.when((view) => view.ledger.height >= due || undefined);
    await without(() => other.wallet.recovery.complete(lost));
    await tablet.when((view) => view.session.status === "killed" || undefined);
    const ended = tablet.view.ledger.height;
    await other.wallet.when((view) => view.ledger.height >= ended || undefined);
    const recovered = await other.wallet.recovery.openRecovered(alice.inception);
    const renewed = await without(() => recovered.createSession({ ...terms, device: "new phone" }));
    const store = await openMemoryStore({ name: "lost-hub-new-phone" });
    const options = { network, session: renewed, store, keys: other.keys, links: [link()], clock, random };
    const phone = await openWallet(options);
    await phone.when((view) => view.session.status === "active" || undefined);
    expect(phone.account).toBe(lost);

    for (const wallet of [phone, tablet, alice.wallet, bob.wallet, other.wallet]) await wallet.close();
    await hub.stop();
  },
  SLOW_MACHINE_MS,
);
