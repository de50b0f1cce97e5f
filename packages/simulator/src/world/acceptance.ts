/**
 * Whether a payee takes what is offered: what a wallet's own acceptance policy would say (design section 8). With the ledger in
 * reach it asks the ledger; with no network it weighs what the payer shows: the newest checkpoint that the payer knows, and
 * everything that its session signed since.
 */
import type { Entry } from "@amigos/core";
import { sessionOf } from "@amigos/reconcile";
import type { Device } from "./device.ts";
import { ASSET } from "./population.ts";
import type { World } from "./world.ts";

export type Declined =
  | "fork-known"
  | "knowledge-old"
  | "above-per-payment"
  | "above-per-payer"
  | "not-from-float"
  | "too-few-witnesses"
  | "cannot-be-kept"
  | "payee-disk-full";

export interface Offer {
  readonly payer: Device;
  readonly payee: Device;
  /** What the payer is about to sign. The rules allow it, as far as the payer shows. */
  readonly body: Entry;
  readonly world: World;
}

const HOUR_MS = 3_600_000;

/** Why not, or `undefined`. */
export function isAcceptable({ payer, payee, body, world }: Offer): Declined | undefined {
  const { settings } = world;
  const { account, session, operation } = body;
  if (operation.type !== "pay") return undefined;
  if (payee.isDiskFull) return "payee-disk-full";
  const isFrozen = sessionOf(payee.settled, account, session)?.frozenFrom !== undefined;
  if (isFrozen || payee.pocket.evidenceOf(session) !== undefined) return "fork-known";
  if (world.isOnline(payee)) return undefined;
  const cents = Number(operation.amount);
  if (settings.acceptAge > 0 && world.now - payer.settled.time > settings.acceptAge * HOUR_MS) return "knowledge-old";
  if (settings.acceptPerPayment > 0 && cents > settings.acceptPerPayment) return "above-per-payment";
  if (settings.acceptPerPayer > 0 && owedBy(payer, payee) + cents > settings.acceptPerPayer) return "above-per-payer";
  const float = Number(sessionOf(payer.provisional, account, session)?.float.get(ASSET.code) ?? 0n);
  if (settings.acceptFloatOnly === "yes" && float < cents) return "not-from-float";
  if (world.commerce.witnesses.near(payee).length < settings.acceptWitnesses) return "too-few-witnesses";
  return undefined;
}

/** What this payer has paid this payee and is not settled, in cents, as far as the payee knows. */
function owedBy(payer: Device, payee: Device): number {
  let owed = 0;
  for (const { entry } of payee.pocket.ofSession(payer.owner.session))
    if (entry.operation.type === "pay" && entry.operation.to === payee.owner.account)
      owed += Number(entry.operation.amount);
  return owed;
}
