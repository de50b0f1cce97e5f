/**
 * An account on a device that holds its master key: it grants sessions and ends them. Keys are made inside the vault and
 * never seen here: the account's master key and the key that may replace it, and for each device a session key of its own.
 */
import {
  assert,
  bytesToHex,
  encodeWith,
  equalBytes,
  INCEPTION_NONCE_BYTES,
  keyDigest,
  limits,
  openedSession,
  permissionsSchema,
  timeMs,
  type AccountId,
  type Founder,
  type Generation,
  type Grant,
  type Network,
  type OrderedControl,
  type OrderedOperation,
  type Permission,
  type Sequence,
  type SessionId,
  type Signer,
  type VerifiedInception,
} from "@amigos/core";
import { wouldAct, type AccountState } from "@amigos/reconcile";
import { KeyVaultError, type KeyVault } from "../ports/key-vault.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import { ControlLog, masterKeyMissing, type AppendControl } from "./control-log.ts";
import { resolvePermission, type PermissionRequest } from "./permission-request.ts";
import { checkedText, WalletError } from "./wallet-error.ts";

export interface SessionOptions {
  /** What people call the device: `"Alice's phone"`. */
  readonly device: string;
  readonly permissions: readonly PermissionRequest[];
  readonly expiry: { readonly days: number };
}

/** A session that its account granted to a key in this device's vault: what a wallet is opened with. */
export interface SessionGrant {
  readonly session: SessionId;
  /** The session key's name in the vault. */
  readonly keyName: string;
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

  /**
   * Grants a session to a new key of this device, in the account's present generation. Where two devices grant at once
   * without hearing of each other, the ledger registers one of the two; the other has to be granted again.
   * @throws {WalletError} `amount-invalid` when the text of a limit is not an amount of the network, `text-invalid` for the
   * device, `sessions-full`, `master-key-missing` when another device has replaced the master key, `wallet-opened`
   * @throws {StoreError} when the disk does not take it
   */
  readonly createSession: (options: SessionOptions) => Promise<SessionGrant>;

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
  /** What makes a control entry durable and known. */
  readonly append: AppendControl;
  /** Every control entry of the account that is durable here. */
  readonly control: () => Promise<readonly OrderedControl[]>;
}

const DAY_MS = 86_400_000;

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
  const signer = await keys.signer(masterKeyName(inception.inception.nonce));
  if (signer === undefined) throw masterKeyMissing();
  const log = new ControlLog({ network, store, clock: options.clock, account: inception.id, signer, append });
  await log.resume();
  return {
    id: inception.id,
    inception,
    createSession: (session) => createSession(options, log, session),
    revoke: (session, terms = {}) => revoke(log, session, terms),
    killSwitch: () => killSwitch(log),
  };
}

async function createSession(
  { network, keys, clock, random, inception, control }: OpenAccountOptions,
  log: ControlLog,
  options: SessionOptions,
): Promise<SessionGrant> {
  const device = checkedText("device", options.device, limits.DEVICE_NAME_BYTES_MAX);
  const permissions = options.permissions.map((permission) => resolved(permission, network));
  const { clockSkewMs } = network.genesis.parameters;
  const validMs = clockSkewMs + options.expiry.days * DAY_MS;
  const said = await log.append({
    isSame: (operation) => operation.type === "grant" && isSameRequest(operation, { device, permissions, validMs }),
    decide: async ({ generation, sessions }) => {
      const sessionsMax = limits.SESSIONS_PER_ACCOUNT_MAX;
      if (sessions.size >= sessionsMax)
        throw new WalletError({ type: "sessions-full", sessionsMax }, `an account has ${sessionsMax} sessions at most`);
      const keyName = `session/${bytesToHex(random.bytes(INCEPTION_NONCE_BYTES))}`;
      const { publicKey } = await createKey(keys, keyName);
      const now = clock.now();
      return {
        keyName,
        operation: {
          type: "grant",
          sessionKey: publicKey,
          device,
          permissions,
          notBefore: timeMs(now - clockSkewMs),
          expiry: timeMs(now + options.expiry.days * DAY_MS),
          generation,
        },
      };
    },
  });
  assert(said?.keyName !== undefined, "a grant is said, with the name of its key");
  const { control: grant, keyName } = said;
  const earlier = (await control()).filter(({ entry }) => entry.sequence < grant.entry.sequence);
  return { session: sessionOf(grant), keyName, inception, earlier, grant };
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

function isSameRequest(
  granted: Grant,
  wanted: { readonly device: string; readonly permissions: readonly Permission[]; readonly validMs: number },
): boolean {
  if (granted.device !== wanted.device || granted.expiry - granted.notBefore !== wanted.validMs) return false;
  const encoded = encodeWith(permissionsSchema, granted.permissions);
  return equalBytes(encoded, encodeWith(permissionsSchema, wanted.permissions));
}

function resolved(request: PermissionRequest, network: Network): Permission {
  const permission = resolvePermission(request, network.genesis.assets);
  if (permission.ok) return permission.value;
  throw new WalletError({ type: "amount-invalid", error: permission.error }, `not an amount: ${permission.error.text}`);
}

function sessionOf(grant: OrderedControl): SessionId {
  const opened = openedSession(grant);
  assert(opened !== undefined, "a grant opens a session");
  return opened.id;
}

export function masterKeyName(nonce: string): string {
  return `master/${nonce}`;
}

async function createKey(keys: KeyVault, name: string): Promise<Signer> {
  await keys.create(name);
  return signerOf(keys, name);
}

async function signerOf(keys: KeyVault, name: string): Promise<Signer> {
  const signer = await keys.signer(name);
  if (signer === undefined) throw new KeyVaultError("vault-failed", `the vault has no key ${name}`);
  return signer;
}
