/** What an accepted entry moves (spec [MOV1] to [MOV4]). The ladder has shown that it is there to be moved. */
import type { Attest, Entry, Height, Money, Stake, TimeMs, Unstake, VerifiedEntry } from "@amigos/core";
import { ATTESTED_AHEAD_MAX, ATTESTED_MAX, ATTESTED_PER_WITNESS_MAX } from "../bounds.ts";
import type { Moment } from "../rules/rule.ts";
import { spendOf, type Spend } from "../spend.ts";
import type { Unbonding } from "../state/account-state.ts";
import {
  addToBalance,
  editAccount,
  editSession,
  readAccount,
  stillUndecided,
  type DraftSession,
  type LedgerDraft,
} from "../state/draft.ts";
import { addTo } from "../state/due.ts";
import { accountOf } from "../state/ledger-state.ts";
import { countOutstanding, offlineLimitOf } from "../state/outstanding.ts";
import { changeTotal } from "../state/rewards.ts";
import type { KeptAttestation } from "../state/session-state.ts";
import { utcDayOf } from "../utc-day.ts";

export function applyEntry(draft: LedgerDraft, { entry }: VerifiedEntry, moment: Moment): void {
  const { operation } = entry;
  switch (operation.type) {
    case "pay":
    case "execute":
      return spend(draft, entry, spendOf(operation) as Spend);
    case "float":
      return setAside(draft, entry, operation);
    case "release":
      return giveBack(draft, entry, operation);
    case "stake":
      return stake(draft, entry, operation, operation.amount);
    case "unstake":
      return unstake(draft, entry, operation, moment);
    case "attest":
      return undefined;
  }
}

function spend(draft: LedgerDraft, entry: Entry, { to, asset, amount }: Spend): void {
  const session = editSession(draft, entry.account, entry.session);
  const floated = session.float.get(asset) ?? 0n;
  const fromFloat = floated < amount ? floated : amount;
  if (fromFloat > 0n) addTo(session.float, asset, -fromFloat);
  if (amount > fromFloat) addToBalance(draft, entry.account, asset, fromFloat - amount);
  if (amount > 0n) addToBalance(draft, to, asset, amount);
  countSpent(session, entry, { asset, amount }, (draft.base.height + 1) as Height);
}

function countSpent(session: DraftSession, { time }: Entry, { asset, amount }: Money, height: Height): void {
  if (amount === 0n) return;
  if (session.permissions.some((permission) => permission.type === "SEND_LIMIT_DAILY" && permission.asset === asset)) {
    const day = utcDayOf(time);
    const spent = session.spentByDay.get(day) ?? new Map<typeof asset, typeof amount>();
    session.spentByDay.set(day, spent);
    addTo(spent, asset, amount);
  }
  if (offlineLimitOf(session, asset) !== undefined) countOutstanding(session.outstanding, height, { asset, amount });
}

/** A session that is revoked has no float: what it sets aside stays where it is. */
function setAside(draft: LedgerDraft, entry: Entry, { asset, amount }: Money): void {
  const session = editSession(draft, entry.account, entry.session);
  if (session.revokedFrom !== undefined) return;
  addToBalance(draft, entry.account, asset, -amount);
  addTo(session.float, asset, amount);
}

function giveBack(draft: LedgerDraft, entry: Entry, { asset, amount }: Money): void {
  addTo(editSession(draft, entry.account, entry.session).float, asset, -amount);
  addToBalance(draft, entry.account, asset, amount);
}

function stake(draft: LedgerDraft, { account }: Entry, { asset, validator }: Stake, amount: bigint): void {
  addToBalance(draft, account, asset, -amount);
  changeStake(draft, account, validator, amount);
}

function unstake(draft: LedgerDraft, { account }: Entry, { validator, amount }: Unstake, moment: Moment): void {
  changeStake(draft, account, validator, -amount);
  const edited = editAccount(draft, account);
  const due = (moment.time + moment.network.genesis.parameters.unbondingMs) as TimeMs;
  edited.unbonding = withUnbonding(edited.unbonding, { due, amount });
}

function changeStake(draft: LedgerDraft, account: Entry["account"], validator: Entry["account"], change: bigint): void {
  const edited = editAccount(draft, account);
  // A first stake earns from here on; one that is there has been brought up to date.
  if (edited.stakes.size === 0) edited.rewardedTo = draft.perUnit;
  addTo(edited.stakes, validator, change);
  if (edited.stakes.size === 0) edited.rewardedTo = 0n;
  const behind = editAccount(draft, validator);
  behind.weight = (behind.weight + change) as typeof behind.weight;
  changeTotal(draft, change);
}

/** In order of dues, one row each. Ledger time never goes back, so what is added is the last. */
function withUnbonding(rows: readonly Unbonding[], added: Unbonding): readonly Unbonding[] {
  const same = rows.find(({ due }) => due === added.due);
  const amount = ((same?.amount ?? 0n) + added.amount) as Unbonding["amount"];
  const others = rows.filter((row) => row !== same);
  return [...others, { due: added.due, amount }];
}

/**
 * Keeps accepted attestations, in the order in which they were judged, with the sessions they are about (spec [WIT5]). When
 * the call closes, for only then is it known which places are decided.
 */
export function keepAttestations(draft: LedgerDraft, attestations: readonly VerifiedEntry[]): void {
  for (const { entry } of attestations)
    if (entry.operation.type === "attest") keepAttestation(draft, entry, entry.operation);
}

function keepAttestation(draft: LedgerDraft, entry: Entry, { account, session: about, sequence, head }: Attest): void {
  const session = readAccount(draft, account)?.sessions.get(about);
  const hasWeight = (accountOf(draft.base, entry.account)?.weight ?? 0n) > 0n;
  if (session === undefined || account === entry.account || !hasWeight) return;
  const ahead = sequence - session.nextSequence;
  const attested = stillUndecided(session.attested, session.nextSequence);
  if (ahead < 0 || ahead >= ATTESTED_AHEAD_MAX || attested.length >= ATTESTED_MAX) return;
  const ofWitness = attested.filter(({ witness }) => witness === entry.account);
  if (ofWitness.length >= ATTESTED_PER_WITNESS_MAX || ofWitness.some((kept) => kept.sequence === sequence)) return;
  const kept: KeptAttestation = {
    sequence,
    head,
    witness: entry.account,
    session: entry.session,
    place: entry.sequence,
  };
  editSession(draft, account, about).attested = [...attested, kept].toSorted(
    (a, b) => a.sequence - b.sequence || (a.witness < b.witness ? -1 : 1),
  );
}
