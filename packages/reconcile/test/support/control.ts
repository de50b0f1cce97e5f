/** What persons say about their accounts: control entries, signed by whom they choose, and short lines of what became of them. */
import {
  generation,
  keyDigest,
  openedSession,
  sequence,
  signControlEntry,
  timeMs,
  type EntryId,
  type Grant,
  type Network,
  type OpenedSession,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type RecoveryComplete,
  type RecoveryOperation,
  type RecoveryStart,
  type RecoveryStatement,
  type RecoveryWay,
  type Rotate,
  type SessionId,
  type SessionTerms,
  type Signatory,
  type Signer,
  type Upgrade,
  type VerifiedControlEntry,
} from "@amigos/core";
import { namedSigner, START, type Person } from "@amigos/core/testing";
import type { Reconciliation } from "../../src/index.ts";
import { DAY } from "./ledger.ts";

export type Statement = VerifiedControlEntry<RecoveryStatement>;

export interface PlaceOptions {
  readonly network: Network;
  /** The control entry before; the person's first grant, if left out. */
  readonly after?: OrderedControl;
  /** The person's first master key, if left out. */
  readonly signer?: Signer;
}

/** At the place of the control log that follows `after`. */
export function signOrdered(
  person: Person,
  operation: OrderedOperation,
  { network, after = person.grant, signer = person.master }: PlaceOptions,
): Promise<OrderedControl> {
  const place = { sequence: sequence(after.entry.sequence + 1), previous: after.link };
  return signControlEntry<OrderedControlEntry>(
    { version: 1, network: network.id, account: person.account, ...place, operation },
    signer,
  );
}

/** About the account of `person`, without a place. */
export function signStatement(
  person: Person,
  operation: RecoveryOperation,
  { network, signer }: { readonly network: Network; readonly signer: Signer },
): Promise<Statement> {
  return signControlEntry<RecoveryStatement>(
    { version: 1, network: network.id, account: person.account, operation },
    signer,
  );
}

/** Terms for another device of a person's. */
function termsOf(person: Person, device: string, terms: Partial<SessionTerms> = {}): SessionTerms {
  return {
    sessionKey: namedSigner(`${person.name}/${device}`).publicKey,
    device,
    permissions: [{ type: "SEND_UNLIMITED" }],
    notBefore: START,
    expiry: timeMs(START + 30 * DAY),
    generation: generation(0),
    ...terms,
  };
}

export const grant = (person: Person, device: string, terms: Partial<SessionTerms> = {}): Grant => ({
  type: "grant",
  ...termsOf(person, device, terms),
});

/** `last` is the last place that is honoured; left out: none is. */
export const revoke = (session: SessionId, last?: number): OrderedOperation => ({
  type: "revoke",
  session,
  ...(last === undefined ? {} : { lastHonoured: sequence(last) }),
});

export const kill = (to: number): OrderedOperation => ({ type: "kill-switch", generation: generation(to) });

/** To `next`, committing to the key after it. */
export const rotate = (next: Signer, afterNext: Signer): Rotate => ({
  type: "rotate",
  masterKey: next.publicKey,
  nextKeyDigest: keyDigest(afterNext.publicKey),
});

export const upgrade = (
  person: Person,
  device: string,
  replaced: { readonly session: SessionId; readonly last?: number },
  terms: Partial<SessionTerms> = {},
): Upgrade => ({
  type: "upgrade",
  ...termsOf(person, device, terms),
  replaces: replaced.session,
  ...(replaced.last === undefined ? {} : { lastHonoured: sequence(replaced.last) }),
});

export const start = (way: RecoveryWay, next: Signer, round = 0): RecoveryStart => ({
  type: "recovery-start",
  masterKey: next.publicKey,
  nextKeyDigest: keyDigest(namedSigner("after a recovery").publicKey),
  round,
  way,
});

export const approve = (begun: { readonly id: EntryId }, by: Signatory): RecoveryOperation => ({
  type: "recovery-approve",
  start: begun.id,
  by,
});

export const veto = (begun: { readonly id: EntryId }, session?: SessionId): RecoveryOperation => ({
  type: "recovery-veto",
  start: begun.id,
  ...(session === undefined ? {} : { session }),
});

/** Takes up the keys that the start names. */
export const complete = (begun: Statement): RecoveryComplete => {
  const { masterKey, nextKeyDigest } = begun.entry.operation as RecoveryStart;
  return { type: "recovery-complete", masterKey, nextKeyDigest, start: begun.id };
};

/** The person on the device that a grant or an upgrade makes a session. */
export function onDevice(person: Person, opener: OrderedControl): Person {
  const { id, terms } = openedSession(opener) as OpenedSession;
  return { ...person, session: id, signer: namedSigner(`${person.name}/${terms.device}`) };
}

/** `"revoke#1 accepted, acted"`, `"recovery-start ignored duplicate"`, in the order given. */
export function controlLines({ control }: Reconciliation, given: readonly VerifiedControlEntry[]): readonly string[] {
  const byId = new Map<string, Reconciliation["control"][number]>(control.map((verdict) => [verdict.id, verdict]));
  return given.map(({ id, entry }) => {
    const verdict = byId.get(id);
    const what = entry.sequence === undefined ? entry.operation.type : `${entry.operation.type}#${entry.sequence}`;
    if (verdict === undefined) return `${what} no verdict`;
    const became = verdict.outcome === "accepted" ? "accepted" : `${verdict.outcome} ${verdict.failure.code}`;
    return `${what} ${became}${verdict.hasActed === true ? ", acted" : ""}`;
  });
}
