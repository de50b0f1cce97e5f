/**
 * Making an account and its first session. Keys are made inside the vault and never seen here: the account's master key
 * and the key that may replace it, and for each device a session key of its own.
 */
import {
  assert,
  bytesToHex,
  generation,
  INCEPTION_NONCE_BYTES,
  keyDigest,
  limits,
  openedSession,
  sequence,
  signControlEntry,
  signInception,
  timeMs,
  type AccountId,
  type Founder,
  type Link,
  type Network,
  type Permission,
  type SessionId,
  type Signer,
  type OrderedControl,
  type OrderedControlEntry,
  type VerifiedInception,
} from "@amigos/core";
import { KeyVaultError, type KeyVault } from "../ports/key-vault.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import { resolvePermission, type PermissionRequest } from "./permission-request.ts";
import { checkedText, WalletError } from "./wallet-error.ts";

export interface CreateAccountOptions {
  readonly network: Network;
  readonly keys: KeyVault;
  readonly random: Random;
  readonly clock: Clock;
  /** Made before by `createFounder`, for an account that the network's genesis gives money to. Left out: a new one. */
  readonly founder?: Founder;
}

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
  readonly grant: OrderedControl;
}

export interface Account {
  readonly id: AccountId;
  readonly inception: VerifiedInception;
  /**
   * Grants a session to a new key of this device.
   * @throws {WalletError} `amount-invalid` when the text of a limit is not an amount of the network, `text-invalid` for the device
   */
  readonly createSession: (options: SessionOptions) => Promise<SessionGrant>;
}

const DAY_MS = 86_400_000;

/** Makes the keys of an account before its network exists, so that a genesis can name it. */
export async function createFounder(options: { readonly keys: KeyVault; readonly random: Random }): Promise<Founder> {
  const nonce = bytesToHex(options.random.bytes(INCEPTION_NONCE_BYTES));
  const master = await createKey(options.keys, masterKeyName(nonce));
  const next = await createKey(options.keys, `next/${nonce}`);
  return { masterKey: master.publicKey, nextKeyDigest: keyDigest(next.publicKey), nonce };
}

/** Makes an account, offline: the ledger learns of it with the first sync. */
export async function createAccount(options: CreateAccountOptions): Promise<Account> {
  const { network, keys, random, clock } = options;
  const founder = options.founder ?? (await createFounder(options));
  const master = await signerOf(keys, masterKeyName(founder.nonce));
  const inception = await signInception({ version: 1, network: network.id, ...founder }, master);
  const control: OrderedControl[] = [];
  return {
    id: inception.id,
    inception,
    createSession: async ({ device, permissions, expiry }) => {
      const keyName = `session/${bytesToHex(random.bytes(INCEPTION_NONCE_BYTES))}`;
      const session = await createKey(keys, keyName);
      const now = clock.now();
      const last = control.at(-1);
      const grant = await signControlEntry<OrderedControlEntry>(
        {
          version: 1,
          network: network.id,
          account: inception.id,
          sequence: sequence(control.length),
          previous: last?.link ?? (inception.id as string as Link),
          operation: {
            type: "grant",
            sessionKey: session.publicKey,
            device: checkedText("device", device, limits.DEVICE_NAME_BYTES_MAX),
            permissions: permissions.map((permission) => resolved(permission, network)),
            notBefore: timeMs(now - network.genesis.parameters.clockSkewMs),
            expiry: timeMs(now + expiry.days * DAY_MS),
            generation: generation(0),
          },
        },
        master,
      );
      control.push(grant);
      return { session: grantedSession(grant), keyName, inception, grant };
    },
  };
}

function resolved(request: PermissionRequest, network: Network): Permission {
  const permission = resolvePermission(request, network.genesis.assets);
  if (permission.ok) return permission.value;
  throw new WalletError({ type: "amount-invalid", error: permission.error }, `not an amount: ${permission.error.text}`);
}

function grantedSession(grant: OrderedControl): SessionId {
  const opened = openedSession(grant);
  assert(opened !== undefined, "a grant opens a session");
  return opened.id;
}

function masterKeyName(nonce: string): string {
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
