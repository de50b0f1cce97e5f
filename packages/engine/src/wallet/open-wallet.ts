/** Opening a wallet: on a fresh store with a session just granted, or again with the session that the store remembers. */
import {
  assert,
  limits,
  openedSession,
  parseMoney,
  sequence,
  type AccountId,
  type AmountError,
  type EntryId,
  type Money,
  type Network,
  type PaymentRequest,
  type Sequence,
  type SessionId,
  type Signer,
  type Stake,
  type Unstake,
  type VerifiedFloat,
  type VerifiedInception,
  type VerifiedPayment,
} from "@amigos/core";
import { decodeAcceptanceRow, encodeAcceptanceRow, type AcceptancePolicy } from "../journal/acceptance-row.ts";
import { CIRCLE_MEMBERS_MAX } from "../journal/circle-row.ts";
import { isFloatOf, isPaymentOf } from "../journal/history-row.ts";
import { KEY, PREFIX, put } from "../journal/journal.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Link } from "../ports/link.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { StoreError, type Store } from "../ports/store.ts";
import { claimStore } from "../replica/claim-store.ts";
import type { SyncProgress } from "../replica/progress.ts";
import { openRepaired } from "../replica/repair.ts";
import { recordOperations } from "../replica/directory.ts";
import { Replica, type HistoryReport, type ReplicaEvent, type ReplicaOptions } from "../replica/replica.ts";
import { openAccount, type Account, type SessionGrant } from "./account.ts";
import { CarriedProofs } from "./carried-proofs.ts";
import { ByHand } from "./by-hand.ts";
import { inTurn } from "./control-log.ts";
import { WalletRecoveries } from "./recovery-desk.ts";
import { claimSession, recordsOf } from "./claim-session.ts";
import { makeView, viewFloat, viewPayment, viewStake, type ViewInput } from "./make-view.ts";
import type { Replaced } from "./join-account.ts";
import { DeviceNotes } from "./device-notes.ts";
import { OwnLog } from "./own-log.ts";
import type { SessionRow } from "./session-row.ts";
import { SettledHistory } from "./settled-history.ts";
import type {
  AcceptanceOptions,
  HistoryOptions,
  PaymentWeighing,
  ReceiveReport,
  SyncReport,
  Wallet,
} from "./wallet.ts";
import { checkedText, WalletError } from "./wallet-error.ts";
import { connectedSessions } from "./view-sessions.ts";
import type { FloatView, PaymentView, StakeView, WalletView } from "./wallet-view.ts";
import { Witnessing } from "./witnessing.ts";

export interface OpenWalletOptions {
  readonly network: Network;
  /** Left out when the store was opened with one before. */
  readonly session?: SessionGrant;
  readonly store: Store;
  readonly keys: KeyVault;
  readonly links?: readonly Link[];
  /** As `setCircle` is given. Left out: the circle that the store remembers, or none. */
  readonly circle?: Iterable<AccountId>;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Whether a fresh wallet replays everything from the genesis, however long that takes, instead of starting from a state that
   * the authority signed (spec [DEV6]). Left out: it starts, where there is much.
   */
  readonly isFromGenesis?: boolean;
  /**
   * Whether it says of others' payments what it saw, where the account has weight as a validator (spec [DEV10]). Left out: it
   * does.
   */
  readonly isWitness?: boolean;
  /** For logs: what was refused on links, what the disk did. Changes of the wallet come through `subscribe`. */
  readonly onEvent?: (event: ReplicaEvent) => void;
}

/**
 * When it fails, no link is left running, and the store is still open and the caller's.
 * @throws {WalletError} `session-missing`, `key-missing`, `store-of-another`, `circle-too-large`
 * @throws {JournalRefused} when the store belongs to another network or version
 * @throws {StoreError} when the store cannot be read or written
 */
