/**
 * The auditor: a second model of reconcile, written from `docs/spec/reconcile.md` and its rule pages and not from the code.
 * It is slow and obvious on purpose: it keeps everything that was ever decided in one list and answers most questions by
 * going through that list. It shares types of core with the package and nothing else; where the two differ, one is wrong.
 */
import type { Network, VerifiedControlEntry, VerifiedEntry, VerifiedInception } from "@amigos/core";
import {
  candidatesOf,
  findForks,
  forkOf,
  isReady,
  predecessorOf,
  whyVoid,
  type AuditedVerdict,
  type Call,
  type PolicyName,
} from "./auditor/call.ts";
import { auditControl, type AuditedControlVerdict } from "./auditor/control.ts";
import { judgeMerits, judgeStanding, reject, type Honour } from "./auditor/ladder.ts";
import {
  byCodeUnits,
  byId,
  createMemory,
  stakedBehind,
  stakedByAll,
  taggedHash,
  takenBy,
  spendOf,
  isDecided,
  type Memory,
} from "./auditor/memory.ts";
import { bringUpToDate, forgetRewards, move, shareRewards, trimOutstanding } from "./auditor/moves.ts";
import { booksOf } from "./auditor/books.ts";
import { attestedSignatures, attestedWeights, findLiars, isCertified, keepAttestations } from "./auditor/witnesses.ts";

export type { AuditedControlVerdict, AuditedVerdict };

export interface AuditInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  readonly time: number;
}

export interface Audit {
  readonly verdicts: readonly AuditedVerdict[];
  readonly control: readonly AuditedControlVerdict[];
  /** A line for each proof: what it proves, and both ids. */
  readonly evidence: readonly string[];
  /** Candidates with more than two thirds of the weight behind them. */
  readonly certified: ReadonlySet<string>;
  /** Candidates that never became ready, and were rejected because their session forked. */
  readonly stranded: ReadonlySet<string>;
}

export class Auditor {
  readonly #memory: Memory;
  readonly #policy: PolicyName;

  constructor(network: Network) {
    this.#memory = createMemory(network);
    this.#policy = network.genesis.policy as PolicyName;
  }

