/**
 * An account on a device that holds its master key: it grants sessions and ends them. Keys are made inside the vault and
 * never seen here: the account's master key and the key that may replace it, and for each device a session key of its own.
 */
import {
  assert,
  bytesToHex,
  INCEPTION_NONCE_BYTES,
  keyDigest,
  openedSession,
  type AccountId,
  type AccountRecord,
  type AccountStanding,
  type DeviceRequestId,
  type Founder,
  type Generation,
  type Network,
  type OrderedControl,
  type OrderedOperation,
  type Sequence,
  type SessionId,
  type VerifiedInception,
} from "@amigos/core";
import { wouldAct, type AccountState } from "@amigos/reconcile";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { Directory } from "../replica/directory.ts";
import { ControlLog, masterKeyMissing, mustHaveRoom, type AppendControl, type Said } from "./control-log.ts";
import { DeviceApprovals, type ApprovalOptions, type DeviceApproval, type DeviceReview } from "./device-approvals.ts";
import { createKey, masterKeyName, sessionKeyName } from "./key-names.ts";
import { sessionKeyNamed } from "./session-key.ts";
import { checkedName, hasTerms, termsFrom, wantedTerms, type SessionOptions } from "./session-options.ts";
import { setRecovery, type RecoveryOptions } from "./recovery-options.ts";
import { WalletError } from "./wallet-error.ts";

/** A session that its account granted to a key in this device's vault: what a wallet is opened with. */
export interface SessionGrant {
  readonly session: SessionId;
  /** The session key's name in the vault. */
  readonly keyName: string;
  /** That of the account's master key, where a recovery won it. */
  readonly masterKeyName?: string;
  readonly inception: VerifiedInception;
  /** What the account said before, without which a ledger that lacks it cannot register the session. */
  readonly earlier: readonly OrderedControl[];
  readonly grant: OrderedControl;
}

export interface RevokeOptions {
  /** The last place of the session's log that is honoured. Left out: none is that a checkpoint has not settled already. */
  readonly lastHonoured?: Sequence;
}

/**
 * What came of revoking a session. `revoked`: it is signed, and ends at the next settlement. `revoked-before`,
 * `killed-before`: the session ends there or sooner already, so nothing was signed.
 */
export interface RevokeReport {
  readonly type: "revoked" | "revoked-before" | "killed-before";
  readonly session: SessionId;
}

/**
 * What came of the kill switch. `killed`: it is signed, and takes effect at the next settlement. `killed-before`: it was
 * pulled before and no session was granted since, so nothing was signed.
 */
export interface KillSwitchReport {
  readonly type: "killed" | "killed-before";
  /** What the account has with it. Every session of a lower one is dead. */
  readonly generation: Generation;
}

/**
 * What its holder can do with an account. All of it works with no network: it resolves when it is durable here, reaches
 * the ledger with the account's other records, and is settled like they are. Each call may be made again when it failed.
 */
export interface Account {
  readonly id: AccountId;
  readonly inception: VerifiedInception;

  /** What the account has said about itself, as far as it is known here: what a backup holds. */
  readonly record: () => Promise<AccountRecord>;

  /**
   * Grants a session to a new key of this device, in the account's present generation. Where two devices grant at once
   * without hearing of each other, the ledger registers one of the two; the other has to be granted again.
   * With a `keyName` it is the session that was granted under that name before, while that lives, and another when it has ended.
   * @throws {WalletError} `amount-invalid` when the text of a limit is not an amount of the network, `terms-invalid`,
   * `text-invalid` for the device, `sessions-full`, `master-key-missing` when another device has replaced the master key, `wallet-opened`
   * @throws {StoreError} when the disk does not take it
   */
  readonly createSession: (options: SessionOptions) => Promise<SessionGrant>;

  /**
   * Reads what a new device shows: bytes, or the text of its code. The code in it is for whoever approves: the new device
   * shows the same one, unless somebody put another request in its place.
   * @throws {WalletError} `device-request-refused` with what is the matter
   */
  readonly reviewDevice: (request: Uint8Array | string) => Promise<DeviceReview>;

