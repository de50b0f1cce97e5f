/** One run for the eye: who paid whom, when, and what came of it. Small enough to draw. */
import { WORLD_START } from "../world/population.ts";
import type { World } from "../world/world.ts";
import type { PaymentRecord } from "./recorder.ts";

export interface LanePayment {
  readonly payer: string;
  readonly payee: string;
  /** In ms since the world began. */
  readonly time: number;
  readonly isHanded: boolean;
  readonly outcome: "accepted" | "rejected" | "undecided";
  /** In words. */
  readonly text: string;
}

export interface Lanes {
  readonly days: number;
  /** Cheats first, then whom they paid, then others while there is room. */
  readonly people: readonly string[];
  /** Of people who are not shown. */
  readonly omitted: number;
  readonly payments: readonly LanePayment[];
  readonly forks: readonly { readonly name: string; readonly time: number }[];
  readonly partition: { readonly from: number; readonly to: number } | undefined;
}

const PEOPLE_MAX = 24;
const PAYMENTS_MAX = 1500;
const HOUR_MS = 3_600_000;

export function lanesOf(world: World): Lanes {
  const { recorder, population, settings } = world;
  const paidByCheats = recorder.payments.filter(({ isHonest }) => !isHonest).map(({ payee }) => payee.name);
  const cheats = recorder.payments.filter(({ isHonest }) => !isHonest).map(({ payer }) => payer.name);
  const everybody = new Set([...cheats, ...paidByCheats, ...population.people.map(({ name }) => name)]);
  const people = [...everybody].slice(0, PEOPLE_MAX);
  const shown = new Set(people);
  const nameByAccount = new Map(
    [...population.people, ...population.cheats].map(({ account, name }) => [account, name]),
  );
  const { partition, partitionStart, partitionHours } = settings;
  return {
    days: settings.days,
    people,
    omitted: everybody.size - people.length,
    payments: recorder.payments
      .filter(({ payer, payee }) => shown.has(payer.name) && shown.has(payee.name))
      .slice(0, PAYMENTS_MAX)
      .map(lanePayment),
    forks: [...recorder.forks.values()].flatMap(({ account, signed }) => {
      const name = nameByAccount.get(account);
      return name !== undefined && shown.has(name) ? [{ name, time: signed - WORLD_START }] : [];
    }),
    partition:
      partition === "none"
        ? undefined
        : {
            from: Math.min(partitionStart, settings.days * 24) * HOUR_MS,
            to: Math.min(partitionStart + partitionHours, settings.days * 24) * HOUR_MS,
          },
  };
}

function lanePayment({ payer, payee, amount, signed, isHanded, decided }: PaymentRecord): LanePayment {
  const outcome = decided?.outcome ?? "undecided";
  const why = decided?.code === undefined ? "" : `, ${decided.code}`;
  const goods = isHanded ? "goods given" : "no goods";
  return {
    payer: payer.name,
    payee: payee.name,
    time: signed - WORLD_START,
    isHanded,
    outcome,
    text: `${payer.name} to ${payee.name}, ${(amount / 100).toFixed(2)}, ${goods}, ${outcome}${why}`,
  };
}