  /** A line for everything that the state holds, in order. */
  books(): readonly string[] {
    return booksOf(this.#memory);
  }

  /** Tells the auditor what the checkpoint of the last call is called: the one thing that it takes from elsewhere. */
  seal(checkpoint: string): void {
    const newest = this.#memory.checkpoints.at(-1);
    if (newest !== undefined)
      this.#memory.checkpoints[this.#memory.checkpoints.length - 1] = { ...newest, id: checkpoint };
  }

  audit({ inceptions, control, entries, time: proposed }: AuditInput): Audit {
    const memory = this.#memory;
    const newest = memory.checkpoints.at(-1) ?? { id: "", time: 0 };
    const time = Math.max(proposed, newest.time);
    const settledBefore = memory.decisions.length;
    const keptBefore = new Map(memory.sessions.map(({ id, kept }) => [id, kept]));
    const beginning = {
      weights: new Map([...memory.accounts.keys()].map((id) => [id, stakedBehind(memory, id)])),
      total: stakedByAll(memory),
      floats: new Map(
        memory.sessions.flatMap(({ id, float }) => [...float].map(([asset, amount]) => [`${id}/${asset}`, amount])),
      ),
      perUnit: memory.perUnit,
    };

    const controlVerdicts = auditControl(memory, { inceptions, control, time });
    const { candidates, answered } = candidatesOf(memory, entries);
    const voids = new Set(candidates.filter(({ entry }) => whyVoid(memory, entry) !== undefined).map(({ id }) => id));
    const forks = findForks(
      memory,
      candidates.filter(({ id }) => !voids.has(id)),
    );
    const call: Call = {
      memory,
      policy: this.#policy,
      time,
      height: memory.checkpoints.length - 1,
      checkpoint: newest.id,
      beginning,
      given: entries,
      candidates,
      voids,
      forks,
      verdicts: new Map(answered.map((verdict) => [verdict.id, verdict])),
    };
    const weights = attestedWeights(call);
    const attested = attestedSignatures(call);
    const stranded = judgeAll(call, weights);

    const decided = memory.decisions.slice(settledBefore);
    for (const { session, sequence } of forks) session.frozenFrom = sequence;
    const living = decided.map(({ verified }) => verified).filter(({ id }) => !voids.has(id));
    const liars = findLiars(memory, keptBefore, living);
    for (const { session, from } of liars) session.frozenFrom = Math.min(from, session.frozenFrom ?? from);
    keepAttestations(call, decided);
    for (const session of memory.sessions) trimOutstanding(memory, session);
    shareRewards(memory);
    memory.signatures.push(...secondSignatures(call), ...attested);
    memory.checkpoints.push({ id: "", time });

    const idsOf = (pair: readonly VerifiedEntry[]): string =>
      pair
        .map(({ id }) => id as string)
        .toSorted(byCodeUnits)
        .join(", ");
    return {
      verdicts: [...call.verdicts.values()].toSorted(byId),
      control: controlVerdicts,
      evidence: [
        ...forks.map(({ session, sequence, pair }) => `equivocation ${session.id}/${sequence}: ${idsOf(pair)}`),
        ...liars.flatMap(({ session, about, pair }) =>
          pair === undefined
            ? []
            : [`double-attestation ${session.id} about ${about.session}/${about.sequence}: ${idsOf(pair)}`],
        ),
      ].toSorted(byCodeUnits),
      certified: new Set([...weights].filter(([, weight]) => isCertified(call, weight)).map(([id]) => id)),
      stranded,
    };
  }
}

// [ORD1] to [ORD3], [VER2], [EQV3]

/** Returns whom a fork left stranded. */
function judgeAll(call: Call, weights: ReadonlyMap<string, bigint>): ReadonlySet<string> {
  const { memory } = call;
  const undecided = (): readonly VerifiedEntry[] => call.candidates.filter(({ id }) => !isDecided(memory, id));
  const honour = honourOf(call, weights);
  const tried = new Set<string>();
  const stranded = new Set<string>();
  let areStrandedDone = false;
  for (;;) {
    const [first] = undecided()
      .filter((candidate) => !tried.has(candidate.id) && isReady(call, candidate))
      .toSorted(byPriority(call, weights));
    if (first !== undefined) {
      tried.add(first.id);
      judgeOne(call, first, honour);
    } else if (areStrandedDone) break;
    else {
      for (const verified of undecided()) {
        const fork = forkOf(call, verified.entry);
        if (fork === undefined) continue;
        stranded.add(verified.id);
        decide(call, verified, reject(verified.id, { code: "session-frozen", frozenFrom: fork.sequence }));
      }
      areStrandedDone = true;
    }
  }
  for (const verified of undecided()) {
    const verdict = judgeStanding(call, verified, honour);
    if (verdict === undefined) throw new Error("what is left waits for something");
    call.verdicts.set(verified.id, verdict);
  }
  return stranded;
}

function judgeOne(call: Call, verified: VerifiedEntry, honour: Honour): void {
  const standing = judgeStanding(call, verified, honour);
  if (standing?.outcome === "deferred") return;
  if (standing !== undefined) {
    decide(call, verified, standing);
    return;
  }
  bringUpToDate(call, verified.entry.account);
  const failure = judgeMerits(call, verified);
  decide(call, verified, failure);
  if (failure === undefined) move(call, verified.entry);
  forgetRewards(call.memory, verified.entry.account);
}

function decide(
  { memory, verdicts, height }: Call,
  verified: VerifiedEntry,
  failure: AuditedVerdict | undefined,
): void {
  const code = failure?.failure?.["code"];
  const isVoid = code === "session-killed" || code === "session-revoked" || code === "session-frozen";
  verdicts.set(verified.id, failure ?? { id: verified.id, outcome: "accepted" });
  memory.decisions.push({ verified, height: height + 1, isAccepted: failure === undefined, isVoid });
}

/** [ORD2] */
function byPriority(
  { beginning, checkpoint }: Call,
  weights: ReadonlyMap<string, bigint>,
): (a: VerifiedEntry, b: VerifiedEntry) => number {
  const weightOf = ({ id }: VerifiedEntry): bigint => weights.get(id) ?? 0n;
  const isCovered = ({ entry }: VerifiedEntry): boolean => {
    const spend = spendOf(entry);
    if (spend === undefined || spend.amount === 0n) return false;
    return spend.amount <= (beginning.floats.get(`${entry.session}/${spend.asset}`) ?? 0n);
  };
  const lotOf = (id: string): string => taggedHash("amigos/priority/1", checkpoint, id);
  return (a, b) => {
    if (weightOf(a) !== weightOf(b)) return weightOf(a) > weightOf(b) ? -1 : 1;
    if (isCovered(a) !== isCovered(b)) return isCovered(a) ? -1 : 1;
    const bySession = byCodeUnits(lotOf(a.entry.session), lotOf(b.entry.session));
    return bySession === 0 ? byCodeUnits(lotOf(a.id), lotOf(b.id)) : bySession;
  };
}

/** [EQV4] to [EQV6] */
function honourOf(call: Call, weights: ReadonlyMap<string, bigint>): Honour {
  const { memory, policy, height } = call;
  const isHonoured = ({ id, entry }: VerifiedEntry): boolean => {
    if (policy === "honour-all") return true;
    if (policy === "freeze-fork") return isCertified(call, weights.get(id) ?? 0n);
    const previous = predecessorOf(call, entry)?.id;
    const isPreviousHonoured = !memory.decisions.some(
      (decision) => decision.verified.id === previous && decision.isVoid && decision.height === height + 1,
    );
    const isFirst = !takenBy(memory, entry.session).some(({ verified }) => verified.entry.sequence === entry.sequence);
    return isPreviousHonoured && isFirst;
  };
  return { isHonoured };
}

/** Further signatures that a record keeps: those that what was decided names as its predecessor's ([CHP5]). */
function secondSignatures({ memory, given, height }: Call): readonly VerifiedEntry[] {
  const named = new Set(
    memory.decisions
      .filter((decision) => decision.height === height + 1 && !decision.isVoid)
      .map(({ verified }) => verified.entry.previous as string),
  );
  return given.filter(({ link }) => named.has(link));
}
