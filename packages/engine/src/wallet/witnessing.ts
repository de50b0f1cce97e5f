/**
 * Witnessing (spec [DEV10]): a device whose account has weight says of the logs of its circle what it saw there first, by
 * itself and while nobody has a network, so that a payment can be certified before it is settled. Its account never says two
 * things of one place, as far as is known here: what it said counts from its own logs, from the ledger, and from a row that
 * is written with the reservation of the entry in which it says so.
 */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  limits,
  type AccountId,
  type Attest,
  type EntryId,
  type Link,
  type Schema,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { accountOf, sessionOf, type SessionState } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { KeyVaultError } from "../ports/key-vault.ts";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import type { OwnLog } from "./own-log.ts";
import { WalletError } from "./wallet-error.ts";

export interface WitnessingOptions {
  readonly replica: Replica;
  readonly store: Store;
  readonly log: OwnLog;
  readonly account: AccountId;
  readonly session: SessionId;
}

/** An entry of a log that was attested. */
interface Witnessed {
  readonly sequence: Sequence;
  readonly head: Link;
}

const ROW_BYTES_MAX = 64;
/** The other half of a log's room is for what its owner does. */
const UNSETTLED_MAX: number = limits.UNSETTLED_PER_SESSION_MAX / 2;
/** As many as the ledger keeps of one account about one log (spec [WIT5]): so nobody fills the other half. */
const ATTESTED_PER_LOG_MAX = 8;

const witnessedSchema: Schema<Witnessed> = body<Witnessed>({
  sequence: field(0, integer<Sequence>()),
  head: field(1, id<Link>()),
});

export class Witnessing {
  readonly #options: WitnessingOptions;
  /** By log. `unknown`: what it said of it cannot be read, so it says nothing more of it. */
  readonly #witnessed = new Map<SessionId, Witnessed | "unknown">();
  #isUnderWay = false;
  #isDue = false;

