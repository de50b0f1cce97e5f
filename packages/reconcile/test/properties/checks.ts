/**
 * What must hold over every history, however hostile, and whatever the conflict policy (spec, "Properties"): one function
 * each. The tests beside this file run them over some histories, `pnpm fuzz` over as many as there is time for.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import {
  decodeEvidence,
  encodeEvidence,
  orThrow,
  verifyEvidence,
  type AssetCode,
  type EntryId,
  type Evidence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import {
  createGenesisState,
  decodeCheckpointRecord,
  decodeLedgerState,
  encodeCheckpointRecord,
  encodeLedgerState,
  merkleRows,
  reconcile,
  replayCheckpoint,
  stateRoot,
  supplyOf,
  type ControlVerdict,
  type LedgerState,
  type Reconciliation,
  type SessionState,
  type Verdict,
} from "../../src/index.ts";
import { Auditor, type AuditedControlVerdict, type AuditedVerdict } from "../auditor.ts";
import { spendOf } from "../auditor/memory.ts";
import { booksOfState } from "../support/books-of-state.ts";
import { DAY, MemoryHistory, type Step } from "../support/ledger.ts";
import type { Given, Played } from "../support/play.ts";

/** `seed` decides whatever a check does at random, so that it does the same again. */
export type Check = (played: Played, seed: number) => void | Promise<void>;

/** [PROP6] A second model agrees on every verdict, proof and row. */
export const agreesWithAuditor: Check = (played) => {
  const auditor = new Auditor(played.ledger.network);
  for (const { step, given } of stepsOf(played)) {
    const audit = auditor.audit(given);
    const { verdicts, control, evidence } = step.reconciliation;
    deepEqual(control.map(toAuditedControl), audit.control);
    deepEqual(verdicts.map(toAudited), audit.verdicts);
    deepEqual(evidence.map(evidenceLine).toSorted(), audit.evidence);
    deepEqual(differenceOf(booksOfState(step.after), auditor.books()), { packageOnly: [], auditorOnly: [] });
    auditor.seal(step.after.checkpoint);
  }
};

/** [PROP1] [REC1] The same set gives the same root, verdicts and evidence. */
export const isFunctionOfTheSet: Check = (played, seed) => {
  const past = new MemoryHistory();
  const shuffle = shuffler(seed);
  for (const { step, given } of stepsOf(played)) {
    const { entries, inceptions, control, time } = given;
    const again = reconcile({
      state: step.before,
      history: past,
      time,
      entries: shuffle(entries),
      inceptions: shuffle(inceptions),
      control: shuffle(control),
    });
    deepEqual(summaryOf(again), summaryOf(step.reconciliation));
    past.keep(step.after, step.kept);
  }
};

/** [REC2] What is decided is ignored ever after. */
export const settledStays: Check = ({ ledger }) => {
  const decided = new Set<EntryId>();
  for (const { reconciliation } of ledger.steps) {
    for (const { entry, outcome } of reconciliation.verdicts) {
      equal(outcome === "ignored", decided.has(entry));
      if (outcome === "accepted" || outcome === "rejected") decided.add(entry);
    }
  }
};

/** [STA3] Value is neither made nor lost, and nothing is below zero. */
export const valueStays: Check = ({ ledger }) => {
  const staked = ledger.network.genesis.assets[0]?.code;
  for (const { after } of ledger.steps) {
    const held = new Map<AssetCode, bigint>();
    const add = (asset: AssetCode | undefined, amount: bigint): void => {
      ok(asset !== undefined && amount > 0n, "what is held is above zero");
      held.set(asset, (held.get(asset) ?? 0n) + amount);
    };
    for (const [, { balances, sessions, stakes, unbonding }] of merkleRows(after.accounts)) {
      for (const [asset, amount] of balances) add(asset, amount);
      for (const { float } of sessions.values()) for (const [asset, amount] of float) add(asset, amount);
      for (const amount of stakes.values()) add(staked, amount);
      for (const { amount } of unbonding) add(staked, amount);
    }
    deepEqual(held, supplyOf(ledger.network));
  }
};

