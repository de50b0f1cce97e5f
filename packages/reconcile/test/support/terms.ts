/** What accounts grant and choose in histories: terms of new devices, and ways of recovery. */
import {
  ACCOUNT_RECOVER,
  IMPORT_EXECUTE,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Guardians,
  type Recovery,
  type RecoveryKey,
  type SessionTerms,
} from "@amigos/core";
import { ami, type Person } from "@amigos/core/testing";
import { signerNamed } from "./keyring.ts";
import { at, DAY, HOUR } from "./ledger.ts";

export const TERMS: readonly Partial<SessionTerms>[] = [
  { permissions: [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER] },
  { permissions: [SEND_UNLIMITED], offlineLimits: [ami(10)] },
  { permissions: [SEND_LIMIT_DAILY(ami(10)), SEND_LIMIT_TX(ami(6))], offlineLimits: [ami(12)] },
  { permissions: [SEND_UNLIMITED, ACCOUNT_RECOVER], expiry: at(DAY) },
];

type Way = (name: string, people: readonly Person[]) => Recovery | undefined;

/** Guardians are bob, carol, mallory and erin, by their numbers among the people. */
export const WAYS: readonly Way[] = [
  (_name, people) => ({ guardians: guardiansOf(people, [1, 2, 4], { threshold: 2, delayMs: HOUR }) }),
  (_name, people) => ({ guardians: guardiansOf(people, [2, 3], { threshold: 1, delayMs: 0 }) }),
  (name) => ({ timeLockedKey: keyOf(`${name}/time-locked`, DAY) }),
  (name, people) => ({
    guardians: guardiansOf(people, [1, 2, 3, 4], { threshold: 3, delayMs: HOUR }),
    timeLockedKey: keyOf(`${name}/time-locked`, DAY),
    backupKey: keyOf(`${name}/backup`, 2 * HOUR),
  }),
  () => undefined,
];

function guardiansOf(
  people: readonly Person[],
  chosen: readonly number[],
  rest: Omit<Guardians, "accounts">,
): Guardians {
  const accounts = chosen.flatMap((index) => people[index]?.account ?? []);
  return { accounts: accounts.toSorted(), ...rest };
}

function keyOf(name: string, delayMs: number): RecoveryKey {
  return { key: signerNamed(name).publicKey, delayMs };
}
