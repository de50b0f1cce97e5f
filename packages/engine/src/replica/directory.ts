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
  openedSession,
  signerOfControl,
  verifyEvidence,
  verifyInception,
  type AccountId,
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
import { verifyControlWith, type KnownKeys } from "@amigos/reconcile";
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

/** What makes records durable. */
export function recordOperations(records: NewRecords): readonly StoreOperation[] {
  return [
    ...records.inceptions.map((inception) => put(KEY.inception(inception.id), inception.bytes)),
    ...records.control.map(({ entry, link, bytes }) => put(KEY.control(entry.account, entry.sequence, link), bytes)),
  ];
}

export class Directory {
  readonly #network: Network;
  readonly #inceptions = new Map<AccountId, VerifiedInception>();
  readonly #control = new Map<AccountId, OrderedControl[]>();
  readonly #links = new Set<Link>();
  readonly #sessions = new Map<SessionId, SessionKey>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** Verifies what a record says and is not known yet. Changes nothing. */
  examine(record: AccountRecord): Result<NewRecords, RecordError> {
    const inception = verifyInception(record.inception, this.#network.id);
    if (!inception.ok) return inception;
    const known = this.#inceptions.get(inception.value.id) ?? inception.value;
    const control = this.#examineControl(record.control, known, true);
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
    const inception = this.#inceptions.get(account);
    if (inception === undefined) return err({ type: "account-unknown", account });
    const control = this.#examineControl([bytes], inception, isBounded);
    return control.ok ? ok({ inceptions: [], control: control.value }) : control;
  }

  #examineControl(
    items: readonly Uint8Array[],
    inception: VerifiedInception,
    isBounded: boolean,
  ): Result<readonly OrderedControl[], RecordError> {
    const fresh: OrderedControl[] = [];
    for (const bytes of items) {
      const decoded = decodeControlEntry(bytes);
      if (!decoded.ok) return decoded;
      const { entry } = decoded.value;
      if (entry.account !== inception.id)
        return err({ type: "wrong-account", expected: inception.id, found: entry.account });
      const verified = verifyControlWith(this.#keysOf(inception, fresh), bytes, entry);
      if (!verified.ok) return verified;
      // A wallet does not carry recoveries yet; whoever settles is given them by other ways.
      if (!isOrdered(verified.value)) return err({ type: "signer-unknown", signer: signerOfControl(entry.operation) });
      if (!this.#links.has(verified.value.link)) fresh.push(verified.value);
    }
    // What the ledger decided is kept without this bound.
    return isBounded && this.#isTooMuch(inception.id, fresh)
      ? err({ type: "account-unknown", account: inception.id })
      : ok(fresh);
  }

  /**
   * Whether it is more than an account has to say. What opens a session has no use beyond as many as it can have, and
   * neither has what ends one; but each has its own room, so that whatever was opened can also be ended.
   */
  #isTooMuch(account: AccountId, fresh: readonly OrderedControl[]): boolean {
    const log = this.control(account);
    const count = (entries: readonly OrderedControl[], room: Room): number =>
      entries.filter(({ entry }) => roomOf(entry.operation) === room).length;
    const rooms = new Set(fresh.map(({ entry }) => roomOf(entry.operation)));
    return [...rooms].some((room) => count(log, room) + count(fresh, room) > limits.SESSIONS_PER_ACCOUNT_MAX);
  }

  /** What is known of an account's keys: those it began with, and those that its rotations brought, by the chain of digests. */
  #keysOf({ id, inception }: VerifiedInception, fresh: readonly OrderedControl[]): KnownKeys {
    const rotations = [...this.control(id), ...fresh].flatMap(({ entry: { operation } }) =>
      operation.type === "rotate" ? [operation] : [],
    );
    const keys = [inception, ...rotations];
    const digests = new Set<KeyDigest>(keys.map(({ nextKeyDigest }) => nextKeyDigest));
    return {
      network: this.#network.id,
      mastersOf: () => keys.map(({ masterKey }) => masterKey),
      recoveriesOf: () => [],
      sessionKeyOf: () => undefined,
      mayBecomeMaster: (_account, signer) => signer.type === "next" && digests.has(keyDigest(signer.key)),
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
      if (opened !== undefined)
        this.#sessions.set(opened.id, { account: control.entry.account, key: opened.terms.sessionKey });
    }
  }

  /** The account that a record begins, if it is known. */
  accountOfRecord(record: AccountRecord): AccountId | undefined {
    const inception = verifyInception(record.inception, this.#network.id);
    return inception.ok && this.#inceptions.has(inception.value.id) ? inception.value.id : undefined;
  }

  session(session: SessionId): SessionKey | undefined {
    return this.#sessions.get(session);
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
   * What an account said about itself, oldest first, as it travels in a bundle: no more than fits one. What vouches for its
   * sessions goes before anything else, and of that the newest: the rest travels in its document.
   */
  record(account: AccountId): AccountRecord | undefined {
    const inception = this.#inceptions.get(account);
    if (inception === undefined) return undefined;
    const log = this.control(account).toSorted((a, b) => a.entry.sequence - b.entry.sequence);
    const chosen = [...log.filter(vouches), ...log.filter((control) => !vouches(control)).toReversed()]
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

/** Whether somebody who does not have it could not verify what a session signs. */
function vouches({ entry: { operation } }: OrderedControl): boolean {
  return roomOf(operation) === "opens" || operation.type === "rotate";
}
