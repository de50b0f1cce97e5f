/** What a device makes of an answer to its request: the session that an account opened for its key, if it did (spec [DEV12]). */
import {
  decodeDeviceAnswer,
  describeSession,
  err,
  ok,
  openedSession,
  textToDeviceAnswer,
  type AccountId,
  type Network,
  type OpenedSession,
  type OrderedControl,
  type Result,
  type SessionId,
  type SessionLine,
  type TimeMs,
  type VerifiedDeviceRequest,
} from "@amigos/core";
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
  const { request, record } = decoded.value;
  if (request !== verified.id) return err({ type: "answer-of-another-request", expected: verified.id, found: request });
  if (record === undefined) return err({ type: "device-denied" });
  // A device that knows no ledger takes a recovery's word for it: what the ledger does not bear out opens no session.
  const examined = new Directory(network, () => undefined).examine(record, { isBounded: false });
  if (!examined.ok) return examined;
  const { control, inceptions } = examined.value;
  const [inception] = inceptions;
  if (inception === undefined) return err({ type: "session-not-granted" });
  const { sessionKey, account } = verified.request;
  if (account !== undefined && account !== inception.id)
    return err({ type: "answer-of-another-account", expected: account, found: inception.id });
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
