/**
 * This device while it asks an account to let it in: shows its request, waits for an answer over whatever link there is, and
 * reads one that comes by hand. What it asks for outlives the page; only its owner's wish to ask is kept here.
 */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import type { Network } from "@amigos/core";
import {
  joinAccount,
  WalletError,
  type DeviceOffer,
  type Joining,
  type KeyVault,
  type Link,
  type SessionGrant,
  type Store,
} from "@amigos/engine";
import type { JoiningState } from "../wallet/joining.ts";

export interface JoiningDeviceOptions {
  readonly network: Network;
  readonly store: Store;
  readonly keys: KeyVault;
  readonly device: string;
  readonly links: readonly Link[];
  readonly publish: (state: JoiningState) => void;
}

export class JoiningDevice {
  readonly #joining: Joining;
  readonly #publish: JoiningDeviceOptions["publish"];
  #offer: DeviceOffer | undefined;
  #isDenied = false;
  #isClosed = false;

  private constructor(joining: Joining, publish: JoiningDeviceOptions["publish"]) {
    this.#joining = joining;
    this.#publish = publish;
  }

  static async ask({ publish, ...options }: JoiningDeviceOptions): Promise<JoiningDevice> {
    const joining = await joinAccount({ ...options, clock: systemClock, random: systemRandom });
    const device = new JoiningDevice(joining, publish);
    device.#show();
    void device.#listen();
    return device;
  }

  /** An answer that came by hand. */
  read(answer: Uint8Array | string): void {
    this.#take(this.#joining.read(answer));
  }

  /** The offer that is shown is taken. */
  async accept(): Promise<SessionGrant> {
    if (this.#offer === undefined) throw new WalletError({ type: "joining-closed" }, "there is no offer to accept");
    const grant = await this.#joining.accept(this.#offer);
    await this.close();
    return grant;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#joining.close();
  }

  /** Until an offer comes. A denial ends nothing: whoever said no may say yes later. */
  async #listen(): Promise<void> {
    while (!this.#isClosed && this.#offer === undefined) {
      try {
        this.#take(await this.#joining.offered());
      } catch (error) {
        if (!isDenial(error)) return;
        this.#isDenied = true;
        this.#show();
      }
    }
  }

  #take(offer: DeviceOffer): void {
    this.#offer = offer;
    this.#isDenied = false;
    this.#show();
  }

  #show(): void {
    if (this.#isClosed) return;
    const { text, code, expiry } = this.#joining;
    const offer = this.#offer;
    this.#publish({
      type: "joining",
      request: text,
      code,
      expiry,
      isDenied: this.#isDenied,
      ...(offer === undefined
        ? {}
        : { offer: { account: offer.account, device: offer.device, terms: offer.terms, expiry: offer.expiry } }),
    });
  }
}

function isDenial(error: unknown): boolean {
  return (
    error instanceof WalletError &&
    error.detail.type === "device-answer-refused" &&
    error.detail.error.type === "device-denied"
  );
}
