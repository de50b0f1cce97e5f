/**
 * The wallet's own log: where its next entry goes, and the one place where entries are signed. Reserve, then sign: the
 * body with its place is durable before a signature exists, and the entry before anyone sees it. Whatever interrupts
 * that, a crash or a full disk, the same body is signed again before anything else, so one sequence never gets two entries
 * (spec [DEV1]).
 *
 * The log goes on from the last entry that *this device* signed, which it remembers. An entry of the session that it did
 * not sign was made by a copy of the device, or by itself before its data was put back to an older state: then it signs
 * nothing any more, for it would either fork the log or carry on what somebody else began (spec [DEV2]).
 */
import {
  checkpointTag,
  decodeWith,
  encodeWith,
  entrySchema,
  equalBytes,
  firstPrevious,
  limits,
  operationSchema,
  sequence,
  signEntry,
  timeMs,
  type AccountId,
  type Attest,
  type Entry,
  type Float,
  type Height,
  type Operation,
  type Payment,
  type Release,
  type Sequence,
  type SessionId,
  type Signer,
  type Stake,
  type Unstake,
  type VerifiedEntry,
} from "@amigos/core";
import { judgeNext, reconcile, sessionOf, type Failure } from "@amigos/reconcile";
import { KEY, put, remove } from "../journal/journal.ts";
import type { Clock } from "../ports/runtime.ts";
import type { Store, StoreOperation } from "../ports/store.ts";
import type { PreparedEntry, Replica } from "../replica/replica.ts";
import { decodeOwnHead, encodeOwnHead, type OwnHead } from "./own-head.ts";
import { signingUnsafe, WalletError } from "./wallet-error.ts";

export interface OwnLogOptions {
  readonly replica: Replica;
  readonly store: Store;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly account: AccountId;
  readonly session: SessionId;
}

/** What a wallet writes into its log. */
export type OwnOperation = Payment | Float | Release | Stake | Unstake | Attest;

export type OwnEntry<Written extends OwnOperation> = VerifiedEntry & {
  readonly entry: { readonly operation: Written };
};

export interface AppendOptions {
  /** Written together with the reservation, which is a promise: the entry follows, also after a crash. */
  readonly reserved?: readonly StoreOperation[];
  /** Asked when its turn has come, with nothing in between until it is reserved. */
  readonly isStillMeant?: () => boolean;
}

/** What one step in the log does: finish what was reserved before, or begin something new. */
interface Step extends PreparedEntry {
  readonly isNew: boolean;
}

export class OwnLog {
  readonly #options: OwnLogOptions;
  /** As the disk held it when the last step began, or as the last step wrote it. Every step asks the disk again. */
  #head: OwnHead | undefined;
  #isDamaged = false;

  constructor(options: OwnLogOptions) {
    this.#options = options;
  }

  /**
   * Signs and keeps an operation, if every rule would accept it now. What was interrupted before is finished first; when
   * that does the same, it was this very operation, and nothing is paid or set aside twice.
   * @throws {WalletError} `payment-refused`, `float-refused`, `stake-refused` or `attestation-refused`, `session-forked`, `signing-unsafe`, `too-many-unsettled`
   * @throws {StoreError} when the disk does not take it; when its place was reserved, the entry follows with the next one
   */
  async append<Written extends OwnOperation>(
    operation: Written,
    options: AppendOptions = {},
  ): Promise<OwnEntry<Written>> {
    for (;;) {
      const { entry, isNew } = await this.#step(() => this.#begin(operation, options));
      if (isNew || isSame(entry.entry.operation, operation)) return entry as OwnEntry<Written>;
    }
  }

  /** Finishes what a crash interrupted: a place that was reserved gets the very entry it was reserved for. */
  async resume(): Promise<void> {
    try {
      if ((await this.#read()) === undefined) return;
      await this.#step(() => Promise.reject(refusedAsForked()));
    } catch (error) {
      // A copy of this device was faster: what was reserved here was never shown to anybody. Or the end of the log is damaged:
      // then the wallet opens, and signs nothing.
      if (!(error instanceof WalletError)) throw error;
    }
  }

  /** The last place that this device signed, as far as it was read. */
  get lastSigned(): Sequence | undefined {
    return this.#head?.sequence;
  }

  /** Whether what this device signed last cannot be read (spec [DEV7]). */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** Whether another device signs with this session's key, as far as anything here shows it. */
  get isUsedElsewhere(): boolean {
    const { replica, session, account } = this.#options;
    const next = this.#nextSequence();
    const settled = sessionOf(replica.settled, account, session);
    const isAhead = (settled?.nextSequence ?? 0) > next;
    const isBeside = settled?.nextSequence === next && next > 0 && settled.head !== this.#head?.link;
    const isForeign = ({ entry, link }: VerifiedEntry): boolean =>
      entry.sequence >= next || (entry.sequence === this.#head?.sequence && link !== this.#head.link);
    return (
      isAhead ||
      isBeside ||
      settled?.frozenFrom !== undefined ||
      replica.isForked(session) ||
      replica.undecided.ofSession(session).some(isForeign)
    );
  }

  async #step(begin: () => Promise<Step>): Promise<{ readonly entry: VerifiedEntry; readonly isNew: boolean }> {
    let isNew = false;
    const entry = await this.#options.replica.append(async () => {
      const reserved = await this.#read();
      const step = reserved === undefined ? await begin() : await this.#finish(reserved);
      isNew = step.isNew;
      return step;
    });
    return { entry, isNew };
  }

