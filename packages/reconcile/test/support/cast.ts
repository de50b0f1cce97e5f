/**
 * The people of adversarial histories, on a network for each conflict policy: accounts, devices on all kinds of terms, three
 * witnesses who may have staked already. They are the same in every history, so that only what a history adds costs
 * signatures.
 */
import {
  ACCOUNT_RECOVER,
  assetCode,
  createNetwork,
  generation,
  IMPORT_EXECUTE,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  sequence,
  signControlEntry,
  signInception,
  STAKE_MANAGE,
  type Amount,
  type AssetCode,
  type Link,
  type Network,
  type OrderedControlEntry,
  type Region,
  type SessionId,
  type SessionTerms,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import {
  AMI,
  ami,
  createPerson,
  founderOf,
  genesisReference,
  signOperation,
  signPayment,
  START,
  type Person,
} from "@amigos/core/testing";
import { signerNamed } from "./keyring.ts";
import { at, DAY, HOUR } from "./ledger.ts";

export const POLICY_NAMES = ["honour-all", "single-branch", "freeze-fork"] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** A second asset that some hold: one that nobody can stake. */
export const GLD: AssetCode = assetCode("GLD");
/** Nobody's asset: the genesis does not name it. */
export const EUR: AssetCode = assetCode("EUR");

export interface Cast {
  readonly network: Network;
  /** One per session that there is before a history begins. */
  readonly signers: readonly Person[];
  /** One per account, in the order of `ACCOUNTS`. */
  readonly people: readonly Person[];
  /** Of the signers, some of them for one place of a control log. */
  readonly grants: readonly VerifiedControlEntry[];
  readonly inceptions: readonly VerifiedInception[];
  /** What the witnesses sign first where a history begins with stakes. */
  readonly stakes: readonly VerifiedEntry[];
}

const ACCOUNTS = ["alice", "bob", "carol", "mallory", "erin", "wanda", "walter", "wilma"] as const;
/** Of the signers. Together they have 70.00, so that two of them are enough only if wilma is one. */
export const WITNESSES: readonly { readonly signer: number; readonly stake: bigint }[] = [
  { signer: 8, stake: 2000n },
  { signer: 9, stake: 2000n },
  { signer: 10, stake: 3000n },
];
/** Signers whose grants are known when a history begins; the others arrive when it says so. */
export const GRANTED_FIRST: readonly number[] = [0, 1, 2, 3, 7, 8, 9, 10, 12];
/** Her inception arrives with the grant of her phone. */
export const ERIN = 4;

const casts = new Map<PolicyName, Promise<Cast>>();

export function castOf(policy: PolicyName): Promise<Cast> {
  const cast = casts.get(policy) ?? assemble(networkOf(policy));
  casts.set(policy, cast);
  return cast;
}

/** Durations are short, so that what falls due in weeks falls due within a history. */
function networkOf(policy: PolicyName): Network {
  const holding = (name: string, asset: AssetCode, amount: bigint): Network["genesis"]["allocations"][number] => ({
    founder: founderOf(name),
    asset,
    amount: amount as Amount,
  });
  return createNetwork({
    version: 1,
    name: "histories",
    time: START,
    authority: signerNamed("authority").publicKey,
    assets: [
      { code: AMI, decimals: 2 },
      { code: GLD, decimals: 0 },
    ],
    parameters: { clockSkewMs: 300_000, offlineMsMax: 6 * DAY, expiryGraceMs: DAY, unbondingMs: 2 * DAY },
    allocations: [
      ...ACCOUNTS.filter((name) => name !== "erin").map((name) => holding(name, AMI, 10_000n)),
      holding("alice", GLD, 10n),
      holding("mallory", GLD, 10n),
    ],
    policy,
  });
}

async function assemble(network: Network): Promise<Cast> {
  const person = async (
    name: string,
    options: Omit<Parameters<typeof createPerson>[1], "network">,
  ): Promise<Person> => ({
    ...(await createPerson(name, { network, expiry: at(40 * DAY), ...options })),
    signer: signerNamed(`${name}/phone`),
    master: signerNamed(`${name}/master`),
  });
  const alice = await person("alice", { permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20))] });
  const bob = await person("bob", { expiry: at(3 * DAY) });
  const carol = await person("carol", { permissions: [SEND_LIMIT_DAILY(ami(30))], notBefore: at(6 * HOUR) });
  const mallory = await person("mallory", { permissions: [SEND_LIMIT_DAILY(ami(40)), READ_ALL], expiry: at(60 * DAY) });
  const erin = await erinOf(network);
  const witness = { permissions: [SEND_UNLIMITED, STAKE_MANAGE] };
  const [wanda, walter, wilma] = [
    await person("wanda", witness),
    await person("walter", witness),
    await person("wilma", witness),
  ];
  const tablet = await secondDevice(network, alice, "tablet", {
    permissions: [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER],
  });
  const rival = await secondDevice(network, alice, "rival", { permissions: [SEND_LIMIT_TX(ami(20)), ACCOUNT_RECOVER] });
  const laptop = await secondDevice(network, mallory, "laptop", {
    permissions: [SEND_LIMIT_DAILY(ami(20)), STAKE_MANAGE, IMPORT_EXECUTE],
    offlineLimits: [ami(15)],
  });
  const watch = await secondDevice(network, bob, "watch", { permissions: [READ_ONLY] });
  const till = await secondDevice(network, carol, "till", {
    permissions: [SEND_UNLIMITED, IMPORT_EXECUTE, ACCOUNT_RECOVER],
    offlineLimits: [ami(25)],
    recipients: [alice.account, bob.account].toSorted(),
  });
  const people = [alice, bob, carol, mallory, erin, wanda, walter, wilma];
  const signers = [alice, bob, carol, mallory, erin, tablet, rival, laptop, wanda, walter, wilma, watch, till];
  return {
    network,
    people,
    signers,
    grants: signers.map(({ grant }) => grant),
    inceptions: people.map(({ inception }) => inception),
    stakes: await stakesOf(network, signers),
  };
}

