/**
 * A replica: one copy of what a network's devices know, on one disk, in touch with others. Wallet, hub and simulator are
 * replicas with something on top. It takes entries in from any lane, verifies them once, makes them durable, shows what
 * reconcile thinks of them, passes them on to whom they concern, and follows the ledger by checking every checkpoint
 * itself (design sections 6 and 7).
 *
 * Invariants:
 * - what changes the journal runs one step at a time, in `#exclusive`;
 * - nothing is shown, sent or put into a document before its write to the store resolved;
 * - `settled` only ever moves forward, by a checkpoint whose roots this replica computed itself.
 */
import {
  decodeBundle,
  decodeEntry,
  encodeBundle,
  encodeEquivocationProof,
  err,
  ok,
  proveEquivocation,
  sessionOfGrant,
  timeMs,
  verifyEntry,
  type AccountId,
  type Bundle,
  type BundleError,
  type DecodedEntry,
  type EquivocationProof,
  type Height,
  type Network,
  type PublicKey,
  type Result,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
  type VerifyError,
} from "@amigos/core";
import {
  accountOf,
  createGenesisState,
  decodeCheckpointRecord,
  decodeLedgerState,
  encodeCheckpointRecord,
  encodeLedgerState,
  isDecided,
  recordOf,
  reconcile,
  replayCheckpoint,
  sealCheckpoint,
  sessionOf,
  type LedgerState,
  type Reconciliation,
  type ReplayError,
  type Verdict,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";
import { claimStore, KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { encodePaymentRow } from "../journal/payment-row.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Link } from "../ports/link.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import type { DocumentInfo } from "../replication/replicator.ts";
import { Access } from "./access.ts";
import { Archive } from "./archive.ts";
import { Directory, recordOperations, type NewRecords, type RecordError } from "./directory.ts";
import { DocumentFeed } from "./document-feed.ts";
import { Peers, type PeerSummary } from "./peers.ts";
import { Undecided, undecidedKey } from "./undecided.ts";

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
  /** Whether to judge undecided entries as they come. A hub judges when it settles. */
  readonly isProvisional: boolean;
}

/** Why something that arrived was not taken in. Nothing of it was kept. */
export type IngestError =
  | BundleError
  | RecordError
  | { readonly type: "session-unknown"; readonly session: SessionId }
  | VerifyError
  | { readonly type: "too-many-unsettled"; readonly session: SessionId };

export interface IngestReport {
  /** New here, durable now. */
  readonly fresh: readonly VerifiedEntry[];
  readonly known: number;
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
  /** A peer sent something that was not taken in. */
  | { readonly type: "refused"; readonly peer: string; readonly code: string; readonly detail: string }
  /** A checkpoint does not follow from what came before: the authority or this software is wrong. Nothing of it was kept. */
  | { readonly type: "ledger-mismatch"; readonly height: Height; readonly error: ReplayError }
  /** The disk failed. What was durable before still is. */
  | { readonly type: "store-failed"; readonly error: StoreError };

/** Replaying this many checkpoints takes well under a second, so opening stays quick and snapshots stay rare. */
const SNAPSHOT_EVERY = 32;

/** Entries in one checkpoint. Well below the protocol's bound, so that a record travels in a few messages. */
const SETTLED_PER_CHECKPOINT_MAX = 4096;

const NO_RECORDS: NewRecords = { inceptions: [], control: [] };

interface Commit {
  readonly state: LedgerState;
  readonly reconciliation: Reconciliation;
  readonly checkpoint: VerifiedCheckpoint;
  readonly recordBytes: Uint8Array;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
}

export class Replica {
  readonly network: Network;
  readonly directory: Directory;
  readonly undecided: Undecided = new Undecided();
  readonly archive: Archive;
  readonly #options: ReplicaOptions;
  readonly #store: Store;
  readonly access: Access;
  readonly #peers: Peers;
  readonly #documents: DocumentFeed;
  readonly #listeners = new Set<(event: ReplicaEvent) => void>();
  readonly #evidence = new Map<string, EquivocationProof>();
  /** Accounts whose control entries the ledger may not have yet. */
  readonly #unregistered = new Set<AccountId>();
  #settled: LedgerState;
  #provisional: Reconciliation | undefined;
  #steps: Promise<unknown> = Promise.resolve();
  #isRefreshDue = false;
  #isClosed = false;

  private constructor(options: ReplicaOptions) {
    this.#options = options;
    this.network = options.network;
    this.#store = options.store;
    this.directory = new Directory(options.network);
    this.archive = new Archive(options.store, options.network, this.directory);
    this.access = new Access((session) => this.directory.session(session)?.account);
    this.#settled = createGenesisState(options.network);
    this.#peers = new Peers({
      network: options.network,
      clock: options.clock,
      random: options.random,
      signer: options.signer,
      ownRecord: () => (options.account === undefined ? undefined : this.directory.record(options.account)),
      learn: (record) => this.#learn(record),
      host: this,
      attachDocuments: (peer, send) => this.#documents.connect(peer, send),
      onEvent: (event) => this.#emit(event),
    });
    this.#documents = new DocumentFeed({
      network: options.network,
      peerId: options.signer.publicKey,
      host: this,
      party: (peer) => this.#peers.party(peer),
      onEvent: (event) => this.#emit(event),
    });
  }

  /**
   * Opens a replica on its store and starts its links.
   * @throws {JournalRefused} when the store belongs to another network or version
   * @throws {StoreError} when the store cannot be read
   */
  static async open(options: ReplicaOptions): Promise<Replica> {
    await claimStore(options.store, options.network);
    const replica = new Replica(options);
    await replica.#load();
    await replica.#refresh();
    for (const link of options.links) {
      await link.start((connection) => replica.inBackground(replica.#peers.accept(connection, link.name)));
    }
    return replica;
  }

  /** The newest settled state that this replica has computed itself. */
  get settled(): LedgerState {
    return this.#settled;
  }

  /** What would be settled if a checkpoint were made of everything known here now. */
  get provisional(): Reconciliation | undefined {
    return this.#provisional;
  }

  get peers(): readonly PeerSummary[] {
    return this.#peers.summaries();
  }

  /** Every equivocation that is proven here, settled or not. */
  get evidence(): readonly EquivocationProof[] {
    return [...this.#evidence.values()];
  }

  documentHeads(document: DocumentInfo): readonly string[] {
    return this.#documents.headsOf(document);
  }

  subscribe(listener: (event: ReplicaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes in a bundle from any lane. Resolves when what was new is durable. */
  async ingest(bytes: Uint8Array, from?: string): Promise<Result<IngestReport, IngestError>> {
    const bundle = decodeBundle(bytes, this.network.tag);
    return bundle.ok ? this.ingestBundle(bundle.value, from) : bundle;
  }

  ingestBundle(bundle: Bundle, from: string | undefined): Promise<Result<IngestReport, IngestError>> {
    return this.#exclusive(async () => {
      const records = this.#examineRecords(bundle);
      if (!records.ok) return records;
      const fresh: VerifiedEntry[] = [];
      for (const bytes of bundle.entries) {
        const decoded = decodeEntry(bytes, this.network.tag);
        if (!decoded.ok) return decoded;
        if (await this.#isKnown(decoded.value)) continue;
        const { session } = decoded.value.entry;
        const key = this.#keyOf(session, records.value);
        if (key === undefined) return err({ type: "session-unknown", session });
        const verified = verifyEntry(decoded.value, key);
        if (!verified.ok) return verified;
        fresh.push(verified.value);
      }
      const taken = await this.#takeIn(records.value, fresh, from);
      return taken.ok ? ok({ fresh, known: bundle.entries.length - fresh.length }) : taken;
    });
  }

  /** Takes in entries that a document carried and that were verified there. */
  ingestEntries(entries: readonly VerifiedEntry[], from: string): Promise<Result<"taken", IngestError>> {
    return this.#exclusive(async () => {
      const fresh: VerifiedEntry[] = [];
      for (const entry of entries) if (!(await this.#isKnown(entry))) fresh.push(entry);
      return this.#takeIn(NO_RECORDS, fresh, from);
    });
  }

  /**
   * Makes an entry of our own durable, together with the operations that come with it, and passes it on. `prepare` runs
   * with nothing else in between, so the place that it signs for is still free when the entry is written.
   */
  append(
    prepare: () => Promise<{ readonly entry: VerifiedEntry; readonly operations: readonly StoreOperation[] }>,
  ): Promise<VerifiedEntry> {
    return this.#exclusive(async () => {
      const { entry, operations } = await prepare();
      await this.#write([put(undecidedKey(entry), entry.bytes), ...operations]);
      this.#keepEntries([entry], undefined);
      return entry;
    });
  }

  /** Makes an account and its control entries known here, durably. */
  async introduce(records: NewRecords): Promise<void> {
    await this.#exclusive(() => this.#writeAndKeepRecords(records));
  }

  /** These entries with what vouches for them: everything a stranger needs to verify them. */
  bundle(entries: readonly VerifiedEntry[]): Uint8Array {
    const accounts = [...new Set(entries.map(({ entry }) => entry.account))];
    return encodeBundle({
      version: 1,
      network: this.network.tag,
      accounts: accounts.flatMap((account) => this.directory.record(account) ?? []),
      entries: entries.map((entry) => entry.bytes),
    });
  }

  /**
   * Settles everything that is undecided into a new checkpoint at `time`. For the one replica whose signer is the
   * network's authority. Resolves with the checkpoint when it is durable.
   */
  settle(time: TimeMs, authority: Signer): Promise<VerifiedCheckpoint> {
    return this.#exclusive(async () => {
      const entries = this.undecided.all().slice(0, SETTLED_PER_CHECKPOINT_MAX);
      const records = this.unregistered();
      const input = {
        state: this.#settled,
        ...records,
        entries,
        history: await this.archive.historyFor(entries, this.#settled.height),
        time: timeMs(Math.max(time, this.#settled.time)),
      };
      const reconciliation = reconcile(input);
      const { state, checkpoint } = await sealCheckpoint({
        reconciliation,
        previous: this.#settled,
        signer: authority,
      });
      const record = recordOf(reconciliation, checkpoint, input);
      await this.#commit({
        state,
        reconciliation,
        checkpoint,
        recordBytes: encodeCheckpointRecord(record),
        ...records,
        entries,
      });
      return checkpoint;
    });
  }

  /** Checks a checkpoint record by computing it, and follows it. */
  applyCheckpoint(recordBytes: Uint8Array): Promise<Result<"applied" | "known", ReplayError>> {
    return this.#exclusive(async () => {
      const replayed = await this.#replay(recordBytes);
      if (!replayed.ok) return replayed;
      if (replayed.value === undefined) return ok("known" as const);
      await this.#commit({ ...replayed.value, recordBytes });
      return ok("applied" as const);
    });
  }

  /** Exchanges everything with the hub. Resolves with whether one was in reach, when there is nothing left to exchange. */
  sync(): Promise<boolean> {
    return this.#peers.sync();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const link of this.#options.links) await link.stop();
    this.#peers.close();
    await this.#steps.catch(() => undefined);
    await this.#documents.close();
    await this.#store.write([put(KEY.snapshot, encodeLedgerState(this.#settled))]).catch(() => undefined);
    await this.#store.close();
  }

  // — opening —————————————————————————————————————————————————————————————

  async #load(): Promise<void> {
    for (const { value } of await this.#store.list(PREFIX.inception)) this.#keepRecords(this.#mustExamine(value, []));
    for (const { value } of await this.#store.list(PREFIX.control)) {
      const examined = this.directory.examineControl(value);
      if (!examined.ok) throw this.#damaged("a control entry");
      this.#keepRecords(examined.value);
    }
    await this.#loadSettled();
    for (const { value } of await this.#store.list(PREFIX.evidence)) this.#keepEvidence(this.#mustVerifyProof(value));
    const undecided: VerifiedEntry[] = [];
    for (const { value } of await this.#store.list(PREFIX.undecided)) {
      const decoded = decodeEntry(value, this.network.tag);
      const key = decoded.ok ? this.directory.session(decoded.value.entry.session)?.key : undefined;
      const verified = decoded.ok && key !== undefined ? verifyEntry(decoded.value, key) : undefined;
      if (verified?.ok !== true) throw this.#damaged("an entry");
      undecided.push(verified.value);
    }
    this.#keepEntries(undecided, undefined);
    if (this.#options.session !== undefined) await this.#documents.followLog(this.#options.session);
  }

  async #loadSettled(): Promise<void> {
    const snapshot = await this.#store.get(KEY.snapshot);
    if (snapshot !== undefined) {
      const decoded = decodeLedgerState(snapshot, this.network);
      // A snapshot only saves work: one that cannot be read is made again from the records.
      if (decoded.ok) this.#settled = decoded.value;
    }
    for (;;) {
      const recordBytes = await this.archive.recordBytes((this.#settled.height + 1) as Height);
      if (recordBytes === undefined) break;
      const replayed = await this.#replay(recordBytes);
      if (!replayed.ok || replayed.value === undefined) throw this.#damaged(`checkpoint ${this.#settled.height + 1}`);
      this.#settled = replayed.value.state;
    }
    for (const account of [...this.#unregistered]) this.#forgetIfRegistered(account);
  }

  #mustExamine(inception: Uint8Array, control: readonly Uint8Array[]): NewRecords {
    const examined = this.directory.examine({ inception, control });
    if (!examined.ok) throw this.#damaged("an inception");
    return examined.value;
  }

  #mustVerifyProof(bytes: Uint8Array): EquivocationProof {
    const proof = this.directory.verifyProof(bytes);
    if (proof === undefined) throw this.#damaged("an equivocation proof");
    return proof;
  }

  #damaged(what: string): StoreError {
    return new StoreError("store-damaged", `${this.#store.name}: ${what} cannot be read`);
  }

  // — taking in ———————————————————————————————————————————————————————————

  #examineRecords(bundle: Bundle): Result<NewRecords, RecordError> {
    const inceptions: VerifiedInception[] = [];
    const control: VerifiedControlEntry[] = [];
    for (const record of bundle.accounts) {
      const examined = this.directory.examine(record);
      if (!examined.ok) return examined;
      inceptions.push(...examined.value.inceptions);
      control.push(...examined.value.control);
    }
    return ok({ inceptions, control });
  }

  /** Bounds, writes and keeps: all of it or nothing. */
  async #takeIn(
    records: NewRecords,
    fresh: readonly VerifiedEntry[],
    from: string | undefined,
  ): Promise<Result<"taken", IngestError>> {
    for (const session of new Set(fresh.map(({ entry }) => entry.session))) {
      const more = fresh.filter(({ entry }) => entry.session === session).length;
      if (!this.undecided.hasRoom(session, more)) return err({ type: "too-many-unsettled", session });
    }
    const operations = [...recordOperations(records), ...fresh.map((entry) => put(undecidedKey(entry), entry.bytes))];
    if (operations.length > 0) await this.#write(operations);
    this.#keepRecords(records);
    this.#keepEntries(fresh, from);
    return ok("taken");
  }

  /** The key of each session that the directory knows, or that `records` would make known. */
  #keyOf(session: SessionId, records: NewRecords): PublicKey | undefined {
    const granted = records.control.find((control) => sessionOfGrant(control) === session);
    return this.directory.session(session)?.key ?? granted?.entry.operation.sessionKey;
  }

  async #isKnown({ link, entry }: DecodedEntry): Promise<boolean> {
    if (this.undecided.has(entry.session, link)) return true;
    const settled = await this.archive.entriesAt(entry.session, entry.sequence);
    return settled.some((candidate) => candidate.link === link);
  }

  async #learn(record: Bundle["accounts"][number]): Promise<Result<NewRecords, RecordError>> {
    return this.#exclusive(async () => {
      const examined = this.directory.examine(record);
      if (examined.ok) await this.#writeAndKeepRecords(examined.value);
      return examined;
    });
  }

  async #writeAndKeepRecords(records: NewRecords): Promise<void> {
    if (records.inceptions.length + records.control.length > 0) await this.#write(recordOperations(records));
    this.#keepRecords(records);
  }

  #keepRecords(records: NewRecords): void {
    this.directory.keep(records);
    const accounts = new Set([
      ...records.inceptions.map((inception) => inception.id),
      ...records.control.map((control) => control.entry.account),
    ]);
    for (const account of accounts) {
      this.#unregistered.add(account);
      this.#forgetIfRegistered(account);
      this.#documents.publishAccount(account);
    }
    if (accounts.size > 0) this.#changed();
  }

  #keepEntries(entries: readonly VerifiedEntry[], from: string | undefined): void {
    if (entries.length === 0) return;
    for (const entry of entries) {
      this.undecided.add(entry);
      this.access.note(entry);
      for (const other of this.undecided.at(entry.entry.session, entry.entry.sequence)) {
        const proof = proveEquivocation(entry, other);
        if (proof.ok) this.#keepEvidence(proof.value);
      }
    }
    this.#documents.publishEntries(entries);
    this.#peers.push(entries, from);
    this.#changed();
  }

  #keepEvidence(proof: EquivocationProof): void {
    const place = KEY.evidence(proof.session, proof.sequence);
    if (this.#evidence.has(place)) return;
    this.#evidence.set(place, proof);
    this.#documents.publishEvidence(proof);
  }

  // — settling ————————————————————————————————————————————————————————————

  /** `undefined` when the record is one of those that this replica has. */
  async #replay(recordBytes: Uint8Array): Promise<Result<Omit<Commit, "recordBytes"> | undefined, ReplayError>> {
    const record = decodeCheckpointRecord(recordBytes);
    if (!record.ok) return record;
    const decoded = record.value.entries.flatMap((bytes) => {
      const entry = decodeEntry(bytes, this.network.tag);
      return entry.ok ? [entry.value as VerifiedEntry] : [];
    });
    const history = await this.archive.historyFor(decoded, this.#settled.height);
    const replayed = replayCheckpoint(this.#settled, record.value, history);
    const isKnown =
      !replayed.ok &&
      replayed.error.type === "checkpoint-not-next" &&
      replayed.error.found.height <= this.#settled.height;
    return isKnown ? ok(undefined) : replayed;
  }

  async #commit(commit: Commit): Promise<void> {
    const { height } = commit.state;
    const decided = decidedEntries(commit);
    const proofs = commit.reconciliation.evidence;
    const operations: StoreOperation[] = [
      ...recordOperations(commit),
      put(KEY.checkpoint(height), commit.recordBytes),
      ...(await this.archive.file(height, decided)),
      ...decided.map((entry) => remove(undecidedKey(entry))),
      ...proofs.map((proof) => put(KEY.evidence(proof.session, proof.sequence), encodeEquivocationProof(proof))),
      ...this.#paymentOperations(commit),
    ];
    if (height % SNAPSHOT_EVERY === 0) operations.push(put(KEY.snapshot, encodeLedgerState(commit.state)));
    await this.#write(operations);
    this.#settled = commit.state;
    this.archive.remember(height, { id: commit.checkpoint.id, time: commit.checkpoint.checkpoint.time });
    this.directory.keep(commit);
    for (const entry of decided) {
      this.access.note(entry);
      this.undecided.remove(entry);
      this.#peers.forget(entry.link);
    }
    for (const proof of proofs) this.#keepEvidence(proof);
    for (const account of [...this.#unregistered]) this.#forgetIfRegistered(account);
    this.#emit({ type: "settled", height, entries: decided, verdicts: commit.reconciliation.verdicts });
    this.#peers.announce(height);
    this.#changed();
  }

  #paymentOperations({ state, entries, reconciliation }: Commit): readonly StoreOperation[] {
    const { account } = this.#options;
    if (account === undefined) return [];
    const verdictById = new Map(reconciliation.verdicts.map((verdict) => [verdict.entry, verdict]));
    const disputed = new Set([...this.evidence, ...reconciliation.evidence].flatMap(({ a, b }) => [a.id, b.id]));
    return entries.flatMap((entry) => {
      const verdict = verdictById.get(entry.id);
      const concernsUs =
        entry.entry.account === account || entry.entry.operation.to === account || disputed.has(entry.id);
      return verdict !== undefined && concernsUs
        ? [put(KEY.payment(state.height, entry.id), encodePaymentRow(entry, verdict))]
        : [];
    });
  }

  /** The sequence that a session's first undecided entry has, as far as the ledger is known here. */
  nextSettledSequence(session: SessionId): number {
    const account = this.directory.session(session)?.account;
    return account === undefined ? 0 : (sessionOf(this.#settled, account, session)?.nextSequence ?? 0);
  }

  /** What is known about accounts that the ledger does not have yet. */
  unregistered(): {
    readonly inceptions: readonly VerifiedInception[];
    readonly control: readonly VerifiedControlEntry[];
  } {
    const accounts = [...this.#unregistered];
    return {
      inceptions: accounts.flatMap((account) => {
        const inception = this.directory.inception(account);
        return inception === undefined || accountOf(this.#settled, account)?.keys !== undefined ? [] : [inception];
      }),
      control: accounts.flatMap((account) => {
        const next = accountOf(this.#settled, account)?.control.nextSequence ?? 0;
        return this.directory.control(account).filter((control) => control.entry.sequence >= next);
      }),
    };
  }

  #forgetIfRegistered(account: AccountId): void {
    const state = accountOf(this.#settled, account);
    const control = this.directory.control(account);
    const isRegistered =
      state?.keys !== undefined && control.every((entry) => entry.entry.sequence < state.control.nextSequence);
    if (isRegistered) this.#unregistered.delete(account);
  }

  // — showing —————————————————————————————————————————————————————————————

  /** Asks for a fresh provisional view, once, however much changes before it is made. */
  #changed(): void {
    if (this.#isRefreshDue || this.#isClosed) return;
    this.#isRefreshDue = true;
    this.inBackground(this.#exclusive(() => this.#refresh()));
  }

  async #refresh(): Promise<void> {
    this.#isRefreshDue = false;
    if (this.#options.isProvisional) {
      const entries = this.undecided.all();
      this.#provisional = reconcile({
        state: this.#settled,
        ...this.unregistered(),
        entries,
        history: await this.archive.historyFor(entries, this.#settled.height),
        time: timeMs(Math.max(this.#options.clock.now(), this.#settled.time)),
      });
      for (const proof of this.#provisional.evidence) this.#keepEvidence(proof);
    }
    this.#emit({ type: "changed" });
  }

  #emit(event: ReplicaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  // — one step at a time ——————————————————————————————————————————————————

  #exclusive<Value>(action: () => Promise<Value>): Promise<Value> {
    const step = this.#steps.then(action);
    this.#steps = step.catch(() => undefined);
    return step;
  }

  /** Work that nobody waits for. Only the disk can make it fail, and that is told as an event. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      if (!this.#isClosed) this.#emit({ type: "store-failed", error });
    });
  }

  async #write(operations: readonly StoreOperation[]): Promise<void> {
    await this.#store.write(operations);
  }
}

/** Which of a checkpoint's entries it decided for good. */
function decidedEntries({ entries, reconciliation }: Commit): readonly VerifiedEntry[] {
  const decided = new Set(reconciliation.verdicts.filter(isDecided).map((verdict) => verdict.entry));
  return entries.filter((entry) => decided.has(entry.id));
}