  constructor(options: WitnessingOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const { key, value } of await this.#options.store.list(PREFIX.witnessed)) {
      const row = decodeWith(witnessedSchema, value, ROW_BYTES_MAX);
      this.#witnessed.set(key.slice(PREFIX.witnessed.length) as SessionId, row.ok ? row.value : "unknown");
    }
  }

  /** Says what there is to say now. One round at a time, and another when something changed meanwhile. */
  async review(): Promise<void> {
    this.#isDue = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        await this.#forgetSettled();
        await this.#attestAll();
      }
    } finally {
      this.#isUnderWay = false;
    }
  }

  async #attestAll(): Promise<void> {
    const { replica, account, session } = this.#options;
    if ((accountOf(replica.settled, account)?.weight ?? 0n) === 0n) return;
    const [accepted, said] = [acceptedOf(replica), this.#saidInLogs()];
    for (const other of replica.undecided.sessions()) {
      const attested = this.#toAttest(other, accepted, said);
      if (attested === undefined) continue;
      if (replica.undecided.sizeOf(session) >= UNSETTLED_MAX) return;
      if (!(await this.#attest(attested, accepted))) return;
    }
  }

  /** What the undecided logs of our account say, by the log that it is about: this device's and others'. */
  #saidInLogs(): ReadonlyMap<SessionId, readonly Witnessed[]> {
    const { replica, account } = this.#options;
    const byLog = new Map<SessionId, Witnessed[]>();
    for (const { entry } of replica.undecided.ofAccount(account)) {
      const { operation } = entry;
      if (operation.type !== "attest") continue;
      byLog.set(operation.session, [...(byLog.get(operation.session) ?? []), operation]);
    }
    return byLog;
  }

  /** Whether the log takes it: a session that may not attest, or signs nothing any more, stays silent. */
  async #attest({ entry, link }: VerifiedEntry, accepted: ReadonlySet<EntryId>): Promise<boolean> {
    const { sequence, session, account } = entry;
    const said: Witnessed = { sequence, head: link };
    const operation: Attest = { type: "attest", account, session, sequence, head: link };
    try {
      await this.#options.log.append(operation, {
        reserved: [put(KEY.witnessed(session), encodeWith(witnessedSchema, said))],
        // What came since may speak against it.
        isStillMeant: () => this.#toAttest(session, accepted, this.#saidInLogs())?.link === link,
      });
    } catch (error) {
      // What was reserved is said later, and nothing else of that place: the disk knows.
      await this.load();
      if (error instanceof WalletError || error instanceof KeyVaultError) return false;
      throw error;
    }
    this.#witnessed.set(session, said);
    return true;
  }

  /**
   * The newest entry of a log of the circle that does more than attest, that the ledger would accept, and before which nothing
   * is forked or missing; if it goes on from everything that our account has said of that log.
   */
  #toAttest(
    session: SessionId,
    accepted: ReadonlySet<EntryId>,
    saidInLogs: ReadonlyMap<SessionId, readonly Witnessed[]>,
  ): VerifiedEntry | undefined {
    const { replica, account } = this.#options;
    const owner = replica.directory.session(session)?.account;
    if (owner === undefined || owner === account || !replica.circle.has(owner) || replica.isForked(session))
      return undefined;
    const known = sessionOf(replica.settled, owner, session);
    if (known === undefined || known.frozenFrom !== undefined) return undefined;
    const said = this.#saidOf(session, known, saidInLogs.get(session) ?? []);
    if (said === undefined || said.length >= ATTESTED_PER_LOG_MAX) return undefined;
    const chain = unbroken(replica.undecided.ofSession(session), known);
    let from = 0;
    for (const { sequence, head } of said) {
      const place = sequence - known.nextSequence;
      if (chain[place]?.link !== head) return undefined;
      from = Math.max(from, place + 1);
    }
    return chain
      .slice(from)
      .findLast(({ id: entry, entry: { operation } }) => operation.type !== "attest" && accepted.has(entry));
  }

  /**
   * What our account has said of the places of a log that the ledger has not decided: by this device and by others, as far as
   * it is known here. Nothing at all when that cannot be read.
   */
  #saidOf(
    session: SessionId,
    { nextSequence, attested }: SessionState,
    inLogs: readonly Witnessed[],
  ): readonly Witnessed[] | undefined {
    const row = this.#witnessed.get(session);
    if (row === "unknown") return undefined;
    const kept = attested.filter(({ witness }) => witness === this.#options.account);
    const all = [...inLogs, ...kept, ...(row === undefined ? [] : [row])].filter(
      ({ sequence }) => sequence >= nextSequence,
    );
    return [...new Map(all.map(({ sequence, head }) => [`${sequence}/${head}`, { sequence, head }])).values()];
  }

  /** Of what is settled nothing is attested any more, so nothing has to be remembered. */
  async #forgetSettled(): Promise<void> {
    const { replica, store } = this.#options;
    const past = [...this.#witnessed].filter(
      ([session, said]) => said !== "unknown" && replica.nextSettledSequence(session) > said.sequence,
    );
    if (past.length === 0) return;
    await store.write(past.map(([session]) => remove(KEY.witnessed(session))));
    for (const [session] of past) this.#witnessed.delete(session);
  }
}

/** From where the ledger stands, up to the first place that is missing or claimed twice. */
function unbroken(
  entries: readonly VerifiedEntry[],
  from: { readonly nextSequence: Sequence; readonly head: Link },
): readonly VerifiedEntry[] {
  const chain: VerifiedEntry[] = [];
  let previous = from.head;
  for (const [index, verified] of entries.entries()) {
    const { sequence } = verified.entry;
    if (sequence !== from.nextSequence + index || verified.entry.previous !== previous) break;
    if (entries[index + 1]?.entry.sequence === sequence) break;
    chain.push(verified);
    previous = verified.link;
  }
  return chain;
}

function acceptedOf({ outlook }: Replica): ReadonlySet<EntryId> {
  const verdicts = outlook.reconciliation?.verdicts ?? [];
  return new Set(verdicts.flatMap(({ entry, outcome }) => (outcome === "accepted" ? [entry] : [])));
}
