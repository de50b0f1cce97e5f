/**
 * The network that a hub begins in an empty data folder: one asset, one authority (the hub's own key), and all money with
 * a faucet, which is an ordinary account whose keys the hub holds. Everything about the faucet's account follows from its
 * keys and the genesis, so nothing of it has to be kept beside them.
 */
import {
  assert,
  generation,
  openedSession,
  amount,
  assetCode,
  createNetwork,
  DEFAULT_PARAMETERS,
  INCEPTION_NONCE_BYTES,
  keyDigest,
  SEND_UNLIMITED,
  sequence,
  signControlEntry,
  signInception,
  timeMs,
  type Asset,
  type Founder,
  type Link,
  type Network,
  type Signer,
  type TimeMs,
  type OrderedControl,
  type OrderedControlEntry,
  type SessionId,
  type VerifiedInception,
} from "@amigos/core";
import { KeyVaultError, type KeyVault } from "@amigos/engine/ports";

export const DEMO_ASSET: Asset = { code: assetCode("AMI"), decimals: 2 };

/** 1,000,000.00 AMI: ten thousand new accounts, which is also the most that strangers can make this ledger grow by it. */
const FAUCET_ALLOCATION = amount(1_000_000_00n);

/** Ten years: the demo ends before its faucet does. */
const FAUCET_SESSION_MS = 10 * 365 * 86_400_000;

const KEY_NAME = {
  authority: "authority",
  faucetMaster: "faucet/master",
  faucetNext: "faucet/next",
  faucetSession: "faucet/session",
} as const;

/** An account whose session the hub holds. */
export interface HubAccount {
  readonly inception: VerifiedInception;
  readonly grant: OrderedControl;
  readonly session: SessionId;
  readonly signer: Signer;
}

/** The key that signs checkpoints, made with the first call. */
export function authoritySigner(keys: KeyVault): Promise<Signer> {
  return keyNamed(keys, KEY_NAME.authority);
}

export async function createDemoNetwork(options: { readonly keys: KeyVault; readonly time: TimeMs }): Promise<Network> {
  const { keys, time } = options;
  const authority = await authoritySigner(keys);
  return createNetwork({
    version: 1,
    name: "Amigos demo",
    time,
    authority: authority.publicKey,
    assets: [DEMO_ASSET],
    parameters: DEFAULT_PARAMETERS,
    allocations: [{ founder: await faucetFounder(keys), asset: DEMO_ASSET.code, amount: FAUCET_ALLOCATION }],
    policy: "honour-all",
  });
}

/** The faucet's account on this network, or `undefined` when its genesis gives the faucet nothing. */
export async function faucetAccount(network: Network, keys: KeyVault): Promise<HubAccount | undefined> {
  const founder = await faucetFounder(keys);
  if (!network.genesis.allocations.some((allocation) => allocation.founder.masterKey === founder.masterKey))
    return undefined;
  const master = await keyNamed(keys, KEY_NAME.faucetMaster);
  const signer = await keyNamed(keys, KEY_NAME.faucetSession);
  const inception = await signInception({ version: 1, network: network.id, ...founder }, master);
  const grant = await signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: network.id,
      account: inception.id,
      sequence: sequence(0),
      previous: inception.id as string as Link,
      operation: {
        type: "grant",
        sessionKey: signer.publicKey,
        device: "faucet",
        permissions: [SEND_UNLIMITED],
        notBefore: network.genesis.time,
        expiry: timeMs(network.genesis.time + FAUCET_SESSION_MS),
        generation: generation(0),
      },
    },
    master,
  );
  const session = openedSession(grant);
  assert(session !== undefined, "a grant opens a session");
  return { inception, grant, session: session.id, signer };
}

async function faucetFounder(keys: KeyVault): Promise<Founder> {
  const master = await keyNamed(keys, KEY_NAME.faucetMaster);
  const next = await keyNamed(keys, KEY_NAME.faucetNext);
  return {
    masterKey: master.publicKey,
    nextKeyDigest: keyDigest(next.publicKey),
    nonce: "00".repeat(INCEPTION_NONCE_BYTES),
  };
}

async function keyNamed(keys: KeyVault, name: string): Promise<Signer> {
  const known = await keys.signer(name);
  if (known !== undefined) return known;
  await keys.create(name);
  const made = await keys.signer(name);
  if (made === undefined) throw new KeyVaultError("vault-failed", `the vault has no key ${name}`);
  return made;
}
