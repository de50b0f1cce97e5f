/** Tells what happened, from what the phones and the hub have now and had before. Nothing of it is guessed. */
import type { EntryId, Height } from "@amigos/core";
import type { PaymentView, Replica } from "@amigos/engine";
import type { Verdict } from "@amigos/reconcile";
import { PEOPLE, type PartyId, type Person, type PhoneId } from "./action.ts";
import type { Phone } from "./phone.ts";
import { HAPPENINGS_MAX, type Happening } from "./world-view.ts";

/** When, and how everybody stood to the hub then. */
export type Moment = Pick<Happening, "time" | "reached">;
/** A happening without when and to whom. */
type What = Happening extends infer One ? (One extends Happening ? Omit<One, "lane" | keyof Moment> : never) : never;

interface Known {
  readonly payments: Set<EntryId>;
  height: number;
  proofs: number;
}

/** By which phone, and how much. */
interface Signed {
  readonly from: PhoneId;
  readonly cents: number;
}

interface Noted {
  readonly moment: Moment;
  readonly phones: readonly Phone[];
  readonly hub: Replica;
}

export class Telling {
  happenings: readonly Happening[] = [];
  readonly #knownBy = new Map<PartyId, Known>();
  readonly #signed = new Map<EntryId, Signed>();
  #verdicts: { readonly height: Height; readonly verdicts: readonly Verdict[] }[] = [];

  /** From here on: what was before is how everybody got their money. */
  begin(moment: Moment, phones: Iterable<Phone>): void {
    this.happenings = [];
    this.#verdicts = [];
    for (const phone of phones) this.met(phone);
    this.#known("hub");
    this.tell("hub", moment, { type: "began" });
  }

  /** A phone that is new: what it has, it has not just learned. */
  met({ id, view }: Phone): void {
    this.#knownBy.set(id, {
      payments: new Set(view.payments.map((payment) => payment.id)),
      height: view.ledger.height,
      proofs: view.conflicts.length,
    });
  }

  tell(lane: PartyId, moment: Moment, what: What): void {
    this.happenings = [...this.happenings, { lane, ...moment, ...what } as Happening].slice(-HAPPENINGS_MAX);
  }

  /** Called with every checkpoint of the hub, before what follows from it is noted. */
  noteVerdicts(height: Height, verdicts: readonly Verdict[]): void {
    this.#verdicts.push({ height, verdicts });
  }

  note({ moment, phones, hub }: Noted): void {
    const personOf = (account: string): Person | undefined =>
      PEOPLE.find((person) => phones.find(({ id }) => id === person)?.view.account === account);
    for (const phone of phones) this.#noteSigned(phone, moment, personOf);
    for (const phone of phones) this.#noteArrived(phone, moment);
    this.#noteHub(hub, moment);
    const followers = this.#noteVerdictsOf(phones, moment);
    for (const phone of phones) {
      const { id, view } = phone;
      const known = this.#known(id);
      if (view.ledger.height > known.height && !followers.has(id))
        this.tell(id, moment, { type: "followed", height: view.ledger.height });
      known.height = view.ledger.height;
      if (view.conflicts.length > known.proofs) this.tell(id, moment, { type: "proven" });
      known.proofs = view.conflicts.length;
    }
  }

  #noteSigned(phone: Phone, moment: Moment, personOf: (account: string) => Person | undefined): void {
    const { id, view } = phone;
    const known = this.#known(id);
    for (const payment of view.payments.toReversed()) {
      if (payment.direction !== "out" || this.#signed.has(payment.id) || payment.session !== view.session.id) continue;
      this.#signed.set(payment.id, { from: id, cents: centsOf(payment) });
      known.payments.add(payment.id);
      const to = personOf(payment.counterparty);
      if (to === undefined) continue;
      const place = payment.sequence + 1;
      this.tell(id, moment, { type: "signed", payment: payment.id, to, cents: centsOf(payment), place });
    }
  }

  #noteArrived({ id, view }: Phone, moment: Moment): void {
    const known = this.#known(id);
    for (const payment of view.payments.toReversed()) {
      if (known.payments.has(payment.id)) continue;
      known.payments.add(payment.id);
      // What is settled already came with the ledger.
      if (payment.finality !== "settled") this.#tellArrived(id, moment, payment.id);
    }
  }

  #noteHub(hub: Replica, moment: Moment): void {
    const known = this.#known("hub");
    for (const { id } of hub.undecided.all()) {
      if (known.payments.has(id)) continue;
      known.payments.add(id);
      this.#tellArrived("hub", moment, id);
    }
    if (hub.evidence.length > known.proofs) this.tell("hub", moment, { type: "proven" });
    known.proofs = hub.evidence.length;
  }

  #tellArrived(lane: PartyId, moment: Moment, payment: EntryId): void {
    const signed = this.#signed.get(payment);
    if (signed !== undefined) this.tell(lane, moment, { type: "arrived", payment, ...signed });
  }

  /** Tells what the hub decided since the last time. Gives back who has followed it. */
  #noteVerdictsOf(phones: readonly Phone[], moment: Moment): ReadonlySet<PartyId> {
    const followers = new Set<PartyId>();
    for (const { height, verdicts } of this.#verdicts) {
      const judged = verdicts.flatMap((verdict) => {
        const signed = this.#signed.get(verdict.entry);
        return signed === undefined ? [] : [{ verdict, cents: signed.cents }];
      });
      const followed = phones.filter(({ view }) => view.ledger.height >= height).map(({ id }) => id);
      for (const id of followed) followers.add(id);
      const of = (outcome: string) =>
        judged.flatMap(({ verdict, cents }) =>
          verdict.outcome === outcome && "failure" in verdict ? [{ cents, failure: verdict.failure }] : [],
        );
      this.tell("hub", moment, {
        type: "settled",
        height,
        kept: judged.filter(({ verdict }) => verdict.outcome === "accepted").map(({ cents }) => cents),
        refused: of("rejected"),
        waiting: of("deferred"),
        followers: followed,
      });
    }
    this.#verdicts = [];
    return followers;
  }

  #known(party: PartyId): Known {
    const known = this.#knownBy.get(party) ?? { payments: new Set(), height: 0, proofs: 0 };
    this.#knownBy.set(party, known);
    return known;
  }
}

/** Amounts of the demo are small. */
function centsOf({ amount }: PaymentView): number {
  return Number(amount);
}
