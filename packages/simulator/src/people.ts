/** Who lives in a simulated world: accounts whose keys follow from the seed, each with one session and some money. */
import {
  amount,
  assetCode,
  createNetwork,
  DEFAULT_PARAMETERS,
  INCEPTION_NONCE_BYTES,
  keyDigest,
  SEND_LIMIT_DAILY,
  seedSigner,
  sequence,
  openedSession,
  generation,
  assert,
  sha256,
  signControlEntry,
  signInception,
  timeMs,
  type AccountId,
  type Asset,
  type Founder,
  type Link,
  type Money,
  type Network,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedInception,
} from "@amigos/core";

export interface Person {
  readonly name: string;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly signer: Signer;
  readonly inception: VerifiedInception;
  readonly grant: VerifiedControlEntry;
}

export interface Population {
  readonly network: Network;
  readonly authority: Signer;
  readonly people: readonly Person[];
}

export const ASSET: Asset = { code: assetCode("AMI"), decimals: 2 };

/** 2026-01-01T00:00:00Z */
export const WORLD_START: TimeMs = timeMs(1_767_225_600_000);
const SESSION_MS = 365 * 86_400_000;

const INITIAL: Money = { asset: ASSET.code, amount: amount(100_00n) };
export const DAILY_LIMIT: Money = { asset: ASSET.code, amount: amount(50_00n) };

export async function createPopulation(options: {
  readonly seed: string;
  readonly count: number;
}): Promise<Population> {
  const { seed, count } = options;
  const key = (name: string): Signer => seedSigner(sha256(new TextEncoder().encode(`${seed}/key/${name}`)));
  const names = Array.from({ length: count }, (_, index) => `p${index}`);
  const authority = key("authority");
  const network = createNetwork({
    version: 1,
    name: "simulation",
    time: WORLD_START,
    authority: authority.publicKey,
    assets: [ASSET],
    parameters: DEFAULT_PARAMETERS,
    allocations: names.map((name) => ({ founder: founderOf(name, key), ...INITIAL })),
    policy: "honour-all",
  });
  const people: Person[] = [];
  for (const name of names) people.push(await createPerson(name, network, key));
  return { network, authority, people };
}

function founderOf(name: string, key: (name: string) => Signer): Founder {
  return {
    masterKey: key(`${name}/master`).publicKey,
    nextKeyDigest: keyDigest(key(`${name}/next`).publicKey),
    nonce: "00".repeat(INCEPTION_NONCE_BYTES),
  };
}

async function createPerson(name: string, network: Network, key: (name: string) => Signer): Promise<Person> {
  const master = key(`${name}/master`);
  const signer = key(`${name}/session`);
  const inception = await signInception({ version: 1, network: network.id, ...founderOf(name, key) }, master);
  const grant = await signControlEntry(
    {
      version: 1,
      network: network.id,
      account: inception.id,
      sequence: sequence(0),
      previous: inception.id as string as Link,
      operation: {
        type: "grant",
        sessionKey: signer.publicKey,
        device: `${name}'s phone`,
        permissions: [SEND_LIMIT_DAILY(DAILY_LIMIT)],
        notBefore: WORLD_START,
        expiry: timeMs(WORLD_START + SESSION_MS),
        generation: generation(0),
      },
    },
    master,
  );
  const session = openedSession(grant);
  assert(session !== undefined, "a grant opens a session");
  return { name, account: inception.id, session: session.id, signer, inception, grant };
}
