/**
 * Device requests at the account that they are made to: read, approved or denied by its owner (spec [DEV11]). A session that
 * is opened so is signed like any other (`control-log.ts`): reserved first, and once for one key.
 */
import {
  assert,
  deviceCode,
  encodeDeviceAnswer,
  limits,
  openedSession,
  textToDeviceRequest,
  verifyDeviceRequest,
  type AccountId,
  type AccountStanding,
  type DeviceRequestId,
  type Network,
  type OrderedOperation,
  type Permission,
  type PublicKey,
  type Sequence,
  type SessionId,
  type SessionTerms,
  type TimeMs,
  type VerifiedDeviceRequest,
} from "@amigos/core";
import type { AccountState, SessionState } from "@amigos/reconcile";
import type { Clock } from "../ports/runtime.ts";
import type { Directory } from "../replica/directory.ts";
import { mustHaveRoom, opensSession, type ControlLog } from "./control-log.ts";
import { isLiving } from "./session-key.ts";
import { termsFrom, wantedTerms, type TermsOptions } from "./session-options.ts";
import { WalletError, type DeviceRequestRefusal } from "./wallet-error.ts";

/** What a device asks for, to show to whoever decides. */
export interface DeviceReview {
  readonly id: DeviceRequestId;
  /** What the device is called, as it says. */
  readonly device: string;
  /** `"4821 0937 1156"`, to be compared with what the device shows (spec [DRQ2]). */
  readonly code: string;
  /** From when on it can not be approved, by the device's clock. */
  readonly expiry: TimeMs;
  /** What the device would like. */
  readonly permissions: readonly Permission[];
  /** The session of this account in whose stead it asks for one. */
  readonly replaces?: SessionId;
  readonly lastHonoured?: Sequence;
}

export interface ApprovalOptions extends TermsOptions {
  /** What the device is to be called. Left out: as it says. */
  readonly device?: string;
  /** The session that ends with this one. What a request names ends only where it is named here, too. */
  readonly replaces?: SessionId;
}

export interface DeviceApproval {
  readonly session: SessionId;
  /** What the session was opened with, now or when it was approved before. */
  readonly terms: SessionTerms;
  /** What the device needs, for a code, frames or a file. Where the device is in touch, it is told by itself. */
  readonly answer: Uint8Array;
}

export interface DeviceApprovalsOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly account: AccountId;
  readonly log: ControlLog;
  readonly directory: () => Promise<Directory>;
  readonly nextPlace: (session: SessionId) => Sequence;
  readonly denyDevice: (id: DeviceRequestId) => void;
  readonly standing: () => Promise<AccountStanding | undefined>;
}

export class DeviceApprovals {
  readonly #options: DeviceApprovalsOptions;

  constructor(options: DeviceApprovalsOptions) {
    this.#options = options;
  }

  review(shown: Uint8Array | string): DeviceReview {
    const verified = this.#read(shown);
    const { device, expiry, permissions = [], replaces, lastHonoured } = verified.request;
    return {
      id: verified.id,
      device,
      code: deviceCode(verified),
      expiry,
      permissions,
      ...(replaces === undefined ? {} : { replaces }),
      ...(lastHonoured === undefined ? {} : { lastHonoured }),
    };
  }

