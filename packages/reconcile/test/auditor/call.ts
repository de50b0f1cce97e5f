/** What lies before the auditor in one call: candidates, what is void, who forked, what waits for what ([ORD1], [EQV1]). */
import type { Entry, VerifiedEntry } from "@amigos/core";
import {
  byCodeUnits,
  isBefore,
  isDecided,
  lowestLinks,
  rowOf,
  sessionOf,
  type AuditedSession,
  type Memory,
} from "./memory.ts";

export type PolicyName = "honour-all" | "single-branch" | "freeze-fork";

/** What became of an entry, as the package would say it. */
export interface AuditedVerdict {
  readonly id: string;
  readonly outcome: "accepted" | "rejected" | "deferred" | "ignored";
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface Fork {
  readonly session: AuditedSession;
  readonly sequence: number;
  readonly pair: readonly VerifiedEntry[];
}

/** What the state held when the call began. */
export interface Beginning {
  readonly weights: ReadonlyMap<string, bigint>;
  readonly total: bigint;
  /** By session and asset. */
  readonly floats: ReadonlyMap<string, bigint>;
  readonly perUnit: bigint;
}

export interface Call {
  readonly memory: Memory;
  readonly policy: PolicyName;
  readonly time: number;
  /** Of the state; what is decided settles with the next. */
  readonly height: number;
  /** Of the state. */
  readonly checkpoint: string;
  readonly beginning: Beginning;
  /** With every signature that was given. */
  readonly given: readonly VerifiedEntry[];
  /** One signature of each. */
  readonly candidates: readonly VerifiedEntry[];
  readonly voids: ReadonlySet<string>;
  readonly forks: readonly Fork[];
  readonly verdicts: Map<string, AuditedVerdict>;
}

/** What an entry builds on in its log: the beginning, or an entry that is given or settled. */
export interface Predecessor {
  /** Nothing at the beginning of a log. */
  readonly id: string | undefined;
  readonly time: number;
  readonly height: number;
}

export function candidatesOf(
  memory: Memory,
  given: readonly VerifiedEntry[],
): { readonly candidates: readonly VerifiedEntry[]; readonly answered: readonly AuditedVerdict[] } {
  const candidates: VerifiedEntry[] = [];
  const answered: AuditedVerdict[] = [];
  for (const verified of lowestLinks(given)) {
    const { id, entry } = verified;
    const { account, session } = entry;
    if (isDecided(memory, id)) answered.push({ id, outcome: "ignored", failure: { code: "duplicate" } });
    else if (memory.accounts.get(account)?.keys === undefined)
      answered.push({ id, outcome: "deferred", failure: { code: "account-unknown", account } });
    else if (sessionOf(memory, account, session) === undefined)
      answered.push({ id, outcome: "deferred", failure: { code: "session-unknown", account, session } });
    else candidates.push(verified);
  }
  return { candidates, answered };
}

export function sessionOfEntry(memory: Memory, { account, session }: Entry): AuditedSession {
  const found = sessionOf(memory, account, session);
  if (found === undefined) throw new Error("a candidate's session is known");
  return found;
}

/** Why the state alone rejects an entry, whatever else is given. */
export function whyVoid(memory: Memory, entry: Entry): Readonly<Record<string, unknown>> | undefined {
  const session = sessionOfEntry(memory, entry);
  const { generation } = session.terms;
  const current = rowOf(memory, session.account).generation;
  if (generation < current) return { code: "session-killed", generation, current };
  if (!isBefore(session.revokedFrom, entry.sequence))
    return { code: "session-revoked", revokedFrom: session.revokedFrom };
  if (!isBefore(session.frozenFrom, entry.sequence)) return { code: "session-frozen", frozenFrom: session.frozenFrom };
  return undefined;
}

/** [EQV1], [EQV2] */
export function findForks(memory: Memory, living: readonly VerifiedEntry[]): readonly Fork[] {
  return memory.sessions.flatMap((session) => {
    const isOfSession = ({ entry }: VerifiedEntry): boolean => entry.session === session.id;
    const newcomers = living.filter(isOfSession);
    const settled = memory.decisions.map(({ verified }) => verified).filter(isOfSession);
    const places = newcomers
      .map(({ entry }) => entry.sequence as number)
      .filter((place) => [...newcomers, ...settled].filter(({ entry }) => entry.sequence === place).length > 1);
    if (places.length === 0) return [];
    const sequence = Math.min(...places);
    const lowestFirst = (entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] =>
      entries.filter(({ entry }) => entry.sequence === sequence).toSorted((a, b) => byCodeUnits(a.id, b.id));
    const pair = [...lowestFirst(settled).slice(0, 1), ...lowestFirst(newcomers)].slice(0, 2);
    return [{ session, sequence, pair }];
  });
}

/** The fork that an entry lies at or beyond, if one is found in this call. */
export function forkOf({ forks, memory }: Call, entry: Entry): Fork | undefined {
  if (whyVoid(memory, entry) !== undefined) return undefined;
  return forks.find(({ session, sequence }) => session.id === entry.session && entry.sequence >= sequence);
}

/** [LOG3]: nothing while what `previous` names is not known. */
export function predecessorOf({ memory, given }: Call, entry: Entry): Predecessor | undefined {
  if (entry.sequence === 0)
    return entry.previous === (entry.session as string) ? { id: undefined, time: 0, height: 0 } : undefined;
  const known = [...memory.decisions.map(({ verified }) => verified), ...memory.signatures, ...given];
  const named = known.find(
    ({ link, entry: other }) =>
      link === entry.previous && other.session === entry.session && other.sequence === entry.sequence - 1,
  );
  return named && { id: named.id, time: named.entry.time, height: named.entry.checkpoint.height };
}

/** The predecessor, once it is decided. */
export function decidedPredecessorOf(call: Call, entry: Entry): Predecessor | undefined {
  const previous = predecessorOf(call, entry);
  return previous?.id === undefined || isDecided(call.memory, previous.id) ? previous : undefined;
}

/** [ORD1] */
export function isReady(call: Call, { id, entry }: VerifiedEntry): boolean {
  if (call.voids.has(id)) return true;
  return (
    decidedPredecessorOf(call, entry) !== undefined &&
    (entry.dependencies ?? []).every((named) => isDecided(call.memory, named))
  );
}

/** What an entry has to wait for before it is judged. */
export function waitsFor(call: Call, entry: Entry): readonly string[] {
  const previous = predecessorOf(call, entry)?.id;
  return [...(previous === undefined ? [] : [previous]), ...(entry.dependencies ?? [])];
}

/**
 * The candidates that this call will decide. It can be told before anything is judged, since no outcome decides whether
 * another entry waits: what is void and what forked is decided anyway; the rest needs a past that is decided, a time that
 * has come, and a checkpoint that exists.
 */
export function willBeDecided(call: Call): ReadonlySet<string> {
  const { clockSkewMs } = call.memory.network.genesis.parameters;
  const sure = new Set<string>();
  const isSure = ({ id, entry }: VerifiedEntry): boolean => {
    if (call.voids.has(id) || forkOf(call, entry) !== undefined) return true;
    if (entry.time > call.time + clockSkewMs || entry.checkpoint.height > call.height) return false;
    if (predecessorOf(call, entry) === undefined) return false;
    return waitsFor(call, entry).every((named) => sure.has(named) || isDecided(call.memory, named));
  };
  for (;;) {
    const more = call.candidates.filter((candidate) => !sure.has(candidate.id) && isSure(candidate));
    if (more.length === 0) return sure;
    for (const { id } of more) sure.add(id);
  }
}
