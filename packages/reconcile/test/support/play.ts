/** Plays a history: signs and settles as its script says, and settles once more whatever is left at the end. */
import {
  assetCode,
  checkpointTag,
  decodeEntry,
  generation,
  height,
  hexToBytes,
  joinSigned,
  orThrow,
  sequence,
  signControlEntry,
  signEntry,
  splitSigned,
  timeMs,
  verifyEntry,
  type AccountId,
  type Amount,
  type CheckpointId,
  type CheckpointReference,
  type ControlEntry,
  type EntryId,
  type Generation,
  type ImportId,
  type Link,
  type Operation,
  type OrderedOperation,
  type PublicKey,
  type RecoveryOperation,
  type RecoveryStart,
  type Region,
  type Sequence,
  type SessionId,
  type SessionTerms,
  type Signatory,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { AMI, genesisReference, START, type Person } from "@amigos/core/testing";
import { accountOf, type AccountState } from "../../src/index.ts";
import type { ControlAction, Deed, History, Saying, SettleAction, SignAction } from "./actions.ts";
import { signAgain } from "./fast-signer.ts";
import { castOf, ERIN, GRANTED_FIRST, type Cast, type PolicyName } from "./cast.ts";
import { Keyring, keysNamed, nameOfKey, signerNamed } from "./keyring.ts";
import { at, HOUR, MINUTE, TestLedger } from "./ledger.ts";
import { TERMS, WAYS } from "./terms.ts";

/** What was given to one checkpoint. */
export interface Given {
  readonly entries: readonly VerifiedEntry[];
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly time: TimeMs;
}

export interface Played {
  readonly ledger: TestLedger;
  /** One per step of the ledger. */
  readonly given: readonly Given[];
  /** How many of them every history begins with. */
  readonly prologue: number;
}

export async function play({ policy, isStaked, script }: History): Promise<Played> {
  const cast = await castOf(policy);
  const prologue = await prologueOf(policy, isStaked);
  const stage = new Stage(cast, prologue);
  for (const action of script) {
    if (action.type === "sign") await stage.sign(action);
    else if (action.type === "control") await stage.say(action);
    else await stage.settle(action);
  }
  const everyGrant = [...cast.grants.keys()];
  await stage.settle({ type: "settle", advanceMs: MINUTE, withheld: [], repeated: [], granted: everyGrant });
  return { ledger: stage.ledger, given: stage.given, prologue: prologue.given.length };
}

/** What comes before every history: people register, and the witnesses may stake. Settled once for all of them. */
type Prologue = Pick<Stage, "ledger" | "given"> & { readonly signed: readonly VerifiedEntry[] };

const prologues = new Map<string, Promise<Prologue>>();

function prologueOf(policy: PolicyName, isStaked: boolean): Promise<Prologue> {
  const name = `${policy} ${isStaked}`;
  const prologue = prologues.get(name) ?? playPrologue(policy, isStaked);
  prologues.set(name, prologue);
  return prologue;
}

async function playPrologue(policy: PolicyName, isStaked: boolean): Promise<Prologue> {
  const cast = await castOf(policy);
  const ledger = new TestLedger({ network: cast.network });
  for (const person of cast.signers) ledger.name(person, person.name);
  const stage = new Stage(cast, { ledger, given: [], signed: [] });
  await stage.register(isStaked ? cast.stakes : []);
  return { ledger: stage.ledger, given: stage.given, signed: isStaked ? cast.stakes : [] };
}

/** A session and the key that signs for it. */
interface Device {
  readonly account: AccountId;
  readonly session: SessionId;
  readonly signer: Signer;
  readonly terms: Pick<SessionTerms, "permissions">;
}

const NOWHERE = "ab".repeat(32) as Link;
const NO_ENTRY = "cd".repeat(32) as EntryId;
const INVENTED = "ef".repeat(32);

class Stage {
  readonly ledger: TestLedger;
  readonly given: Given[] = [];
  readonly #cast: Cast;
  readonly #devices: Device[];
  readonly #keyrings: readonly Keyring[];
  readonly #references: CheckpointReference[];
  readonly #signed: VerifiedEntry[] = [];
  readonly #logs = new Map<SessionId, VerifiedEntry[]>();
  readonly #said: VerifiedControlEntry[] = [];
  readonly #granted = new Set<number>(GRANTED_FIRST);
  #decided: VerifiedEntry[] = [];
  #undecided: VerifiedEntry[] = [];
  #unheard: VerifiedControlEntry[] = [];
  #clock: number = at(5 * HOUR);

  constructor(cast: Cast, { ledger, given, signed }: Prologue) {
    const { network, signers, people } = cast;
    this.#cast = cast;
    this.ledger = new TestLedger({ network, goesOnFrom: ledger });
    this.given.push(...given);
    this.#references = [genesisReference(network), ...(given.length === 0 ? [] : [this.ledger.reference])];
    for (const entry of signed) this.#note(entry, true);
    this.#keyrings = people.map((person) => new Keyring(person));
    this.#devices = signers.map(({ account, session, signer, grant }) => ({
      account,
      session,
      signer,
      terms: grant.entry.operation as SessionTerms,
    }));
  }

  /** The first checkpoint. */
  async register(entries: readonly VerifiedEntry[]): Promise<void> {
    for (const entry of entries) this.#note(entry);
    await this.settle({ type: "settle", advanceMs: 0, withheld: [], repeated: [], granted: [] });
  }

  async sign(action: SignAction): Promise<void> {
    const from = pick(this.#devices, action.who);
    const before = this.#before(from, action.after);
    const link = before && (action.isOnVariant === true ? this.#variantOf(before, from) : before).link;
    const isNowhere = before === undefined && action.after === "nowhere";
    const dependencies = this.#dependencies(action.dependencies);
    const entry = await signEntry(
      {
        version: 1,
        network: this.#cast.network.tag,
        account: from.account,
        session: from.session,
        sequence: sequence(before === undefined ? (isNowhere ? 3 : 0) : before.entry.sequence + 1),
        previous: link ?? (isNowhere ? NOWHERE : (from.session as string as Link)),
        time: timeMs(Math.max(0, this.#clock + action.clockOffsetMs)),
        checkpoint: this.#reference(action.checkpoint, before),
        ...(dependencies.length === 0 ? {} : { dependencies }),
        operation: this.#operationOf(action),
        ...(action.region === undefined ? {} : { region: action.region as Region }),
      },
      from.signer,
    );
    this.#note(entry);
  }

  async say(action: ControlAction): Promise<void> {
    const person = pick(this.#cast.people, action.whose);
    const keyring = pick(this.#keyrings, action.whose);
    const { operation, signer, turnsTo } = this.#statementOf(action, person, keyring);
    const named = { version: 1, network: this.#cast.network.id, account: person.account } as const;
    const entry = isStatement(operation)
      ? { ...named, operation }
      : { ...named, ...this.#placeOf(person, action.after), operation };
    const stranger = signerNamed("stranger");
    const old = signerNamed(keyring.old);
    const said = await signControlEntry<ControlEntry>(
      entry,
      action.key === "right" ? signer : action.key === "old" ? old : stranger,
    );
    if (action.key === "right" && turnsTo !== undefined) keyring.turnTo(turnsTo);
    this.#said.push(said);
    this.#unheard.push(said);
    if (operation.type === "grant" || operation.type === "upgrade") {
      const session = said.id as string as SessionId;
      const deviceSigner = signerNamed(operation.device);
      this.#devices.push({ account: person.account, session, signer: deviceSigner, terms: operation });
    }
  }

  async settle({
    advanceMs,
    untilMs = 0,
    withheld,
    repeated,
    granted,
    controlWithheld = [],
    controlRepeated = [],
  }: SettleAction): Promise<void> {
    this.#clock = Math.max(this.#clock + advanceMs, at(untilMs));
    for (const grant of granted) this.#granted.add(grant % this.#cast.grants.length);
    const late = new Set(withheld.map((number) => this.#undecided[number % Math.max(1, this.#undecided.length)]));
    const again = repeated.flatMap((number) => this.#decided[number % Math.max(1, this.#decided.length)] ?? []);
    const unsaid = new Set(controlWithheld.map((number) => this.#unheard[number % Math.max(1, this.#unheard.length)]));
    const given: Given = {
      entries: [...this.#undecided.filter((entry) => !late.has(entry)), ...again],
      inceptions: this.#cast.inceptions.filter((_inception, index) => index !== ERIN || this.#granted.has(ERIN)),
      control: [
        ...this.#cast.grants.filter((_grant, index) => this.#granted.has(index)),
        ...this.#unheard.filter((entry) => !unsaid.has(entry)),
        ...controlRepeated.flatMap((number) => this.#said[number % Math.max(1, this.#said.length)] ?? []),
      ],
      time: timeMs(this.#clock),
    };
    await this.ledger.settle(given.entries, given);
    this.given.push(given);
    this.#references.push(this.ledger.reference);
    const isSettled = ({ id }: VerifiedEntry): boolean => this.ledger.history.isSettled(id);
    this.#decided = [...this.#decided, ...this.#undecided.filter(isSettled)];
    this.#undecided = this.#undecided.filter((entry) => !isSettled(entry));
    const control = this.ledger.steps.at(-1)?.reconciliation.control ?? [];
    const heard = new Set(
      control.filter(({ outcome }) => outcome === "accepted" || outcome === "rejected").map(({ id }) => id),
    );
    this.#unheard = this.#unheard.filter(({ id }) => !heard.has(id));
    for (const [index, person] of this.#cast.people.entries())
      this.#keyrings[index]?.sync(this.#stateOf(person)?.keys?.masterKey);
  }

  #note(entry: VerifiedEntry, isDecided = false): void {
    this.#logs.set(entry.entry.session, [...(this.#logs.get(entry.entry.session) ?? []), entry]);
    this.#signed.push(entry);
    (isDecided ? this.#decided : this.#undecided).push(entry);
  }

  #before({ session }: Device, after: SignAction["after"]): VerifiedEntry | undefined {
    const log = this.#logs.get(session) ?? [];
    if (typeof after === "number") return log[after % Math.max(1, log.length)];
    if (after === "tip") return log.at(-1);
    return after === "beside-tip" ? log.find(({ link }) => link === log.at(-1)?.entry.previous) : undefined;
  }

  /** The same body under another valid signature, which arrives with whatever names it. */
  #variantOf(entry: VerifiedEntry, { signer }: Device): VerifiedEntry {
    const { body } = orThrow(splitSigned(entry.bytes));
    const signature = signAgain(nameOfKey(signer.publicKey), hexToBytes(entry.id));
    const decoded = orThrow(decodeEntry(joinSigned(body, signature), this.#cast.network.tag));
    const variant = orThrow(verifyEntry(decoded, signer.publicKey));
    this.#undecided.push(variant);
    return variant;
  }

  #dependencies(picks: SignAction["dependencies"]): readonly EntryId[] {
    const ids = picks.flatMap((number) =>
      number === -1
        ? NO_ENTRY
        : ((number === "newest" ? this.#signed.at(-1) : this.#signed[number % Math.max(1, this.#signed.length)])?.id ??
          []),
    );
    return [...new Set(ids)].toSorted();
  }

  #reference(choice: SignAction["checkpoint"], before: VerifiedEntry | undefined): CheckpointReference {
    const genesis = genesisReference(this.#cast.network);
    const newest = this.#references.at(-1) ?? genesis;
    const invented = checkpointTag(INVENTED as CheckpointId);
    if (typeof choice === "number") return pick(this.#references, choice);
    if (choice === "genesis") return genesis;
    if (choice === "ahead") return { height: height(newest.height + 1), tag: invented };
    if (choice === "invented") return { height: newest.height, tag: invented };
    return choice === "predecessor" ? (before?.entry.checkpoint ?? newest) : newest;
  }

  #operationOf({ who, does }: SignAction): Operation {
    const money = (amount: bigint, asset: string): { asset: typeof AMI; amount: Amount } => ({
      asset: assetCode(asset),
      amount: amount as Amount,
    });
    switch (does.type) {
      case "pay": {
        const pool = this.#cast.network.id as string as AccountId;
        const to = does.to === "pool" ? pool : pick(this.#devices, who + does.to).account;
        return { type: "pay", to, ...money(does.amount, does.asset) };
      }
      case "float":
      case "release":
        return { type: does.type, ...money(does.amount, does.asset) };
      case "stake":
      case "unstake":
        return {
          type: does.type,
          validator: this.#cast.people[does.validator]?.account ?? nobody(does.validator),
          ...money(does.amount, does.asset),
        };
      case "execute": {
        const service = pick(this.#cast.people, does.service).account as string as ImportId;
        const { asset, amount: fee } = money(does.fee, does.asset);
        return { type: "execute", import: service, method: "run", asset, fee };
      }
      case "attest":
        return this.#attestation(does);
    }
  }

  #attestation({ what, head, ahead }: Extract<Deed, { type: "attest" }>): Operation {
    const seen = this.#signed.at(-1 - (what % Math.max(1, this.#signed.length)));
    const [anybody] = this.#devices;
    if (seen === undefined) {
      const { account, session } = anybody as Device;
      return { type: "attest", account, session, sequence: sequence(0), head: NOWHERE };
    }
    const { account, session } = seen.entry;
    const twin = this.#signed.find(
      ({ id, entry }) => entry.session === session && entry.sequence === seen.entry.sequence && id !== seen.id,
    );
    const isItsOwn = head === "its" || head === "of another account";
    const link = isItsOwn ? seen.link : head === "twin" ? (twin?.link ?? NOWHERE) : NOWHERE;
    const other = this.#cast.people.find((person) => person.account !== account)?.account ?? account;
    const owner = head === "of another account" ? other : account;
    return { type: "attest", account: owner, session, sequence: sequence(seen.entry.sequence + ahead), head: link };
  }

  #stateOf({ account }: Person): AccountState | undefined {
    return accountOf(this.ledger.state, account);
  }

  #placeOf(person: Person, after: ControlAction["after"]): { readonly sequence: Sequence; readonly previous: Link } {
    const { account } = person;
    const said = [...this.#cast.grants, ...this.#said].findLast(
      ({ entry }) => entry.account === account && entry.sequence !== undefined,
    );
    const control = this.#stateOf(person)?.control;
    const settled = {
      sequence: control?.nextSequence ?? sequence(0),
      previous: control?.head ?? (account as string as Link),
    };
    if (after === "gap") return { sequence: sequence(settled.sequence + 5), previous: NOWHERE };
    if (said?.entry.sequence === undefined || after === "settled") return settled;
    if (after === "beside-tip") return { sequence: said.entry.sequence, previous: said.entry.previous };
    return { sequence: sequence(said.entry.sequence + 1), previous: said.link };
  }

  #statementOf(
    { says }: ControlAction,
    person: Person,
    keyring: Keyring,
  ): {
    readonly operation: OrderedOperation | RecoveryOperation;
    readonly signer: Signer;
    /** The name of the master key afterwards. */
    readonly turnsTo?: string;
  } {
    const master = signerNamed(keyring.current);
    const state = this.#stateOf(person);
    switch (says.type) {
      case "grant":
        return { operation: { type: "grant", ...this.#termsOf(person, says, says.generation) }, signer: master };
      case "upgrade": {
        const replaces = this.#deviceOf(person.account, says.replaces).session;
        const terms = this.#termsOf(person, { terms: says.terms, isKeyReused: false }, 0);
        return { operation: { type: "upgrade", ...terms, replaces, ...honoured(says.honoured) }, signer: master };
      }
      case "revoke": {
        const { session } = this.#deviceOf(person.account, says.session);
        return { operation: { type: "revoke", session, ...honoured(says.honoured) }, signer: master };
      }
      case "kill-switch": {
        const raised = generation((state?.generation ?? 0) + says.generation);
        return { operation: { type: "kill-switch", generation: raised }, signer: master };
      }
      case "rotate": {
        const name = keyring.next(says.skip);
        return { operation: { type: "rotate", ...keysNamed(name) }, signer: signerNamed(name), turnsTo: name };
      }
      case "set-recovery": {
        const recovery = pick(WAYS, says.ways)(person.name, this.#cast.people);
        return { operation: { type: "set-recovery", ...(recovery === undefined ? {} : { recovery }) }, signer: master };
      }
      case "recovery-start":
        return this.#startOf(says, person);
      case "recovery-approve": {
        const { signatory, signer } = this.#signatoryOf(says.by, says.isByDevice);
        const start = this.#startNamed(person, says.start)?.id ?? NO_ENTRY;
        return { operation: { type: "recovery-approve", start, by: signatory }, signer };
      }
      case "recovery-veto": {
        const index = this.#cast.people.indexOf(person);
        const { signatory, signer } = this.#signatoryOf(index, says.isByDevice);
        const start = this.#startNamed(person, says.start)?.id ?? NO_ENTRY;
        const { session } = signatory;
        return {
          operation: { type: "recovery-veto", start, ...(session === undefined ? {} : { session }) },
          signer,
        };
      }
      case "recovery-complete": {
        const start = this.#startNamed(person, says.start);
        const name = recoveredName(person, says.areKeysOthers ? 99 : (start?.keys ?? 0));
        return {
          operation: { type: "recovery-complete", ...keysNamed(name), start: start?.id ?? NO_ENTRY },
          signer: signerNamed(name),
          turnsTo: name,
        };
      }
    }
  }

  #startOf(
    says: Extract<Saying, { type: "recovery-start" }>,
    person: Person,
  ): { readonly operation: RecoveryStart; readonly signer: Signer } {
    const begun = this.#startsOf(person).length;
    const keys = says.areKeysAgain === true ? (this.#startNamed(person, 0)?.keys ?? begun) : begun;
    const settledRound = this.#stateOf(person)?.recoveryRound ?? 0;
    const common = {
      type: "recovery-start",
      ...keysNamed(recoveredName(person, keys)),
      round: Math.max(0, settledRound + says.round),
    } as const;
    if (says.way !== "guardians") {
      const word = says.way === "backup-key" ? "backup" : "time-locked";
      return { operation: { ...common, way: { type: says.way } }, signer: signerNamed(`${person.name}/${word}`) };
    }
    const { signatory, signer } = this.#signatoryOf(says.by, says.isByDevice);
    return { operation: { ...common, way: { type: "guardians", by: signatory } }, signer };
  }

  #startsOf({ account }: Person): readonly VerifiedControlEntry[] {
    return this.#said.filter(({ entry }) => entry.account === account && entry.operation.type === "recovery-start");
  }

  /** `keys`: the number of the first start of these keys. */
  #startNamed(person: Person, back: number): { readonly id: EntryId; readonly keys: number } | undefined {
    const starts = this.#startsOf(person);
    const start = starts.at(-1 - (back % Math.max(1, starts.length)));
    return start && { id: start.id, keys: starts.findIndex((other) => masterKeyOf(other) === masterKeyOf(start)) };
  }

  #signatoryOf(by: number, isByDevice: boolean): { readonly signatory: Signatory; readonly signer: Signer } {
    const { account } = pick(this.#cast.people, by);
    if (!isByDevice) return { signatory: { account }, signer: signerNamed(pick(this.#keyrings, by).current) };
    const devices = this.#devices.filter((device) => device.account === account);
    const device =
      devices.findLast(({ terms }) => terms.permissions.some(({ type }) => type === "ACCOUNT_RECOVER")) ?? devices[0];
    if (device === undefined) throw new Error("everybody has a phone");
    return { signatory: { account, session: device.session }, signer: device.signer };
  }

  #deviceOf(account: AccountId, number: number): Device {
    const devices = this.#devices.filter((device) => device.account === account);
    return pick(devices, number < 0 ? devices.length - 1 : number);
  }

  #termsOf(
    person: Person,
    { terms, isKeyReused }: { readonly terms: number; readonly isKeyReused: boolean },
    generationOffset: number,
  ): SessionTerms {
    const owned = this.#devices.filter(({ account }) => account === person.account).length;
    const device = `${person.name}/device ${isKeyReused ? Math.max(0, owned - 1) : owned}`;
    const settled = this.#stateOf(person)?.generation ?? (0 as Generation);
    return {
      sessionKey: signerNamed(device).publicKey,
      device,
      notBefore: START,
      expiry: at(30 * 24 * HOUR),
      permissions: [],
      generation: generation(Math.max(0, settled + generationOffset)),
      ...pick(TERMS, terms),
    };
  }
}

function isStatement(operation: OrderedOperation | RecoveryOperation): operation is RecoveryOperation {
  const { type } = operation;
  return type === "recovery-start" || type === "recovery-approve" || type === "recovery-veto";
}

function nobody(number: number): AccountId {
  return number.toString(16).padStart(64, "0") as AccountId;
}

function honoured(last: number): { readonly lastHonoured?: Sequence } {
  return last < 0 ? {} : { lastHonoured: sequence(last) };
}

function masterKeyOf({ entry: { operation } }: VerifiedControlEntry): PublicKey | undefined {
  return operation.type === "recovery-start" ? operation.masterKey : undefined;
}

function recoveredName({ name }: Person, number: number): string {
  return `${name}/recovered ${number}`;
}

function pick<Item>(items: readonly Item[], number: number): Item {
  const item = items[number % items.length];
  if (item === undefined) throw new Error("there is something to pick");
  return item;
}
