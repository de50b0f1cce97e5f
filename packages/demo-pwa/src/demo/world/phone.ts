/** A phone of the demo: a real wallet of the engine on a disk in memory, with a clock that may be off and a power switch. */
import type { Link } from "@amigos/engine/ports";
import {
  openWallet,
  type KeyVault,
  type Random,
  type SessionGrant,
  type Store,
  type Wallet,
  type WalletView,
} from "@amigos/engine";
import type { Network } from "@amigos/core";
import type { AppError } from "../../wallet/app-error.ts";
import type { Person, PhoneId } from "./action.ts";
import type { FailingDisk } from "./failing-disk.ts";
import type { PhoneClock } from "./phone-clock.ts";
import type { PhoneView } from "./world-view.ts";

export interface PhoneOptions {
  readonly id: PhoneId;
  readonly owner: Person;
  readonly network: Network;
  readonly keys: KeyVault;
  readonly disk: FailingDisk;
  readonly clock: PhoneClock;
  readonly random: Random;
  /** Its end of each wire, started anew with the wallet. */
  readonly links: readonly Link[];
  readonly onChange: () => void;
}

export class Phone {
  readonly id: PhoneId;
  readonly owner: Person;
  readonly keys: KeyVault;
  readonly disk: FailingDisk;
  readonly clock: PhoneClock;
  refusal: AppError | undefined;
  readonly #options: PhoneOptions;
  #wallet: Wallet | undefined;
  #store: Store | undefined;
  #lastView: WalletView | undefined;

  constructor(options: PhoneOptions) {
    this.#options = options;
    this.id = options.id;
    this.owner = options.owner;
    this.keys = options.keys;
    this.disk = options.disk;
    this.clock = options.clock;
  }

  get isOn(): boolean {
    return this.#wallet !== undefined;
  }

  /** `undefined` while it is off. */
  get wallet(): Wallet | undefined {
    return this.#wallet;
  }

  /** What it shows, or showed last. */
  get view(): WalletView {
    const view = this.#wallet?.view ?? this.#lastView;
    if (view === undefined) throw new TypeError("a phone is switched on once before anybody looks at it");
    return view;
  }

  /** On a store that is open already, with the session that it was just granted; or on its disk, with what that holds. */
  async turnOn(first?: { readonly store: Store; readonly session: SessionGrant }): Promise<void> {
    if (this.#wallet !== undefined) return;
    this.disk.powerIsBack();
    const { network, keys, clock, random, links, onChange } = this.#options;
    const store = first?.store ?? (await this.disk.open());
    const session = first === undefined ? {} : { session: first.session };
    this.#wallet = await openWallet({ network, ...session, store, keys, clock, random, links });
    this.#wallet.subscribe(onChange);
    this.#store = store;
    this.refusal = undefined;
  }

  async turnOff(): Promise<void> {
    const wallet = this.#wallet;
    if (wallet === undefined) return;
    this.#lastView = { ...wallet.view, connections: [] };
    this.#wallet = undefined;
    await wallet.close();
    await this.#store?.close();
  }

  toView(): PhoneView {
    const { id, owner, isOn, view, refusal } = this;
    return {
      id,
      owner,
      isOn,
      clockShiftMs: this.clock.shiftMs,
      view,
      ...(refusal === undefined ? {} : { refusal }),
    };
  }
}
