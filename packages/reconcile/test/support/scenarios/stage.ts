/**
 * Where the scenarios under `vectors/reconcile/` are played: people sign, the ledger settles what it is given, and everything
 * is written down as bytes. After each batch the scenario so far is run, for the next entries name its checkpoint.
 */
import {
  assetCode,
  bytesToHex,
  checkpointTag,
  createNetwork,
  generation,
  openedSession,
  orThrow,
  sequence,
  signControlEntry,
  SEND_UNLIMITED,
  type CheckpointReference,
  type Link,
  type Money,
  type Network,
  type Operation,
  type OpenedSession,
  type OrderedControlEntry,
  type OrderedOperation,
  type RecoveryOperation,
  type RecoveryStatement,
  type SessionTerms,
  type Signer,
  type VerifiedControlEntry,
  type VerifiedEntry,
} from "@amigos/core";
import {
  AMI,
  createPerson,
  createTestNetwork,
  genesisReference,
  signOperation,
  START,
  type EntryOptions,
  type Person,
  type PersonOptions,
} from "@amigos/core/testing";
import { runScenario, type BatchReport, type ScenarioReport } from "../../../src/scenario/index.ts";
import { fastSigner } from "../fast-signer.ts";
import { at, DAY } from "../ledger.ts";

/** One scenario: what is told, to whom money was given, and what they do. */
export interface Story {
  /** Name of its files. */
  readonly name: string;
  readonly story: string;
  /** Who holds `each` from the start. alice, if left out. */
  readonly holders?: readonly string[];
  readonly each?: Money;
  readonly policy?: string;
  /** Assets that there are. AMI alone, if left out. */
  readonly assets?: readonly string[];
  /** Whether the genesis stands there for people to read. */
  readonly isInWords?: boolean;
  readonly tell: (stage: Stage) => Promise<void>;
}

export interface ScenarioJson {
  readonly version: 1;
  readonly story: string;
  readonly genesis: string | object;
  readonly snapshot?: string;
  readonly batches: readonly BatchJson[];
}

interface BatchJson {
  readonly time: number;
  readonly inceptions?: readonly string[];
  readonly control?: readonly string[];
  readonly entries?: readonly string[];
}

/** What is given to one checkpoint. */
export interface Given {
  /** Whose inceptions and grants are given. */
  readonly people?: readonly Person[];
  readonly inceptions?: readonly Signed[];
  readonly control?: readonly Signed[];
  readonly entries?: readonly Signed[];
}

interface Signed {
  readonly bytes: Uint8Array;
}

/** What a signer may choose; the rest follows: the place after its last one, the stage's clock, the newest checkpoint. */
export type Choice = Partial<Omit<EntryOptions, "network" | "after">> & {
  /** `start`: the first of the log. */
  readonly after?: VerifiedEntry | "start";
};

export class Stage {
  readonly story: Story;
  readonly network: Network;
  /** Milliseconds since the genesis. */
  clock = 0;
  reference: CheckpointReference;
  #report: ScenarioReport | undefined;
  #snapshot: string | undefined;
  readonly #batches: BatchJson[] = [];
  readonly #tips = new Map<string, VerifiedEntry>();
  readonly #controls = new Map<string, { readonly sequence: number; readonly previous: Link }>();

  constructor(story: Story) {
    this.story = story;
    const { holders = ["alice"], each, policy, assets = [AMI] } = story;
    const { genesis } = createTestNetwork(holders, each, "vectors", policy);
    this.network = createNetwork({
      ...genesis,
      assets: assets.map((code) => ({ code: assetCode(code), decimals: 2 })),
    });
    this.reference = genesisReference(this.network);
  }

  /** Keys are hashes of names: one name, one account. */
  async person(name: string, options: Omit<PersonOptions, "network"> = {}): Promise<Person> {
    const person = await createPerson(name, { network: this.network, ...options });
    this.#controls.set(person.account, { sequence: 1, previous: person.grant.link });
    return { ...person, signer: fastSigner(`${name}/phone`), master: fastSigner(`${name}/master`) };
  }

  /** Another device of a person, to be given as a control entry. */
  async device(owner: Person, name: string, terms: Partial<SessionTerms> = {}): Promise<Person> {
    const signer = fastSigner(`${owner.name}/${name}`);
    const grant = await this.control(owner, { type: "grant", ...this.terms(name, signer), ...terms });
    return { ...owner, grant, signer, session: (openedSession(grant) as OpenedSession).id };
  }