  async #begin(operation: OwnOperation, { reserved = [], isStillMeant }: AppendOptions): Promise<Step> {
    if (isStillMeant?.() === false)
      throw new WalletError({ type: "not-meant-any-more" }, "what was to be signed is not meant any more");
    const body = this.#nextBody(operation);
    const failure = await this.#judge(body);
    if (failure !== undefined) throw refused(operation, failure);
    await this.#options.store.write([put(KEY.reservation, encodeWith(entrySchema, body)), ...reserved]);
    return this.#sign(body, true);
  }

  async #finish(body: Entry): Promise<Step> {
    if (!this.isUsedElsewhere) return this.#sign(body, false);
    await this.#options.store.write([remove(KEY.reservation)]);
    throw refusedAsForked();
  }

  async #sign(body: Entry, isNew: boolean): Promise<Step> {
    const entry = await signEntry(body, this.#options.signer);
    const head = put(KEY.ownHead(this.#options.session), encodeOwnHead(entry));
    return {
      entry,
      operations: [head, remove(KEY.reservation)],
      onDurable: () => {
        this.#head = { sequence: entry.entry.sequence, link: entry.link, time: entry.entry.time };
      },
      isNew,
    };
  }

  /** The end of the log as the disk holds it. Resolves with what is reserved. */
  async #read(): Promise<Entry | undefined> {
    const { store, session } = this.#options;
    const [head, reserved] = [await store.get(KEY.ownHead(session)), await store.get(KEY.reservation)];
    const decodedHead = head === undefined ? undefined : decodeOwnHead(head);
    const decodedBody = reserved === undefined ? undefined : decodeWith(entrySchema, reserved, limits.ENTRY_BYTES_MAX);
    this.#isDamaged = decodedHead?.ok === false || decodedBody?.ok === false;
    if (decodedHead?.ok === false || decodedBody?.ok === false) throw signingUnsafe(store.name);
    this.#head = decodedHead?.value;
    return decodedBody?.value;
  }

  #nextSequence(): number {
    return this.#head === undefined ? 0 : this.#head.sequence + 1;
  }

  #nextBody(operation: OwnOperation): Entry {
    const { replica, session, account, clock } = this.#options;
    if (this.isUsedElsewhere) throw refusedAsForked();
    if (!replica.undecided.hasRoom(session, 1)) {
      const unsettledMax = limits.UNSETTLED_PER_SESSION_MAX;
      throw new WalletError(
        { type: "too-many-unsettled", unsettledMax },
        `${unsettledMax} entries wait to be settled: sync first`,
      );
    }
    return {
      version: 1,
      network: replica.network.tag,
      account,
      session,
      sequence: sequence(this.#nextSequence()),
      previous: this.#head?.link ?? firstPrevious(session),
      // A clock that is behind does not stop payments: it is at least as late as what is settled and signed already.
      time: timeMs(Math.max(clock.now(), this.#head?.time ?? 0, replica.settled.time)),
      checkpoint: { height: replica.settled.height, tag: checkpointTag(replica.settled.checkpoint) },
      operation,
    };
  }

  /** The ladder that the ledger will climb later, on what this account alone has signed: incoming money may not come. */
  async #judge(body: Entry): Promise<Failure | undefined> {
    const { replica, account, clock } = this.#options;
    const { settled } = replica;
    const own = replica.undecided.ofAccount(account);
    const past = await replica.archive.historyFor(own, settled);
    const time = timeMs(Math.max(clock.now(), settled.time));
    const { state } = reconcile({ state: settled, ...replica.unregistered(), entries: own, history: past, time });
    // To the reconciled state, the checkpoint that it began from is a past one already, and the one that the body names.
    const newest = { id: settled.checkpoint, time: settled.time };
    const history = {
      ...past,
      checkpointAt: (height: Height) => (height === settled.height ? newest : past.checkpointAt(height)),
    };
    return judgeNext(state, body, { time, history });
  }
}

function isSame(a: Operation, b: Operation): boolean {
  return equalBytes(encodeWith(operationSchema, a), encodeWith(operationSchema, b));
}

function refusedAsForked(): WalletError {
  return new WalletError(
    { type: "session-forked" },
    "another device signs with this session's key, so nothing was signed",
  );
}

function refused({ type }: OwnOperation, failure: Failure): WalletError {
  const { code } = failure;
  switch (type) {
    case "pay":
      return new WalletError({ type: "payment-refused", failure }, `the ledger would not accept this payment: ${code}`);
    case "float":
    case "release":
      return new WalletError(
        { type: "float-refused", failure },
        `the ledger would not set this aside or give it back: ${code}`,
      );
    case "stake":
    case "unstake":
      return new WalletError(
        { type: "stake-refused", failure },
        `the ledger would not stake this or take it back: ${code}`,
      );
    case "attest":
      return new WalletError(
        { type: "attestation-refused", failure },
        `the ledger would not hear this witness: ${code}`,
      );
  }
}
