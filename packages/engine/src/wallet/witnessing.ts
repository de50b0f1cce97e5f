/**
 * Witnessing (spec [DEV10]): a device whose account has weight says of others' logs what it saw there first, by itself and
 * while nobody has a network, so that a payment can be certified before it is settled. It never says two things of one
 * place: what it said last of a log is written with the reservation of the entry in which it says so.
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
  type Link,
  type Schema,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { accountOf, sessionOf } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
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

/** The newest entry of a log that was attested. */
interface Witnessed {
  readonly sequence: Sequence;
  readonly head: Link;
}

const ROW_BYTES_MAX = 64;
/** The other half of a log's room is for what its owner does. */
const UNSETTLED_MAX: number = limits.UNSETTLED_PER_SESSION_MAX / 2;

const witnessedSchema: Schema<Witnessed> = body<Witnessed>({
  sequence: field(0, integer<Sequence>()),
  head: field(1, id<Link>()),
});

export class Witnessing {
  readonly #options: WitnessingOptions;
  /** `unknown`: what it said of the log cannot be read, so it says nothing more of it. */
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
    for (const other of replica.undecided.sessions()) {
      const attested = this.#toAttest(other);
      if (attested === undefined) continue;
      if (replica.undecided.sizeOf(session) >= UNSETTLED_MAX) return;
      if (!(await this.#attest(attested))) return;
    }
  }

  /** Whether the log takes it: a session that may not attest, or signs nothing any more, stays silent. */
  async #attest({ entry, link }: VerifiedEntry): Promise<boolean> {
    const { sequence, session, account } = entry;
    const said: Witnessed = { sequence, head: link };
    const operation: Attest = { type: "attest", account, session, sequence, head: link };
    try {
      await this.#options.log.append(operation, [put(KEY.witnessed(session), encodeWith(witnessedSchema, said))]);
    } catch (error) {
      // What was reserved is said later, and nothing else of that place: the disk knows.
      await this.load();
      if (error instanceof WalletError) return false;
      throw error;
    }
    this.#witnessed.set(session, said);
    return true;
  }

  /**
   * The newest entry of a log that does more than attest, that the ledger would accept, and before which nothing is forked or
   * missing; if it goes on from what was attested last.
   */
  #toAttest(session: SessionId): VerifiedEntry | undefined {
    const { replica, account } = this.#options;
    const owner = replica.directory.session(session)?.account;
    if (owner === undefined || owner === account || replica.isForked(session)) return undefined;
    const known = sessionOf(replica.settled, owner, session);
    if (known === undefined || known.frozenFrom !== undefined) return undefined;
    const chain = unbroken(replica.undecided.ofSession(session), known);
    const before = this.#witnessed.get(session);
    const attested =
      before === undefined ? -1 : chain.findIndex(({ link }) => before !== "unknown" && link === before.head);
    if (before !== undefined && attested < 0) return undefined;
    const accepted = acceptedOf(replica);
    return chain
      .slice(attested + 1)
      .findLast(({ id: entry, entry: { operation } }) => operation.type !== "attest" && accepted.has(entry));
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

function acceptedOf({ outlook }: Replica): ReadonlySet<string> {
  const verdicts = outlook.reconciliation?.verdicts ?? [];
  return new Set(verdicts.flatMap(({ entry, outcome }) => (outcome === "accepted" ? [entry] : [])));
}
