/**
 * A replica: one copy of what a network's devices know, on one disk, in touch with others. Wallet, hub and simulator are
 * replicas with something on top. It takes entries in from any lane, verifies them once, makes them durable, shows what
 * reconcile thinks of them, passes them on to whom they concern, and follows the ledger by checking every checkpoint
 * itself (design sections 6 and 7).
 *
 * This file is the order of steps; what a step does is in `taking-in`, `settling`, `opening` and `outlook`.
 *
 * Invariants:
 * - what changes the journal runs one step at a time, in `#exclusive`, and none begins after `close`;
 * - nothing is known, shown, sent or put into a document before its write to the store resolved;
 * - `settled` only ever moves forward, by a checkpoint whose roots this replica computed itself.
 */
import {
  decodeBundle,
  encodeBundle,
  err,
  ok,
  payeeOf,
  type AccountId,
  type AccountStanding,
  type AccountRecord,
  type Bundle,
  type DecodedEntry,
  type EntryId,
  type DeviceRequestId,
  type EquivocationProof,
  type Height,
  type Link as EntryLink,
  type Network,
  type OrderedControl,
  type PublicKey,
  type Result,
  type SessionId,
  type ShownReceipt,
  type Signer,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedReceipt,
  type VerifiedControlEntry,
} from "@amigos/core";
import {
  type ControlVerdict,
  encodeLedgerState,
  type AccountState,
  type LedgerState,
  type Reconciliation,
  type Verdict,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import { decodeContradiction, encodeContradiction, type Contradiction } from "../journal/contradiction-row.ts";
import { decodeCircleRow, encodeCircleRow } from "../journal/circle-row.ts";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Link } from "../ports/link.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import type { DocumentInfo } from "../replication/replicator.ts";
import type { Access, Party } from "./access.ts";
import { accountAsKnown } from "./account-as-known.ts";
import type { Archive } from "./archive.ts";
import { Arrivals, type Arrival, type TakenIn } from "./arrivals.ts";
import { claimStore } from "./claim-store.ts";
import { recordOperations, type Directory, type NewRecords, type RecordError } from "./directory.ts";
import { DocumentFeed } from "./document-feed.ts";
import { findForks, forkOperations, keepForks, settlementsOf } from "./forks.ts";
import { HistoryLoading, settledBesideStart } from "./history-loading.ts";
import { hasEnded } from "./session-end.ts";
import { isRecovery, standingOf } from "./account-standing.ts";
import { checkAdmitted, type IntakePolicy, type PolicyRefusal } from "./intake-policy.ts";
import { Knowledge } from "./knowledge.ts";
import { load, readRecords } from "./opening.ts";
import { Receipts, type KeptReceipt, type ReceiptRefusal } from "./receipts.ts";
import type { AskingDevice } from "./newcomers.ts";
import { concernsParty, recoveryOperation, type Recoveries, type RecoveryRefusal } from "./recoveries.ts";
import { noteDamage, openRepaired } from "./repair.ts";
import { makeOutlook, type Outlook } from "./outlook.ts";
import type { SyncProgress } from "./progress.ts";
import type { ReceiptMessage } from "../peer/messages.ts";
import { Peers, type PeerSummary } from "./peers.ts";
import {
  commitOperations,
  keepCommit,
  replayRecord,
  sealNext,
  type CheckpointRefusal,
  type Commit,
} from "./settling.ts";
import { accountsOf, keepIntake, keepRecords, whyNoRoom, type IngestError, type IngestReport } from "./taking-in.ts";
import type { EncodedPast } from "./past.ts";
import { encodeStart, passedBy, START_BYTES_MAX, startOperations, verifyStart, type StartError } from "./start.ts";
import { undecidedKey, type Undecided } from "./undecided.ts";

export type { IngestError } from "./taking-in.ts";
export type { Contradiction } from "../journal/contradiction-row.ts";
export type { CheckpointRefusal } from "./settling.ts";
export type { StartError } from "./start.ts";

export interface ReplicaOptions {
  readonly network: Network;
  readonly store: Store;
  readonly links: readonly Link[];
  readonly clock: Clock;
  readonly random: Random;
  /** The key that proves who we are on links. */
  readonly signer: Signer;
  /** Whose replica it is: its payments are kept for history, its documents are followed. A hub has none. */
  readonly account?: AccountId;
  readonly session?: SessionId;
  /** The accounts that it carries for, at most `CIRCLE_MEMBERS_MAX`. Left out: those that the store remembers. */
  readonly circle?: Iterable<AccountId>;
  /** Whether to judge undecided entries as they come. A hub judges when it settles. */
  readonly isProvisional: boolean;
  /** What it lets in of strangers. Left out: everything within the protocol's bounds, as a wallet does. */
  readonly policy?: IntakePolicy;
  /** Whether it replays from the genesis, however long that takes, and never starts from a state. A hub never does. */
  readonly isFromGenesis?: boolean;
}

export interface ReplicaCounts {
  readonly documents: number;
  /** Entries in documents that wait for those before them. */
  readonly waitingEntries: number;
  /** Entries that documents have brought so far, new here or not. */
  readonly entriesByDocuments: number;
  /** Keys that sent what no honest device sends, not long ago. */
  readonly keysHeldAgainst: number;
}

