/**
 * Persons for tests: alice, bob, carol, mallory. Their keys are hashes of their names, so every run, every runtime and
 * every vector file has the same alice.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import {
  firstControlPrevious,
  openedSession,
  signControlEntry,
  type OpenedSession,
  type OrderedControl,
  type OrderedControlEntry,
} from "../account/control-entry.ts";
import { signInception, type VerifiedInception } from "../account/inception.ts";
import { amount, assetCode, type AssetCode, type Money } from "../amount.ts";
import { compareHex } from "../bytes.ts";
import { keyDigest } from "../crypto/hash.ts";
import { seedSigner, type Signer } from "../crypto/signer.ts";
import { generation, sequence, timeMs, type AccountId, type EntryId, type SessionId, type TimeMs } from "../ids.ts";
import { createNetwork, DEFAULT_PARAMETERS, type Founder, type Network } from "../network/genesis.ts";
import { firstPrevious, genesisReference, type CheckpointReference, type Entry } from "../entry/entry.ts";
import type { Operation } from "../entry/operation.ts";
import { signEntry } from "../entry/sign-entry.ts";
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import { SEND_UNLIMITED, type Permission } from "../session/permission.ts";
import type { Region } from "../session/region.ts";
import type { SessionTerms } from "../session/session-terms.ts";

/** 2026-01-01T00:00:00Z, when everything begins in tests. */
export const START: TimeMs = timeMs(1_767_225_600_000);
export const AMI: AssetCode = assetCode("AMI");

/** `ami(5)` is 5.00 AMI. */
export function ami(whole: number, cents = 0): Money {
  return { asset: AMI, amount: amount(BigInt(whole) * 100n + BigInt(cents)) };
}

/** A signer whose secret is the hash of a word. For tests alone: everybody knows the word. */
export function namedSigner(name: string): Signer {
  return seedSigner(sha256(utf8ToBytes(`amigos-test/${name}`)));
}

/** A person's account on a network, with one session. */
export interface Person {
  readonly name: string;
  readonly account: AccountId;
  readonly inception: VerifiedInception;
  readonly grant: OrderedControl;
  readonly session: SessionId;
  readonly signer: Signer;
  readonly master: Signer;
}

export interface PersonOptions {
  readonly network: Network;
  readonly permissions?: readonly Permission[];
  readonly notBefore?: TimeMs;
  readonly expiry?: TimeMs;
  /** More of the terms of the session. */
  readonly terms?: Partial<SessionTerms>;
}

export async function createPerson(name: string, options: PersonOptions): Promise<Person> {
  const master = namedSigner(`${name}/master`);
  const signer = namedSigner(`${name}/phone`);
  const inception = await signInception(
    {
      version: 1,
      network: options.network.id,
      ...founderOf(name),
    },
    master,
  );
  const grant = await signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: options.network.id,
      account: inception.id,
      sequence: sequence(0),
      previous: firstControlPrevious(inception.id),
      operation: {
        type: "grant",
        sessionKey: signer.publicKey,
        device: `${name}'s phone`,
        permissions: options.permissions ?? [SEND_UNLIMITED],
        notBefore: options.notBefore ?? START,
        expiry: options.expiry ?? timeMs((options.notBefore ?? START) + 30 * 86_400_000),
        generation: generation(0),
        ...options.terms,
      },
    },
    master,
  );
  const session = (openedSession(grant) as OpenedSession).id;
  return { name, account: inception.id, inception, grant, session, signer, master };
}

/** A network on which each person named holds `each` from the start. */
export function createTestNetwork(
  holders: readonly string[] = [],
  each: Money = ami(100),
  name = "test",
  policy = "honour-all",
): Network {
  return createNetwork({
    version: 1,
    name,
    time: START,
    authority: namedSigner("authority").publicKey,
    assets: [{ code: AMI, decimals: 2 }],
    parameters: DEFAULT_PARAMETERS,
    allocations: holders.map((holder) => ({ founder: founderOf(holder), asset: each.asset, amount: each.amount })),
    policy,
  });
}

/** The part of a person's inception that does not depend on the network. */
export function founderOf(name: string): Founder {
  return {
    masterKey: namedSigner(`${name}/master`).publicKey,
    nextKeyDigest: keyDigest(namedSigner(`${name}/next`).publicKey),
    nonce: "00".repeat(16),
  };
}

export interface PaymentOptions extends EntryOptions {
  readonly to: AccountId;
  readonly money: Money;
  readonly memo?: string;
}

export interface EntryOptions {
  readonly network: Network;
  /** The entry before; left out for the first of a log. */
  readonly after?: VerifiedEntry;
  readonly time?: TimeMs;
  readonly checkpoint?: CheckpointReference;
  readonly dependencies?: readonly EntryId[];
  readonly region?: Region;
}

/** A payment at the place that follows `after`. */
export function signPayment(from: Person, options: PaymentOptions): Promise<VerifiedEntry> {
  const { to, money, memo } = options;
  return signOperation(from, { type: "pay", to, ...money, ...(memo === undefined ? {} : { memo }) }, options);
}

/** Any entry at the place that follows `after`. */
export function signOperation(from: Person, operation: Operation, options: EntryOptions): Promise<VerifiedEntry> {
  return signEntry(nextEntry(from, operation, options), from.signer);
}

function nextEntry(from: Person, operation: Operation, options: EntryOptions): Entry {
  const { after, dependencies, region } = options;
  return {
    version: 1,
    network: options.network.tag,
    account: from.account,
    session: from.session,
    sequence: sequence(after === undefined ? 0 : after.entry.sequence + 1),
    previous: after?.link ?? firstPrevious(from.session),
    time: options.time ?? after?.entry.time ?? START,
    checkpoint: options.checkpoint ?? after?.entry.checkpoint ?? genesisReference(options.network),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.toSorted(compareHex) }),
    operation,
    ...(region === undefined ? {} : { region }),
  };
}
