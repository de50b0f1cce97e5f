/** The auditor's ladder: each step is one rule page, in the order of [LAD2]. */
import type { Entry, SessionTerms, VerifiedEntry } from "@amigos/core";
import {
  decidedPredecessorOf,
  forkOf,
  isReady,
  sessionOfEntry,
  whyVoid,
  type AuditedVerdict,
  type Call,
} from "./call.ts";
import {
  atMostAnAmount,
  balanceOf,
  headOf,
  isDecided,
  nextSequenceOf,
  rowOf,
  spendOf,
  sum,
  takenBy,
} from "./memory.ts";
import type { AuditedSession } from "./memory.ts";

type Failure = Readonly<Record<string, unknown>>;

export interface Honour {
  /** Whether the policy honours an entry at or beyond a fork. */
  readonly isHonoured: (verified: VerifiedEntry) => boolean;
}

const DAY_MS = 86_400_000;
const VALIDATORS_MAX = 16;
const UNBONDING_MAX = 16;

/** Rules 4 to 11: whether an entry is void, and whether it can be judged at all. Nothing here reads what money there is. */
export function judgeStanding(call: Call, verified: VerifiedEntry, { isHonoured }: Honour): AuditedVerdict | undefined {
  const { memory, height } = call;
  const { id, entry } = verified;
  const dead = whyVoid(memory, entry);
  if (dead !== undefined) return reject(id, dead);
  const fork = forkOf(call, entry);
  if (fork !== undefined && isReady(call, verified) && !isHonoured(verified))
    return reject(id, { code: "session-frozen", frozenFrom: fork.sequence });

  if (decidedPredecessorOf(call, entry) === undefined) {
    const nextSequence = nextSequenceOf(memory, entry.session);
    return defer(id, { code: "previous-missing", previous: entry.previous, nextSequence });
  }
  const dependency = entry.dependencies?.find((named) => !isDecided(memory, named));
  if (dependency !== undefined) return defer(id, { code: "dependency-missing", dependency });
  const { time } = entry;
  const { clockSkewMs } = memory.network.genesis.parameters;
  if (time > call.time + clockSkewMs)
    return defer(id, { code: "time-in-future", time, judgedFrom: time - clockSkewMs });
  if (entry.checkpoint.height > height)
    return defer(id, { code: "checkpoint-ahead", height: entry.checkpoint.height, known: height });
  return undefined;
}

/** Rules 12 to 28: on the merits, of an entry whose account is up to date. */
export function judgeMerits(call: Call, { id, entry }: VerifiedEntry): AuditedVerdict | undefined {
  const session = sessionOfEntry(call.memory, entry);
  const failure =
    failsTerms(call, entry, session) ??
    failsPast(call, entry) ??
    failsForm(call, entry) ??
    failsLimits(call, entry, session) ??
    failsMoney(call, entry, session);
  return failure && reject(id, failure);
}

function failsTerms({ memory, time: ledgerTime }: Call, entry: Entry, { terms }: AuditedSession): Failure | undefined {
  const { expiryGraceMs: graceMs } = memory.network.genesis.parameters;
  const { time, operation } = entry;
  const { notBefore, expiry, regions, recipients } = terms;
  if (time < notBefore) return { code: "session-not-yet-valid", time, notBefore };
  const expired = { code: "session-expired", time, expiry, ledgerTime, graceMs };
  if (time >= expiry) return { ...expired, reason: "signed-late" };
  if (ledgerTime > expiry + graceMs) return { ...expired, reason: "settled-late" };

  const missing = missingPermission(entry, terms);
  if (missing !== undefined)
    return {
      code: "permission-missing",
      permission: missing,
      asset: operation.type === "attest" ? "" : operation.asset,
    };

  const spend = spendOf(entry);
  if (spend === undefined) return undefined;
  const { region } = entry;
  if (regions !== undefined) {
    if (region === undefined) return { code: "region-not-allowed", reason: "not-said" };
    if (!regions.some((allowed) => region === allowed || region.startsWith(`${allowed}-`)))
      return { code: "region-not-allowed", reason: "outside" };
  }
  if (recipients !== undefined && !recipients.some((recipient) => recipient === spend.to))
    return { code: "recipient-not-allowed", to: spend.to };
  return undefined;
}

function missingPermission({ operation }: Entry, { permissions }: SessionTerms): string | undefined {
  const has = (type: string): boolean => permissions.some((permission) => permission.type === type);
  switch (operation.type) {
    case "pay":
    case "float": {
      const names = permissions.some((permission) => "asset" in permission && permission.asset === operation.asset);
      return has("SEND_UNLIMITED") || names ? undefined : "SEND";
    }
    case "stake":
    case "unstake":
      return has("STAKE_MANAGE") ? undefined : "STAKE_MANAGE";
    case "execute":
      return has("IMPORT_EXECUTE") ? undefined : "IMPORT_EXECUTE";
    case "release":
    case "attest":
      return has("READ_ONLY") ? "SEND" : undefined;
  }
}

function failsPast(call: Call, entry: Entry): Failure | undefined {
  const { clockSkewMs, offlineMsMax } = call.memory.network.genesis.parameters;
  const { time } = entry;
  const { height, tag } = entry.checkpoint;
  const previous = decidedPredecessorOf(call, entry);
  const checkpoint = call.memory.checkpoints[height];
  if (previous === undefined || checkpoint === undefined) throw new Error("what waits is not judged");
  const backwards = { code: "time-went-backwards", time };
  if (time < previous.time) return { ...backwards, reason: "before-previous", earliest: previous.time };
  const earliest = checkpoint.time - clockSkewMs;
  if (time < earliest) return { ...backwards, reason: "before-checkpoint", earliest };
  const expected = checkpoint.id.slice(0, 16);
  if (tag !== expected) return { code: "checkpoint-unknown", height, tag, expected };
  if (height < previous.height) return { code: "checkpoint-went-backwards", height, lowest: previous.height };
  if (time < call.time - offlineMsMax)
    return { code: "offline-too-long", time, ledgerTime: call.time, limitMs: offlineMsMax };
  return undefined;
}

