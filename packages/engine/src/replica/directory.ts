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
    // What the ledger decided is kept without this bound; anything else beyond it could not open a session any more.
    const isFull = isBounded && this.control(inception.id).length + fresh.length > limits.SESSIONS_PER_ACCOUNT_MAX;
    return isFull && fresh.length > 0 ? err({ type: "account-unknown", account: inception.id }) : ok(fresh);
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

  /** Everything that vouches for an account's sessions, oldest first, as it travels in a bundle: no more than fits one. */
  record(account: AccountId): AccountRecord | undefined {
    const inception = this.#inceptions.get(account);
    if (inception === undefined) return undefined;
    const control = this.control(account)
      .toSorted((a, b) => a.entry.sequence - b.entry.sequence)
      .slice(0, limits.SESSIONS_PER_ACCOUNT_MAX);
    return { inception: inception.bytes, control: control.map((entry) => entry.bytes) };
  }
}
