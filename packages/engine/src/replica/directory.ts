/**
 * Who is who: the inceptions and control entries that this replica has verified, and from them which key signs for which
 * session. What a bundle, a handshake or a document says about an account is checked here once and remembered.
 */
import {
  decodeControlEntry,
  decodeEvidence,
  err,
  limits,
  ok,
  isOrdered,
  keyDigest,
  linkOf,
  openedSession,
  signerOfControl,
  verifyEvidence,
  verifyInception,
  type AccountId,
  type AccountKeys,
  type AccountRecord,
  type ControlEntryError,
  type EquivocationProof,
  type InceptionError,
  type Link,
  type Network,
  type PublicKey,
  type Result,
  type SessionId,
  type KeyDigest,
  type OrderedControl,
  type OrderedOperation,
  type VerifiedInception,
} from "@amigos/core";
import {
  merkleRows,
  verifyControlWith,
  wouldAct,
  type AccountState,
  type KnownKeys,
  type LedgerState,
} from "@amigos/reconcile";
import { KEY, put } from "../journal/journal.ts";
import type { StoreOperation } from "../ports/store.ts";

export type RecordError =
  | InceptionError
  | ControlEntryError
  /** Nothing here vouches for it, or there is no room for another stranger, or for more of what it says about itself. */
  | { readonly type: "account-unknown"; readonly account: AccountId };

/** What was new in a record, verified and in order. The caller makes it durable and then calls `keep`. */
export interface NewRecords {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly OrderedControl[];
}

export interface SessionKey {
  readonly account: AccountId;
  readonly key: PublicKey;
}

/** An account, and the keys that it began with as far as is known here. */
interface KeyOwner {
  readonly id: AccountId;
  readonly begun: AccountKeys;
}

/** What makes records durable. */
export function recordOperations(records: NewRecords): readonly StoreOperation[] {
  return [
    ...records.inceptions.map((inception) => put(KEY.inception(inception.id), inception.bytes)),
    ...records.control.map(({ entry, link, bytes }) => put(KEY.control(entry.account, entry.sequence, link), bytes)),
  ];
}

export class Directory {
  readonly #network: Network;
  readonly #accountOf: (account: AccountId) => AccountState | undefined;
  readonly #inceptions = new Map<AccountId, VerifiedInception>();
  readonly #control = new Map<AccountId, OrderedControl[]>();
  readonly #links = new Set<Link>();
  readonly #sessions = new Map<SessionId, SessionKey>();
  /** Anybody may open a session for a key that he has seen: whose it is nobody but its device can say. */
  readonly #accountsByKey = new Map<PublicKey, Set<AccountId>>();

  /** `accountOf`: an account as the ledger has it, which bounds what is kept of what it says. */
  constructor(network: Network, accountOf: (account: AccountId) => AccountState | undefined) {
    this.#network = network;
    this.#accountOf = accountOf;
  }