/** [PROP2] No session spends more than a limit allows, in one payment, in a UTC day, or outstanding. */
export const limitsHold: Check = (played) => {
  const sessions = sessionsOf(played.ledger.state);
  const spentByDay = new Map<string, bigint>();
  const spends: {
    readonly session: SessionId;
    readonly asset: string;
    readonly amount: bigint;
    readonly height: number;
  }[] = [];
  for (const { step, given } of stepsOf(played)) {
    const height = step.after.height;
    const newestNamed = new Map<SessionId, number>();
    for (const { entry } of acceptedOf(step.reconciliation, given)) {
      const spend = spendOf(entry);
      if (spend === undefined) continue;
      const { asset, amount } = spend;
      const row = `${entry.session}/${asset}/${Math.floor(entry.time / DAY)}`;
      const spent = (spentByDay.get(row) ?? 0n) + amount;
      spentByDay.set(row, spent);
      spends.push({ session: entry.session, asset, amount, height });
      newestNamed.set(entry.session, Math.max(newestNamed.get(entry.session) ?? 0, entry.checkpoint.height));
      for (const permission of sessions.get(entry.session)?.permissions ?? []) {
        if (!("asset" in permission) || permission.asset !== asset) continue;
        ok((permission.type === "SEND_LIMIT_TX" ? amount : spent) <= permission.amount, `a limit of ${entry.session}`);
      }
    }
    // Whatever was accepted last counted everything since the checkpoint that it named, and named none above this one.
    for (const [session, named] of newestNamed) {
      for (const { asset, amount: limit } of sessions.get(session)?.offlineLimits ?? []) {
        const since = spends.filter(
          (spend) => spend.session === session && spend.asset === asset && spend.height > named,
        );
        ok(since.reduce((sum, { amount }) => sum + amount, 0n) <= limit, `the offline limit of ${session}`);
      }
    }
  }
};

/** [PROP3] Nothing is accepted of a session that has ended, and no end is taken back. */
export const endsHold: Check = (played) => {
  const { expiryGraceMs } = played.ledger.network.genesis.parameters;
  for (const { step, given } of stepsOf(played)) {
    const [before, after] = [sessionsOf(step.before), sessionsOf(step.after)];
    const generations = new Map([...merkleRows(step.after.accounts)].map(([id, { generation }]) => [id, generation]));
    for (const { entry } of acceptedOf(step.reconciliation, given)) {
      const session = after.get(entry.session);
      ok(session !== undefined);
      ok(entry.sequence < (before.get(entry.session)?.frozenFrom ?? Number.POSITIVE_INFINITY), "not frozen");
      ok(entry.sequence < (session.revokedFrom ?? Number.POSITIVE_INFINITY), "not revoked");
      equal(session.generation, generations.get(entry.account));
      ok(entry.time < session.expiry && step.after.time <= session.expiry + expiryGraceMs, "not expired");
    }
    for (const [id, { frozenFrom, revokedFrom }] of before) {
      const later = after.get(id);
      for (const [earlierEnd, laterEnd] of [
        [frozenFrom, later?.frozenFrom],
        [revokedFrom, later?.revokedFrom],
      ] as const)
        ok(earlierEnd === undefined || (laterEnd !== undefined && laterEnd <= earlierEnd), "an end stays");
    }
  }
};

