/**
 * The auditor: a second model of reconcile, written from `docs/spec/reconcile.md` and its rule pages and not from the code.
 * It is slow and obvious on purpose: it keeps everything that was ever decided in one list and answers every question by
 * going through that list. It shares types with the package and nothing else; where the two differ, one is wrong.
 */
import { createHash } from "node:crypto";
import type { Entry, Network, VerifiedControlEntry, VerifiedEntry, VerifiedInception } from "@amigos/core";

/** What became of something, as the package would say it. */
export interface AuditedVerdict {
  readonly id: string;
  readonly outcome: "accepted" | "rejected" | "deferred" | "ignored";
  readonly failure?: Readonly<Record<string, unknown>>;
}

export interface AuditInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  readonly time: number;
  readonly policy: "honour-all" | "single-branch" | "freeze-fork";
}

export interface Audit {
  readonly verdicts: readonly AuditedVerdict[];
  readonly control: readonly AuditedVerdict[];
  /** `session/sequence: lower id, higher id` of each proof. */
  readonly evidence: readonly string[];
}

interface Decision {
  readonly verified: VerifiedEntry;
  readonly call: number;
  readonly isAccepted: boolean;
  readonly code?: unknown;
}

interface Session {
  readonly id: string;
  readonly account: string;
  readonly permissions: readonly { readonly type: string; readonly asset?: string; readonly amount?: bigint }[];
  readonly notBefore: number;
  readonly expiry: number;
  frozenFrom: number | undefined;
}

interface Fork {
  readonly session: Session;
  readonly sequence: number;
  readonly pair: readonly [string, string];
}

const DAY_MS = 86_400_000;

export class Auditor {
  readonly #network: Network;
  readonly #balances = new Map<string, bigint>();
  readonly #masters = new Set<string>();
  readonly #sessions: Session[] = [];
  readonly #controlLogs = new Map<string, { next: number; head: string }>();
  readonly #decisions: Decision[] = [];
  /** Every signature that settled, also a second one on one body. */
  readonly #signatures: VerifiedEntry[] = [];
  readonly #checkpoints: { readonly id: string; readonly time: number }[];
  #call = 0;

  constructor(network: Network) {
    this.#network = network;
    this.#checkpoints = [{ id: network.id, time: network.genesis.time }];
    for (const { account, asset, amount } of network.initialBalances) this.#credit(account, asset, amount);
  }