  /**
   * Opens a session for the key of a device that asks, on these terms, in the account's present generation; in the stead of
   * another one when the terms name that; a request that wants to replace one is refused unless they do. Asked again for one request, it gives the answer that it gave before, on the terms of
   * then: the device has one session, whatever interrupts this.
   * @throws {WalletError} as `reviewDevice` and `createSession`, and `session-unknown` when the account does not have what is
   * to be replaced
   * @throws {StoreError} when the disk does not take it
   */
  readonly approveDevice: (request: Uint8Array | string, options: ApprovalOptions) => Promise<DeviceApproval>;

  /**
   * Says no to a device that asks. Nothing is signed, and it may still be approved. Resolves with the answer, for a device
   * that is not in touch.
   * @throws {WalletError} `device-request-refused`
   */
  readonly denyDevice: (request: Uint8Array | string) => Promise<Uint8Array>;

  /**
   * Chooses how the account may be recovered when its master key is lost; nothing: not at all. Ends recoveries under way.
   * @throws {WalletError} `recovery-invalid`, `master-key-missing`, `wallet-opened`
   * @throws {StoreError} when the disk does not take it
   */
  readonly setRecovery: (ways: RecoveryOptions) => Promise<void>;

  /**
   * Ends a session of the account, for a device that is lost or given away.
   * @throws {WalletError} `session-unknown` when the account has no such session, as far as is known here,
   * `master-key-missing` when another device has replaced the master key, `wallet-opened`
   * @throws {StoreError} when the disk does not take it
   */
  readonly revoke: (session: SessionId, options?: RevokeOptions) => Promise<RevokeReport>;

  /**
   * Ends every session that the account has granted, this device's too. Sessions that are granted after it live.
   * @throws {WalletError} `master-key-missing` when another device has replaced the master key, `wallet-opened`
   * @throws {StoreError} when the disk does not take it
   */
  readonly killSwitch: () => Promise<KillSwitchReport>;
}

export interface OpenAccountOptions {
  readonly network: Network;
  readonly keys: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly inception: VerifiedInception;
  /** The master key's name in the vault. Left out: as when the account was made. */
  readonly masterKeyName?: string | undefined;
  /** What makes a control entry durable and known. */
  readonly append: AppendControl;
  /** What is durable here of what accounts said. */
  readonly directory: () => Promise<Directory>;
  /** The next place of a session's log, as far as anything of it is known here. */
  readonly nextPlace: (session: SessionId) => Sequence;
  /** Tells a device that is in touch that it is not wanted. */
  readonly denyDevice: (id: DeviceRequestId) => void;
  /** What bears out that the account was recovered, if it was and that is settled here. */
  readonly standing: () => Promise<AccountStanding | undefined>;
}

/** Makes the keys of an account before its network exists, so that a genesis can name it. */
export async function createFounder(options: { readonly keys: KeyVault; readonly random: Random }): Promise<Founder> {
  const nonce = bytesToHex(options.random.bytes(INCEPTION_NONCE_BYTES));
  const master = await createKey(options.keys, masterKeyName(nonce));
  const next = await createKey(options.keys, `next/${nonce}`);
  return { masterKey: master.publicKey, nextKeyDigest: keyDigest(next.publicKey), nonce };
}

/** Opens an account whose inception is durable on a store, and finishes what was interrupted there. @throws {WalletError} `master-key-missing` */
export async function openAccount(options: OpenAccountOptions): Promise<Account> {
  const { network, store, inception, append, keys } = options;
  const signer = await keys.signer(options.masterKeyName ?? masterKeyName(inception.inception.nonce));
  if (signer === undefined) throw masterKeyMissing();
  const log = new ControlLog({ network, store, clock: options.clock, account: inception.id, signer, append });
  await log.resume();
  const approvals = new DeviceApprovals({ ...options, account: inception.id, log });
  return {
    id: inception.id,
    inception,
    record: async () => {
      const control = (await options.directory()).control(inception.id);
      return { inception: inception.bytes, control: control.map(({ bytes }) => bytes) };
    },
    createSession: (session) => createSession(options, log, session),
    reviewDevice: async (request) => approvals.review(request),
    approveDevice: (request, terms) => approvals.approve(request, terms),
    denyDevice: async (request) => approvals.deny(request),
    revoke: (session, terms = {}) => revoke(log, session, terms),
    setRecovery: (ways) => setRecovery(log, ways),
    killSwitch: () => killSwitch(log),
  };
}

