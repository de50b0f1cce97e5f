/**
 * A person's phone: a folder with a SQLite store and a vault of key files, and the real wallet on top. Two ways out: the
 * hub, behind a switch, and a direct link that one side listens on and the other dials.
 */
import "@automerge/automerge";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { createWebSocketServerLink, type WebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { openedSession, type AccountRecord, type Network, type PublicKey, type Signer } from "@amigos/core";
import { createAccount, openWallet, type OpenWalletOptions, type PermissionRequest, type Wallet } from "@amigos/engine";
import type { Link } from "@amigos/engine/ports";
import { createSwitchLink, type SwitchLink } from "./switch-link.ts";

export interface PhoneOptions {
  readonly name: string;
  readonly folder: string;
  readonly network: Network;
  readonly hubUrl: string;
}

/** For tests that look behind the wallet. */
interface Extras {
  readonly links?: readonly Link[];
  readonly onEvent?: OpenWalletOptions["onEvent"];
}

/** A phone in a pocket tries a lost hub every half minute at most; a story has no time for that. */
const RETRY = { retryMs: 50, retryMsMax: 200 } as const;

export class Phone {
  readonly name: string;
  readonly folder: string;
  readonly hubSwitch: SwitchLink;
  readonly #options: PhoneOptions;
  #listening: WebSocketServerLink | undefined;
  #wallet: Wallet | undefined;
  #sessionKey: PublicKey | undefined;
  #identity: { readonly signer: Signer; readonly account: AccountRecord } | undefined;

  constructor(options: PhoneOptions) {
    this.name = options.name;
    this.folder = options.folder;
    this.#options = options;
    this.hubSwitch = createSwitchLink("hub", () => createWebSocketClientLink({ url: options.hubUrl, ...RETRY }));
  }

  get wallet(): Wallet {
    if (this.#wallet === undefined) throw new Error(`${this.name}'s wallet is closed`);
    return this.#wallet;
  }

  /** Makes an account with one session and opens its wallet. */
  async setUp(permissions: readonly PermissionRequest[], extras: Extras = {}): Promise<void> {
    const { network } = this.#options;
    const keys = await openFileKeyVault({ directory: join(this.folder, "keys") });
    const store = await openSqliteStore({ path: join(this.folder, "wallet.db") });
    const account = await createAccount({ network, store, keys, clock: systemClock, random: systemRandom });
    const session = await account.createSession({ device: `${this.name}'s phone`, permissions, expiry: { days: 30 } });
    this.#sessionKey = openedSession(session.grant)?.terms.sessionKey;
    const signer = await keys.signer(session.keyName);
    const record = { inception: session.inception.bytes, control: [session.grant.bytes] };
    this.#identity = signer && { signer, account: record };
    await this.#open(extras.links ?? [], {
      session,
      store,
      ...(extras.onEvent === undefined ? {} : { onEvent: extras.onEvent }),
    });
  }

  /** Opens the wallet that the folder holds. `dial`: another phone that listens. */
  async open(options: { readonly dial?: Phone; readonly listen?: boolean } = {}): Promise<void> {
    const direct = options.dial?.directUrl;
    this.#listening = options.listen === true ? createWebSocketServerLink({ on: { port: 0 } }) : undefined;
    await this.#open([
      ...(this.#listening === undefined ? [] : [this.#listening]),
      ...(direct === undefined ? [] : [createWebSocketClientLink({ url: direct, ...RETRY })]),
    ]);
  }

  /** Of the phone that was set up here; a copy of it signs with the same. */
  get sessionKey(): PublicKey {
    if (this.#sessionKey === undefined) throw new Error(`${this.name}'s phone was not set up here`);
    return this.#sessionKey;
  }

  /** What it introduces itself with on a link, for who speaks there beside the wallet. */
  get identity(): { readonly signer: Signer; readonly account: AccountRecord } {
    if (this.#identity === undefined) throw new Error(`${this.name}'s phone was not set up here`);
    return this.#identity;
  }

  /** Where other phones reach this one directly. */
  get directUrl(): string | undefined {
    return this.#listening?.url;
  }

  isConnectedTo(role: "hub" | "wallet"): boolean {
    return this.wallet.view.connections.some((connection) => connection.role === role);
  }

  async close(): Promise<void> {
    const wallet = this.#wallet;
    this.#wallet = undefined;
    await wallet?.close();
  }

  /** What a thief with a minute alone with the switched-off phone has: every byte of it. */
  async copyTo(name: string, folder: string): Promise<Phone> {
    await cp(this.folder, folder, { recursive: true, errorOnExist: true, preserveTimestamps: true });
    return new Phone({ ...this.#options, name, folder });
  }

  async #open(direct: readonly Link[], more: Partial<OpenWalletOptions> = {}): Promise<void> {
    const keys = await openFileKeyVault({ directory: join(this.folder, "keys") });
    this.#wallet = await openWallet({
      network: this.#options.network,
      store: more.store ?? (await openSqliteStore({ path: join(this.folder, "wallet.db") })),
      keys,
      links: [this.hubSwitch, ...direct],
      clock: systemClock,
      random: systemRandom,
      ...more,
    });
  }
}