/** An entry of our own with what is written in the same batch. */
export interface PreparedEntry {
  readonly entry: VerifiedEntry;
  readonly operations: readonly StoreOperation[];
  /** Called when the batch is durable, before anybody hears of the entry. */
  readonly onDurable?: () => void;
}

/** A control entry of our own account with what is written in the same batch. */
export interface PreparedControl {
  readonly control: OrderedControl;
  readonly operations: readonly StoreOperation[];
}

export type ReplicaEvent =
  /** Something that a view shows may have changed. */
  | { readonly type: "changed" }
  /** A checkpoint was checked and kept. */
  | {
      readonly type: "settled";
      readonly height: Height;
      readonly entries: readonly VerifiedEntry[];
      readonly verdicts: readonly Verdict[];
    }
  /**
   * Of a recovery, something that was said here is said no more, with the verdict of the checkpoint that decided it, or with the
   * one that it would have after it: that may be a veto which the ledger did not take.
   */
  | {
      readonly type: "recovery-decided";
      readonly account: AccountId;
      readonly statement: EntryId;
      readonly verdict: ControlVerdict;
    }
  /** A sync has come further. */
  | { readonly type: "progress"; readonly progress: SyncProgress }
  /** A peer sent something that was not taken in. */
  | { readonly type: "refused"; readonly peer: string; readonly code: string; readonly detail: string }
  /** A state was taken over, and what was before it is not here. */
  | { readonly type: "started"; readonly height: Height }
  /** Of what was before the start, everything up to `height` is loaded; all of it when that is the start. */
  | { readonly type: "history-loaded"; readonly height: Height; readonly start: Height }
  /**
   * A checkpoint does not follow from what came before, or a state is not the one that was signed: the authority, a peer or
   * this software is wrong. Nothing of it was kept.
   */
  | { readonly type: "ledger-mismatch"; readonly height: Height; readonly error: CheckpointRefusal | StartError }
  /** Rows of the journal could not be read and were put aside, by their keys; what they said comes again from others. */
  | { readonly type: "quarantined"; readonly keys: readonly string[] }
  /** The disk failed. What was durable before still is. */
  | { readonly type: "store-failed"; readonly error: StoreError };

export interface HistoryReport {
  /** Whether everything from the genesis on is here and was replayed. */
  readonly isComplete: boolean;
}