export async function openWallet(options: OpenWalletOptions): Promise<Wallet> {
  const { network, store, keys, clock, random } = options;
  const circle = options.circle === undefined ? undefined : checkedCircle(options.circle);
  const row = await inTurn(store, async () => {
    await claimStore(store, network);
    return claimSession(store, options.session);
  });
  const signer = await keys.signer(row.keyName);
  if (signer === undefined) {
    throw new WalletError(
      { type: "key-missing" },
      "the session's key is not in this device's vault: grant it a new session",
    );
  }
  const replicaOptions: ReplicaOptions = {
    network,
    store,
    links: options.links ?? [],
    clock,
    random,
    signer,
    account: row.account,
    session: row.session,
    ...(circle === undefined ? {} : { circle }),
    isProvisional: true,
    isFromGenesis: options.isFromGenesis ?? false,
  };
  const repair = {
    store,
    network,
    account: row.account,
    vouchers: options.session === undefined ? [] : recordOperations(recordsOf(options.session)),
    onQuarantined: (rows: readonly string[]) => options.onEvent?.({ type: "quarantined", keys: rows }),
  };
  const [replica, wallet] = await openRepaired(repair, async () => {
    const loaded = await Replica.load(replicaOptions);
    const log = new OwnLog({ replica: loaded, store, clock, signer, ...row });
    return orAbandon(loaded, async () => {
      const opened = new OpenedWallet(loaded, row, options, { log, signer });
      // Before anybody speaks to it: what was interrupted is finished with nothing new in between.
      await opened.load();
      return [loaded, opened] as const;
    });
  });
  await orAbandon(replica, () => replica.connect());
  wallet.begin();
  return wallet;
}

async function orAbandon<Value>(replica: Replica, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    await replica.abandon();
    throw error;
  }
}

class OpenedWallet implements Wallet {
  readonly network: Network;
  readonly account: SessionRow["account"];
  readonly session: SessionRow["session"];
  readonly #replica: Replica;
  readonly #options: OpenWalletOptions;
  readonly #log: OwnLog;
  readonly #carried: CarriedProofs;
  readonly #byHand: ByHand;
  readonly #witnessing: Witnessing;
  readonly #notes: DeviceNotes;
  readonly #masterKeyName: string | undefined;
  readonly recovery: WalletRecoveries;
  /** The connections that were noted. */
  #met: ReadonlySet<string> = new Set();
  #acceptance: AcceptancePolicy = {};
  #payments: SettledHistory<VerifiedPayment>;
  #floats: SettledHistory<VerifiedFloat>;
  /** The newest reading of a history that was loaded. */
  #reading: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<(view: WalletView) => void>();
  /** What ends each `when` that has not found anything. */
  readonly #waiting = new Set<() => void>();
  #view: WalletView | undefined;
  #isClosed = false;

