/**
 * Adversarial histories: a cast of honest and dishonest people, and scripts of what they sign and when the ledger settles
 * it. Signers fork their logs, and the forks; name predecessors, dependencies and checkpoints that do not exist; claim
 * times they did not have; pay nothing, themselves, too much, just enough. Entries are given late, early and again, and
 * grants after the entries they allow. The people are the same in every history, so that only entries cost signatures.
 */
import {
  assetCode,
  checkpointTag,
  height,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  sequence,
  sessionOfGrant,
  signControlEntry,
  signEntry,
  timeMs,
  type Amount,
  type CheckpointId,
  type CheckpointReference,
  type EntryId,
  type Link,
  type Permission,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { ami, createPerson, createTestNetwork, genesisReference, START, type Person } from "@amigos/core/testing";
import fc from "fast-check";
import { DAY, HOUR, MINUTE, TestLedger, at } from "./ledger.ts";
import { fastSigner } from "./fast-signer.ts";
import { policies, type PolicyName } from "./policies.ts";

const network = createTestNetwork(["alice", "bob", "carol", "mallory"]);

export interface Cast {
  /** Who signs: one per session, of five accounts. */
  readonly signers: readonly Person[];
  /** Grants, some of them for one place of a control log. */
  readonly grants: readonly VerifiedControlEntry[];
  readonly inceptions: readonly VerifiedInception[];
}

async function assemble(): Promise<Cast> {
  const alice = await createPerson("alice", {
    network,
    permissions: [SEND_LIMIT_DAILY(ami(50)), SEND_LIMIT_TX(ami(20))],
  });
  const bob = await createPerson("bob", { network, expiry: at(3 * DAY) });
  const carol = await createPerson("carol", {
    network,
    permissions: [SEND_LIMIT_DAILY(ami(30))],
    notBefore: at(6 * HOUR),
  });
  const mallory = await createPerson("mallory", {
    network,
    permissions: [SEND_LIMIT_DAILY(ami(40)), READ_ALL],
    expiry: at(60 * DAY),
  });
  const erin = await createPerson("erin", { network, permissions: [SEND_LIMIT_TX(ami(5)), READ_ALL] });
  const tablet = await secondSession(alice, "tablet", [SEND_UNLIMITED]);
  const rival = await secondSession(alice, "rival", [SEND_LIMIT_TX(ami(20))]);
  const laptop = await secondSession(mallory, "laptop", [SEND_LIMIT_DAILY(ami(20))]);
  const signers = [alice, bob, carol, mallory, erin, tablet, rival, laptop];
  return {
    signers: signers.map((person, index) =>
      index < 5 ? { ...person, signer: fastSigner(`${person.name}/phone`) } : person,
    ),
    grants: signers.map(({ grant }) => grant),
    inceptions: [alice, bob, carol, mallory, erin].map(({ inception }) => inception),
  };
}

/** Another device of a person. Two of them for one place of the control log is a master key that signs twice. */
async function secondSession(person: Person, device: string, permissions: readonly Permission[]): Promise<Person> {
  const signer = fastSigner(`${person.name}/${device}`);
  const grant = await signControlEntry(
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
        permissions,
        notBefore: START,
        expiry: at(40 * DAY),
      },
    },
    person.master,
  );
  return { ...person, name: `${person.name}'s ${device}`, signer, grant, session: sessionOfGrant(grant) };
}

let assembled: Promise<Cast> | undefined;

function cast(): Promise<Cast> {
  assembled ??= assemble();
  return assembled;
}

interface SignAction {
  readonly type: "sign";
  readonly who: number;
  /** Counted from the signer on; 0 is the signer. */
  readonly to: number;
  readonly amount: bigint;
  /** How far the claimed time is from the true one, or a time that the log cannot have. */
  readonly clockOffsetMs: number;
  /** `tip` is honest; a number picks any entry of the log, `start` none, `nowhere` one that does not exist. */
  readonly after: "tip" | "start" | "nowhere" | number;
  readonly checkpoint: "newest" | "genesis" | "ahead" | "invented" | "predecessor";
  /** Picks of entries signed by anybody before; -1 stands for one that does not exist. */
  readonly dependencies: readonly number[];
  readonly asset: string;
}

