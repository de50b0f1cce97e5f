/** What a device makes of an answer to its request: the session that an account opened for its key, if it did (spec [DEV12]). */
import {
  decodeDeviceAnswer,
  describeSession,
  err,
  ok,
  openedSession,
  textToDeviceAnswer,
  type AccountId,
  type AccountStanding,
  type Link as EntryLink,
  type Network,
  type OpenedSession,
  type OrderedControl,
  type Result,
  type SessionId,
  type SessionLine,
  type TimeMs,
  type VerifiedDeviceRequest,
} from "@amigos/core";
import { verifyAccountProof, verifyCheckpoint } from "@amigos/reconcile";
import { isRecovery } from "../replica/account-standing.ts";
import { Directory } from "../replica/directory.ts";
import type { SessionGrant } from "./account.ts";
import type { DeviceAnswerRefusal } from "./wallet-error.ts";

/** A session that an account offers to this device. Nothing is kept of it until it is accepted. */
export interface DeviceOffer {
  /** Whose it is. Nobody has proven to be whom one asked: show it, and have it confirmed. */
  readonly account: AccountId;
  /** What the account calls the device. */
  readonly device: string;
  /** What the device may do. */
  readonly terms: readonly SessionLine[];
  readonly expiry: TimeMs;
  readonly grant: SessionGrant;
}

export interface Asked {
  readonly network: Network;
  readonly verified: VerifiedDeviceRequest;
  /** The session key's name in the vault. */
  readonly keyName: string;
  readonly now: TimeMs;
}

export function readOffer(
  answer: Uint8Array | string,
  { network, verified, keyName, now }: Asked,
): Result<DeviceOffer, DeviceAnswerRefusal> {
  const decoded =
    typeof answer === "string" ? textToDeviceAnswer(answer, network.tag) : decodeDeviceAnswer(answer, network.tag);
  if (!decoded.ok) return decoded;
  const { request, record, standing } = decoded.value;
  if (request !== verified.id) return err({ type: "answer-of-another-request", expected: verified.id, found: request });
  if (record === undefined) return err({ type: "device-denied" });
  // That a recovery was won the ledger says alone: it is held to that below.
  const examined = new Directory(network, () => undefined).examine(record, { isBounded: false });
  if (!examined.ok) return examined;
  const { control, inceptions } = examined.value;
  const [inception] = inceptions;
  if (inception === undefined) return err({ type: "session-not-granted" });
  const { sessionKey, account } = verified.request;
  if (account !== undefined && account !== inception.id)
    return err({ type: "answer-of-another-account", expected: account, found: inception.id });
  if (!isBorneOut(control, { account: inception.id, standing, network })) return err({ type: "recovery-unproven" });
  // Where one lost its place in the control log, another was made for the same key, further on.
  const grant = control.findLast((one) => openedSession(one)?.terms.sessionKey === sessionKey);
  const opened = grant && openedSession(grant);
  if (grant === undefined || opened === undefined) return err({ type: "session-not-granted" });
  const { terms, id } = opened;
  if (hasEnded(opened, control)) return err({ type: "session-ended", session: id });
  if (terms.expiry <= now) return err({ type: "session-expired", expiry: terms.expiry });
  const earlier = control.filter((one) => one !== grant);
  return ok({
    account: inception.id,
    device: terms.device,
    terms: describeSession(terms),
    expiry: terms.expiry,
    grant: { session: id, keyName, inception, earlier, grant },
  });
}

/**
 * Whether the ledger bears out every recovery of a record: anybody can sign that he has won one. It has the key that the
 * recovery won, or the recovery in its control log, as far as that is followed back here from its head.
 */
function isBorneOut(
  control: readonly OrderedControl[],
  {
    account,
    standing,
    network,
  }: { readonly account: AccountId; readonly standing: AccountStanding | undefined; readonly network: Network },
): boolean {
  const recoveries = control.filter(isRecovery);
  if (recoveries.length === 0) return true;
  const checkpoint = standing === undefined ? undefined : verifyCheckpoint(standing.checkpoint, network);
  if (standing === undefined || checkpoint?.ok !== true) return false;
  const row = verifyAccountProof(checkpoint.value, standing.proof, account);
  if (!row.ok || row.value === undefined) return false;
  const { keys, control: log } = row.value;
  const settled = new Set<EntryLink>();
  const byLink = new Map(control.map((one) => [one.link, one]));
  // No entry names one that names it, so this ends.
  for (let one = byLink.get(log.head); one !== undefined; one = byLink.get(one.entry.previous)) settled.add(one.link);
  return recoveries.every(({ key, link }) => key === keys?.masterKey || settled.has(link));
}

/** Whether the record itself says that the session is over. */
function hasEnded({ id, terms }: OpenedSession, control: readonly OrderedControl[]): boolean {
  return control.some(({ entry: { operation } }) => {
    if (operation.type === "kill-switch") return operation.generation > terms.generation;
    return endedBy(operation) === id;
  });
}

function endedBy(operation: OrderedControl["entry"]["operation"]): SessionId | undefined {
  if (operation.type === "revoke") return operation.session;
  return operation.type === "upgrade" ? operation.replaces : undefined;
}