const NOBODY: ReadonlySet<PublicKey> = new Set();
const NO_RECORDS: NewRecords = { inceptions: [], control: [] };

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #store: Store;
  readonly #knowledge: Knowledge;
  readonly #peers: Peers;
  readonly #documents: DocumentFeed;
  readonly #receipts: Receipts;
  readonly #listeners = new Set<(event: ReplicaEvent) => void>();
  #outlook: Outlook;
  #contradiction: Contradiction | undefined;
  #quarantined: readonly string[] = [];
  #loading: HistoryLoading | undefined;
  readonly #controlKnownTo = new Map<EntryLink, ReadonlySet<PublicKey>>();
  readonly #historyWaiters = new Set<() => void>();
  readonly #arrivals: Arrivals;
  #steps: Promise<unknown> = Promise.resolve();
  /** The newest refresh of the outlook, and whether it has not begun, so that it will show what changes now. */
  #refresh: Promise<void> = Promise.resolve();
  #isRefreshDue = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ReplicaOptions, knowledge: Knowledge, outlook: Outlook) {
    this.#options = options;
    this.#store = options.store;
    this.#knowledge = knowledge;
    this.#outlook = outlook;
    this.#arrivals = new Arrivals({
      taker: { knowledge, account: options.account, policy: options.policy },
      store: options.store,
      clock: options.clock,
      exclusive: (step) => this.#exclusive(step),
      know: (group) => this.#know(group),
    });
    this.#receipts = new Receipts(knowledge, options.store);
    this.#peers = new Peers({
      network: options.network,
      clock: options.clock,
      random: options.random,
      signer: options.signer,
      ownRecord: () => {
        const { account, session } = options;
        return account === undefined
          ? undefined
          : this.directory.record(account, session === undefined ? [] : [session]);
      },
      session: options.session,
      learn: (record) => this.#learn(record),
      host: this,
      attachDocuments: (peer, key, send) => this.#documents.connect(peer, key, send),
      onEvent: (event) => this.#emit(event),
    });
    this.#documents = new DocumentFeed({
      network: options.network,
      peerId: options.signer.publicKey,
      host: this,
      party: (peer) => this.#peers.party(peer),
      hasEntry: (peer, link) => this.#peers.hasEntry(peer, link),
      hasLogTo: (peer, last) => this.#peers.hasLogTo(peer, last),
      clock: options.clock,
      onRefused: (refusal, peer) => this.#peers.noteRefusal(peer, refusal.type, JSON.stringify(refusal)),
    });
  }

  /**
   * Opens a replica on its store and starts its links. When that fails, no link is left running, and the store is still
   * open and the caller's.
   * @throws {JournalRefused} when the store belongs to another network or version
   * @throws {StoreError} when the store cannot be read
   */
  static async open(options: ReplicaOptions): Promise<Replica> {
    await claimStore(options.store, options.network);
    const replica = await openRepaired(options, () => Replica.load(options));
    await replica.connect();
    return replica;
  }

  /** The first half of `open`: everything but the links, for whoever has to finish something before anybody speaks to it. */
  static async load(options: ReplicaOptions): Promise<Replica> {
    const { network, store, clock, isProvisional, session, account } = options;
    await claimStore(store, network);
    const knowledge = new Knowledge(network, store, account);
    await load(knowledge, store);
    const outlook = await makeOutlook(knowledge, { now: clock.now(), isProvisional });
    const replica = new Replica(options, knowledge, outlook);
    try {
      await replica.#claimCircle();
      await replica.#readContradiction();
      await replica.#readRecoveries();
      replica.#quarantined = (await store.list(PREFIX.quarantine)).map(({ key }) =>
        key.slice(PREFIX.quarantine.length),
      );
      await replica.#publishAll(session);
      await replica.#receipts.load();
      return replica;
    } catch (error) {
      await replica.#documents.close();
      throw error;
    }
  }

  /** The second half of `open`. */
  async connect(): Promise<void> {
    try {
      await this.#exclusive(() => this.#signReceipts(this.undecided.all()));
      for (const link of this.#options.links)
        await link.start((connection) => this.inBackground(this.#peers.accept(connection, link.name)));
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  /** Ends everything but the store, for an opening that failed half way. */
  async abandon(): Promise<void> {
    this.#closing ??= this.#stop().then(() => this.#documents.close());
    await this.#closing;
  }

  get network(): Network {
    return this.#knowledge.network;
  }

  get directory(): Directory {
    return this.#knowledge.directory;
  }

  get undecided(): Undecided {
    return this.#knowledge.undecided;
  }

  get archive(): Archive {
    return this.#knowledge.archive;
  }

  get access(): Access {
    return this.#knowledge.access;
  }

  /** The newest settled state that this replica has computed itself. */
  get settled(): LedgerState {
    return this.#knowledge.settled;
  }

  /** What there is to show: everything of one moment. */
  get outlook(): Outlook {
    return this.#outlook;
  }

  /** What would be settled if a checkpoint were made of everything known here now. */
  get provisional(): Reconciliation | undefined {
    return this.#outlook.reconciliation;
  }

  get peers(): readonly PeerSummary[] {
    return this.#peers.summaries();
  }

  /** Whose keys are known to have a control entry of our account that no checkpoint has settled: who took it in, or showed it. */
  controlKnownTo(link: EntryLink): ReadonlySet<PublicKey> {
    return this.#controlKnownTo.get(link) ?? NOBODY;
  }

  /** That the hub or a device of our account has these control entries. Only what is not settled is remembered. */
  noteControlKnown(links: readonly EntryLink[], key: PublicKey): void {
    const { account } = this.#options;
    const isOfUs = account !== undefined && this.directory.hasSessionKey(account, key);
    if (!isOfUs && key !== this.network.genesis.authority) return;
    const unsettled = new Set(this.unsettledControl().map(({ link }) => link));
    for (const link of this.#controlKnownTo.keys()) if (!unsettled.has(link)) this.#controlKnownTo.delete(link);
    const news = links.filter((link) => unsettled.has(link) && !this.controlKnownTo(link).has(key));
    for (const link of news) this.#controlKnownTo.set(link, new Set([...this.controlKnownTo(link), key]));
    if (news.length > 0) this.#changed();
  }

  /** Devices in touch that ask for a session, oldest first. Of any account: nobody has said yet whose they are. */
  get askingDevices(): readonly AskingDevice[] {
    return this.#peers.asking;
  }

  /** Tells a device that asks so, if it is in touch, that it is not wanted. */
  denyDevice(id: DeviceRequestId): void {
    this.#peers.denyDevice(id);
  }

  /** The height of the newest checkpoint that a connected peer says it has, true or not. */
  get newestAnnounced(): number {
    return this.#peers.newestAnnounced;
  }

  /** What is held in memory for documents and peers, for tests and for whoever watches it. */
  get counts(): ReplicaCounts {
    const { documents, waitingEntries, changes } = this.#documents.counts();
    return { documents, waitingEntries, entriesByDocuments: changes, keysHeldAgainst: this.#peers.heldAgainst };
  }

  /** Every equivocation that is proven here, settled or not, in order of sessions and places. */
  get evidence(): readonly EquivocationProof[] {
    return this.#knowledge.evidence.all();
  }

  /** The first checkpoint that the authority signed beside the ones that are followed here, if it ever did. */
  get contradiction(): Contradiction | undefined {
    return this.#contradiction;
  }

  /** For undecided payments, by whomever. */
  get receipts(): Iterable<KeptReceipt> {
    return this.#receipts.all();
  }

  /** Those for some payments. */
  receiptsOf(entries: readonly VerifiedEntry[]): readonly KeptReceipt[] {
    return entries.flatMap(({ id }) => this.#receipts.get(id) ?? []);
  }

  receiptFor(payment: EntryId): VerifiedReceipt | undefined {
    return this.#receipts.get(payment)?.receipt;
  }

  /** What vouches for who signed a receipt, where the ledger does not. */
  recordForReceipt(kept: KeptReceipt): AccountRecord | undefined {
    return this.#receipts.recordFor(kept);
  }

  /** The rows of the journal that could not be read, by their keys, when it was opened or before. */
  get quarantined(): readonly string[] {
    return this.#quarantined;
  }

  isForked(session: SessionId): boolean {
    return this.#knowledge.evidence.isForked(session);
  }

  /** One proof for each session that an account has forked. */
  evidenceOf(account: AccountId): readonly EquivocationProof[] {
    return this.#knowledge.evidence.lowestOf(account);
  }

  isLowestFork(proof: EquivocationProof): boolean {
    return this.#knowledge.evidence.isLowest(proof);
  }

  /** What bears out the account's keys to a device that has no ledger, where it was recovered. */
  async standingOf(account: AccountId): Promise<AccountStanding | undefined> {
    if (!this.directory.control(account).some(isRecovery)) return undefined;
    return standingOf(this.#knowledge, account);
  }

  /** The accounts that this replica carries for. */
  get circle(): ReadonlySet<AccountId> {
    return this.access.circle;
  }

  /** Whether the account has ended every session of a key, as far as is known here. */
  hasEnded(account: AccountId, key: PublicKey): boolean {
    return hasEnded(this.#knowledge, account, key);
  }

  /** How many undecided entries are kept here for accounts of the circle alone. */
  get carriedCount(): number {
    let count = 0;
    for (const session of this.undecided.sessions())
      if (!this.access.concerns(session)) count += this.undecided.sizeOf(session);
    return count;
  }

  /**
   * Carries for these accounts from now on, at most `CIRCLE_MEMBERS_MAX`, and for nobody else. Resolves when that is
   * durable. What is kept of an account that is in it no more stays until the ledger decides it, and is given to nobody by
   * the circle.
   */
  setCircle(members: Iterable<AccountId>): Promise<void> {
    return this.#exclusive(async () => {
      const before = this.circle;
      await this.#writeCircle(members);
      const joined = [...this.circle].filter((member) => !before.has(member));
      for (const account of joined) this.#documents.followMember(account);
      this.#documents.accessChanged();
      this.#peers.pushAll();
      this.#changed();
    });
  }

  documentHeads(document: DocumentInfo): readonly string[] {
    return this.#documents.headsOf(document);
  }

  subscribe(listener: (event: ReplicaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the outlook shows everything that is known by now. */
  refreshed(): Promise<void> {
    return this.#refresh;
  }

  /** Takes in a bundle from any lane. Resolves when what was new is durable. */
  async ingest(bytes: Uint8Array, from?: string): Promise<Result<IngestReport, IngestError>> {
    const bundle = decodeBundle(bytes, this.network.tag);
    return bundle.ok ? this.ingestBundle(bundle.value, from) : bundle;
  }

  ingestBundle(bundle: Bundle, from: string | undefined): Promise<Result<IngestReport, IngestError>> {
    return this.#arrive({ given: { type: "bundle", bundle }, from });
  }

  /** Takes in entries that a document carried and that were verified there. */
  ingestEntries(entries: readonly VerifiedEntry[], from: string): Promise<Result<IngestReport, IngestError>> {
    return this.#arrive({ given: { type: "entries", entries }, from });
  }

  /**
   * Makes an entry of our own durable, together with the operations that come with it, and passes it on. `prepare` runs
   * with nothing else in between, so the place that it signs for is still free when the entry is written.
   */
  append(prepare: () => Promise<PreparedEntry>): Promise<VerifiedEntry> {
    return this.#exclusive(async () => {
      const { entry, operations, onDurable } = await prepare();
      const forks = await findForks(this.#knowledge, [entry]);
      await this.#store.write([put(undecidedKey(entry), entry.bytes), ...operations, ...forkOperations(forks)]);
      onDurable?.();
      const intake = { records: NO_RECORDS, entries: [entry], forks, known: 0, heard: [] };
      this.#know([{ intake, from: undefined }]);
      return entry;
    });
  }

  /**
   * The same for what our account says about itself. `prepare` is given the account as everything that is known of it here
   * would make it, and gives nothing when there is nothing to say.
   */
  appendControl(
    account: AccountId,
    prepare: (known: AccountState) => Promise<PreparedControl | undefined>,
  ): Promise<void> {
    return this.#exclusive(async () => {
      const prepared = await prepare(accountAsKnown(this.#knowledge, account));
      if (prepared === undefined) return;
      const records = { inceptions: [], control: [prepared.control] };
      await this.#store.write([...recordOperations(records), ...prepared.operations]);
      this.#publishRecords(keepRecords(this.#knowledge, records));
      this.#peers.pushControl(prepared.control);
    });
  }

  /** What is said about recoveries here and not settled. */
  get recoveries(): Recoveries {
    return this.#knowledge.recoveries;
  }

  /** What of it a peer is told. */
  recoveriesFor(party: Party): readonly VerifiedControlEntry[] {
    return this.recoveries.all().filter(({ entry }) => concernsParty(party, entry.account, this.settled));
  }

  /**
   * Takes in what somebody says about a recovery: that it starts, is approved, is vetoed or is complete. Resolves when it is
   * durable; it reaches the ledger, and whom it concerns, over links. There is always room for what was signed here (`isOwn`).
   */
  ingestRecovery(
    bytes: Uint8Array,
    { from, isOwn = false }: { readonly from?: string; readonly isOwn?: boolean } = {},
  ): Promise<Result<VerifiedControlEntry, RecoveryRefusal>> {
    return this.#exclusive(async () => {
      const now = this.#options.clock.now();
      const examined = await this.recoveries.examine(bytes, { state: this.settled, time: now, isOwn });
      if (!examined.ok) return examined;
      const { entry, link } = examined.value;
      if (this.recoveries.has(entry.account, link)) return examined;
      await this.#store.write([recoveryOperation(examined.value)]);
      this.recoveries.keep(examined.value);
      this.#peers.pushRecoveries(from);
      this.#changed();
      return examined;
    });
  }

  /** Reads what was kept, as far as the ledger would take it still. */
  async #readRecoveries(): Promise<void> {
    for (const { key } of await this.#store.list(PREFIX.recovering))
      this.recoveries.noteRecovering(key.slice(PREFIX.recovering.length) as AccountId);
    const rows = await this.#store.list(PREFIX.recovery);
    let left = rows;
    // One may rest on another: what starts comes before what approves it.
    for (let isNews = true; isNews;) {
      const before = left.length;
      const waiting: (typeof rows)[number][] = [];
      for (const row of left) {
        const time = this.#options.clock.now();
        const examined = await this.recoveries.examine(row.value, { state: this.settled, time, isOwn: true });
        if (examined.ok) this.recoveries.keep(examined.value);
        // What is here under another signature is here twice.
        const isKept = examined.ok && row.key === KEY.recovery(examined.value.entry.account, examined.value.link);
        if (!isKept) waiting.push(row);
      }
      left = waiting;
      isNews = left.length < before && left.length > 0;
    }
    if (left.length > 0) await this.#store.write(left.map(({ key }) => remove(key)));
  }

  /** After a checkpoint: what it settled, and what it made useless, is said no more. */
  async #reviewRecoveries(decided: readonly ControlVerdict[]): Promise<void> {
    const dropped = this.recoveries.review(this.settled, this.#options.clock.now());
    if (dropped.length === 0) return;
    await this.#store.write(dropped.map(({ control }) => remove(KEY.recovery(control.entry.account, control.link))));
    for (const { control, verdict: now } of dropped) {
      const verdict = decided.find(({ id }) => id === control.id) ?? now;
      const { id, entry } = control;
      if (verdict !== undefined)
        this.#emit({ type: "recovery-decided", account: entry.account, statement: id, verdict });
    }
  }

  /**
   * Makes an account and its control entries known here, durably. When there is no room for another stranger, or it is not
   * admitted: does nothing.
   */
  async introduce(records: NewRecords): Promise<void> {
    await this.#exclusive(async () => {
      if ((await this.#whyNotKept(records)) === undefined) await this.#writeAndKeepRecords(records);
    });
  }

  async #whyNotKept(records: NewRecords): Promise<RecordError | PolicyRefusal | undefined> {
    const noRoom = whyNoRoom(this.#knowledge, records);
    if (noRoom !== undefined) return noRoom;
    const admitted = await checkAdmitted(this.#options.policy, this.#knowledge, records);
    return admitted.ok ? undefined : admitted.error;
  }

  /** These entries with what vouches for them: everything a stranger needs to verify them. Or without, for who has it. */
  bundle(entries: readonly VerifiedEntry[], { isVouched = true }: { readonly isVouched?: boolean } = {}): Uint8Array {
    const accounts = isVouched ? [...new Set(entries.map(({ entry }) => entry.account))] : [];
    const sessions = new Set(entries.map(({ entry }) => entry.session));
    return encodeBundle({
      version: 1,
      network: this.network.tag,
      accounts: accounts.flatMap((account) => this.directory.record(account, sessions) ?? []),
      entries: entries.map((entry) => entry.bytes),
    });
  }

  /**
   * Settles what is undecided into a new checkpoint at `time`. For the one replica whose signer is the network's
   * authority. Resolves with the checkpoint when it is durable.
   */
  settle(time: TimeMs, authority: Signer): Promise<VerifiedCheckpoint> {
    return this.#exclusive(async () => {
      const commit = await sealNext(this.#knowledge, time, authority);
      await this.#commit(commit);
      // What had its turn and is still undecided goes behind what has not.
      for (const { session, outcome } of commit.reconciliation.verdicts)
        if (outcome === "deferred") this.undecided.postpone(session);
      for (const { account } of commit.reconciliation.control) this.#knowledge.registrations.postpone(account);
      return commit.checkpoint;
    });
  }

  /**
   * Where this replica started, as it asks for checkpoints (spec [PEER8]): 0 while it would take a state over, `undefined`
   * when it replays from the genesis. A hub makes the ledger, and a wallet that signed something follows what becomes of it.
   */
  get start(): Height | undefined {
    const { start } = this.#knowledge;
    if (start !== undefined) return start.height;
    return this.#isFresh() ? (0 as Height) : undefined;
  }

  #isFresh(): boolean {
    const { account, isFromGenesis } = this.#options;
    if (account === undefined || isFromGenesis === true) return false;
    return this.settled.height === 0 && this.undecided.ofAccount(account).length === 0;
  }

  /** The newest state for who starts from it, or `undefined` when it is too large or that of the genesis. */
  async encodeStart(): Promise<Uint8Array | undefined> {
    const { settled } = this;
    const checkpoint = await this.archive.signedCheckpoint(settled.height);
    const bytes = checkpoint === undefined ? undefined : encodeStart(settled, checkpoint);
    return bytes !== undefined && bytes.length <= START_BYTES_MAX ? bytes : undefined;
  }

  /** Takes a state over, once, instead of replaying what was before it: when the authority signed it, and nothing is here yet. */
  startFrom(bytes: Uint8Array): Promise<Result<"started" | "not-fresh", StartError>> {
    return this.#exclusive(async () => {
      const start = verifyStart(bytes, this.network);
      if (!start.ok) return start;
      if (!this.#isFresh()) return ok("not-fresh" as const);
      const passed = passedBy(start.value, this.undecided.all());
      await this.#store.write(startOperations(start.value, passed));
      this.#drop(passed);
      this.#knowledge.startFrom(start.value);
      this.#reviewSessions();
      const { height } = start.value.state;
      this.#emit({ type: "started", height });
      this.#peers.announce(height, { entries: 0, bytes: bytes.length });
      this.#changed();
      return ok("started" as const);
    });
  }

  /**
   * Loads what was before the start, from whoever in reach has it, and goes on where it was. Resolves when all of it is here,
   * or when nobody in reach has more.
   */
  async loadHistory(): Promise<HistoryReport> {
    await this.#exclusive(async () => {
      const { start } = this.#knowledge;
      const { network, store, account } = this.#options;
      if (start !== undefined) this.#loading ??= await HistoryLoading.resume({ network, store, account, start });
    });
    const loading = this.#loading;
    if (loading === undefined) return { isComplete: true };
    return new Promise((resolve) => {
      this.#historyWaiters.add(() => resolve({ isComplete: loading.isComplete }));
      this.#peers.loadHistory();
    });
  }

  /** Up to where what was before the start is loaded, while it is being loaded. */
  get loadedHistory(): Height | undefined {
    return this.#loading?.height;
  }

  /** Nobody in reach has more of what was before the start, or all of it is here. */
  endHistoryWait(): void {
    const waiters = [...this.#historyWaiters];
    this.#historyWaiters.clear();
    for (const end of waiters) end();
  }

  /** Replays a record of before the start, and files it. Whatever else comes is passed over. */
  applyHistory(recordBytes: Uint8Array): Promise<Result<"applied" | "known", CheckpointRefusal>> {
    return this.#exclusive(async () => {
      const [loading, start] = [this.#loading, this.#knowledge.start];
      if (loading === undefined || start === undefined) return ok("known" as const);
      const replayed = await loading.replay(recordBytes, this.#knowledge.evidence);
      if (!replayed.ok) {
        if (replayed.error.type === "checkpoint-contradicted") await this.#keepContradiction(replayed.error);
        return replayed;
      }
      const commit = replayed.value;
      if (commit === "known") return ok("known" as const);
      const passed = loading.isLast(commit) ? await loading.settledOf(this.undecided.all(), commit) : [];
      await this.#store.write(await loading.operations(commit, { settled: this.settled, passed }));
      loading.keep(commit);
      keepForks(this.#knowledge, { proofs: commit.forks.proofs, settlements: new Map() });
      this.#drop(passed);
      if (loading.isComplete) await this.#endStart();
      this.#emit({ type: "history-loaded", height: loading.height, start: start.height });
      if (loading.isComplete) this.endHistoryWait();
      return ok("applied" as const);
    });
  }

  /** Entries that are undecided no more. */
  #drop(entries: readonly VerifiedEntry[]): void {
    for (const entry of entries) this.undecided.remove(entry);
    this.#receipts.forget(entries);
    this.#peers.forget(entries);
  }

  async #endStart(): Promise<void> {
    const since = await settledBesideStart(this.#knowledge);
    this.#loading = undefined;
    this.#knowledge.endStart();
    await readRecords(this.#knowledge, this.#store);
    // Beside what was settled before, or in its stead, may stand what waits here, what was settled since, and what is proven.
    const proven = this.evidence.flatMap(({ a, b }) => [a, b]);
    const forks = await findForks(this.#knowledge, [...this.undecided.all(), ...since, ...proven], {
      isThorough: true,
    });
    if (forks.proofs.length > 0) await this.#store.write(forkOperations(forks));
    keepForks(this.#knowledge, forks);
    const settlements = await settlementsOf(this.#knowledge, this.#knowledge.evidence.all());
    keepForks(this.#knowledge, { proofs: [], settlements });
    for (const proof of this.evidence) this.#documents.publishEvidence(proof);
    this.#changed();
  }

  /** Reads something with no step in between. */
  whileStill<Value>(read: () => Promise<Value>): Promise<Value> {
    return this.#exclusive(read);
  }

  /** Checks a checkpoint record by computing it, and follows it. `past`: what came along of the time before the start. */
  applyCheckpoint(
    recordBytes: Uint8Array,
    past?: EncodedPast,
  ): Promise<Result<"applied" | "known", CheckpointRefusal>> {
    return this.#exclusive(async () => {
      const replayed = await replayRecord(this.#knowledge, recordBytes, past);
      if (!replayed.ok) {
        if (replayed.error.type === "checkpoint-contradicted") await this.#keepContradiction(replayed.error);
        return replayed;
      }
      if (replayed.value === "known") return ok("known" as const);
      await this.#commit(replayed.value);
      return ok("applied" as const);
    });
  }

  /** Exchanges everything with the hub. Resolves with whether one was in reach, when there is nothing left to exchange. */
  sync(onProgress: (progress: SyncProgress) => void = () => undefined): Promise<boolean> {
    return this.#peers.sync((progress) => {
      loudly(() => onProgress(progress));
      this.#emit({ type: "progress", progress });
    });
  }

  /** Stops links, waits for the steps that began, frees the store. Every call resolves when that is done. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#stop();
      await this.#documents.close();
      await this.#store.write([put(KEY.snapshot, encodeLedgerState(this.settled))]).catch(() => undefined);
    } finally {
      await this.#store.close();
    }
  }

  /** Shows everybody out. What was under way ends; nothing new begins. */
  async #stop(): Promise<void> {
    this.endHistoryWait();
    this.#peers.close();
    // Before the links, which may wait for what they have brought.
    this.#arrivals.close();
    const stops = await Promise.allSettled(this.#options.links.map((link) => link.stop()));
    await this.#steps.catch(() => undefined);
    for (const stop of stops) if (stop.status === "rejected") throw stop.reason;
  }

  // — opening —————————————————————————————————————————————————————————————

  /** Puts into documents what the journal holds and others may lack: what is settled reaches them with the ledger. */
  async #publishAll(session: SessionId | undefined): Promise<void> {
    const { account } = this.#options;
    const entries = this.undecided.all();
    const unregistered = this.unregistered();
    const accounts = new Set([...accountsOf(unregistered), ...this.circle]);
    for (const { entry } of entries) accounts.add(entry.account);
    if (account !== undefined) accounts.add(account);
    for (const known of accounts) this.#documents.publishAccount(known);
    for (const proof of this.evidence) this.#documents.publishEvidence(proof);
    this.#documents.publishEntries(entries);
    if (session !== undefined) await this.#documents.followLog(session);
  }

  async #claimCircle(): Promise<void> {
    const { circle } = this.#options;
    if (circle !== undefined) return this.#writeCircle(circle);
    const row = await this.#store.get(KEY.circle);
    const decoded = row === undefined ? undefined : decodeCircleRow(row);
    if (decoded?.ok === false) throw new StoreError("store-damaged", `${this.#store.name}: the circle cannot be read`);
    this.access.setCircle(decoded?.value ?? []);
  }

  async #writeCircle(members: Iterable<AccountId>): Promise<void> {
    const circle = new Set(members);
    await this.#store.write([put(KEY.circle, encodeCircleRow(circle))]);
    this.access.setCircle(circle);
  }

  /** Keeps the documents of an account in step with a peer that is one of its devices. */
  followAccount(account: AccountId): void {
    this.#documents.publishAccount(account);
  }

  async #readContradiction(): Promise<void> {
    const row = await this.#store.get(KEY.contradiction);
    const decoded = row === undefined ? undefined : decodeContradiction(row);
    if (decoded?.ok === false)
      throw new StoreError("store-damaged", `${this.#store.name}: a contradiction cannot be read`);
    this.#contradiction = decoded?.value;
  }

  // — taking in ———————————————————————————————————————————————————————————

  #arrive(arrival: Arrival): Promise<Result<IngestReport, IngestError>> {
    return this.#closing === undefined ? this.#arrivals.take(arrival) : this.#refuseClosed();
  }

  /** From here on it is known, and told to whom it concerns. */
  #know(group: readonly TakenIn[]): void {
    for (const { intake } of group) keepIntake(this.#knowledge, intake);
    for (const { intake, from } of group) {
      this.#publishRecords(accountsOf(intake.records));
      for (const proof of intake.forks.proofs) this.#documents.publishEvidence(proof);
      this.#peers.noteHeard([...intake.heard, ...intake.entries], from);
    }
    const entries = group.flatMap(({ intake }) => intake.entries);
    if (entries.length === 0) return;
    this.#documents.publishEntries(entries);
    this.#peers.push(entries);
    this.#changed();
    // Shown first: a receipt is another write.
    if (entries.some(({ entry }) => payeeOf(entry) === this.#options.account))
      this.inBackground(this.#exclusive(() => this.#signReceipts(entries)));
  }

  /** Says to their payers that payments to our account have arrived (spec [PEER13]). */
  async #signReceipts(entries: readonly VerifiedEntry[]): Promise<void> {
    const { signer, account, session, clock } = this.#options;
    if (account === undefined || session === undefined) return;
    const payments = entries.filter(({ entry }) => payeeOf(entry) === account);
    this.#passOn(await this.#receipts.sign(payments, { signer, session, now: clock.now() }), undefined);
  }

  /** Takes in a receipt that came by hand. */
  takeReceipt({
    receipt,
    account,
  }: Pick<ShownReceipt, "receipt" | "account">): Promise<Result<readonly KeptReceipt[], ReceiptRefusal>> {
    return this.#exclusive(async () => this.#passOnTaken(await this.#receipts.take(receipt, account), undefined));
  }

  /** Takes in a receipt that a peer told. */
  hearReceipt(message: ReceiptMessage, from: string): Promise<Result<readonly KeptReceipt[], ReceiptRefusal>> {
    return this.#exclusive(async () => this.#passOnTaken(await this.#receipts.takeTold(message), from));
  }

  #passOnTaken(
    taken: Result<readonly KeptReceipt[], ReceiptRefusal>,
    from: string | undefined,
  ): Result<readonly KeptReceipt[], ReceiptRefusal> {
    if (taken.ok) this.#passOn(taken.value, from);
    return taken;
  }

  #passOn(receipts: readonly KeptReceipt[], from: string | undefined): void {
    if (receipts.length === 0) return;
    this.#peers.pushReceipts(receipts, from);
    // Nothing is judged anew by it.
    this.#emit({ type: "changed" });
  }

  #learn(record: AccountRecord): Promise<Result<NewRecords, RecordError | PolicyRefusal>> {
    return this.#exclusive(async () => {
      const examined = this.directory.examine(record);
      if (!examined.ok) return examined;
      const refused = await this.#whyNotKept(examined.value);
      if (refused !== undefined) return err(refused);
      await this.#writeAndKeepRecords(examined.value);
      return examined;
    });
  }

  async #writeAndKeepRecords(records: NewRecords): Promise<void> {
    const operations = recordOperations(records);
    if (operations.length > 0) await this.#store.write(operations);
    this.#publishRecords(keepRecords(this.#knowledge, records));
  }

  #publishRecords(accounts: ReadonlySet<AccountId>): void {
    if (accounts.size === 0) return;
    for (const account of accounts) this.#documents.publishAccount(account);
    this.#reviewSessions(accounts);
    this.#changed();
  }

  /** Some devices of these accounts, or of any, may have come to their end. */
  #reviewSessions(accounts?: ReadonlySet<AccountId>): void {
    if (this.#peers.reviewSessions(accounts)) this.#documents.accessChanged();
  }

  // — settling ————————————————————————————————————————————————————————————

  async #commit(commit: Commit): Promise<void> {
    await this.#store.write([
      ...(await commitOperations(this.#knowledge, commit, this.#options.account)),
      ...this.#receipts.operationsOfDecided(commit.decided),
    ]);
    const { height } = commit.state;
    const { account } = this.#options;
    if (keepCommit(this.#knowledge, commit).has(account as AccountId)) this.followAccount(account as AccountId);
    for (const proof of commit.forks.proofs) this.#documents.publishEvidence(proof);
    this.#receipts.forget(commit.decided);
    this.#peers.forget(commit.decided);
    this.#documents.forgetSettled(new Set(commit.decided.map(({ entry }) => entry.session)));
    this.#reviewSessions(new Set(commit.control.map(({ entry }) => entry.account)));
    this.recoveries.noteDecided(commit.control, this.settled);
    await this.#reviewRecoveries(commit.reconciliation.control);
    this.#emit({ type: "settled", height, entries: commit.decided, verdicts: commit.reconciliation.verdicts });
    this.#peers.announce(height, { entries: commit.decided.length, bytes: commit.recordBytes.length });
    this.#changed();
  }

  async #keepContradiction(contradiction: Contradiction): Promise<void> {
    if (this.#contradiction !== undefined) return;
    await this.#store.write([put(KEY.contradiction, encodeContradiction(contradiction))]);
    this.#contradiction = contradiction;
    this.#changed();
  }

  /** Everything that a checkpoint could register now: accounts that the ledger does not have, and their control entries. */
  unregistered(): NewRecords {
    return this.#knowledge.registrations.ready(this.settled);
  }

  /** What our account said about itself that no checkpoint here has settled. A hub has no account. */
  unsettledControl(): readonly OrderedControl[] {
    const { account } = this.#options;
    return account === undefined ? [] : this.#knowledge.registrations.unsettledControl(account, this.settled);
  }

  /** Whether the ledger decides nothing of a session any more that lies before a place: its log has passed it, or is frozen. */
  isSettledTo(session: SessionId, place: number): boolean {
    return this.#knowledge.isSettledTo(session, place);
  }

  /** Those of some entries of a session that are here, verified before, by their links. */
  knownOf(session: SessionId, entries: readonly DecodedEntry[]): Promise<ReadonlyMap<EntryLink, VerifiedEntry>> {
    return this.#knowledge.knownOf(session, entries);
  }

  /** The sequence that a session's first undecided entry has, as far as the ledger is known here. */
  nextSettledSequence(session: SessionId): number {
    return this.#knowledge.nextSettledSequence(session);
  }

  // — showing —————————————————————————————————————————————————————————————

  /** Asks for a fresh outlook, once, however much changes before it is made. */
  #changed(): void {
    if (this.#isRefreshDue || this.#closing !== undefined) return;
    this.#isRefreshDue = true;
    this.#refresh = this.#exclusive(async () => {
      this.#isRefreshDue = false;
      const { clock, isProvisional } = this.#options;
      this.#outlook = await makeOutlook(this.#knowledge, { now: clock.now(), isProvisional });
      this.#emit({ type: "changed" });
    });
    this.inBackground(this.#refresh);
  }

  /** A listener that throws has a defect. It stays loud, but it neither stops a step half way nor keeps others from hearing. */
  #emit(event: ReplicaEvent): void {
    for (const listener of this.#listeners) loudly(() => listener(event));
  }

  // — one step at a time ——————————————————————————————————————————————————

  #exclusive<Value>(action: () => Promise<Value>): Promise<Value> {
    if (this.#closing !== undefined) return this.#refuseClosed();
    const step = this.#steps.then(action);
    this.#steps = step.catch((error: unknown) => noteDamage(this.#store, error));
    return step;
  }

  #refuseClosed(): Promise<never> {
    return Promise.reject(new StoreError("store-closed", `${this.#store.name} was closed`));
  }

  /** Work that nobody waits for. Only the disk can make it fail, and that is told as an event. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      // As a step, so that closing waits for it.
      this.#steps = this.#steps.then(() => noteDamage(this.#store, error));
      if (this.#closing === undefined) this.#emit({ type: "store-failed", error });
    });
  }
}

function loudly(call: () => void): void {
  try {
    call();
  } catch (error) {
    void Promise.reject(error);
  }
}