async function createSession(
  options: OpenAccountOptions,
  log: ControlLog,
  session: SessionOptions,
): Promise<SessionGrant> {
  const { keys, inception, clock } = options;
  const wanted = wantedTerms(session, options.network);
  const name = session.keyName === undefined ? sessionKeyName(options.random) : checkedName(session.keyName);
  const controlKnown = async (): Promise<readonly OrderedControl[]> =>
    (await options.directory()).control(inception.id);
  let before: Said | undefined;
  const said = await log.append({
    // What was reserved under a name is found by its key when it is signed, as what was granted under it is.
    isSame: (operation, keyName) =>
      session.keyName === undefined &&
      keyName !== undefined &&
      operation.type === "grant" &&
      hasTerms(operation, wanted),
    decide: async (account) => {
      const key = await sessionKeyNamed(name, { keys, account, control: await controlKnown(), now: clock.now() });
      const { keyName, publicKey: sessionKey, grant } = key;
      if (grant !== undefined) {
        before = { control: grant, keyName };
        return undefined;
      }
      mustHaveRoom(account.sessions);
      const terms = { ...termsFrom(wanted, options), generation: account.generation };
      return { keyName, operation: { type: "grant", sessionKey, ...terms } };
    },
  });
  const granted = said ?? before;
  assert(granted !== undefined, "nothing is granted only where something was");
  const { control: grant, keyName = name } = granted;
  const earlier = (await controlKnown()).filter(({ entry }) => entry.sequence < grant.entry.sequence);
  const named = options.masterKeyName === undefined ? {} : { masterKeyName: options.masterKeyName };
  return { session: sessionOf(grant), keyName, ...named, inception, earlier, grant };
}

async function revoke(log: ControlLog, session: SessionId, { lastHonoured }: RevokeOptions): Promise<RevokeReport> {
  const operation: OrderedOperation = {
    type: "revoke",
    session,
    ...(lastHonoured === undefined ? {} : { lastHonoured }),
  };
  let before: RevokeReport["type"] = "revoked-before";
  const said = await log.append({
    isSame: (other) => other.type === "revoke" && other.session === session && other.lastHonoured === lastHonoured,
    decide: async (account) => {
      const known = account.sessions.get(session);
      if (known === undefined)
        throw new WalletError({ type: "session-unknown", session }, "the account has no such session");
      const isKilled = known.generation < account.generation;
      before = isKilled ? "killed-before" : "revoked-before";
      return isKilled || !wouldAct(operation, account) ? undefined : { operation };
    },
  });
  return { type: said === undefined ? before : "revoked", session };
}

async function killSwitch(log: ControlLog): Promise<KillSwitchReport> {
  let generation: Generation | undefined;
  const said = await log.append({
    isSame: ({ type }) => type === "kill-switch",
    decide: async (account) => {
      const isPulled = isKillSwitchPulled(account);
      generation = (isPulled ? account.generation : account.generation + 1) as Generation;
      return isPulled ? undefined : { operation: { type: "kill-switch", generation } };
    },
  });
  const operation = said?.control.entry.operation;
  if (operation?.type === "kill-switch") return { type: "killed", generation: operation.generation };
  assert(generation !== undefined, "what was not interrupted was decided");
  return { type: "killed-before", generation };
}

/** And nothing granted since: once more would end nothing. */
function isKillSwitchPulled({ generation, sessions }: AccountState): boolean {
  return generation > 0 && [...sessions.values()].every((session) => session.generation < generation);
}

function sessionOf(grant: OrderedControl): SessionId {
  const opened = openedSession(grant);
  assert(opened !== undefined, "a grant opens a session");
  return opened.id;
}