interface SettleAction {
  readonly type: "settle";
  readonly advanceMs: number;
  /** Which undecided entries do not arrive this time. */
  readonly withheld: readonly number[];
  /** Which decided ones arrive again. */
  readonly repeated: readonly number[];
  /** Which grants are known from now on. */
  readonly granted: readonly number[];
}

export type Action = SignAction | SettleAction;
export type Script = readonly Action[];

/** Around every limit of the cast, and beyond what there is. */
const AMOUNTS: readonly bigint[] = [
  1n,
  100n,
  499n,
  500n,
  501n,
  1000n,
  1999n,
  2000n,
  2001n,
  3000n,
  4000n,
  9999n,
  10000n,
  10001n,
  0n,
  2n ** 62n,
];
const OFFSETS: readonly number[] = [0, -MINUTE, -HOUR, -DAY, -2 * DAY, 5 * MINUTE, 6 * MINUTE, DAY, 100 * DAY];

const signAction: fc.Arbitrary<SignAction> = fc.record({
  type: fc.constant("sign" as const),
  who: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(0, 1, 3, 7) }, { weight: 1, arbitrary: fc.nat(7) }),
  to: fc.oneof({ weight: 15, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  amount: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(1n, 100n, 500n) },
    { weight: 3, arbitrary: fc.constantFrom(...AMOUNTS) },
  ),
  clockOffsetMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.constantFrom(...OFFSETS) },
  ),
  after: fc.oneof(
    { weight: 14, arbitrary: fc.constant("tip" as const) },
    { weight: 4, arbitrary: fc.nat(20) },
    { weight: 1, arbitrary: fc.constantFrom("start" as const, "nowhere" as const) },
  ),
  checkpoint: fc.oneof(
    { weight: 14, arbitrary: fc.constant("newest" as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom("genesis" as const, "ahead" as const, "invented" as const, "predecessor" as const),
    },
  ),
  dependencies: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.integer({ min: -1, max: 60 }), { maxLength: 3 }) },
  ),
  asset: fc.oneof({ weight: 30, arbitrary: fc.constant("AMI") }, { weight: 1, arbitrary: fc.constant("EUR") }),
});

const settleAction: fc.Arbitrary<SettleAction> = fc.record({
  type: fc.constant("settle" as const),
  advanceMs: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, MINUTE, HOUR, DAY) },
    { weight: 1, arbitrary: fc.constantFrom(8 * DAY, 31 * DAY) },
  ),
  withheld: fc.array(fc.nat(40), { maxLength: 6 }),
  repeated: fc.array(fc.nat(40), { maxLength: 4 }),
  granted: fc.array(fc.nat(7), { maxLength: 4 }),
});

const script: fc.Arbitrary<Script> = fc.array(
  fc.oneof({ weight: 7, arbitrary: signAction }, { weight: 1, arbitrary: settleAction }),
  { minLength: 4, maxLength: 48, size: "max" },
);

export interface History {
  readonly policy: PolicyName;
  readonly script: Script;
}

export function histories(...names: readonly PolicyName[]): fc.Arbitrary<History> {
  return fc.record({ policy: fc.constantFrom(...names), script });
}

/** What was given to one checkpoint. */
export interface Given {
  readonly entries: readonly VerifiedEntry[];
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly time: ReturnType<typeof timeMs>;
}

export interface Played {
  readonly ledger: TestLedger;
  /** One per step of the ledger. */
  readonly given: readonly Given[];
}

/** Signs and settles as the script says, and settles once more whatever is left at the end. */
export async function play({ policy, script: actions }: History): Promise<Played> {
  const people = await cast();
  const stage = new Stage(
    people,
    new TestLedger({ network, ...(policy === "honour-all" ? {} : { policy: policies[policy] }) }),
  );
  for (const action of actions) {
    if (action.type === "sign") await stage.sign(action);
    else await stage.settle(action);
  }
  await stage.settle({
    type: "settle",
    advanceMs: MINUTE,
    withheld: [],
    repeated: [],
    granted: [...people.grants.keys()],
  });
  return { ledger: stage.ledger, given: stage.given };
}