  constructor(
    replica: Replica,
    row: SessionRow,
    options: OpenWalletOptions,
    { log, signer }: { readonly log: OwnLog; readonly signer: Signer },
  ) {
    this.network = options.network;
    this.account = row.account;
    this.session = row.session;
    this.#replica = replica;
    this.#options = options;
    this.#log = log;
    this.#carried = new CarriedProofs(options.store);
    this.#byHand = new ByHand({
      ...options,
      ...row,
      replica,
      carried: this.#carried,
      payments: () => this.#payments,
      policy: () => this.#acceptance,
      viewInput: () => this.#viewInput(),
      shown: () => this.#shown(),
      changed: () => this.#tell(),
    });
    this.#notes = new DeviceNotes(options.store);
    this.#witnessing = new Witnessing({ replica, store: options.store, log, ...row });
    this.#masterKeyName = row.masterKeyName;
    this.recovery = new WalletRecoveries({
      ...options,
      ...row,
      replica,
      signer,
      mustBeOpen: () => this.#mustBeOpen(),
      onChanged: () => this.#tell(),
      openAccount: (inception, named) => this.#openAccount(inception, named),
    });
    this.#payments = paymentsOf(row.account);
    this.#floats = floatsOf(row.account);
  }

  async load(): Promise<void> {
    this.#replica.subscribe((event) => this.#onEvent(event));
    await this.#readHistory();
    await this.#readAcceptance();
    await this.#notes.load();
    await this.recovery.load();
    const { height } = this.#replica.settled;
    await this.#carried.load({ network: this.network, now: this.#options.clock.now(), height });
    await this.#log.resume();
    await this.#witnessing.load();
    await this.#replica.refreshed();
    this.#view = undefined;
  }

  /** What is due at once, now that others may hear it. */
  begin(): void {
    if (this.#options.isWitness !== false) this.#replica.inBackground(this.#witnessing.review());
  }

  async #readAcceptance(): Promise<void> {
    const { store } = this.#options;
    const row = await store.get(KEY.acceptance);
    const policy = row === undefined ? undefined : decodeAcceptanceRow(row);
    if (policy?.ok === false)
      throw new StoreError("store-damaged", `${store.name}: what its owner takes cannot be read`);
    this.#acceptance = policy?.value ?? {};
  }

  async #readHistory(): Promise<void> {
    const [payments, floats] = [paymentsOf(this.account), floatsOf(this.account)];
    await payments.load(this.#options.store, this.#replica);
    await floats.load(this.#options.store, this.#replica);
    this.#payments = payments;
    this.#floats = floats;
  }

  /** With no step in between, so that nothing is settled meanwhile. */
  async #readHistoryAnew(): Promise<void> {
    await this.#replica.whileStill(() => this.#readHistory());
    this.#tell();
  }

  get view(): WalletView {
    this.#view ??= makeView(this.#viewInput());
    return this.#view;
  }

  #viewInput(): ViewInput {
    const now = this.#options.clock.now();
    return {
      replica: this.#replica,
      store: this.#options.store,
      account: this.account,
      session: this.session,
      payments: this.#payments,
      floats: this.#floats,
      acceptance: this.#acceptance,
      carriedVerdicts: this.#carried.verdicts({ height: this.#replica.outlook.settled.height, now }),
      isUsedElsewhere: this.#log.isUsedElsewhere || this.#log.isDamaged,
      notes: this.#notes,
      practice: this.recovery.practice,
      invitation: this.recovery.invitation,
      now,
    };
  }

  subscribe(listener: (view: WalletView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  when<Found>(find: (view: WalletView) => Found | undefined): Promise<Found> {
    this.#mustBeOpen();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        stop();
        this.#waiting.delete(abandon);
      };
      const look = (view: WalletView): void => {
        try {
          const found = find(view);
          if (found === undefined) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error);
        }
      };
      const abandon = (): void => {
        end();
        reject(walletClosed());
      };
      const stop = this.subscribe(look);
      this.#waiting.add(abandon);
      look(this.view);
    });
  }

  async pay(to: AccountId, money: Money | string, options: { readonly memo?: string } = {}): Promise<PaymentView> {
    this.#mustBeOpen();
    const { memo } = options;
    const entry = await this.#log.append({
      type: "pay",
      to,
      ...this.#money(money),
      ...(memo === undefined ? {} : { memo: checkedText("memo", memo, limits.MEMO_BYTES_MAX) }),
    });
    await this.#shown();
    return viewPayment(this.#viewInput(), entry);
  }

  async setAside(money: Money | string): Promise<FloatView> {
    return this.#moveFloat("float", money);
  }

  async giveBack(money: Money | string): Promise<FloatView> {
    return this.#moveFloat("release", money);
  }

  async #moveFloat(type: FloatView["type"], money: Money | string): Promise<FloatView> {
    this.#mustBeOpen();
    const entry = await this.#log.append({ type, ...this.#money(money) });
    await this.#shown();
    return viewFloat(this.#viewInput(), entry);
  }

  async stake(validator: AccountId, money: Money | string): Promise<StakeView> {
    return this.#moveStake({ type: "stake", validator, ...this.#money(money) });
  }

  async unstake(validator: AccountId, money: Money | string): Promise<StakeView> {
    return this.#moveStake({ type: "unstake", validator, ...this.#money(money) });
  }

  async #moveStake(operation: Stake | Unstake): Promise<StakeView> {
    this.#mustBeOpen();
    const entry = await this.#log.append(operation);
    await this.#shown();
    return viewStake(this.#viewInput(), entry);
  }

  async openAccount(): Promise<Account> {
    this.#mustBeOpen();
    const inception = this.#replica.directory.inception(this.account);
    assert(inception !== undefined, "a wallet's account is known to it");
    return this.#openAccount(inception, this.#masterKeyName);
  }

  #openAccount(inception: VerifiedInception, named: string | undefined): Promise<Account> {
    return openAccount({
      ...this.#options,
      inception,
      masterKeyName: named,
      append: async (account, prepare) => {
        this.#mustBeOpen();
        let opened: SessionId | undefined;
        await this.#replica.appendControl(account, async (known) => {
          const prepared = await prepare(known);
          opened = prepared && openedSession(prepared.control)?.id;
          return prepared;
        });
        if (opened !== undefined) await this.#openedHere(opened);
        await this.#shown();
      },
      directory: async () => this.#replica.directory,
      nextPlace: (session) => this.#nextPlace(session),
      denyDevice: (id) => this.#replica.denyDevice(id),
      standing: () => this.#replica.standingOf(inception.id),
    });
  }

  async rename(session: SessionId, label: string | undefined): Promise<void> {
    this.#mustKnow([session]);
    if (label !== undefined) checkedText("device", label, limits.DEVICE_NAME_BYTES_MAX);
    await this.#notes.change([session], (note) => {
      const { label: _, ...rest } = note;
      return label === undefined ? rest : { ...rest, label };
    });
    this.#tell();
  }

  async acknowledge(sessions: readonly SessionId[]): Promise<void> {
    this.#mustBeOpen();
    const toldAt = this.#options.clock.now();
    await this.#notes.change(sessions, (note) => ({ ...note, toldAt }));
    this.#tell();
  }

  /** Whoever opens a session need not be told of it. If the disk does not take that, they are told once too often. */
  async #openedHere(session: SessionId): Promise<void> {
    try {
      await this.acknowledge([session]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #mustKnow(sessions: readonly SessionId[]): void {
    this.#mustBeOpen();
    const unknown = sessions.find((session) => this.view.sessions.every(({ id }) => id !== session));
    if (unknown !== undefined)
      throw new WalletError({ type: "session-unknown", session: unknown }, "the account has no such session");
  }

  /** Notes of the account's devices that have come into touch when that was: once for each connection. */
  #noteConnections(): void {
    const met = new Set(this.#replica.peers.map(({ id }) => id));
    const isNews = [...met].some((id) => !this.#met.has(id));
    this.#met = met;
    const sessions = isNews ? [...connectedSessions({ replica: this.#replica, account: this.account })] : [];
    if (sessions.length === 0 || this.#isClosed) return;
    const metAt = this.#options.clock.now();
    this.#replica.inBackground(this.#notes.change(sessions, (note) => ({ ...note, metAt })).then(() => this.#tell()));
  }

  endOfLog(): Replaced {
    const { account, session } = this;
    const last = this.#log.lastSigned;
    return { account, session, ...(last === undefined ? {} : { lastHonoured: last }) };
  }

  /** Of a session's log, with what is undecided of it. */
  #nextPlace(session: SessionId): Sequence {
    const places = this.#replica.undecided.ofSession(session).map(({ entry }) => entry.sequence + 1);
    return sequence(Math.max(this.#replica.nextSettledSequence(session), ...places));
  }

  request({ money, memo }: { readonly money?: Money | string; readonly memo?: string }): PaymentRequest {
    const [first] = this.network.genesis.assets;
    if (money === undefined && first === undefined) throw amountRefused({ type: "asset-unknown", text: "" });
    const asked = money === undefined ? undefined : this.#money(money);
    return {
      network: this.network.tag,
      to: this.account,
      asset: asked?.asset ?? (first as NonNullable<typeof first>).code,
      ...(asked === undefined ? {} : { amount: asked.amount }),
      ...(memo === undefined ? {} : { memo: checkedText("memo", memo, limits.MEMO_BYTES_MAX) }),
    };
  }

  handover(payment: EntryId): Uint8Array {
    return this.#byHand.handover(payment);
  }

  async carry(payment: EntryId): Promise<Uint8Array> {
    this.#mustBeOpen();
    return this.#byHand.carry(payment);
  }

  async weighCarried(carried: Uint8Array | string): Promise<PaymentWeighing> {
    this.#mustBeOpen();
    return this.#byHand.weighCarried(carried);
  }

  async weigh(payment: EntryId): Promise<PaymentWeighing> {
    this.#mustBeOpen();
    return this.#byHand.weigh(payment);
  }

  receipt(payment: EntryId): string {
    return this.#byHand.receipt(payment);
  }

  async receive(handover: Uint8Array | string): Promise<ReceiveReport> {
    this.#mustBeOpen();
    return this.#byHand.receive(handover);
  }

  async setAcceptance(options: AcceptanceOptions): Promise<void> {
    this.#mustBeOpen();
    const { mostPerPayment, mostPerPayer, checkpointAgeMsMax, isFloatOnly } = options;
    const policy: AcceptancePolicy = {
      ...(mostPerPayment === undefined ? {} : { mostPerPayment: this.#bounds(mostPerPayment) }),
      ...(mostPerPayer === undefined ? {} : { mostPerPayer: this.#bounds(mostPerPayer) }),
      ...(checkpointAgeMsMax === undefined ? {} : { checkpointAgeMsMax }),
      ...(isFloatOnly === true ? { isFloatOnly } : {}),
    };
    if (!isAcceptance(policy, this.network))
      throw new WalletError(
        { type: "acceptance-invalid" },
        "a bound is an amount of the network, or whole milliseconds",
      );
    await this.#options.store.write([put(KEY.acceptance, encodeAcceptanceRow(policy))]);
    this.#acceptance = policy;
    this.#tell();
  }

  /** In order of assets; the last one said of an asset counts. */
  #bounds(monies: readonly (Money | string)[]): readonly Money[] {
    const byAsset = new Map(monies.map((money) => this.#money(money)).map((money) => [money.asset, money]));
    return [...byAsset.values()].toSorted((a, b) => (a.asset < b.asset ? -1 : 1));
  }

  async setCircle(members: Iterable<AccountId>): Promise<void> {
    this.#mustBeOpen();
    await this.#replica.setCircle(checkedCircle(members));
    await this.#shown();
  }

  async sync(options: { readonly onProgress?: (progress: SyncProgress) => void } = {}): Promise<SyncReport> {
    this.#mustBeOpen();
    const reachedHub = await this.#replica.sync(options.onProgress);
    await this.#shown();
    return { reachedHub, height: this.#replica.settled.height };
  }

  async loadHistory(options: HistoryOptions = {}): Promise<HistoryReport> {
    this.#mustBeOpen();
    const stop = this.#replica.subscribe((event) => {
      if (event.type === "history-loaded") options.onProgress?.({ height: event.height, start: event.start });
    });
    try {
      const report = await this.#replica.loadHistory();
      await this.#reading;
      return report;
    } finally {
      stop();
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const abandon of this.#waiting) abandon();
    this.#listeners.clear();
    return this.#replica.close();
  }

  /** Resolves when views show what is durable by now. That the disk failed meanwhile undoes nothing that was done. */
  async #shown(): Promise<void> {
    try {
      await this.#replica.refreshed();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #onEvent(event: ReplicaEvent): void {
    if (event.type === "settled")
      for (const history of [this.#payments, this.#floats]) history.add(event.entries, event.verdicts, event.height);
    if (event.type === "settled" || event.type === "started")
      this.#replica.inBackground(this.#carried.forget(event.height).then(() => this.recovery.noteWon()));
    this.#options.onEvent?.(event);
    if (event.type === "history-loaded" && event.height === event.start) {
      this.#reading = this.#readHistoryAnew();
      this.#replica.inBackground(this.#reading);
    }
    if (event.type !== "changed") return;
    this.#noteConnections();
    this.#tell();
    if (!this.#isClosed) this.#replica.inBackground(this.recovery.joinStarts());
    if (this.#options.isWitness !== false && !this.#isClosed) this.#replica.inBackground(this.#witnessing.review());
  }

  #tell(): void {
    this.#view = undefined;
    if (this.#listeners.size === 0) return;
    const { view } = this;
    for (const listener of this.#listeners) {
      try {
        listener(view);
      } catch (error) {
        // A defect of the app stays loud, and keeps no other listener from hearing.
        void Promise.reject(error);
      }
    }
  }

  #money(money: Money | string): Money {
    if (typeof money !== "string") return money;
    const parsed = parseMoney(money, this.network.genesis.assets);
    if (!parsed.ok) throw amountRefused(parsed.error);
    return parsed.value;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw walletClosed();
  }
}

/** Whether every bound is one that can be kept: of assets that there are, and nothing below zero. */
function isAcceptance(
  { mostPerPayment, mostPerPayer, checkpointAgeMsMax }: AcceptancePolicy,
  network: Network,
): boolean {
  const codes = new Set<string>(network.genesis.assets.map(({ code }) => code));
  const monies = [...(mostPerPayment ?? []), ...(mostPerPayer ?? [])];
  const isAge =
    checkpointAgeMsMax === undefined || (Number.isSafeInteger(checkpointAgeMsMax) && checkpointAgeMsMax >= 0);
  return isAge && monies.every(({ asset, amount }) => codes.has(asset) && amount >= 0n && amount <= limits.AMOUNT_MAX);
}

/** @throws {WalletError} `circle-too-large` */
function checkedCircle(members: Iterable<AccountId>): ReadonlySet<AccountId> {
  const circle = new Set(members);
  if (circle.size <= CIRCLE_MEMBERS_MAX) return circle;
  throw new WalletError(
    { type: "circle-too-large", membersMax: CIRCLE_MEMBERS_MAX },
    `a wallet carries for ${CIRCLE_MEMBERS_MAX} accounts at most`,
  );
}

function paymentsOf(account: AccountId): SettledHistory<VerifiedPayment> {
  return new SettledHistory({ prefix: PREFIX.payment, includes: (entry) => isPaymentOf(account, entry) });
}

function floatsOf(account: AccountId): SettledHistory<VerifiedFloat> {
  return new SettledHistory({ prefix: PREFIX.float, includes: (entry) => isFloatOf(account, entry) });
}

function walletClosed(): WalletError {
  return new WalletError({ type: "wallet-closed" }, "this wallet was closed");
}

function amountRefused(error: AmountError): WalletError {
  return new WalletError({ type: "amount-invalid", error }, `not an amount: ${error.text}`);
}