  /** `account/asset amount`, sorted, without zeros. */
  balances(): readonly string[] {
    return [...this.#balances]
      .filter(([, amount]) => amount !== 0n)
      .map(([row, amount]) => `${row} ${amount}`)
      .toSorted(byCodeUnits);
  }

  /** Tells the auditor how the call was sealed: ids are the one thing that it takes from elsewhere. */
  seal(checkpoint: { readonly id: string; readonly time: number }, kept: readonly VerifiedEntry[]): void {
    this.#checkpoints.push(checkpoint);
    this.#signatures.push(...kept);
  }

  audit(input: AuditInput): Audit {
    this.#call++;
    const newest = this.#checkpoints.at(-1) ?? { id: "", time: 0 };
    const time = Math.max(input.time, newest.time);
    const control = [...this.#registerAll(input.inceptions), ...this.#followControlLogs(input.control)];
    const given = lowestLinks(input.entries);
    const verdicts = new Map<string, AuditedVerdict>();
    const open: VerifiedEntry[] = [];
    for (const verified of given) {
      const verdict = this.#answerAtOnce(verified);
      if (verdict === undefined) open.push(verified);
      else verdicts.set(verified.id, verdict);
    }
    const forks = this.#findForks(open);
    this.#judgeAll({ open, all: input.entries, forks, time, lotCheckpoint: newest.id, policy: input.policy, verdicts });
    for (const { session, sequence } of forks) session.frozenFrom = sequence;
    return {
      verdicts: [...verdicts.values()].toSorted((a, b) => byCodeUnits(a.id, b.id)),
      control: control.toSorted((a, b) => byCodeUnits(a.id, b.id)),
      evidence: forks
        .map(({ session, sequence, pair }) => `${session.id}/${sequence}: ${pair.join(", ")}`)
        .toSorted(byCodeUnits),
    };
  }

  // [CTL2] to [CTL5]

  #registerAll(inceptions: readonly VerifiedInception[]): readonly AuditedVerdict[] {
    return unique(inceptions).map(({ id }) => {
      if (this.#masters.has(id)) return { id, outcome: "ignored", failure: { code: "duplicate" } };
      this.#masters.add(id);
      this.#controlLogs.set(id, { next: 0, head: id });
      return { id, outcome: "accepted" };
    });
  }

  #followControlLogs(control: readonly VerifiedControlEntry[]): readonly AuditedVerdict[] {
    const inOrder = lowestLinks(control).toSorted(
      (a, b) => a.entry.sequence - b.entry.sequence || byCodeUnits(a.id, b.id),
    );
    return inOrder.map((grant) => this.#grant(grant));
  }

  #grant({ id, link, entry }: VerifiedControlEntry): AuditedVerdict {
    const log = this.#controlLogs.get(entry.account);
    if (log === undefined)
      return { id, outcome: "deferred", failure: { code: "account-unknown", account: entry.account } };
    if (this.#sessions.some((session) => session.id === id))
      return { id, outcome: "ignored", failure: { code: "duplicate" } };
    if (entry.sequence < log.next)
      return { id, outcome: "ignored", failure: { code: "sequence-taken", sequence: entry.sequence } };
    if (entry.sequence > log.next || entry.previous !== log.head) {
      return {
        id,
        outcome: "deferred",
        failure: { code: "previous-missing", previous: entry.previous, nextSequence: log.next },
      };
    }
    log.next++;
    log.head = link;
    const used = this.#sessions.filter((session) => session.account === entry.account).length;
    if (used >= 64) return { id, outcome: "rejected", failure: { code: "sessions-full", limit: 64, used } };
    const { permissions, notBefore, expiry } = entry.operation;
    this.#sessions.push({ id, account: entry.account, permissions, notBefore, expiry, frozenFrom: undefined });
    return { id, outcome: "accepted" };
  }

  // [DUP1], [ACC2], [SES2]

  #answerAtOnce({ id, entry }: VerifiedEntry): AuditedVerdict | undefined {
    if (this.#decisions.some(({ verified }) => verified.id === id))
      return { id, outcome: "ignored", failure: { code: "duplicate" } };
    const { account, session } = entry;
    if (!this.#masters.has(account)) return { id, outcome: "deferred", failure: { code: "account-unknown", account } };
    if (this.#sessionOf(entry) === undefined)
      return { id, outcome: "deferred", failure: { code: "session-unknown", account, session } };
    return undefined;
  }

  // [EQV1], [EQV2]

  #findForks(open: readonly VerifiedEntry[]): readonly Fork[] {
    return this.#sessions.flatMap((session) => {
      const newcomers = open.filter(({ entry }) => entry.session === session.id && !isFrozen(session, entry.sequence));
      const settled = this.#decisions
        .filter(({ verified }) => verified.entry.session === session.id)
        .map(({ verified }) => verified);
      const places = newcomers
        .map(({ entry }) => entry.sequence as number)
        .filter((place) => [...newcomers, ...settled].filter(({ entry }) => entry.sequence === place).length > 1);
      if (places.length === 0) return [];
      const sequence = Math.min(...places);
      const idsOf = (entries: readonly VerifiedEntry[]): readonly string[] =>
        entries
          .filter(({ entry }) => entry.sequence === sequence)
          .map(({ id }) => id as string)
          .toSorted(byCodeUnits);
      const [first = "", second = ""] = [...idsOf(settled).slice(0, 1), ...idsOf(newcomers)];
      return [{ session, sequence, pair: [first, second].toSorted(byCodeUnits) as [string, string] }];
    });
  }

  // [ORD1] to [ORD3], [VER2], [EQV3], [EQV4]

  #judgeAll(bench: Bench): void {
    const undecided = (): readonly VerifiedEntry[] => bench.open.filter(({ id }) => !bench.verdicts.has(id));
    const tried = new Set<string>();
    let isStrandedDone = false;
    for (;;) {
      const [first] = undecided()
        .filter(({ id, entry }) => !tried.has(id) && this.#isReady(entry, bench))
        .toSorted((a, b) => byCodeUnits(lot(bench.lotCheckpoint, a.id), lot(bench.lotCheckpoint, b.id)));
      if (first !== undefined) {
        tried.add(first.id);
        const failure = this.#judge(first, bench);
        if (failure?.outcome !== "deferred") this.#decide(first, failure, bench);
      } else if (isStrandedDone) break;
      else {
        for (const verified of undecided()) {
          const fork = forkOf(bench, verified.entry);
          if (fork === undefined) continue;
          this.#decide(verified, reject(verified.id, { code: "session-frozen", frozenFrom: fork.sequence }), bench);
        }
        isStrandedDone = true;
      }
    }
    for (const verified of undecided()) {
      const { id } = verified;
      bench.verdicts.set(id, this.#judge(verified, bench) ?? { id, outcome: "accepted" });
    }
  }

  #decide(verified: VerifiedEntry, failure: AuditedVerdict | undefined, bench: Bench): void {
    const { id, entry } = verified;
    const code = failure?.failure?.["code"];
    bench.verdicts.set(id, failure ?? { id, outcome: "accepted" });
    this.#decisions.push({ verified, call: this.#call, isAccepted: failure === undefined, code });
    if (failure !== undefined) return;
    const { to, asset, amount } = entry.operation;
    this.#credit(entry.account, asset, -amount);
    this.#credit(to, asset, amount);
  }

  // The ladder. Each line is one rule page.

  #judge({ id, entry }: VerifiedEntry, bench: Bench): AuditedVerdict | undefined {
    const session = this.#sessionOf(entry) as Session;
    const { time } = entry;
    const { clockSkewMs, offlineMsMax, expiryGraceMs } = this.#network.genesis.parameters;
    const { asset, amount, to } = entry.operation;
    const previous = this.#previousOf(entry, bench);
    const fork = forkOf(bench, entry);
    const newestHeight = this.#checkpoints.length - 1;
    const checkpoint = this.#checkpoints[entry.checkpoint.height];

    if (isFrozen(session, entry.sequence))
      return reject(id, { code: "session-frozen", frozenFrom: session.frozenFrom });
    if (fork !== undefined && previous !== undefined && !this.#isHonoured(entry, previous, bench)) {
      return reject(id, { code: "session-frozen", frozenFrom: fork.sequence });
    }

    if (previous === undefined)
      return defer(id, {
        code: "previous-missing",
        previous: entry.previous,
        nextSequence: this.#nextSequence(session),
      });
    const dependency = entry.dependencies?.find((named) => !this.#isDecided(named));
    if (dependency !== undefined) return defer(id, { code: "dependency-missing", dependency });
    if (time > bench.time + clockSkewMs)
      return defer(id, { code: "time-in-future", time, judgedFrom: time - clockSkewMs });
    if (checkpoint === undefined)
      return defer(id, { code: "checkpoint-ahead", height: entry.checkpoint.height, known: newestHeight });

    if (time < session.notBefore)
      return reject(id, { code: "session-not-yet-valid", time, notBefore: session.notBefore });
    const expired = {
      code: "session-expired",
      time,
      expiry: session.expiry,
      ledgerTime: bench.time,
      graceMs: expiryGraceMs,
    };
    if (time >= session.expiry) return reject(id, { ...expired, reason: "signed-late" });
    if (bench.time > session.expiry + expiryGraceMs) return reject(id, { ...expired, reason: "settled-late" });

    const maySend = session.permissions.some(
      (permission) =>
        permission.type === "SEND_UNLIMITED" ||
        (permission.type.startsWith("SEND_LIMIT") && permission.asset === asset),
    );
    if (!maySend) return reject(id, { code: "permission-missing", asset });

    const back = { code: "time-went-backwards", time };
    if (time < previous.time) return reject(id, { ...back, reason: "before-previous", earliest: previous.time });
    if (time < checkpoint.time - clockSkewMs) {
      return reject(id, { ...back, reason: "before-checkpoint", earliest: checkpoint.time - clockSkewMs });
    }
    const { height, tag } = entry.checkpoint;
    const expected = checkpoint.id.slice(0, 16);
    if (tag !== expected) return reject(id, { code: "checkpoint-unknown", height, tag, expected });
    if (height < previous.height)
      return reject(id, { code: "checkpoint-went-backwards", height, lowest: previous.height });
    if (time < bench.time - offlineMsMax)
      return reject(id, { code: "offline-too-long", time, ledgerTime: bench.time, limitMs: offlineMsMax });

    if (!this.#network.genesis.assets.some(({ code }) => code === asset))
      return reject(id, { code: "asset-unknown", asset });
    if (amount === 0n) return reject(id, { code: "amount-invalid", reason: "zero", amount });
    if (to === entry.account) return reject(id, { code: "amount-invalid", reason: "to-self", amount });

    const perPayment = lowest(session, "SEND_LIMIT_TX", asset);
    if (perPayment !== undefined && amount > perPayment) {
      return reject(id, { code: "limit-per-transaction", asset, limit: perPayment, asked: amount, left: perPayment });
    }
    const perDay = lowest(session, "SEND_LIMIT_DAILY", asset);
    if (perDay !== undefined) {
      const day = Math.floor(time / DAY_MS);
      const openDay = this.#openDay(session);
      const used = day < openDay ? perDay : this.#spentOn(session, asset, day);
      const renewsAt = (day < openDay ? openDay : day + 1) * DAY_MS;
      if (used + amount > perDay) {
        return reject(id, {
          code: "limit-per-day",
          asset,
          limit: perDay,
          used,
          asked: amount,
          left: perDay - used,
          renewsAt,
        });
      }
    }
    const balance = this.#balances.get(`${entry.account}/${asset}`) ?? 0n;
    if (amount > balance) return reject(id, { code: "insufficient-funds", asset, asked: amount, left: balance });
    return undefined;
  }

  /** What the predecessor claims, once it is decided; the beginning of a log claims 0. */
  #previousOf(
    entry: Entry,
    bench: Bench,
  ): { readonly id: string; readonly time: number; readonly height: number } | undefined {
    if (entry.sequence === 0)
      return entry.previous === (entry.session as string) ? { id: "", time: 0, height: 0 } : undefined;
    const decided = this.#decisions.map(({ verified }) => verified);
    const named = [...decided, ...this.#signatures, ...bench.all].find(
      ({ link, entry: other }) =>
        link === entry.previous && other.session === entry.session && other.sequence === entry.sequence - 1,
    );
    if (named === undefined || !this.#isDecided(named.id)) return undefined;
    return { id: named.id, time: named.entry.time, height: named.entry.checkpoint.height };
  }

  #isReady(entry: Entry, bench: Bench): boolean {
    if (isFrozen(this.#sessionOf(entry) as Session, entry.sequence)) return true;
    return (
      this.#previousOf(entry, bench) !== undefined &&
      (entry.dependencies ?? []).every((named) => this.#isDecided(named))
    );
  }

  #isHonoured(entry: Entry, previous: { readonly id: string }, { policy }: Bench): boolean {
    if (policy === "honour-all") return true;
    if (policy === "freeze-fork") return false;
    const before = this.#decisions.find(({ verified }) => verified.id === previous.id);
    if (before !== undefined && before.call === this.#call && before.code === "session-frozen") return false;
    return !this.#decisions.some(
      ({ verified, code }) => isSamePlace(verified.entry, entry) && code !== "session-frozen",
    );
  }

  #isDecided(id: string): boolean {
    return this.#decisions.some(({ verified }) => verified.id === id);
  }

  /** Logs have no gaps, so the next place is the first that no decided entry took. */
  #nextSequence(session: Session): number {
    return Math.max(-1, ...this.#taken(session).map(({ verified }) => verified.entry.sequence)) + 1;
  }

  #openDay(session: Session): number {
    const earlier = this.#taken(session).filter(({ call }) => call < this.#call);
    return Math.max(0, ...earlier.map(({ verified }) => Math.floor(verified.entry.time / DAY_MS)));
  }

  #spentOn(session: Session, asset: string, day: number): bigint {
    return this.#decisions
      .filter(
        ({ isAccepted, verified: { entry } }) =>
          isAccepted && entry.session === session.id && entry.operation.asset === asset,
      )
      .filter(({ verified: { entry } }) => Math.floor(entry.time / DAY_MS) === day)
      .reduce((sum, { verified: { entry } }) => sum + entry.operation.amount, 0n);
  }