/** Nobody's founder: she is paid before she registers, and can be recovered from the beginning. */
async function erinOf(network: Network): Promise<Person> {
  const master = signerNamed("erin/master");
  const inception = await signInception(
    {
      version: 1,
      network: network.id,
      ...founderOf("erin"),
      recovery: { timeLockedKey: { key: signerNamed("erin/time-locked").publicKey, delayMs: DAY } },
    },
    master,
  );
  const phone = signerNamed("erin/phone");
  const grant = await signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: network.id,
      account: inception.id,
      sequence: sequence(0),
      previous: inception.id as string as Link,
      operation: {
        type: "grant",
        sessionKey: phone.publicKey,
        device: "erin's phone",
        permissions: [SEND_LIMIT_TX(ami(5)), READ_ALL],
        notBefore: START,
        expiry: at(40 * DAY),
        generation: generation(0),
        regions: ["CH", "DE-BE"] as Region[],
      },
    },
    master,
  );
  const session = grant.id as string as SessionId;
  return { name: "erin", account: inception.id, inception, grant, session, signer: phone, master };
}

/** Another device of a person. Two of them for one place of the control log is a master key that signs twice. */
async function secondDevice(
  network: Network,
  person: Person,
  device: string,
  terms: Partial<SessionTerms>,
): Promise<Person> {
  const signer = signerNamed(`${person.name}/${device}`);
  const grant = await signControlEntry<OrderedControlEntry>(
    {
      version: 1,
      network: network.id,
      account: person.account,
      sequence: sequence(1),
      previous: person.grant.link,
      operation: {
        type: "grant",
        sessionKey: signer.publicKey,
        device,
        permissions: [],
        notBefore: START,
        expiry: at(40 * DAY),
        generation: generation(0),
        ...terms,
      },
    },
    person.master,
  );
  return { ...person, name: `${person.name}'s ${device}`, signer, grant, session: grant.id as string as SessionId };
}

/** Each witness stakes behind itself, and the first pays into the pool. */
async function stakesOf(network: Network, signers: readonly Person[]): Promise<readonly VerifiedEntry[]> {
  const options = { network, time: at(5 * HOUR), checkpoint: genesisReference(network) };
  const stakes: VerifiedEntry[] = [];
  for (const { signer, stake } of WITNESSES) {
    const witness = signers[signer] as Person;
    const amount = stake as Amount;
    stakes.push(
      await signOperation(witness, { type: "stake", validator: witness.account, asset: AMI, amount }, options),
    );
  }
  const [first] = stakes;
  const [wanda] = WITNESSES;
  if (first === undefined || wanda === undefined) throw new Error("there are witnesses");
  const toPool = { ...options, after: first, to: network.id as string as Person["account"], money: ami(7) };
  return [...stakes, await signPayment(signers[wanda.signer] as Person, toPool)];
}
