/** What most cheats have in common: a phone that goes from place to place and pays whoever takes it. */
import { WORLD_START } from "../world/population.ts";
import type { Payment } from "../world/commerce.ts";
import type { Device } from "../world/device.ts";
import type { World } from "../world/world.ts";
import type { Settings } from "../settings.ts";

const HOUR_MS = 3_600_000;
/** Between two attempts, on average: a cheat is in a hurry, for what it shows gets old. */
const ATTEMPT_MS = 10 * 60_000;
/** What is not worth the way. */
const LEAST_CENTS = 1_00;
/** Reasons of a phone or a payee that say nothing against a smaller payment. */
const TOO_MUCH: ReadonlySet<string> = new Set([
  "limit-per-transaction",
  "limit-per-day",
  "limit-offline",
  "insufficient-funds",
  "above-per-payment",
  "above-per-payer",
  "not-from-float",
]);

export function begins({ settings }: World): number {
  return WORLD_START + settings.cheatStart * HOUR_MS;
}

export interface Spree {
  /** Called when the phone, or whoever it pays, says no. */
  readonly onRefused?: () => void;
  /** Phones that come along. */
  readonly companions?: readonly Device[];
}

/** Pays whoever is near, again and again, somewhere else each time, as long as the world lasts. */
export function goOnASpree(world: World, device: Device, { onRefused, companions = [] }: Spree = {}): void {
  const prng = world.chance(`spree/${device.name}`);
  const next = async (): Promise<void> => {
    // Away from the ledger, for there it would be noticed.
    const places = world.places.flatMap((_, place) => (world.isCovered(place) ? [] : [place]));
    const place = prng.pick(places.length > 0 ? places : world.places.map((_, index) => index));
    for (const one of [device, ...companions]) world.go(one, place);
    const payee = world.commerce.someoneToPay(device, prng);
    const paid = payee === undefined ? undefined : await payWhatGoes(world, device, payee);
    if (paid?.type === "refused" && onRefused !== undefined) onRefused();
    world.agenda.after(prng.interval(ATTEMPT_MS), next);
  };
  world.agenda.after(prng.interval(ATTEMPT_MS), next);
}

/** Tries for less while it is the amount that is in the way. */
async function payWhatGoes(world: World, device: Device, payee: Device): Promise<Payment> {
  for (let cents = world.settings.cheatAmount; ; cents >>= 1) {
    const paid = await world.commerce.pay(device, payee, cents);
    if (paid.type !== "refused" || !TOO_MUCH.has(paid.code) || cents >> 1 < LEAST_CENTS) return paid;
  }
}

/** The most that one phone may send in the whole time while it never meets the ledger, in cents. */
export function spendable({ balance, dailyLimit, offlineLimit, days }: Settings): number {
  const perDay = dailyLimit > 0 ? dailyLimit * (days + 1) : Number.POSITIVE_INFINITY;
  const offline = offlineLimit > 0 ? offlineLimit : Number.POSITIVE_INFINITY;
  return Math.min(balance, perDay, offline);
}

/** What `copies` phones of every cheat spend and the ledger does not honour. */
export function unhonoured(settings: Settings): number {
  const { cheats, copies, policy } = settings;
  // Of as many times the money as there are phones one is there; a policy that honours no branch leaves none.
  return cheats * (policy === "freeze-fork" ? copies : copies - 1) * spendable(settings);
}