  /** Decided entries that took their place in the session's log. */
  #taken(session: Session): readonly Decision[] {
    return this.#decisions.filter(
      ({ verified, code }) => verified.entry.session === session.id && code !== "session-frozen",
    );
  }

  #sessionOf(entry: Entry): Session | undefined {
    return this.#sessions.find(({ id, account }) => id === entry.session && account === entry.account);
  }

  #credit(account: string, asset: string, amount: bigint): void {
    const row = `${account}/${asset}`;
    this.#balances.set(row, (this.#balances.get(row) ?? 0n) + amount);
  }
}

interface Bench {
  readonly open: readonly VerifiedEntry[];
  /** With every signature that was given. */
  readonly all: readonly VerifiedEntry[];
  readonly forks: readonly Fork[];
  readonly time: number;
  readonly lotCheckpoint: string;
  readonly policy: AuditInput["policy"];
  readonly verdicts: Map<string, AuditedVerdict>;
}

function forkOf({ forks }: Bench, entry: Entry): Fork | undefined {
  return forks.find(
    ({ session, sequence }) =>
      session.id === entry.session && entry.sequence >= sequence && !isFrozen(session, entry.sequence),
  );
}

function isFrozen(session: Session, sequence: number): boolean {
  return session.frozenFrom !== undefined && sequence >= session.frozenFrom;
}

