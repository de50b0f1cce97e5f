/**
 * Who lives in a world: accounts whose keys follow from the seed, each with a session on the terms of the settings for every
 * phone that shares it, and money that a founder gives to each.
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
  /** Whether others, with sessions of their own, spend the same money. */
  readonly isShared: boolean;
}

export interface Population {
  readonly network: Network;
  readonly authority: Signer;
  /** The honest ones, in the order of their names. Those who share an account come together, its first phone first. */
  readonly people: readonly Person[];
  /** Those who came to cheat, with accounts and money like everybody's. */
  readonly cheats: readonly Person[];
  /** Gives everybody their first money; nobody at the market. */
  readonly founder: Person;
  /** Payments of the founder to every account, in one chain. */
  readonly gifts: readonly VerifiedEntry[];
}

export const ASSET: Asset = { code: assetCode("AMI"), decimals: 2 };

/** 2026-01-01T00:00:00Z */
export const WORLD_START: TimeMs = timeMs(1_767_225_600_000);
const DAY_MS = 86_400_000;
/** Below what a genesis may allocate, and above what anybody sets. */
const SUPPLY = 1_000_000_000_000n;

export interface Counts {
  /** Honest phones. */
  readonly people: number;
  /** Accounts of cheats, and the phones of each. */
  readonly cheats: number;
  readonly phonesOfCheat: number;
}

/** Whoever has the first phone of an account: one for each. */
export function firstOfEach(people: readonly Person[]): readonly Person[] {
  return people.filter(({ grant }) => grant.entry.sequence === 0);
}

export async function createPopulation(
  mint: Mint,
  settings: Settings,
  { people: count, cheats: cheatAccounts, phonesOfCheat }: Counts,
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
  const [founder] = await createAccount(mint, network, ["founder"], {
    permissions: [SEND_UNLIMITED],
    offlineLimits: [],
    days: settings.sessionDays,
  });
  assert(founder !== undefined, "an account of one phone has one");
  const terms = termsOf(settings);
  const people: Person[] = [];
  while (people.length < count) {
    const phones = Math.min(settings.phonesPerAccount, count - people.length);
    const names = Array.from({ length: phones }, (_, phone) => `p${people.length + phone}`);
    people.push(...(await createAccount(mint, network, names, terms)));
  }
  const cheats: Person[] = [];
  for (let index = 0; index < cheatAccounts; index++) {
    const names = Array.from({ length: phonesOfCheat }, (_, phone) => `cheat${index}${phone === 0 ? "" : `-${phone}`}`);
    cheats.push(...(await createAccount(mint, network, names, terms)));
  }
  const gifts = await giveTo([...people, ...cheats], { mint, network, founder, each: BigInt(settings.balance) });
  return { network, authority, people, cheats, founder, gifts };
}

export interface Terms {
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

/** An account under the first of the names, with a session for each. */
export async function createAccount(
  mint: Mint,
  network: Network,
  names: readonly string[],
  terms: Terms,
): Promise<readonly Person[]> {
  const [first = ""] = names;
  const master = mint.signer(masterOf(first));
  const inception = await signInception({ version: 1, network: network.id, ...founderOf(first, master) }, master);
  const people: Person[] = [];
  for (const name of names) {
    const signer = mint.signer(`${name}/session`);
    const grant = await signControlEntry<OrderedControlEntry>(
      {
        version: 1,
        network: network.id,
        account: inception.id,
        sequence: sequence(people.length),
        previous: people.at(-1)?.grant.link ?? firstControlPrevious(inception.id),
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
    const isShared = names.length > 1;
    people.push({ name, account: inception.id, session: session.id, signer, inception, grant, isShared });
  }
  return people;
}

/** What the mint knows the master key of an account by, of which `first` has the first phone. */
export function masterOf(first: string): string {
  return `${first}/master`;
}

async function giveTo(
  people: readonly Person[],
  from: { readonly mint: Mint; readonly network: Network; readonly founder: Person; readonly each: bigint },
): Promise<readonly VerifiedEntry[]> {
  const { mint, network, founder, each } = from;
  if (each === 0n) return [];
  const gifts: VerifiedEntry[] = [];
  let previous: Link = firstPrevious(founder.session);
  for (const { account } of firstOfEach(people)) {
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