  /** Verifies what a record says and is not known yet. Changes nothing. */
  examine(
    record: AccountRecord,
    { isBounded = true }: { readonly isBounded?: boolean } = {},
  ): Result<NewRecords, RecordError> {
    const inception = verifyInception(record.inception, this.#network.id);
    if (!inception.ok) return inception;
    const known = this.#inceptions.get(inception.value.id) ?? inception.value;
    const control = this.#examineControl(record.control, { id: known.id, begun: known.inception }, isBounded);
    if (!control.ok) return control;
    return ok({ inceptions: known === inception.value ? [inception.value] : [], control: control.value });
  }

  /** The same for one item of an account that is known: what a set document carries, or a row of the journal. */
  examineControl(
    bytes: Uint8Array,
    { isBounded = true }: { readonly isBounded?: boolean } = {},
  ): Result<NewRecords, RecordError> {
    const decoded = decodeControlEntry(bytes);
    if (!decoded.ok) return decoded;
    const account = decoded.value.entry.account;
    // Who started knows accounts by the ledger whose inceptions were before.
    const begun = this.#inceptions.get(account)?.inception ?? this.#accountOf(account)?.keys;
    if (begun === undefined) return err({ type: "account-unknown", account });
    const control = this.#examineControl([bytes], { id: account, begun }, isBounded);
    return control.ok ? ok({ inceptions: [], control: control.value }) : control;
  }

  #examineControl(
    items: readonly Uint8Array[],
    owner: KeyOwner,
    isBounded: boolean,
  ): Result<readonly OrderedControl[], RecordError> {
    const fresh: OrderedControl[] = [];
    for (const bytes of items) {
      const decoded = decodeControlEntry(bytes);
      if (!decoded.ok) return decoded;
      const { entry } = decoded.value;
      if (entry.account !== owner.id) return err({ type: "wrong-account", expected: owner.id, found: entry.account });
      // What a payment travels with is mostly known: nobody makes us verify the same again and again.
      if (this.#links.has(linkOf(decoded.value.entryId, decoded.value.signature))) continue;
      const verified = verifyControlWith(this.#keysOf(owner, fresh, !isBounded), bytes, entry);
      if (!verified.ok) return verified;
      // What has no place travels by a lane of its own (`recoveries.ts`).
      if (!isOrdered(verified.value)) return err({ type: "signer-unknown", signer: signerOfControl(entry.operation) });
      fresh.push(verified.value);
    }
    // What the ledger decided is kept without this bound.
    if (!isBounded) return ok(fresh);
    const useful = this.#withoutDead(owner, fresh);
    return this.#isTooMuch(owner, useful) ? err({ type: "account-unknown", account: owner.id }) : ok(useful);
  }

  /**
   * Whether it is more than an account has to say that the ledger has not decided. What opens a session has no use beyond
   * as many as it can have, and neither has what ends one; but each has its own room, so that whatever was opened can also
   * be ended, and so have the key that the account has, the one that it may rotate to, and all others together, so that
   * nobody who has an old key takes the room of the owner. Not settled are so 9 times 64 entries at most; beside them there
   * are those that the ledger took, and what each of those made useless: what stood here at its place, within this bound.
   */
  #isTooMuch({ id, begun }: KeyOwner, fresh: readonly OrderedControl[]): boolean {
    const known = this.#accountOf(id);
    const keys = known?.keys ?? begun;
    const roomOfEntry = ({ entry, key }: OrderedControl): string =>
      `${signerRoomOf(key, keys)} ${roomOf(entry.operation)}`;
    const count = (entries: readonly OrderedControl[], room: string): number =>
      entries.filter((control) => roomOfEntry(control) === room).length;
    const waiting = this.control(id).filter((control) => !isDead(control, known));
    return [...new Set(fresh.map(roomOfEntry))].some(
      (room) => count(waiting, room) + count(fresh, room) > limits.SESSIONS_PER_ACCOUNT_MAX,
    );
  }

  /** What lost its place before it came here is of no use but to verify its session, and is kept while that is little. */
  #withoutDead({ id }: KeyOwner, fresh: readonly OrderedControl[]): readonly OrderedControl[] {
    const known = this.#accountOf(id);
    const passed = known?.control.nextSequence ?? 0;
    // At every place that is passed one entry is the ledger's own.
    const dead = this.control(id).filter((control) => isDead(control, known)).length - passed;
    let room = limits.SESSIONS_PER_ACCOUNT_MAX - Math.max(0, dead);
    return fresh.filter((control) => !isDead(control, known) || room-- > 0);
  }