function isSamePlace(a: Entry, b: Entry): boolean {
  return a.session === b.session && a.sequence === b.sequence;
}

function lowest(session: Session, type: string, asset: string): bigint | undefined {
  const limits = session.permissions.filter((permission) => permission.type === type && permission.asset === asset);
  return limits.map(({ amount = 0n }) => amount).toSorted((a, b) => (a < b ? -1 : 1))[0];
}

/** `sha256("amigos/priority/1" ‖ 0x00 ‖ checkpoint ‖ entry)` */
function lot(checkpoint: string, entry: string): string {
  return createHash("sha256")
    .update("amigos/priority/1\0")
    .update(checkpoint, "hex")
    .update(entry, "hex")
    .digest("hex");
}

function reject(id: string, failure: Readonly<Record<string, unknown>>): AuditedVerdict {
  return { id, outcome: "rejected", failure };
}

function defer(id: string, failure: Readonly<Record<string, unknown>>): AuditedVerdict {
  return { id, outcome: "deferred", failure };
}

function lowestLinks<Item extends { readonly id: string; readonly link: string }>(
  items: readonly Item[],
): readonly Item[] {
  return unique(items.toSorted((a, b) => byCodeUnits(a.link, b.link)));
}

function unique<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return items.filter(({ id }, index) => items.findIndex((other) => other.id === id) === index);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
