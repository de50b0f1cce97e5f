/**
 * Holds the one wallet of this page: opens it, makes it, gives it up to another tab, and reports every change as a state.
 * Everything that signs or stores happens here, away from the page.
 */
import { equalBytes, type Network } from "@amigos/core";
import { createBroadcastChannelLink } from "@amigos/adapters/link-broadcast-channel";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { openIndexedDbStore } from "@amigos/adapters/store-indexeddb";
import {
  createAccount,
  openWallet,
  restoreAccount,
  WalletError,
  type Link,
  type SessionGrant,
  type Store,
  type Wallet,
} from "@amigos/engine";
import type { LockChoice } from "../wallet/lock.ts";
import type { WalletCalls } from "../wallet/wallet-calls.ts";
import type { OpenWalletState, WalletState } from "../wallet/wallet-state.ts";
import { openAppDatabase, type AppDatabase } from "./app-database.ts";
import { importMaster, openBackup, sealBackup, wordsIn } from "./backup.ts";
import { BackupRefused } from "./backup-refused.ts";
import { Faucet } from "./faucet.ts";
import { JoiningDevice } from "./joining-device.ts";
import { createNetworkSource, type NetworkSource } from "./network-source.ts";
import { grantRecovered } from "./grant-recovered.ts";
import { goOnAt, nextPlace, openPlace, type Place } from "./place.ts";
import { newRecoveringRow, RecoveringDevice, type RecoveringRow } from "./recovering-device.ts";
import { recoveryCalls } from "./recovery-calls.ts";
import { approvalOf, ownTerms } from "./session-terms.ts";
import { toTypedError } from "./typed-error.ts";
import { founderIn } from "./vault/founder.ts";

export interface WalletHostOptions {
  readonly publish: (state: WalletState) => void;
  /** Resolves when Automerge is ready. */
  readonly loadAutomerge: () => Promise<void>;
  /** Connections that only a page can make. */
  readonly pageLink: Link;
  readonly location: { readonly host: string; readonly protocol: string };
}

interface Open {
  readonly wallet: Wallet;
  readonly faucet: Faucet;
  otherNetwork: OpenWalletState["otherNetwork"];
}

export class WalletHost {
  readonly #options: WalletHostOptions;
  #walletName = "";
  #database: AppDatabase | undefined;
  #networks: NetworkSource | undefined;
  #place: Place | undefined;
  #open: Open | undefined;
  #joining: JoiningDevice | undefined;
  #recovering: RecoveringDevice | undefined;

  constructor(options: WalletHostOptions) {
    this.#options = options;
  }

