/**
 * What people do with their phones: pay who is near, take or decline what is offered, tell each other what they hold. And
 * what becomes of it, noted.
 */
import {
  amount,
  DOMAIN,
  encodeWith,
  entrySchema,
  hashToId,
  timeMs,
  type EntryId,
  type EquivocationProof,
  type Payment as PayOperation,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { sessionOf } from "@amigos/reconcile";
import type { Prng } from "../chance/prng.ts";
import type { PaymentRecord } from "../outcomes/recorder.ts";
import { isAcceptable, type Declined } from "./acceptance.ts";
import type { Device, RefusalCode } from "./device.ts";
import type { Decision } from "./ledger.ts";
import { ASSET } from "./population.ts";
import { Witnesses } from "./witnesses.ts";
import type { Resident, World } from "./world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A code is shown again, a message sent again, this often before people give up. */
const ATTEMPTS = 3;
/** Entries that two phones tell each other at once. */
const GOSSIP_ENTRIES_MAX = 512;

export type Payment =
  | { readonly type: "handed" | "kept"; readonly record: PaymentRecord; readonly entry: VerifiedEntry }
  | { readonly type: "refused"; readonly code: RefusalCode | Declined };

export class Commerce {
  readonly #world: World;
  /** What the people of the world decide. */
  readonly #people: Prng;
  /** What happens to messages and phones. */
  readonly #fate: Prng;
  /** Payments to each phone whose settlement it does not know of. */
  readonly #awaited = new Map<string, PaymentRecord[]>();
  readonly witnesses: Witnesses;
  /** What cheats signed first at each place, and whom they got goods from. */
  readonly #cheatPlaces = new Map<string, EntryId>();
  readonly #payeesOfCheat = new Map<SessionId, readonly string[]>();

  constructor(world: World) {
    this.#world = world;
    this.#people = world.chance("people");
    this.#fate = world.chance("fate");
    this.witnesses = new Witnesses(world);
  }

  // — paying ——————————————————————————————————————————————————————————————

  planPayments({ device, role }: Resident): void {
    const { settings, agenda } = this.#world;
    if (settings.payments === 0 || role.spends === 0) return;
    const mean = Math.floor(DAY_MS / (settings.payments * role.spends));
    const next = async (): Promise<void> => {
      // Whose phone was stolen does not pay with it any more.
      if (!device.isHonest) return;
      await this.#shop(device);
      agenda.after(this.#people.interval(mean), next);
    };
    agenda.after(this.#people.interval(mean), next);
  }

  async #shop(device: Device): Promise<void> {
    const payee = this.someoneToPay(device);
    if (payee === undefined) {
      this.#world.recorder.alone += 1;
      return;
    }
    await this.pay(device, payee, this.#people.skewed(1, this.#world.settings.amountMax));
  }

  /** Somebody honest who is near; who sells, if anybody near does. */
  someoneToPay(device: Device, prng: Prng = this.#people): Device | undefined {
    const { presence, sellers } = this.#world;
    const place = presence.placeOf(device);
    if (place === undefined) return undefined;
    const isWanted = (other: Device): boolean => other.owner.account !== device.owner.account && other.isHonest;
    return pickFrom(sellers.at(place), isWanted, prng) ?? pickFrom(presence.at(place), isWanted, prng);
  }

  /** Signs, shows, and gets the goods or not. `amountCents` from 1. */
  async pay(payer: Device, payee: Device, amountCents: number): Promise<Payment> {
    const world = this.#world;
    const { recorder } = world;
    const what = `${payer.name} to ${payee.name} ${amountCents}`;
    if (world.isOnline(payer)) world.sync(payer);
    const prepared = payer.prepare(paymentTo(payee, amountCents), world.now);
    if (prepared.type === "refused") {
      if (payer.isHonest) recorder.count(recorder.refused, prepared.code);
      world.note(`${what}: refused, ${prepared.code}`);
      return prepared;
    }
    // The payee looks at what is offered before it is signed: who signs first may have paid for nothing.
    if (world.isOnline(payee)) world.sync(payee);
    const declined = isAcceptable({ payer, payee, body: prepared.body, world });
    if (declined !== undefined) return this.#decline(what, payer, declined);
    if (payer.isHonest && this.#fate.chance(world.settings.crashes)) return this.#die(payer, prepared.body, what);
    const entry = await payer.sign(prepared.body);
    return this.#hand(payer, payee, entry, this.#register(payer, entry) as PaymentRecord);
  }

  /** Signs what no wallet would, and shows it to somebody who looks. */
  async payRecklessly(payer: Device, payee: Device, amountCents: number): Promise<void> {
    const world = this.#world;
    const body = payer.bodyOf(paymentTo(payee, amountCents), world.now);
    const isAgainstRules = payer.judge(body, world.now) !== undefined;
    const entry = await payer.sign(body);
    const record = this.#register(payer, entry);
    if (isAgainstRules || record === undefined) {
      this.#learn(payee, payee.receive(payer.pocket.ofSession(payer.owner.session)));
      return world.note(`${payer.name} to ${payee.name} ${amountCents}: declined, against the rules`);
    }
    await this.#hand(payer, payee, entry, record);
  }

  /** Signs, of many payments that say the same, the one with the lowest id. */
  async payGround(payer: Device, payee: Device, amountCents: number, tries: number): Promise<void> {
    const world = this.#world;
    const bodies = Array.from({ length: tries }, (_, index) =>
      payer.bodyOf({ ...paymentTo(payee, amountCents), memo: index.toString(36) }, world.now),
    );
    const byId = bodies.map((body) => ({ body, id: hashToId(DOMAIN.entry, encodeWith(entrySchema, body)) }));
    const lowest = byId.reduce((least, one) => (one.id < least.id ? one : least));
    const entry = await payer.sign(lowest.body);
    const record = this.#register(payer, entry);
    if (record !== undefined) await this.#hand(payer, payee, entry, record);
  }

  #decline(what: string, payer: Device, code: Declined): Payment {
    const { recorder } = this.#world;
    if (payer.isHonest) recorder.count(recorder.declined, code);
    this.#world.note(`${what}: declined, ${code}`);
    return { type: "refused", code };
  }

  /** The phone dies while it pays: before it took a place, or after; then it signs that when it starts again, and nothing else. */
  async #die(payer: Device, body: Parameters<Device["reserve"]>[0], what: string): Promise<Payment> {
    const { recorder } = this.#world;
    recorder.count(recorder.refused, "died");
    this.#world.note(`${what}: dies`);
    if (this.#fate.chance(50)) payer.reserve(body);
    const entry = await payer.recover();
    if (entry !== undefined) this.#register(payer, entry);
    return { type: "refused", code: "died" };
  }

  /** An entry that is signed finds its way to the payee, or not; and the payee gives goods for it, or not. */
  async #hand(payer: Device, payee: Device, entry: VerifiedEntry, record: PaymentRecord): Promise<Payment> {
    const world = this.#world;
    const what = `${payer.name} to ${payee.name} ${record.amount}`;
    if (world.isOnline(payer)) world.submit(payer, entry);
    if (!this.#arrives([...payer.pocket.ofSession(payer.owner.session)], payee)) {
      world.recorder.undelivered += 1;
      world.note(`${what}: does not arrive`);
      return { type: "kept", record, entry };
    }
    record.delivered = timeMs(world.now + this.#fate.interval(world.settings.latency));
    const isOnline = world.isOnline(payee);
    if (isOnline) world.submit(payee, entry);
    const attestations = await this.witnesses.attest(entry, payee);
    if (attestations > 0) record.witnessed = world.now;
    const why = this.#whyNoGoods(payee, entry, isOnline ? Number.POSITIVE_INFINITY : attestations);
    if (why !== undefined) {
      world.note(`${what}: no goods, ${why}`);
      if (payer.isHonest) world.recorder.count(world.recorder.declined, why);
      return { type: "kept", record, entry };
    }
    record.isHanded = true;
    const awaited = this.#awaited.get(payee.name) ?? [];
    this.#awaited.set(payee.name, awaited);
    awaited.push(record);
    if (!payer.isHonest) this.#noteVictim(entry, payee);
    world.note(`${what}: handed over`);
    return { type: "handed", record, entry };
  }

  #whyNoGoods(payee: Device, entry: VerifiedEntry, attestations: number): Declined | undefined {
    if (payee.pocket.evidenceOf(entry.entry.session) !== undefined) return "fork-known";
    if (!payee.pocket.has(entry.link)) return "cannot-be-kept";
    return attestations < this.#world.settings.acceptWitnesses ? "too-few-witnesses" : undefined;
  }

  #register(payer: Device, entry: VerifiedEntry): PaymentRecord | undefined {
    const { operation } = entry.entry;
    if (operation.type !== "pay") return undefined;
    const payee = this.#world.personOf(operation.to);
    if (payee === undefined) return undefined;
    const record: PaymentRecord = {
      entry: entry.id,
      payer: payer.owner,
      payee,
      isHonest: payer.isHonest,
      isPayeeHonest: this.#world.isHonest(payee),
      amount: Number(operation.amount),
      signed: this.#world.now,
      isHanded: false,
    };
    this.#world.recorder.notePayment(record);
    if (!payer.isHonest) this.#noteBranch(entry);
    return record;
  }

  /** Whoever signs a place a second time has forked its log, from then on. */
  #noteBranch({ id, entry }: VerifiedEntry): void {
    const { recorder, now } = this.#world;
    const { account, session, sequence } = entry;
    const place = `${session}/${sequence}`;
    const first = this.#cheatPlaces.get(place);
    this.#cheatPlaces.set(place, first ?? id);
    if (first === undefined || first === id || recorder.forks.has(session)) return;
    const victims = new Map((this.#payeesOfCheat.get(session) ?? []).map((name) => [name, undefined]));
    recorder.forks.set(session, { session, account, signed: now, victims });
  }

  #noteVictim({ entry: { session } }: VerifiedEntry, { name }: Device): void {
    this.#payeesOfCheat.set(session, [...(this.#payeesOfCheat.get(session) ?? []), name]);
    const victims = this.#world.recorder.forks.get(session)?.victims;
    if (victims?.has(name) === false) victims.set(name, undefined);
  }

  // — telling each other ——————————————————————————————————————————————————

  planGossip(device: Device): void {
    const { settings, agenda } = this.#world;
    if (settings.gossip === 0) return;
    const mean = settings.gossip * MINUTE_MS;
    const next = (): void => {
      this.#meetSomebody(device);
      agenda.after(this.#fate.interval(mean), next);
    };
    agenda.after(this.#fate.interval(mean), next);
  }

  #meetSomebody(device: Device): void {
    const world = this.#world;
    const place = world.presence.placeOf(device);
    const near = place === undefined ? [] : world.presence.at(place);
    if (near.length < 2) return;
    const other = this.#fate.pick(near);
    if (other === device) return;
    // Where the ledger is, it has it all.
    if (world.isOnline(device)) return;
    this.exchange(device, other);
  }

  /** Both ways: what each holds, and every proof. */
  exchange(one: Device, other: Device): void {
    this.#world.compareLedgers(one, other);
    const isOneWay = this.#fate.chance(this.#world.settings.oneWay);
    this.#tell(one, other);
    if (!isOneWay) this.#tell(other, one);
  }

  /** What the one holds now and the other lacks is there a little later: two phones compare what they have before they send. */
  #tell(one: Device, other: Device): void {
    const { agenda, settings } = this.#world;
    const entries = one.pocket.lackedBy(other.pocket, GOSSIP_ENTRIES_MAX);
    const proofs = one.pocket.evidence.filter(({ session }) => other.pocket.evidenceOf(session) === undefined);
    if (entries.length === 0 && proofs.length === 0) return;
    agenda.after(this.#fate.interval(settings.latency), () => {
      if (this.#arrives(entries, other)) this.#learn(other, other.receiveEvidence(proofs));
    });
  }

  /** A few attempts over a link that loses and doubles. Later messages first, now and then. */
  #arrives(entries: readonly VerifiedEntry[], to: Device): boolean {
    const { settings, recorder } = this.#world;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      recorder.work.messages += entries.length;
      for (const { bytes } of entries) recorder.work.bytes += bytes.length;
      if (this.#fate.chance(settings.messageLoss)) continue;
      const times = this.#fate.chance(settings.duplicates) ? 2 : 1;
      const before = to.pocket.size;
      for (let time = 0; time < times; time++) this.#learn(to, to.receive(time === 0 ? entries : entries.toReversed()));
      recorder.work.verifications += to.pocket.size - before;
      return true;
    }
    return false;
  }

  #learn(device: Device, proofs: readonly EquivocationProof[]): void {
    for (const { session } of proofs) {
      this.#world.note(`${device.name} has proof of a fork`);
      this.#world.recorder.noteKnowledge(session, device.name, this.#world.now);
    }
  }

  // — the ledger's word ———————————————————————————————————————————————————

  afterDecision({ reconciliation, state }: Decision): void {
    const world = this.#world;
    for (const verdict of reconciliation.verdicts) {
      const record = world.recorder.payment(verdict.entry);
      if (record === undefined || (verdict.outcome !== "accepted" && verdict.outcome !== "rejected")) continue;
      const code = verdict.outcome === "rejected" ? { code: verdict.failure.code } : {};
      record.decided = { outcome: verdict.outcome, ...code, time: world.now };
    }
    world.recorder.checkpoints.push(state.height);
  }

  /** What a phone learns when it has followed the ledger. */
  afterSync(device: Device): void {
    const { recorder, now } = this.#world;
    const awaited = this.#awaited.get(device.name);
    if (awaited === undefined) return;
    const left = awaited.filter((record) => {
      const { account, session } = record.payer;
      if (sessionOf(device.settled, account, session)?.frozenFrom !== undefined)
        recorder.noteKnowledge(session, device.name, now);
      if (record.decided === undefined || record.decided.time > device.settled.time) return true;
      record.known = timeMs(Math.max(now, record.decided.time));
      return false;
    });
    if (left.length === 0) this.#awaited.delete(device.name);
    else this.#awaited.set(device.name, left);
  }
}

/** Draws before everybody is looked at: most of those who are near will do. */
const DRAWS_MAX = 8;

function pickFrom(devices: readonly Device[], isWanted: (device: Device) => boolean, prng: Prng): Device | undefined {
  if (devices.length === 0) return undefined;
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const device = prng.pick(devices);
    if (isWanted(device)) return device;
  }
  const wanted = devices.filter(isWanted);
  return wanted.length === 0 ? undefined : prng.pick(wanted);
}

function paymentTo(payee: Device, amountCents: number): PayOperation {
  return { type: "pay", to: payee.owner.account, asset: ASSET.code, amount: amount(BigInt(amountCents)) };
}