/** [PROP4] Every proof verifies for a stranger, and what is frozen is frozen for one. */
export const evidenceVerifies: Check = ({ ledger }) => {
  const { tag } = ledger.network;
  for (const { before, after, reconciliation } of ledger.steps) {
    const [earlier, later] = [sessionsOf(before), sessionsOf(after)];
    const proven = new Set<SessionId>();
    for (const proof of reconciliation.evidence) {
      proven.add(proof.session);
      const session = later.get(proof.session);
      ok(session?.frozenFrom !== undefined);
      ok(session.frozenFrom <= Math.max(proof.a.entry.sequence, proof.b.entry.sequence), "frozen where it is proven");
      const bytes = encodeEvidence(proof);
      equal(orThrow(decodeEvidence(bytes, tag)).session, proof.session);
      ok(verifyEvidence(bytes, { network: tag, key: session.key }).ok, `a proof of ${proof.type}`);
    }
    const frozen = [...later].filter(([id, { frozenFrom }]) => frozenFrom !== earlier.get(id)?.frozenFrom);
    for (const [id] of frozen) ok(proven.has(id), "a freeze has its proof");
  }
};

/** [PROP5] A replica that replays the records, from a snapshot at any height, gets the same roots. */
export const replays: Check = async ({ ledger, prologue }, seed) => {
  const { network, steps } = ledger;
  // What every history begins with is replayed now and then.
  const from = seed % 8 === 0 ? 0 : prologue;
  const resumeAt = from + (seed % (steps.length - from));
  const past = new MemoryHistory();
  for (const { after, kept } of steps.slice(0, from)) past.keep(after, kept);
  let state = steps[from]?.before ?? createGenesisState(network);
  for (const [index, { record, after }] of steps.entries()) {
    if (index < from) continue;
    if (index === resumeAt) state = orThrow(decodeLedgerState(encodeLedgerState(state), network));
    const carried = orThrow(decodeCheckpointRecord(encodeCheckpointRecord(record)));
    const replayed = orThrow(await replayCheckpoint(state, carried, () => past));
    state = replayed.state;
    past.keep(state, replayed.entries);
    deepEqual([stateRoot(state), state.checkpoint], [stateRoot(after), after.checkpoint]);
  }
};

/** [PROP7] No certified candidate loses to one that is not, by a fork or for want of funds. */
export const certifiedWins: Check = (played) => {
  const auditor = new Auditor(played.ledger.network);
  const past = new MemoryHistory();
  for (const { step, given } of stepsOf(played)) {
    const { certified, stranded } = auditor.audit(given);
    auditor.seal(step.after.checkpoint);
    const accepted = acceptedOf(step.reconciliation, given);
    const frozen = failedOf(step.reconciliation, "session-frozen");
    for (const { id, entry } of given.entries) {
      if (!frozen.has(id) || !certified.has(id) || stranded.has(id)) continue;
      const winner = accepted.find(
        (other) => other.entry.session === entry.session && other.entry.sequence === entry.sequence,
      );
      ok(winner === undefined || certified.has(winner.id), `${id} lost its place to what nobody saw`);
    }
    const poor = [...failedOf(step.reconciliation, "insufficient-funds")].filter((id) => certified.has(id));
    if (poor.length > 0) {
      const entries = withoutUncertified(given.entries, certified);
      const alone = failedOf(reconcile({ ...given, state: step.before, history: past, entries }), "insufficient-funds");
      for (const id of poor) ok(alone.has(id), `what ${id} needed was spent by what nobody saw`);
    }
    past.keep(step.after, step.kept);
  }
};

/** [STA5] A snapshot decodes to the same state, byte for byte. */
export const snapshotsDecode: Check = ({ ledger }, seed) => {
  const some = ledger.steps.filter((_step, index) => index % 4 === seed % 4 || index === ledger.steps.length - 1);
  for (const { after } of some) {
    const bytes = encodeLedgerState(after);
    const decoded = orThrow(decodeLedgerState(bytes, ledger.network));
    deepEqual(encodeLedgerState(decoded), bytes);
    equal(stateRoot(decoded), stateRoot(after));
  }
};

function failedOf({ verdicts }: Reconciliation, code: string): ReadonlySet<EntryId> {
  return new Set(
    verdicts.flatMap((verdict) =>
      verdict.outcome === "rejected" && verdict.failure.code === code ? [verdict.entry] : [],
    ),
  );
}