class Stage {
  readonly ledger: TestLedger;
  readonly given: Given[] = [];
  readonly #cast: Cast;
  readonly #references: CheckpointReference[];
  readonly #signed: VerifiedEntry[] = [];
  readonly #logs = new Map<number, VerifiedEntry[]>();
  readonly #granted = new Set<number>([0, 1, 2, 3, 4, 7]);
  #decided: VerifiedEntry[] = [];
  #undecided: VerifiedEntry[] = [];
  #clock: number = at(5 * HOUR);

  constructor(people: Cast, ledger: TestLedger) {
    this.#cast = people;
    this.ledger = ledger;
    this.#references = [genesisReference(network)];
    for (const person of people.signers) ledger.name(person, person.name);
  }

  async sign(action: SignAction): Promise<void> {
    const from = this.#cast.signers[action.who] as Person;
    const to = this.#cast.signers[(action.who + action.to) % this.#cast.signers.length] as Person;
    const log = this.#logs.get(action.who) ?? [];
    const before =
      typeof action.after === "number"
        ? log[action.after % Math.max(1, log.length)]
        : action.after === "tip"
          ? log.at(-1)
          : undefined;
    const dependencies = this.#pick(action.dependencies);
    const entry = await signEntry(
      {
        version: 1,
        network: network.tag,
        account: from.account,
        session: from.session,
        sequence: sequence(before === undefined ? (action.after === "nowhere" ? 3 : 0) : before.entry.sequence + 1),
        previous:
          before?.link ?? (action.after === "nowhere" ? ("ab".repeat(32) as Link) : (from.session as string as Link)),
        time: timeMs(Math.max(0, this.#clock + action.clockOffsetMs)),
        checkpoint: this.#reference(action.checkpoint, before),
        ...(dependencies.length === 0 ? {} : { dependencies }),
        operation: { type: "pay", to: to.account, asset: assetCode(action.asset), amount: action.amount as Amount },
      },
      from.signer,
    );
    this.#logs.set(action.who, [...log, entry]);
    this.#signed.push(entry);
    this.#undecided.push(entry);
  }

  async settle({ advanceMs, withheld, repeated, granted }: SettleAction): Promise<void> {
    this.#clock += advanceMs;
    for (const grant of granted) this.#granted.add(grant);
    const late = new Set(withheld.map((pick) => this.#undecided[pick % Math.max(1, this.#undecided.length)]));
    const again = repeated.flatMap((pick) => this.#decided[pick % Math.max(1, this.#decided.length)] ?? []);
    const given: Given = {
      entries: [...this.#undecided.filter((entry) => !late.has(entry)), ...again],
      inceptions: this.#cast.inceptions,
      control: this.#cast.grants.filter((_grant, index) => this.#granted.has(index)),
      time: timeMs(this.#clock),
    };
    await this.ledger.settle(given.entries, given);
    this.given.push(given);
    this.#references.push(this.ledger.reference);
    const isSettled = ({ id }: VerifiedEntry): boolean => this.ledger.history.isSettled(id);
    this.#decided = [...this.#decided, ...this.#undecided.filter(isSettled)];
    this.#undecided = this.#undecided.filter((entry) => !isSettled(entry));
  }

  #pick(picks: readonly number[]): readonly EntryId[] {
    const ids = picks.flatMap((pick) =>
      pick < 0 ? ("cd".repeat(32) as EntryId) : (this.#signed[pick % Math.max(1, this.#signed.length)]?.id ?? []),
    );
    return [...new Set(ids)].toSorted();
  }

  #reference(choice: SignAction["checkpoint"], before: VerifiedEntry | undefined): CheckpointReference {
    const newest = this.#references.at(-1) ?? genesisReference(network);
    const invented = checkpointTag("ef".repeat(32) as CheckpointId);
    if (choice === "genesis") return genesisReference(network);
    if (choice === "ahead") return { height: height(newest.height + 1), tag: invented };
    if (choice === "invented") return { height: newest.height, tag: invented };
    return choice === "predecessor" ? (before?.entry.checkpoint ?? newest) : newest;
  }
}

/** `AMIGOS_RUNS_FACTOR` makes a search longer; what it finds is pinned in `test/properties/pinned.ts`. */
const runsFactor = Number(process.env["AMIGOS_RUNS_FACTOR"] ?? 1);

/** How long a property may take. It takes seconds; a shared machine may be slow. */
export const TIMEOUT_MS: number = 60_000 * Math.max(1, runsFactor);

export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * runsFactor)) };
}

export { network };
