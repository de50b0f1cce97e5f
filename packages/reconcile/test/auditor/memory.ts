/**
 * What the auditor remembers: every account and session as plain rows, and one list of everything that was ever decided.
 * Whatever can be found by going through that list is not kept besides.
 */
import { createHash } from "node:crypto";
import type { AccountKeys, Entry, Network, Recovery, SessionTerms, VerifiedEntry } from "@amigos/core";

export interface AuditedRecovery {
  readonly start: string;
  readonly way: "guardians" | "time-locked-key" | "backup-key";
  readonly masterKey: AccountKeys["masterKey"];
  readonly nextKeyDigest: AccountKeys["nextKeyDigest"];
  /** The guardian who asked for it. */
  readonly starter: string | undefined;
  approvals: readonly string[];
  /** 0 while the threshold is not reached. */
  due: number;
}

export interface AuditedAccount {
  readonly id: string;
  keys: AccountKeys | undefined;
  generation: number;
  control: { readonly next: number; readonly head: string };
  recovery: Recovery | undefined;
  round: number;
  recoveries: readonly AuditedRecovery[];
  readonly stakes: Map<string, bigint>;
  since: bigint;
  unbonding: readonly { readonly due: number; readonly amount: bigint }[];
}

/** An attestation that is kept with the session that it is about. */
export interface KeptAttestation {
  readonly sequence: number;
  readonly head: string;
  readonly witness: string;
  readonly session: string;
  readonly place: number;
}

export interface AuditedSession {
  readonly id: string;
  readonly account: string;
  readonly terms: SessionTerms;
  frozenFrom: number | undefined;
  revokedFrom: number | undefined;
  readonly float: Map<string, bigint>;
  outstanding: readonly { readonly height: number; readonly asset: string; readonly amount: bigint }[];
  kept: readonly KeptAttestation[];
}

export interface Decision {
  readonly verified: VerifiedEntry;
  /** Of the checkpoint that settles it. */
  readonly height: number;
  readonly isAccepted: boolean;
  /** Killed, revoked or frozen: it takes no place. */
  readonly isVoid: boolean;
}

export interface Memory {
  readonly network: Network;
  /** The asset that is staked. */
  readonly stakedAsset: string;
  readonly accounts: Map<string, AuditedAccount>;
  readonly sessions: AuditedSession[];
  /** By account and asset. */
  readonly balances: Map<string, bigint>;
  readonly decisions: Decision[];
  /** Every signature that settled, also a second one on one body. */
  readonly signatures: VerifiedEntry[];
  /** One for each height. */
  readonly checkpoints: { readonly id: string; readonly time: number }[];
  perUnit: bigint;
  owed: bigint;
}

export function createMemory(network: Network): Memory {
  const memory: Memory = {
    network,
    stakedAsset: network.genesis.assets[0]?.code ?? "",
    accounts: new Map(),
    sessions: [],
    balances: new Map(),
    decisions: [],
    signatures: [],
    checkpoints: [{ id: network.id, time: network.genesis.time }],
    perUnit: 0n,
    owed: 0n,
  };
  for (const { account, asset, amount } of network.initialBalances) credit(memory, account, asset, amount);
  return memory;
}

/** The account's row, made when it is first needed. */
export function rowOf(memory: Memory, id: string): AuditedAccount {
  const row = memory.accounts.get(id) ?? {
    id,
    keys: undefined,
    generation: 0,
    control: { next: 0, head: id },
    recovery: undefined,
    round: 0,
    recoveries: [],
    stakes: new Map(),
    since: 0n,
    unbonding: [],
  };
  memory.accounts.set(id, row);
  return row;
}

export function sessionOf(memory: Memory, account: string, session: string): AuditedSession | undefined {
  return memory.sessions.find((row) => row.id === session && row.account === account);
}

export function balanceOf(memory: Memory, account: string, asset: string): bigint {
  return memory.balances.get(`${account}/${asset}`) ?? 0n;
}

export function credit(memory: Memory, account: string, asset: string, amount: bigint): void {
  if (amount === 0n) return;
  rowOf(memory, account);
  memory.balances.set(`${account}/${asset}`, balanceOf(memory, account, asset) + amount);
}

/** Gives back what a session has set aside. */
export function emptyFloat(memory: Memory, session: AuditedSession): void {
  for (const [asset, amount] of session.float) credit(memory, session.account, asset, amount);
  session.float.clear();
}

export function stakedBy(account: AuditedAccount): bigint {
  return sum([...account.stakes.values()]);
}

export function stakedByAll(memory: Memory): bigint {
  return sum([...memory.accounts.values()].map(stakedBy));
}

/** What is staked behind an account as a validator. */
export function stakedBehind(memory: Memory, validator: string): bigint {
  return sum([...memory.accounts.values()].map(({ stakes }) => stakes.get(validator) ?? 0n));
}

export function isDecided(memory: Memory, id: string): boolean {
  return memory.decisions.some(({ verified }) => verified.id === id);
}

/** Decided entries that took a place in the session's log, in the order in which they were judged. */
export function takenBy(memory: Memory, session: string): readonly Decision[] {
  return memory.decisions.filter(({ verified, isVoid }) => verified.entry.session === session && !isVoid);
}

/** Logs have no gaps, so the next place is the first that no decided entry took. */
export function nextSequenceOf(memory: Memory, session: string): number {
  return Math.max(-1, ...takenBy(memory, session).map(({ verified }) => verified.entry.sequence)) + 1;
}

/** The newest entry that extended the log: of several at one place the first that was judged, settled up to a height. */
export function headOf(
  memory: Memory,
  session: string,
  heightMax: number = Number.POSITIVE_INFINITY,
): VerifiedEntry | undefined {
  const taken = takenBy(memory, session).filter(({ height }) => height <= heightMax);
  const last = Math.max(-1, ...taken.map(({ verified }) => verified.entry.sequence));
  return taken.find(({ verified }) => verified.entry.sequence === last)?.verified;
}

export function isBefore(bound: number | undefined, sequence: number): boolean {
  return bound === undefined || sequence < bound;
}

/** `account` and what it is paid for, of an entry that spends; nothing of one that does not. */
export function spendOf({
  operation,
}: Entry): { readonly to: string; readonly asset: string; readonly amount: bigint } | undefined {
  if (operation.type === "pay") return operation;
  return operation.type === "execute"
    ? { to: operation.import, asset: operation.asset, amount: operation.fee }
    : undefined;
}

/** The largest amount where it would be more. */
export function atMostAnAmount(amount: bigint): bigint {
  return amount > 2n ** 63n - 1n ? 2n ** 63n - 1n : amount;
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** `sha256(tag ‖ 0x00 ‖ ids)` */
export function taggedHash(tag: string, ...ids: readonly string[]): string {
  const hash = createHash("sha256").update(`${tag}\0`);
  for (const id of ids) hash.update(id, "hex");
  return hash.digest("hex");
}

/** One of each id: the copy with the lowest link. */
export function lowestLinks<Item extends { readonly id: string; readonly link: string }>(
  items: readonly Item[],
): readonly Item[] {
  return uniqueIds(items.toSorted((a, b) => byCodeUnits(a.link, b.link)));
}

export function uniqueIds<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return items.filter(({ id }, index) => items.findIndex((other) => other.id === id) === index);
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return byCodeUnits(a.id, b.id);
}
