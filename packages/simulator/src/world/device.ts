/**
 * A phone in the world: what its owner's wallet would know and do. It knows the ledger as of its last contact, signs by
 * the rules that the ledger will use, reserves a place before it signs, and keeps what it was given.
 */
import {
  checkpointTag,
  firstPrevious,
  limits,
  sequence,
  timeMs,
  type EntryId,
  type Entry,
  type EquivocationProof,
  type Operation,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { balanceOf, judgeNext, sessionOf, type FailureCode, type LedgerState } from "@amigos/reconcile";
import type { Ledger, Reconcile } from "./ledger.ts";
import type { Mint } from "./mint.ts";
import { Pocket } from "./pocket.ts";
import { ASSET, type Person } from "./population.ts";

/** Why a phone does not sign: a rule, or something of the phone. */
export type RefusalCode = FailureCode | "too-many-unsettled" | "disk-full" | "died";

export type Prepared =
  | { readonly type: "ready"; readonly body: Entry }
  | { readonly type: "refused"; readonly code: RefusalCode };

export interface DeviceOptions {
  readonly name: string;
  readonly owner: Person;
  readonly isHonest: boolean;
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly reconcile: Reconcile;
  /** Whether what was received and is not settled counts as money. */
  readonly respends: boolean;
}

/** Unsettled payments that one entry may name (design section 10). */
const DEPENDENCIES_MAX = 16;

export class Device {
  readonly name: string;
  readonly owner: Person;
  /** Whether its owner has it, and is no cheat. */
  isHonest: boolean;
  readonly #options: DeviceOptions;
  /** The one that it talks to. A ledger with two faces shows it one. */
  ledger: Ledger;
  #pocket = new Pocket();
  #settled: LedgerState;
  /** The settled state with everything that is known and counts here. */
  #provisional: LedgerState;
  /** What was signed here and is not decided, as far as this phone knows. */
  #own: VerifiedEntry[] = [];
  /** A body whose place is taken, durably, and that is not signed yet. */
  #reserved: Entry | undefined;
  /** How far its clock is off, in ms. */
  clockOffset = 0;
  isDiskFull = false;

  constructor(options: DeviceOptions) {
    this.name = options.name;
    this.owner = options.owner;
    this.isHonest = options.isHonest;
    this.#options = options;
    this.ledger = options.ledger;
    this.#settled = options.ledger.settled;
    this.#provisional = this.#settled;
  }

  get pocket(): Pocket {
    return this.#pocket;
  }

  get settled(): LedgerState {
    return this.#settled;
  }

  get provisional(): LedgerState {
    return this.#provisional;
  }

  get own(): readonly VerifiedEntry[] {
    return this.#own;
  }

  /** What its clock shows when it is `time`. */
  clock(time: TimeMs): TimeMs {
    return timeMs(Math.max(0, time + this.clockOffset));
  }

  /** Everything on it, as a thief copies it: the key too. */
  copy(name: string): Device {
    const copy = new Device({ ...this.#options, name, isHonest: false });
    copy.#pocket = this.#pocket.clone();
    copy.#settled = this.#settled;
    copy.#provisional = this.#provisional;
    copy.#own = [...this.#own];
    copy.clockOffset = this.clockOffset;
    return copy;
  }

  /** What it was before: signed entries that came later are forgotten. */
  restore(backup: Device): void {
    this.#pocket = backup.#pocket.clone();
    this.#settled = backup.#settled;
    this.#provisional = backup.#provisional;
    this.#own = [...backup.#own];
  }

  /** What it would sign, if the rules allow it as far as this phone knows. */
  prepare(operation: Operation, time: TimeMs): Prepared {
    if (this.isDiskFull) return { type: "refused", code: "disk-full" };
    if (this.#own.length >= limits.UNSETTLED_PER_SESSION_MAX) return { type: "refused", code: "too-many-unsettled" };
    if (this.#pocket.evidenceOf(this.owner.session) !== undefined) return { type: "refused", code: "session-frozen" };
    const body = this.bodyOf(operation, time);
    const code = this.judge(body, time);
    return code === undefined ? { type: "ready", body } : { type: "refused", code };
  }

  /** What the rules say of the next entry, as far as this phone knows. */
  judge(body: Entry, time: TimeMs): FailureCode | undefined {
    return judgeNext(this.#provisional, body, { time: this.clock(time), history: this.#history() })?.code;
  }

  /** The next place of the log, whatever the rules say about it. */
  bodyOf(operation: Operation, time: TimeMs): Entry {
    const { owner, settled } = this;
    const dependencies = this.#dependenciesOf(operation);
    const last = this.#own.at(-1);
    const session = sessionOf(settled, owner.account, owner.session);
    return {
      version: 1,
      network: settled.network.tag,
      account: owner.account,
      session: owner.session,
      sequence: sequence(last === undefined ? (session?.nextSequence ?? 0) : last.entry.sequence + 1),
      previous: last?.link ?? session?.head ?? firstPrevious(owner.session),
      time: timeMs(Math.max(this.clock(time), last?.entry.time ?? session?.lastTime ?? 0)),
      checkpoint: { height: settled.height, tag: checkpointTag(settled.checkpoint) },
      ...(dependencies.length === 0 ? {} : { dependencies }),
      operation,
    };
  }

  /** Reserves the place, signs, keeps. After a crash in between, `recover` signs what was reserved and nothing else. */
  async sign(body: Entry): Promise<VerifiedEntry> {
    this.#reserved = body;
    return (await this.recover()) as VerifiedEntry;
  }

  /** What a phone does when it starts again: signs what was reserved, if anything was. */
  async recover(): Promise<VerifiedEntry | undefined> {
    if (this.#reserved === undefined) return undefined;
    const entry = await this.#options.mint.sign(this.#reserved, this.owner.signer);
    this.#reserved = undefined;
    this.#own.push(entry);
    this.#pocket.keep(entry);
    this.#count([entry]);
    return entry;
  }

  /** Takes a place for a body and dies before it signs. */
  reserve(body: Entry): void {
    this.#reserved = body;
  }

  /** Takes what it is given, checked. Returns the proofs that follow from it. */
  receive(entries: Iterable<VerifiedEntry>): readonly EquivocationProof[] {
    if (this.isDiskFull) return [];
    const proofs: EquivocationProof[] = [];
    const fresh: VerifiedEntry[] = [];
    for (const given of entries) {
      if (this.#pocket.has(given.link) || this.#isSettled(given)) continue;
      const key = sessionOf(this.#settled, given.entry.account, given.entry.session)?.key;
      const entry = key === undefined ? undefined : this.#options.mint.receive(given, key, this.#settled.network.tag);
      if (entry === undefined) continue;
      const proof = this.#pocket.keep(entry);
      if (proof !== undefined) proofs.push(proof);
      fresh.push(entry);
    }
    this.#count(fresh.filter((entry) => this.#counts(entry)));
    return proofs;
  }

  /** Takes what others prove. Returns what is news. */
  receiveEvidence(proofs: readonly EquivocationProof[]): readonly EquivocationProof[] {
    return proofs.flatMap((proof) => this.#pocket.noteEvidence(proof) ?? []);
  }

  /** Follows the ledger to a state, and lets go of what it has decided. */
  follow(state: LedgerState): void {
    if (state === this.#settled) return;
    this.#settled = state;
    this.#own = this.#own.filter((entry) => !this.#isSettled(entry));
    this.#pocket.drop((entry) => this.#isSettled(entry));
    this.#provisional = state;
    this.#count(this.#counted());
  }

  #counted(): readonly VerifiedEntry[] {
    if (this.#options.respends) return [...this.#pocket.all()];
    if (!this.owner.isShared) return this.#own;
    return [...this.#own, ...[...this.#pocket.all()].filter((entry) => this.#counts(entry))];
  }

  #history() {
    return this.ledger.past.historyAt(this.#settled.height);
  }

  #isSettled({ id }: VerifiedEntry): boolean {
    return this.ledger.past.isSettled(id, this.#settled.height);
  }

  /** Of what it holds, what counts here beside what it signed: everything, or what the other phones of an honest account signed. */
  #counts({ entry }: VerifiedEntry): boolean {
    if (this.#options.respends) return true;
    const { account, session, isShared } = this.owner;
    return isShared && this.isHonest && entry.account === account && entry.session !== session;
  }

  /** Brings the provisional state up to date with more entries. */
  #count(entries: readonly VerifiedEntry[]): void {
    if (entries.length === 0) return;
    const { state } = this.#options.reconcile({
      state: this.#provisional,
      inceptions: [],
      control: [],
      entries,
      history: this.#history(),
      time: timeMs(Math.max(this.#provisional.time, ...entries.map(({ entry }) => entry.time))),
    });
    this.#provisional = state;
  }

  /** Unsettled payments to us that a payment rests on, when what is settled does not cover it. */
  #dependenciesOf(operation: Operation): readonly EntryId[] {
    if (!this.#options.respends || operation.type !== "pay") return [];
    const { account } = this.owner;
    let covered = balanceOf(this.#settled, account, ASSET.code) as bigint;
    for (const { entry } of this.#own) if (entry.operation.type === "pay") covered -= entry.operation.amount;
    if (covered >= operation.amount) return [];
    const incoming: EntryId[] = [];
    for (const { id, entry } of this.#pocket.all())
      if (entry.operation.type === "pay" && entry.operation.to === account) incoming.push(id);
    return incoming.slice(-DEPENDENCIES_MAX).toSorted();
  }
}
