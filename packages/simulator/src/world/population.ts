/**
 * Who lives in a world: accounts whose keys follow from the seed, each with one session on the terms of the settings, and
 * money that a founder gives to each.
 */
import {
  amount,
  assert,
  assetCode,
  bytesToHex,
  createNetwork,
  DEFAULT_PARAMETERS,
  firstControlPrevious,
  firstPrevious,
  generation,
  genesisReference,
  INCEPTION_NONCE_BYTES,
  openedSession,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  sequence,
  sha256,
  signControlEntry,
  signInception,
  STAKE_MANAGE,
  timeMs,
  type AccountId,
  type Asset,
  type Founder,
  type KeyDigest,
  type Link,
  type Money,
  type Network,
  type OrderedControl,
  type OrderedControlEntry,
  type Permission,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import type { Settings } from "../settings.ts";
import type { Mint } from "./mint.ts";

export interface Person {
  readonly name: string;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly signer: Signer;
  readonly inception: VerifiedInception;
  readonly grant: OrderedControl;
}

export interface Population {
  readonly network: Network;
  readonly authority: Signer;
  /** The honest ones, in the order of their names. */
  readonly people: readonly Person[];
  /** Those who came to cheat, with accounts and money like everybody's. */
  readonly cheats: readonly Person[];
  /** Gives everybody their first money; nobody at the market. */
  readonly founder: Person;
  /** Payments of the founder to everybody, in one chain. */
  readonly gifts: readonly VerifiedEntry[];
}

export const ASSET: Asset = { code: assetCode("AMI"), decimals: 2 };

/** 2026-01-01T00:00:00Z */
export const WORLD_START: TimeMs = timeMs(1_767_225_600_000);
const DAY_MS = 86_400_000;
/** Below what a genesis may allocate, and above what anybody sets. */
const SUPPLY = 1_000_000_000_000n;

export async function createPopulation(
  mint: Mint,
  settings: Settings,
  counts: { readonly people: number; readonly cheats: number },
): Promise<Population> {
  const authority = mint.signer("authority");
  const network = createNetwork({
    version: 1,
    name: "simulation",
    time: WORLD_START,
    authority: authority.publicKey,
    assets: [ASSET],
    parameters: DEFAULT_PARAMETERS,
    allocations: [
      { founder: founderOf("founder", mint.signer("founder/master")), asset: ASSET.code, amount: amount(SUPPLY) },
    ],
    policy: settings.policy,
  });
  const founder = await createPerson(mint, network, "founder", {
    permissions: [SEND_UNLIMITED],
    offlineLimits: [],
    days: settings.sessionDays,
  });
  const terms = termsOf(settings);
  const people: Person[] = [];
  for (let index = 0; index < counts.people; index++)
    people.push(await createPerson(mint, network, `p${index}`, terms));
  const cheats: Person[] = [];
  for (let index = 0; index < counts.cheats; index++)
    cheats.push(await createPerson(mint, network, `cheat${index}`, terms));
  const gifts = await giveTo([...people, ...cheats], { mint, network, founder, each: BigInt(settings.balance) });
  return { network, authority, people, cheats, founder, gifts };
}

interface Terms {
  readonly permissions: readonly Permission[];
  readonly offlineLimits: readonly Money[];
  readonly days: number;
}

/** What every session may do. Staking is for witnesses, and harmless for others. */
function termsOf(settings: Settings): Terms {
  const money = (cents: number): Money => ({ asset: ASSET.code, amount: amount(BigInt(cents)) });
  const limits = [
    ...(settings.perPaymentLimit > 0 ? [SEND_LIMIT_TX(money(settings.perPaymentLimit))] : []),
    ...(settings.dailyLimit > 0 ? [SEND_LIMIT_DAILY(money(settings.dailyLimit))] : []),
  ];
  return {
    permissions: [...(limits.length > 0 ? limits : [SEND_UNLIMITED]), STAKE_MANAGE],
    offlineLimits: settings.offlineLimit > 0 ? [money(settings.offlineLimit)] : [],
    days: settings.sessionDays,
  };
}

/** Nobody rotates in these worlds, so there is a digest of a next key, and no key. */
function founderOf(name: string, master: Signer): Founder {
  return {
    masterKey: master.publicKey,
    nextKeyDigest: bytesToHex(sha256(new TextEncoder().encode(`next/${name}`))) as KeyDigest,
    nonce: "00".repeat(INCEPTION_NONCE_BYTES),
  };
}

async function createPerson(mint: Mint, network: Network, name: string, terms: Terms): Promise<Person> {
  const master = mint.signer(`${name}/master`);
  const signer = mint.signer(`${name}/session`);
  const inception = await signInception({ version: 1, network: network.id, ...founderOf(name, master) }, master);
  const grant = await signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: network.id,
      account: inception.id,
      sequence: sequence(0),
      previous: firstControlPrevious(inception.id),
      operation: {
        type: "grant",
        sessionKey: signer.publicKey,
        device: `${name}'s phone`,
        permissions: terms.permissions,
        ...(terms.offlineLimits.length > 0 ? { offlineLimits: terms.offlineLimits } : {}),
        notBefore: WORLD_START,
        expiry: timeMs(WORLD_START + terms.days * DAY_MS),
        generation: generation(0),
      },
    },
    master,
  );
  const session = openedSession(grant);
  assert(session !== undefined, "a grant opens a session");
  return { name, account: inception.id, session: session.id, signer, inception, grant };
}

async function giveTo(
  people: readonly Person[],
  from: { readonly mint: Mint; readonly network: Network; readonly founder: Person; readonly each: bigint },
): Promise<readonly VerifiedEntry[]> {
  const { mint, network, founder, each } = from;
  if (each === 0n) return [];
  const gifts: VerifiedEntry[] = [];
  let previous: Link = firstPrevious(founder.session);
  for (const { account } of people) {
    const gift = await mint.sign(
      {
        version: 1,
        network: network.tag,
        account: founder.account,
        session: founder.session,
        sequence: sequence(gifts.length),
        previous,
        time: WORLD_START,
        checkpoint: genesisReference(network),
        operation: { type: "pay", to: account, asset: ASSET.code, amount: amount(each) },
      },
      founder.signer,
    );
    gifts.push(gift);
    previous = gift.link;
  }
  return gifts;
}