function failsForm({ memory }: Call, { account, operation }: Entry): Failure | undefined {
  if (operation.type === "attest") return undefined;
  const { asset } = operation;
  if (!memory.network.genesis.assets.some(({ code }) => code === asset)) return { code: "asset-unknown", asset };
  if (operation.type === "execute") return undefined;
  const { amount } = operation;
  if (amount === 0n) return { code: "amount-invalid", reason: "zero", amount };
  if (operation.type === "pay" && operation.to === account)
    return { code: "amount-invalid", reason: "to-self", amount };
  return undefined;
}

function failsLimits(call: Call, entry: Entry, session: AuditedSession): Failure | undefined {
  const spend = spendOf(entry);
  if (spend === undefined) return undefined;
  const { asset, amount: asked } = spend;

  const perPayment = lowest(session, "SEND_LIMIT_TX", asset);
  if (perPayment !== undefined && asked > perPayment)
    return { code: "limit-per-transaction", asset, limit: perPayment, asked, left: perPayment };

  const perDay = lowest(session, "SEND_LIMIT_DAILY", asset);
  if (perDay !== undefined) {
    const day = Math.floor(entry.time / DAY_MS);
    const openDay = openDayOf(call, session);
    const used = day < openDay ? perDay : spentOn(call, session, { asset, day });
    const renewsAt = (day < openDay ? openDay : day + 1) * DAY_MS;
    if (used + asked > perDay)
      return { code: "limit-per-day", asset, limit: perDay, used, asked, left: perDay - used, renewsAt };
  }

  const offline = session.terms.offlineLimits?.find((limit) => limit.asset === asset)?.amount;
  if (offline !== undefined) {
    const { height } = entry.checkpoint;
    const lastCheckpoint = headOf(call.memory, session.id, call.height)?.entry.checkpoint.height ?? 0;
    const rows = session.outstanding.filter((row) => row.asset === asset && row.height > height);
    const used = height < lastCheckpoint ? offline : atMostAnAmount(sum(rows.map(({ amount }) => amount)));
    const left = used < offline ? offline - used : 0n;
    if (used + asked > offline) return { code: "limit-offline", asset, limit: offline, used, asked, left };
  }
  return undefined;
}

function failsMoney(call: Call, { account: id, operation }: Entry, session: AuditedSession): Failure | undefined {
  const { memory } = call;
  if (operation.type === "attest") return undefined;
  const { asset } = operation;
  const asked = operation.type === "execute" ? operation.fee : operation.amount;
  const setAside = session.float.get(asset) ?? 0n;
  const balance = balanceOf(memory, id, asset);
  const short = (left: bigint): Failure | undefined =>
    asked > left ? { code: "insufficient-funds", asset, asked, left } : undefined;
  const account = rowOf(memory, id);
  switch (operation.type) {
    case "release":
      return asked > setAside ? { code: "float-exceeded", asset, asked, left: setAside } : undefined;
    case "unstake": {
      const staked = account.stakes.get(operation.validator) ?? 0n;
      const due = call.time + memory.network.genesis.parameters.unbondingMs;
      if (asset !== memory.stakedAsset) return stakeFailure("other-asset", asked);
      if (asked > staked) return stakeFailure("not-staked", asked, staked);
      return account.unbonding.length >= UNBONDING_MAX && !account.unbonding.some((row) => row.due === due)
        ? stakeFailure("too-many-unbonding", asked)
        : undefined;
    }
    case "stake":
      if (asset !== memory.stakedAsset) return stakeFailure("other-asset", asked);
      if (!account.stakes.has(operation.validator) && account.stakes.size >= VALIDATORS_MAX)
        return stakeFailure("too-many-validators", asked);
      return short(balance);
    case "float":
      return short(balance);
    case "pay":
    case "execute":
      return short(setAside + balance);
  }
}

function stakeFailure(reason: string, asked: bigint, left = 0n): Failure {
  return { code: "stake-rules", reason, asked, left };
}

function openDayOf(call: Call, session: AuditedSession): number {
  const earlier = takenBy(call.memory, session.id).filter(({ height }) => height <= call.height);
  return Math.max(0, ...earlier.map(({ verified }) => Math.floor(verified.entry.time / DAY_MS)));
}

function spentOn(
  { memory }: Call,
  session: AuditedSession,
  { asset, day }: { readonly asset: string; readonly day: number },
): bigint {
  const spends = takenBy(memory, session.id)
    .filter(({ isAccepted, verified }) => isAccepted && Math.floor(verified.entry.time / DAY_MS) === day)
    .map(({ verified }) => spendOf(verified.entry));
  return sum(spends.map((spend) => (spend?.asset === asset ? spend.amount : 0n)));
}

function lowest({ terms }: AuditedSession, type: string, asset: string): bigint | undefined {
  const limits = terms.permissions.flatMap((permission) =>
    permission.type === type && "asset" in permission && permission.asset === asset ? [permission.amount] : [],
  );
  return limits.toSorted((a, b) => (a < b ? -1 : 1))[0];
}

export function reject(id: string, failure: Failure): AuditedVerdict {
  return { id, outcome: "rejected", failure };
}

function defer(id: string, failure: Failure): AuditedVerdict {
  return { id, outcome: "deferred", failure };
}