/** What is certified, what witnesses say, and whatever either waits for. */
function withoutUncertified(
  entries: readonly VerifiedEntry[],
  certified: ReadonlySet<string>,
): readonly VerifiedEntry[] {
  const wanted = new Set(
    entries.filter(({ id, entry }) => certified.has(id) || entry.operation.type === "attest").map(({ id }) => id),
  );
  for (let size = 0; size < wanted.size;) {
    size = wanted.size;
    for (const { id, entry } of entries) {
      if (!wanted.has(id)) continue;
      const before = entries.filter(({ link }) => link === entry.previous).map((other) => other.id);
      for (const named of [...before, ...(entry.dependencies ?? [])]) wanted.add(named);
    }
  }
  return entries.filter(({ id }) => wanted.has(id));
}

function stepsOf({ ledger, given }: Played): readonly { readonly step: Step; readonly given: Given }[] {
  return ledger.steps.map((step, index) => {
    const input = given[index];
    ok(input !== undefined, "a step for everything given");
    return { step, given: input };
  });
}

function toAudited(verdict: Verdict): AuditedVerdict {
  const { entry: id, outcome } = verdict;
  return verdict.outcome === "accepted" ? { id, outcome } : { id, outcome, failure: verdict.failure };
}

function toAuditedControl(verdict: ControlVerdict): AuditedControlVerdict {
  const { id, outcome, hasActed = false } = verdict;
  if (verdict.outcome === "accepted") return { id, outcome, hasActed };
  const { failure } = verdict;
  const due = failure.code === "recovery-waiting" ? { due: failure.due } : {};
  return { id, outcome, code: failure.code, ...due, hasActed };
}

function evidenceLine(proof: Evidence): string {
  const pair = `${proof.a.id}, ${proof.b.id}`;
  return proof.type === "equivocation"
    ? `equivocation ${proof.session}/${proof.sequence}: ${pair}`
    : `double-attestation ${proof.session} about ${proof.about.session}/${proof.about.sequence}: ${pair}`;
}

/** Two long lists differ in a few lines, and those are what one wants to see. */
function differenceOf(
  ours: readonly string[],
  theirs: readonly string[],
): { readonly packageOnly: readonly string[]; readonly auditorOnly: readonly string[] } {
  return {
    packageOnly: ours.filter((line) => !theirs.includes(line)),
    auditorOnly: theirs.filter((line) => !ours.includes(line)),
  };
}

function summaryOf({ state, verdicts, control, evidence }: Reconciliation): unknown {
  return { root: stateRoot(state), verdicts, control, evidence: evidence.map(encodeEvidence) };
}

/** The same members in another order, some of them more than once. */
function shuffler(seed: number): <Item>(items: readonly Item[]) => readonly Item[] {
  let state = seed >>> 0;
  // A linear congruential generator (Numerical Recipes): any order will do, as long as the seed gives it again.
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return <Item>(items: readonly Item[]): readonly Item[] => {
    const rest = [...items];
    const mixed: Item[] = [];
    while (rest.length > 0) {
      const [item] = rest.splice(next(rest.length), 1) as [Item];
      mixed.push(item, ...(next(5) === 0 ? [item] : []));
    }
    return mixed;
  };
}

function acceptedOf({ verdicts }: Reconciliation, { entries }: Given): readonly VerifiedEntry[] {
  const accepted = new Set(verdicts.filter(({ outcome }) => outcome === "accepted").map(({ entry }) => entry));
  return [...new Map(entries.filter(({ id }) => accepted.has(id)).map((entry) => [entry.id, entry])).values()];
}

function sessionsOf(state: LedgerState): ReadonlyMap<SessionId, SessionState> {
  return new Map<SessionId, SessionState>(
    [...merkleRows(state.accounts)].flatMap(([, { sessions }]): [SessionId, SessionState][] => [...sessions]),
  );
}
