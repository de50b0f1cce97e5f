/**
 * An honest wallet on a real disk, connected to the hub, that remembers what it paid; and what its documents say, asked by
 * carol over a socket of her own, as any payee may.
 */
import { join } from "node:path";
import { expect } from "vitest";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import type { AccountId, EntryId } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import { SEND_UNLIMITED, type DocumentInfo } from "@amigos/engine";
import { fetchNetwork, askFaucet } from "../story/hub-client.ts";
import { Phone } from "../story/phone.ts";
import { waitUntil } from "../story/wait-until.ts";
import { identityOf, RawPeer } from "./raw-peer.ts";

export interface HonestWalletOptions {
  readonly name: string;
  readonly folder: string;
  /** Asked each time that it connects: a hub that comes back may listen elsewhere. */
  readonly hub: () => { readonly url: string; readonly syncUrl: string };
}

const CENT = "0.01 AMI";

export class HonestWallet {
  readonly phone: Phone;
  readonly #paid: { readonly id: EntryId; readonly to: AccountId }[] = [];
  readonly #directLink = createWebSocketServerLink({ on: { port: 0 } });
  #carol: RawPeer | undefined;

  private constructor(phone: Phone) {
    this.phone = phone;
  }

  /** Has an account, a session that may pay anything, and money. */
  static async open({ name, folder, hub }: HonestWalletOptions): Promise<HonestWallet> {
    const network = await fetchNetwork(hub().url);
    const phone = new Phone({
      name,
      folder: join(folder, name),
      network,
      get hubUrl() {
        return hub().syncUrl;
      },
    });
    const wallet = new HonestWallet(phone);
    await phone.setUp([SEND_UNLIMITED], { links: [phone.hubSwitch, wallet.#directLink] });
    await wallet.connect();
    expect(await askFaucet(hub().url, wallet.account)).toBe(202);
    await waitUntil(`${name} can pay`, () => {
      const { session, balances } = phone.wallet.view;
      return session.status === "active" && (balances[0]?.available ?? 0n) > 0n;
    });
    return wallet;
  }

  get account(): AccountId {
    return this.phone.wallet.account;
  }

  get log(): DocumentInfo {
    return { kind: "log", session: this.phone.wallet.session, epoch: 0 };
  }

  get set(): DocumentInfo {
    return { kind: "set", account: this.account, epoch: 0 };
  }

  /** `"12 a1b2…"`: height and id of the newest checkpoint that it has checked itself. */
  get ledger(): string {
    const { height, checkpoint, stateRoot } = this.phone.wallet.view.ledger;
    return `${height} ${checkpoint} ${stateRoot}`;
  }

  async connect(): Promise<void> {
    await this.phone.hubSwitch.turnOn();
    await waitUntil(`${this.phone.name} is connected`, () => this.phone.isConnectedTo("hub"));
  }

  async disconnect(): Promise<void> {
    await this.phone.hubSwitch.turnOff();
  }

  /** Resolves when the payment is settled. */
  async pay(to: AccountId): Promise<void> {
    const { wallet } = this.phone;
    const { id } = await wallet.pay(to, CENT);
    this.#paid.push({ id, to });
    await wallet.when((view) => view.payments.some((one) => one.id === id && one.finality === "settled") || undefined);
  }

  /** Payments that it has made, and what has become of them here: `"settled accepted"` each. */
  outcomes(): readonly string[] {
    return this.#paid.map(({ id }) => outcomeOf(this.phone, id));
  }

  /** The same of those to one payee, as that payee sees them. */
  outcomesAt({ account, phone }: HonestWallet): readonly string[] {
    return this.#paid.filter(({ to }) => to === account).map(({ id }) => outcomeOf(phone, id));
  }

  /** The heads that a document has here, as this wallet tells carol. */
  async heads(document: DocumentInfo, carol: Person): Promise<string> {
    const { url } = this.#directLink;
    if (url === undefined) throw new TypeError(`${this.phone.name} does not listen`);
    this.#carol ??= await RawPeer.meet(url, this.phone.wallet.network, identityOf(carol));
    return this.#carol.askHeads(document);
  }

  async close(): Promise<void> {
    this.#carol?.close();
    await this.phone.close();
  }
}

function outcomeOf({ wallet: { view } }: Phone, id: EntryId): string {
  const payment = view.payments.find((one) => one.id === id);
  return payment === undefined ? "lost" : `${payment.finality} ${payment.outcome}`;
}