  async approve(shown: Uint8Array | string, options: ApprovalOptions): Promise<DeviceApproval> {
    const { network, log } = this.#options;
    const { id, request } = this.#read(shown);
    const { sessionKey } = request;
    const wanted = wantedTerms({ ...options, device: options.device ?? request.device }, network);
    const { replaces } = options;
    let known: SessionId | undefined;
    const said = await log.append({
      isSame: (operation) => opensSession(operation) && operation.sessionKey === sessionKey,
      decide: async (account) => {
        const session = [...account.sessions.values()].find(({ key }) => key === sessionKey);
        known = session?.id;
        if (session !== undefined) return this.#mustLive(session, account);
        await this.#mustNotBeKilled(sessionKey, account);
        if (replaces === undefined && request.replaces !== undefined)
          throw refused({ type: "replaced-not-named", session: request.replaces });
        mustHaveRoom(account.sessions);
        const terms = { sessionKey, ...termsFrom(wanted, this.#options), generation: account.generation };
        return {
          operation:
            replaces === undefined ? { type: "grant", ...terms } : this.#upgrade(account, { terms, replaces, request }),
        };
      },
    });
    const directory = await this.#options.directory();
    const control =
      said?.control ?? directory.control(this.#options.account).find((one) => openedSession(one)?.id === known);
    const opened = control && openedSession(control);
    // Who started knows what was granted before by the ledger alone.
    if (opened === undefined) throw refused({ type: "session-ended", session: known as SessionId });
    const record = directory.record(this.#options.account, [opened.id]);
    assert(record !== undefined, "an account is kept with its inception");
    const standing = await this.#options.standing();
    const answer = encodeDeviceAnswer({
      version: 1,
      network: network.tag,
      request: id,
      record,
      ...(standing === undefined ? {} : { standing }),
    });
    return { session: opened.id, terms: opened.terms, answer };
  }

  deny(shown: Uint8Array | string): Uint8Array {
    const { id } = this.#read(shown);
    this.#options.denyDevice(id);
    return encodeDeviceAnswer({ version: 1, network: this.#options.network.tag, request: id });
  }

  #read(shown: Uint8Array | string): VerifiedDeviceRequest {
    const { network, clock, account } = this.#options;
    const verified =
      typeof shown === "string" ? textToDeviceRequest(shown, network.tag) : verifyDeviceRequest(shown, network.tag);
    if (!verified.ok) throw refused(verified.error);
    const { time, expiry, account: found } = verified.value.request;
    const now = clock.now();
    const { clockSkewMs } = network.genesis.parameters;
    if (expiry + clockSkewMs <= now) throw refused({ type: "request-expired", expiry, now });
    if (time > now + clockSkewMs) throw refused({ type: "request-from-future", time, now });
    if (found !== undefined && found !== account)
      throw refused({ type: "request-of-another-account", expected: account, found });
    return verified.value;
  }

  /** It has a session already, which is the answer while that lives. */
  #mustLive(session: SessionState, account: AccountState): undefined {
    if (!isLiving(session, account, this.#options.clock.now()))
      throw refused({ type: "session-ended", session: session.id });
  }

  /**
   * Where a kill switch came before the grant was settled, as far as is known here, there is no session. The ledger may have
   * settled it, and takes no other for its key.
   */
  async #mustNotBeKilled(sessionKey: PublicKey, { generation }: AccountState): Promise<void> {
    const control = (await this.#options.directory()).control(this.#options.account);
    for (const opened of control.map(openedSession)) {
      if (opened?.terms.sessionKey === sessionKey && opened.terms.generation < generation)
        throw refused({ type: "session-ended", session: opened.id });
    }
  }

  /**
   * Of the session that ends everything counts that it is known to have signed, here or where it was asked from. What is
   * claimed beyond what can be unsettled would leave that session places to pay on.
   */
  #upgrade(
    account: AccountState,
    {
      terms,
      replaces,
      request,
    }: {
      readonly terms: SessionTerms;
      readonly replaces: SessionId;
      readonly request: VerifiedDeviceRequest["request"];
    },
  ): OrderedOperation {
    if (!account.sessions.has(replaces))
      throw new WalletError({ type: "session-unknown", session: replaces }, "the account has no such session");
    const claimed = request.replaces === replaces && request.lastHonoured !== undefined ? request.lastHonoured : -1;
    const next = this.#options.nextPlace(replaces);
    const lastMax = (next + limits.UNSETTLED_PER_SESSION_MAX - 1) as Sequence;
    if (claimed > lastMax)
      throw refused({ type: "last-honoured-out-of-reach", lastHonoured: claimed as Sequence, lastMax });
    const last = Math.max(claimed, next - 1);
    return { type: "upgrade", ...terms, replaces, ...(last < 0 ? {} : { lastHonoured: last as Sequence }) };
  }
}

function refused(error: DeviceRequestRefusal): WalletError {
  return new WalletError({ type: "device-request-refused", error }, `the device request was not taken: ${error.type}`);
}