  /** The API that the page calls. */
  readonly calls: WalletCalls = {
    start: async ({ wallet }) => {
      this.#walletName = wallet;
      await this.#start({ steal: false });
    },
    restart: () => this.#start({ steal: false }),
    useHere: () => this.#start({ steal: true }),
    switchNetwork: () => this.#switchNetwork(),
    createWallet: ({ device, lock }) => this.#create(device, lock),
    words: async () => {
      const words = await wordsIn(this.#mustHavePlace().keys);
      if (words === undefined) throw new BackupRefused({ type: "words-forgotten" });
      return words;
    },
    sealBackup: async ({ words }) => sealBackup(await this.#wallet.openAccount(), this.#wallet.network, words),
    proveBackup: async ({ words, file }) => {
      const { keys, backup, network } = this.#mustHavePlace();
      const account = await this.#wallet.openAccount();
      const record = await openBackup(file, network, words);
      if (!equalBytes(record.inception, account.inception.bytes))
        throw new BackupRefused({ type: "words-of-another-account" });
      await backup.saved(systemClock.now(), this.#wallet.view);
      await keys.forgetSecret("entropy");
      this.#publishOpen();
    },
    restore: (input) => this.#restore(input),
    join: async ({ device, lock }) => {
      const place = this.#mustHavePlace();
      await place.keys.setLock(lock);
      await this.#database?.set(`joining/${place.storeName}`, device);
      await this.#join(place, device);
    },
    readAnswer: async ({ answer }) => this.#mustBeJoining().read(answer),
    acceptOffer: async () => {
      const place = this.#mustHavePlace();
      const grant = await this.#mustBeJoining().accept();
      this.#joining = undefined;
      await this.#openWallet(place, grant);
      await this.#database?.set(`joining/${place.storeName}`, undefined);
    },
    askAgain: async () => {
      const place = this.#mustHavePlace();
      await this.#joining?.close();
      await this.#join(place, String(await this.#database?.get(`joining/${place.storeName}`)));
    },
    stopJoining: async () => {
      await this.#database?.set(`joining/${this.#mustHavePlace().storeName}`, undefined);
      await this.#start({ steal: false });
    },
    recover: (input) => this.#recover(input),
    askGuardiansAgain: async () => this.#mustBeRecovering().askAgain(),
    completeRecovery: async () => this.#mustBeRecovering().complete(),
    stopRecovering: async () => {
      this.#mustBeRecovering().close();
      this.#recovering = undefined;
      await this.#database?.set(`recovering/${this.#mustHavePlace().storeName}`, undefined);
      this.#publishOpen();
      await this.#open?.faucet.want();
    },
    ...recoveryCalls({
      open: () => ({ ...this.#mustHavePlace(), wallet: this.#wallet }),
      onChanged: () => this.#publishOpen(),
    }),
    reviewDevice: async ({ request }) => (await this.#wallet.openAccount()).reviewDevice(request),
    approveDevice: async ({ request, terms }) =>
      (await this.#wallet.openAccount()).approveDevice(request, approvalOf(terms)),
    denyDevice: async ({ request }) => (await this.#wallet.openAccount()).denyDevice(request),
    unlock: async (secret) => {
      await this.#mustHavePlace().keys.unlock(secret, systemClock.now());
      await this.#resume(this.#mustHavePlace());
    },
    lock: async () => {
      if (this.#place?.keys.lockState.pin ?? this.#place?.keys.lockState.passkey) await this.#start({ steal: false });
    },
    setLock: async (choice) => {
      await this.#mustHavePlace().keys.setLock(choice);
      this.#publishOpen();
    },
    addLock: async (secret) => {
      await this.#mustHavePlace().keys.addLock(secret);
      this.#publishOpen();
    },
    nameContact: async (contact) => {
      await this.#mustHavePlace().contacts.name(contact);
      this.#publishOpen();
    },
    pay: ({ to, money, memo }) => this.#wallet.pay(to, money, memo === undefined ? {} : { memo }),
    handover: async ({ payment }) => this.#wallet.handover(payment),
    setAside: ({ money }) => this.#wallet.setAside(money),
    giveBack: ({ money }) => this.#wallet.giveBack(money),
    setAcceptance: (policy) => this.#wallet.setAcceptance(policy),
    stake: ({ validator, money }) => this.#wallet.stake(validator, money),
    unstake: ({ validator, money }) => this.#wallet.unstake(validator, money),
    renameDevice: ({ session, label }) => this.#wallet.rename(session, label),
    acknowledge: ({ sessions }) => this.#wallet.acknowledge(sessions),
    revoke: async ({ session }) => (await this.#wallet.openAccount()).revoke(session),
    killSwitch: async () => (await this.#wallet.openAccount()).killSwitch(),
    weigh: ({ payment }) => this.#wallet.weigh(payment),
    receipt: async ({ payment }) => this.#wallet.receipt(payment),
    carry: ({ payment }) => this.#wallet.carry(payment),
    receive: ({ handover }) => this.#wallet.receive(handover),
    sync: () => this.#wallet.sync(),
  };

  /** The device is online again, as far as the browser can tell. */
  async noticeOnline(): Promise<void> {
    await this.#open?.faucet.retry();
    await this.#compareNetworks();
  }

  async #start({ steal }: { readonly steal: boolean }): Promise<void> {
    await this.#leave();
    this.#options.publish({ type: "starting" });
    try {
      this.#database ??= await openAppDatabase();
      this.#networks ??= createNetworkSource(this.#database);
      const [network] = await Promise.all([this.#networks.current(), this.#options.loadAutomerge()]);
      if (network === undefined) return this.#options.publish({ type: "network-unknown" });
      this.#place = await openPlace({
        database: this.#database,
        network,
        wallet: this.#walletName,
        openStore: (name) => this.#openStore(name, steal),
      });
      await this.#resume(this.#place);
    } catch (thrown) {
      const error = toTypedError(thrown);
      this.#options.publish(error.type === "store-busy" ? { type: "busy" } : { type: "failed", error });
    }
  }

  #openStore(name: string, steal: boolean): Promise<Store> {
    return openIndexedDbStore({ name, steal, onLost: () => void this.#handOver() });
  }

  /** Opens the wallet that the store holds, or says that it is locked, or that there is none yet. */
  async #resume(place: Place): Promise<void> {
    const { keys } = place;
    if (keys.isSetUp && !keys.isOpen) return this.#options.publish({ type: "locked", lock: keys.lockState });
    try {
      await this.#openWallet(place);
      await this.#open?.faucet.resume();
    } catch (thrown) {
      if (!(thrown instanceof WalletError) || thrown.detail.type !== "session-missing") throw thrown;
      const device = await this.#database?.get(`joining/${place.storeName}`);
      if (typeof device === "string") return this.#join(place, device);
      // Where that was interrupted nobody is asked: it begins anew.
      await this.#database?.set(`recovering/${place.storeName}`, undefined);
      this.#options.publish({ type: "empty" });
      await this.#compareNetworks();
    }
  }

  /** Goes on where this was begun before, also after a reload. */
  async #join(place: Place, device: string): Promise<void> {
    const { network, store, keys } = place;
    const links = this.#links(network);
    this.#joining = await JoiningDevice.ask({ network, store, keys, device, links, publish: this.#options.publish });
  }

  async #create(device: string, lock: LockChoice): Promise<void> {
    const place = this.#mustHavePlace();
    const { network, store, keys } = place;
    await keys.setLock(lock);
    const founder = await founderIn(keys, systemRandom);
    const account = await createAccount({ network, store, keys, founder, random: systemRandom, clock: systemClock });
    await this.#openWallet(place, await account.createSession(ownTerms(network, device)));
    await this.#open?.faucet.want();
  }

  /** Nothing is changed here before words and file were seen to belong together. */
  async #restore({ device, lock, words, file }: Parameters<WalletCalls["restore"]>[0]): Promise<void> {
    const place = this.#mustHavePlace();
    const { network, store, keys, backup } = place;
    const record = await openBackup(file, network, words);
    await keys.setLock(lock);
    await importMaster(keys, network, words, record);
    const account = await restoreAccount({ network, store, keys, record, random: systemRandom, clock: systemClock });
    const grant = await account.createSession(ownTerms(network, device));
    await backup.saved(systemClock.now());
    await this.#openWallet(place, grant);
  }

  /** A wallet of a new account, from which the lost one is asked for. It takes no demo money: nobody sees it. */
  async #recover({ account, device, lock }: Parameters<WalletCalls["recover"]>[0]): Promise<void> {
    const place = this.#mustHavePlace();
    const { network, store, keys } = place;
    await keys.setLock(lock);
    const founder = await founderIn(keys, systemRandom);
    const own = await createAccount({ network, store, keys, founder, random: systemRandom, clock: systemClock });
    const grant = await own.createSession(ownTerms(network, device));
    // Before the store has its session: no wallet of a new account is left that asks for nothing.
    const asking = `recovering/${place.storeName}` as const;
    await this.#database?.set(asking, newRecoveringRow({ account, device, random: systemRandom }));
    try {
      await this.#openWallet(place, grant);
    } catch (thrown) {
      await this.#database?.set(asking, undefined);
      throw thrown;
    }
  }

  /**
   * The ledger has given this device the account's keys: it grants itself a session, on a store of its own, and goes on with
   * that. Until that store has its session the wallet is one that asks: whatever interrupts this, it is done again, with the
   * same session.
   */
  async #takeUp(row: RecoveringRow): Promise<void> {
    const before = this.#mustHavePlace();
    const { wallet } = this.#open as Open;
    const { network, keys } = before;
    const database = this.#database as AppDatabase;
    const grant = await grantRecovered({ wallet, network, row });
    // No words stand for this account's key.
    await keys.forgetSecret("entropy");
    const place = await nextPlace(before, grant, { database, openStore: (name) => this.#openStore(name, false) });
    // Whoever began anew meanwhile finds everything as it was.
    if (this.#open?.wallet !== wallet) return place.store.close();
    this.#recovering?.close();
    this.#recovering = undefined;
    this.#open = undefined;
    this.#place = place;
    try {
      await wallet.close().finally(() => before.store.close());
      await this.#openWallet(place, grant);
      await goOnAt(place, database);
      await database.set(`recovering/${before.storeName}`, undefined);
    } catch (thrown) {
      // What is open would be asked for again at the next start: it begins anew, from what is durable.
      await this.#leave().catch(() => undefined);
      this.#options.publish({ type: "failed", error: toTypedError(thrown) });
    }
  }

  async #openWallet(place: Place, session?: SessionGrant): Promise<void> {
    const wallet = await openWallet({
      network: place.network,
      ...(session === undefined ? {} : { session }),
      store: place.store,
      keys: place.keys,
      links: this.#links(place.network),
      clock: systemClock,
      random: systemRandom,
    });
    const faucet = new Faucet({
      database: this.#database as AppDatabase,
      store: place.storeName,
      account: wallet.account,
      onChange: () => this.#publishOpen(),
    });
    this.#open = { wallet, faucet, otherNetwork: undefined };
    await place.backup.look(place.keys);
    await this.#goOnAsking(place, wallet);
    wallet.subscribe((view) => {
      this.#publishOpen();
      if (view.connections.some(({ role }) => role === "hub")) void faucet.retry();
    });
    this.#publishOpen();
  }

  /** Where this wallet asks for the keys of another account, also after a reload. */
  async #goOnAsking(place: Place, wallet: Wallet): Promise<void> {
    const keep = async (row: RecoveringRow): Promise<void> => this.#database?.set(`recovering/${place.storeName}`, row);
    const row = (await this.#database?.get(`recovering/${place.storeName}`)) as RecoveringRow | undefined;
    if (row === undefined) return;
    const { publish } = this.#options;
    this.#recovering = new RecoveringDevice({ wallet, row, keep, publish, onWon: (won) => this.#takeUp(won) });
  }

  /** Everyone whom this device may reach: other tabs, phones nearby, the hub. */
  #links(network: Network): readonly Link[] {
    const { host, protocol } = this.#options.location;
    return [
      createBroadcastChannelLink({ channel: network.tag }),
      this.#options.pageLink,
      createWebSocketClientLink({
        url: `${protocol === "https:" ? "wss" : "ws"}://${host}/sync`,
        // The hub may be another than the last time.
        onStatus: ({ type }) => type === "connected" && void this.#compareNetworks(),
      }),
    ];
  }

  #publishOpen(): void {
    if (this.#open === undefined) return;
    if (this.#recovering !== undefined) return this.#recovering.look();
    const { wallet, faucet, otherNetwork } = this.#open;
    const { keys, contacts, backup, network, name, storeName } = this.#mustHavePlace();
    this.#options.publish({
      type: "open",
      view: wallet.view,
      funding: faucet.funding,
      otherNetwork,
      lock: keys.lockState,
      contacts: contacts.all,
      backup: backup.state(wallet.view),
      policy: network.genesis.policy,
      unbondingMs: network.genesis.parameters.unbondingMs,
      wasRecovered: storeName !== name,
    });
  }

  /** Whether the hub still serves the network that this device is on. Without a wallet there is nothing to lose by moving. */
  async #compareNetworks(): Promise<void> {
    const place = this.#place;
    const offered = await this.#networks?.ofHub();
    if (place === undefined || place !== this.#place || offered === undefined || offered.id === place.network.id)
      return;
    // What is locked, or asks to be let in, belongs to the network that it was made on.
    if (this.#open === undefined) return place.keys.isSetUp ? undefined : this.#switchNetwork();
    this.#open.otherNetwork = { name: offered.genesis.name };
    this.#publishOpen();
  }

  async #switchNetwork(): Promise<void> {
    const offered = await this.#networks?.ofHub();
    if (offered !== undefined) await this.#networks?.remember(offered);
    await this.#start({ steal: false });
  }

  /** Another tab took the store: nothing more may be signed here. */
  async #handOver(): Promise<void> {
    await this.#leave();
    this.#options.publish({ type: "handed-over" });
  }

  async #leave(): Promise<void> {
    const [open, place, joining] = [this.#open, this.#place, this.#joining];
    this.#recovering?.close();
    this.#recovering = undefined;
    this.#open = undefined;
    this.#joining = undefined;
    this.#place = undefined;
    await joining?.close();
    await open?.wallet.close();
    place?.keys.close();
    await place?.store.close();
  }

  #mustHavePlace(): Place {
    if (this.#place === undefined) throw new WalletError({ type: "wallet-closed" }, "the store is not open");
    return this.#place;
  }

  #mustBeJoining(): JoiningDevice {
    if (this.#joining === undefined) throw new WalletError({ type: "joining-closed" }, "this device asks nobody");
    return this.#joining;
  }

  #mustBeRecovering(): RecoveringDevice {
    if (this.#recovering === undefined) throw new WalletError({ type: "joining-closed" }, "this device asks nobody");
    return this.#recovering;
  }

  get #wallet(): Wallet {
    if (this.#open === undefined) throw new WalletError({ type: "wallet-closed" }, "the wallet is not open");
    return this.#open.wallet;
  }
}