  terms(device: string, signer: Signer): SessionTerms {
    return {
      sessionKey: signer.publicKey,
      device,
      permissions: [SEND_UNLIMITED],
      notBefore: START,
      expiry: at(30 * DAY),
      generation: generation(0),
    };
  }

  async sign(from: Person, operation: Operation, { after, ...choice }: Choice = {}): Promise<VerifiedEntry> {
    const before = after === "start" ? undefined : (after ?? this.#tips.get(from.session));
    const entry = await signOperation(from, operation, {
      network: this.network,
      time: at(this.clock),
      checkpoint: this.reference,
      ...choice,
      ...(before === undefined ? {} : { after: before }),
    });
    this.#tips.set(from.session, entry);
    return entry;
  }

  pay(from: Person, to: Pick<Person, "account">, money: Money, choice?: Choice): Promise<VerifiedEntry> {
    return this.sign(from, { type: "pay", to: to.account, ...money }, choice);
  }

  /** The next entry of an account's control log, by its master key unless another signs. */
  async control(
    { account, master }: Person,
    operation: OrderedOperation,
    { signer = master, isBranch = false }: { readonly signer?: Signer; readonly isBranch?: boolean } = {},
  ): Promise<VerifiedControlEntry<OrderedControlEntry>> {
    const place = this.#controls.get(account) ?? { sequence: 0, previous: account as string as Link };
    const named = { version: 1, network: this.network.id, account } as const;
    const body = { ...named, ...place, sequence: sequence(place.sequence), operation };
    const signed = await signControlEntry<OrderedControlEntry>(body, signer);
    if (!isBranch) this.#controls.set(account, { sequence: place.sequence + 1, previous: signed.link });
    return signed;
  }

  /** Says which of several branches the account's control log goes on from. */
  goOn({ account }: Person, { link, entry }: VerifiedControlEntry<OrderedControlEntry>): void {
    this.#controls.set(account, { sequence: entry.sequence + 1, previous: link });
  }

  /** What has no place: a recovery asked for, approved, vetoed. */
  statement(
    { account }: Person,
    operation: RecoveryOperation,
    signer: Signer,
  ): Promise<VerifiedControlEntry<RecoveryStatement>> {
    return signControlEntry<RecoveryStatement>({ version: 1, network: this.network.id, account, operation }, signer);
  }

  later(ms: number): void {
    this.clock += ms;
  }

  /** Gives a batch to the ledger, by the stage's clock. */
  async settle({ people = [], inceptions = [], control = [], entries = [] }: Given): Promise<BatchReport> {
    const toHex = (items: readonly Signed[]): readonly string[] => items.map(({ bytes }) => bytesToHex(bytes));
    const batch = {
      inceptions: toHex([...people.map((person) => person.inception), ...inceptions]),
      control: toHex([...people.map((person) => person.grant), ...control]),
      entries: toHex(entries),
    };
    const given = Object.entries(batch).filter(([, items]) => items.length > 0);
    this.#batches.push({ time: at(this.clock), ...Object.fromEntries(given) });
    this.#report = orThrow(await runScenario(this.scenario));
    const last = this.#report.batches.at(-1) as BatchReport;
    this.reference = { height: last.height, tag: checkpointTag(last.checkpoint) };
    return last;
  }

  /** From here on a new scenario is told, which begins with the snapshot of what was told before. */
  forget(): void {
    this.#snapshot = this.report.snapshot;
    this.#batches.length = 0;
  }

  get scenario(): ScenarioJson {
    return {
      version: 1,
      story: this.story.story,
      genesis: this.story.isInWords === true ? inWords(this.network) : bytesToHex(this.network.bytes),
      ...(this.#snapshot === undefined ? {} : { snapshot: this.#snapshot }),
      batches: [...this.#batches],
    };
  }

  get report(): ScenarioReport {
    if (this.#report === undefined) throw new RangeError("a story settles something");
    return this.#report;
  }
}

function inWords({ genesis: { version: _version, allocations, ...genesis } }: Network): object {
  return { ...genesis, allocations: allocations.map((row) => ({ ...row, amount: `${row.amount}` })) };
}