  /**
   * What is known of an account's keys: those it began with, those that its rotations brought, by the chain of digests, those
   * that a recovery won, and those that it has by the ledger: who started lacks what was before. That a recovery was won says
   * the ledger alone, and so `isDecided` what it has filed.
   */
  #keysOf({ id, begun }: KeyOwner, fresh: readonly OrderedControl[], isDecided: boolean): KnownKeys {
    const changes = [...this.control(id), ...fresh].flatMap(({ entry: { operation } }) =>
      operation.type === "rotate" || operation.type === "recovery-complete" ? [operation] : [],
    );
    const settled = this.#accountOf(id)?.keys;
    const keys = [begun, ...changes, ...(settled === undefined ? [] : [settled])];
    const digests = new Set<KeyDigest>(keys.map(({ nextKeyDigest }) => nextKeyDigest));
    return {
      network: this.#network.id,
      mastersOf: () => keys.map(({ masterKey }) => masterKey),
      recoveriesOf: () => [],
      sessionKeyOf: () => undefined,
      mayBecomeMaster: (_account, signer) =>
        signer.type === "next" ? digests.has(keyDigest(signer.key)) : isDecided || settled?.masterKey === signer.key,
    };
  }

  keep(records: NewRecords): void {
    for (const inception of records.inceptions) {
      if (!this.#inceptions.has(inception.id)) this.#inceptions.set(inception.id, inception);
    }
    for (const control of records.control) {
      if (this.#links.has(control.link)) continue;
      this.#links.add(control.link);
      const log = this.#control.get(control.entry.account) ?? [];
      log.push(control);
      this.#control.set(control.entry.account, log);
      const opened = openedSession(control);
      if (opened !== undefined) this.#meet(opened.id, control.entry.account, opened.terms.sessionKey);
    }
  }

  #meet(session: SessionId, account: AccountId, key: PublicKey): void {
    this.#sessions.set(session, { account, key });
    const accounts = this.#accountsByKey.get(key) ?? new Set();
    accounts.add(account);
    this.#accountsByKey.set(key, accounts);
  }

  /** Which key signs for which session, by a state that is taken over: whoever replays learns it from control entries. */
  meetAll({ accounts }: LedgerState): void {
    for (const [account, { sessions }] of merkleRows(accounts))
      for (const { id, key } of sessions.values())
        if (!this.#sessions.has(id)) this.#meet(id, account as AccountId, key);
  }

  /** The account that a record begins, if it is known. */
  accountOfRecord(record: AccountRecord): AccountId | undefined {
    const inception = verifyInception(record.inception, this.#network.id);
    return inception.ok && this.#inceptions.has(inception.value.id) ? inception.value.id : undefined;
  }

  session(session: SessionId): SessionKey | undefined {
    return this.#sessions.get(session);
  }

  /** Which accounts opened a session for a key, in the order in which that came here, whatever became of it. */
  accountsOfKey(key: PublicKey): ReadonlySet<AccountId> {
    return this.#accountsByKey.get(key) ?? new Set();
  }

  /** Whether a session of the account that is known has this key. */
  hasSessionKey(account: AccountId, key: PublicKey): boolean {
    return this.control(account).some((control) => openedSession(control)?.terms.sessionKey === key);
  }

  /** An equivocation proof of a session that is known, checked. */
  verifyProof(bytes: Uint8Array): EquivocationProof | undefined {
    const claimed = decodeEvidence(bytes, this.#network.tag);
    const key = claimed.ok ? this.session(claimed.value.session)?.key : undefined;
    const proof = key === undefined ? undefined : verifyEvidence(bytes, { network: this.#network.tag, key });
    return proof?.ok === true && proof.value.type === "equivocation" ? proof.value : undefined;
  }

  accounts(): readonly AccountId[] {
    return [...this.#inceptions.keys()];
  }

  inception(account: AccountId): VerifiedInception | undefined {
    return this.#inceptions.get(account);
  }

  control(account: AccountId): readonly OrderedControl[] {
    return this.#control.get(account) ?? [];
  }

  /**
   * What an account said about itself, oldest first, as it travels in a bundle: no more than fits one. What vouches for
   * `sessions` goes before anything else, then its other keys, then its other sessions, then the rest, of each the newest:
   * what is left travels in its document.
   */
  record(account: AccountId, sessions: Iterable<SessionId> = []): AccountRecord | undefined {
    const inception = this.#inceptions.get(account);
    if (inception === undefined) return undefined;
    const wanted = new Set(sessions);
    const rank = (control: OrderedControl): number => {
      const opened = openedSession(control);
      if (opened !== undefined) return wanted.has(opened.id) ? 0 : 2;
      const { type } = control.entry.operation;
      return type === "rotate" || type === "recovery-complete" ? 1 : 3;
    };
    const chosen = this.control(account)
      .toSorted((a, b) => rank(a) - rank(b) || b.entry.sequence - a.entry.sequence)
      .slice(0, limits.SESSIONS_PER_ACCOUNT_MAX)
      .toSorted((a, b) => a.entry.sequence - b.entry.sequence);
    return { inception: inception.bytes, control: chosen.map(({ bytes }) => bytes) };
  }
}

type Room = "opens" | "revokes" | "other";

function roomOf({ type }: OrderedOperation): Room {
  if (type === "grant" || type === "upgrade") return "opens";
  return type === "revoke" ? "revokes" : "other";
}

/** Whose room it takes. */
function signerRoomOf(key: PublicKey, { masterKey, nextKeyDigest }: AccountKeys): "present" | "next" | "other" {
  if (key === masterKey) return "present";
  return keyDigest(key) === nextKeyDigest ? "next" : "other";
}

/** Whether its place is passed and it ends nothing any more: settled, or of no use. */
function isDead({ entry, key }: OrderedControl, known: AccountState | undefined): boolean {
  if (known === undefined || entry.sequence >= known.control.nextSequence) return false;
  return key !== known.keys?.masterKey || !wouldAct(entry.operation, known);
}
