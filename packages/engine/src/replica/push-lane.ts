/**
 * The lane by which one peer is pushed entries, and what vouches for them (spec [PEER5], [PEER12]): what it may have and
 * lacks, as soon as that is durable here, in portions that a slow one has time for.
 */
import {
  encodeBundle,
  limits,
  type AccountId,
  type EntryId,
  type Height,
  type Network,
  type OrderedControl,
  type SessionId,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import { LOG_HEADS_MAX, type LogHead, type PeerMessage } from "../peer/messages.ts";
import type { Party } from "./access.ts";
import { messageOf, type KeptReceipt } from "./receipts.ts";
import type { Replica } from "./replica.ts";
import { headOf, WhatPeerHas } from "./what-peer-has.ts";

export interface PushLaneOptions {
  readonly host: Replica;
  readonly network: Network;
  readonly party: Party;
  /** Whether its account has ended its session: it gets nothing. */
  readonly hasEnded: () => boolean;
  readonly send: (message: PeerMessage) => void;
  /** Asks the peer to say when it has taken in all so far. `onEnd` is called once: with `undefined` when the peer is gone. */
  readonly askFlush: (onEnd: (height: Height | undefined) => void) => void;
}

export interface Pushed {
  readonly entries: number;
  readonly bundles: number;
  readonly bytes: number;
}

/** How often what a peer did not take is pushed to it again on one connection. */
const REPUSHES_MAX = 64;
/** Control entries pushed again at once: no peer has room for more that is not settled, and few enough for its backlog. */
const CONTROL_REPUSHED_MAX: number = 3 * limits.SESSIONS_PER_ACCOUNT_MAX;

/** Refusals of what the peer may take another time: its disk was full, a bound was reached that settling frees, or whoever runs it has not let it in yet. */
const PASSING_REFUSALS: ReadonlySet<string> = new Set([
  "not-stored",
  "too-many-unsettled",
  "account-unknown",
  "carried-too-much",
  "account-not-admitted",
  "account-too-fast",
  "account-full",
]);

/**
 * What is pushed before the peer says that it has taken it in (spec [PEER5]): a quarter of what a connection lets wait for a
 * slow reader, and of what a peer may say before it is listened to.
 */
const PORTION: Omit<Pushed, "entries"> = { bundles: 256, bytes: 2 * 1024 * 1024 };

const NOTHING: Pushed = { entries: 0, bundles: 0, bytes: 0 };

export class PushLane {
  readonly #options: PushLaneOptions;
  readonly has: WhatPeerHas;
  /** Since it was taken last. */
  #pushed: Pushed = NOTHING;
  /** Since the peer was asked last to say when it has that. */
  #portion: Pushed = NOTHING;
  /** Whether the peer has not said so yet, and whether something is kept back until then. */
  #isTakingIn = false;
  #isOwed = false;
  /** Whether it refused something that it may take another time. */
  #hasMissed = false;
  #repushes = 0;
  /** Payments of which it was sent a receipt, or sent one. */
  readonly #receipts = new Set<EntryId>();

  constructor(options: PushLaneOptions) {
    this.#options = options;
    this.has = new WhatPeerHas(options.host.undecided);
  }

  /** Says first how far the logs go here, so that nothing of them comes again. */
  greet(): void {
    this.#options.send({ type: "log-heads", heads: this.#heads() });
  }

  /** What a peer says first shows what it has; who begins with something else has nothing. */
  noteMessage(message: PeerMessage): void {
    if (message.type === "log-heads") this.has.noteHeads(message.heads);
    this.beginAnyway();
  }

  /** Pushes also to who has not said yet what it has. */
  beginAnyway(): void {
    if (this.has.hasSpoken) return;
    this.has.noteSpoken();
    this.pushAll();
  }

  pushAll(): void {
    this.push(this.#options.host.undecided.sessions());
    this.pushReceipts(this.#options.host.receipts);
  }

  /** What the peer may have of these and lacks. Nothing before it has said something. */
  push(sessions: readonly SessionId[]): void {
    const { host, send } = this.#options;
    if (!this.has.hasSpoken) return;
    for (const session of sessions) {
      if (!this.#mayHaveLog(session)) continue;
      const { lacking: entries, news } = this.has.lacks(session);
      if (news.length > 0) this.pushReceipts(host.receiptsOf(news));
      if (entries.length === 0) continue;
      if (this.#isTakingIn) return void (this.#isOwed = true);
      const bundle = host.bundle(entries, { isVouched: this.has.notePushed(session, entries) });
      const pushed = { entries: entries.length, bundles: 1, bytes: bundle.length };
      this.#pushed = sum(this.#pushed, pushed);
      this.#portion = sum(this.#portion, pushed);
      send({ type: "bundle", bundle });
      if (this.#portion.bundles >= PORTION.bundles || this.#portion.bytes >= PORTION.bytes) this.#awaitIntake();
    }
  }

  /**
   * What our account said about itself. Each by itself, so that what the peer has no room for keeps nothing else from it.
   * Returns whether it was sent.
   */
  pushControl({ entry: { account }, bytes }: OrderedControl): boolean {
    const { host, network, party, hasEnded, send } = this.#options;
    const inception = host.directory.inception(account);
    if (inception === undefined || hasEnded() || !host.access.mayHaveAccount(party, account)) return false;
    const record = { inception: inception.bytes, control: [bytes] };
    send({
      type: "bundle",
      bundle: encodeBundle({ version: 1, network: network.tag, accounts: [record], entries: [] }),
    });
    return true;
  }

  /** What it may have of these and was not sent, of payments that it has. The hub is not sent any: its checkpoint says more. */
  pushReceipts(receipts: Iterable<KeptReceipt>): void {
    const { host, party, send } = this.#options;
    if (party.role === "hub" || !this.has.hasSpoken) return;
    for (const kept of receipts) {
      const { payment, receipt } = kept;
      if (this.#receipts.has(payment.id) || !this.#mayHaveReceipt(payment, party.account)) continue;
      if (!host.undecided.variantsOf(payment).some(({ link }) => this.has.has(link))) continue;
      const account = host.recordForReceipt(kept);
      const { account: payer, operation } = payment.entry;
      const mayHaveRecord = party.account === payer || host.access.mayHaveAccount(party, operation.to);
      if (account !== undefined && !mayHaveRecord) continue;
      this.#receipts.add(payment.id);
      send({ ...messageOf(receipt), ...(account === undefined ? {} : { account }) });
    }
  }

  /** A receipt is between payer and payee, and whoever carries for them. */
  #mayHaveReceipt({ entry }: VerifiedPayment, reader: AccountId): boolean {
    const isConcerned = reader === entry.account || reader === entry.operation.to;
    return (isConcerned || this.#options.host.access.circle.has(reader)) && this.#mayHaveLog(entry.session);
  }

  /** It sent one. */
  noteReceipt(payment: EntryId): void {
    this.#receipts.add(payment);
  }

  /** Decided entries are not pushed any more, nor are receipts for them. */
  forget(entries: readonly VerifiedEntry[]): void {
    this.has.forget(entries);
    if (this.#receipts.size > 0) for (const { id } of entries) this.#receipts.delete(id);
  }

  noteRefusal(code: string): void {
    if (PASSING_REFUSALS.has(code)) this.#hasMissed = true;
    if (code !== "session-unknown") return;
    const unvouched = this.has.noteUnvouched();
    if (unvouched.length === 0) return;
    this.push(unvouched);
    this.#receipts.clear();
    this.pushReceipts(this.#options.host.receipts);
  }

  /** Pushes again what the peer refused, now that it may take it. */
  pushMissed(): void {
    if (!this.#hasMissed || this.#repushes >= REPUSHES_MAX) return;
    this.#hasMissed = false;
    this.#repushes++;
    this.has.forgetAll();
    this.#receipts.clear();
    for (const control of this.#options.host.unsettledControl().slice(0, CONTROL_REPUSHED_MAX))
      this.pushControl(control);
    this.pushAll();
  }

  /** What was pushed since this was asked last, and whether something is kept back still. */
  takePushed(): { readonly pushed: Pushed; readonly isOwed: boolean } {
    const pushed = this.#pushed;
    this.#pushed = NOTHING;
    return { pushed, isOwed: this.#isOwed };
  }

  /** It is not known whether the peer took this in: whoever asks next counts it again. */
  giveBack(pushed: Pushed): void {
    this.#pushed = sum(this.#pushed, pushed);
  }

  /** How far the logs go that the peer may have and something undecided is of here. */
  #heads(): readonly LogHead[] {
    const { host } = this.#options;
    const sessions = host.undecided.sessions().filter((session) => this.#mayHaveLog(session));
    return sessions
      .slice(0, LOG_HEADS_MAX)
      .flatMap((session) => headOf(host.undecided, session, host.nextSettledSequence(session)) ?? []);
  }

  #mayHaveLog(session: SessionId): boolean {
    const { host, party, hasEnded } = this.#options;
    return !hasEnded() && host.access.mayHaveLog(party, session);
  }

  /** What comes after this portion waits until the peer has it, however long that takes: so a slow one is not cut off. */
  #awaitIntake(): void {
    this.#portion = NOTHING;
    this.#isTakingIn = true;
    this.#options.askFlush((height) => {
      this.#isTakingIn = false;
      if (height === undefined || !this.#isOwed) return;
      this.#isOwed = false;
      this.pushAll();
    });
  }
}

function sum(a: Pushed, b: Pushed): Pushed {
  return { entries: a.entries + b.entries, bundles: a.bundles + b.bundles, bytes: a.bytes + b.bytes };
}
