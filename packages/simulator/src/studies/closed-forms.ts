/** What losses are by calculation: means where everybody is in one place and one checkpoint decides all of it, and bounds. */
import type { Settings } from "../settings.ts";

/**
 * `copies` phones that each pay one payee all that they may send. One branch is paid for; under a policy that honours none,
 * none is.
 */
export function lossToCopies({ copies, devices, dailyLimit, policy }: Settings): number {
  return dailyLimit * (payeesReached(copies, devices) - (policy === "freeze-fork" ? 0 : 1));
}

/**
 * How many of n payees give goods to k phones that each pay one of them, drawn at random: who is shown a second branch gives
 * nothing for it, and who has seen two turns the next phone away before it signs, so that it goes to another. While nobody was
 * shown three that is n(1 - (1 - 1/n)^k).
 */
export function payeesReached(phones: number, payees: number): number {
  const go = (left: number, untouched: number, paidOnce: number): number => {
    const open = untouched + paidOnce;
    if (left === 0 || open === 0) return 0;
    const first = untouched === 0 ? 0 : (untouched / open) * (1 + go(left - 1, untouched - 1, paidOnce + 1));
    const second = paidOnce === 0 ? 0 : (paidOnce / open) * go(left - 1, untouched, paidOnce - 1);
    return first + second;
  };
  return go(phones, payees, 0);
}

/**
 * A stranger and all friends of a payer but itself each hold one of k branches, for the same amount. The balance pays for m of
 * them, which are drawn by lot, so the stranger's is not among them in 1 - m/k of all worlds. A policy that keeps one branch
 * makes m one, a policy that keeps none makes it nought.
 */
export function lossToColluders({ copies, balance, cheatAmount, policy }: Settings): number {
  const affordable = Math.floor(balance / cheatAmount);
  const paid = { "honour-all": affordable, "single-branch": Math.min(1, affordable), "freeze-fork": 0 }[policy];
  return cheatAmount * Math.max(0, 1 - paid / copies);
}

/**
 * With w honest witnesses who each attest one entry for a place, and a payee who wants t of them, no more than w/t branches
 * of a place find enough: one of them is paid for, the others are lost.
 */
export function branchesWitnessed({ witnesses, acceptWitnesses, copies }: Settings): number {
  return acceptWitnesses === 0 ? copies : Math.min(copies, Math.floor(witnesses / acceptWitnesses));
}

/**
 * The most that k sessions of one account get beyond its balance: each may sign its own float and what is in no float, which
 * is there once. Less than one payment comes on top, for what does not fit any more. Where payees take only what is set aside
 * there is nothing beyond.
 */
export function lossToSessions({ copies, balance, float, acceptFloatOnly, cheatAmount }: Settings): number {
  const beyond = acceptFloatOnly === "yes" ? 0 : (copies - 1) * Math.max(0, balance - copies * float);
  return beyond === 0 ? 0 : beyond + cheatAmount;
}
