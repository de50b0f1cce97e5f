/** What must hold once everybody has met: books of its own, from what the hub settled and what each wallet shows. */
import { encodeEvidence, verifyEvidence, type EntryId, type PublicKey, type SessionId } from "@amigos/core";
import { holdingsOf, merkleRows, sessionOf, stateRoot, supplyOf } from "@amigos/reconcile";
import { ASSET } from "../world/population.ts";
import type { EngineWorld } from "./engine-world.ts";
import { CHEAT } from "./moves.ts";

export type EngineCheck = "convergence" | "conservation" | "finality" | "delivery" | "honesty" | "evidence";

export interface EngineViolation {
  readonly check: EngineCheck;
  readonly detail: string;
}

export function examine(world: EngineWorld): EngineViolation | undefined {
  return (
    convergence(world) ?? conservation(world) ?? finality(world) ?? honesty(world) ?? evidence(world) ?? delivery(world)
  );
}

/** Everybody, the copy too, has computed the hub's state, and nothing is left to decide. */
function convergence({ hub, wallets }: EngineWorld): EngineViolation | undefined {
  const root = stateRoot(hub.settled);
  const other = wallets.find(({ wallet }) => wallet.view.ledger.stateRoot !== root);
  if (other !== undefined) return { check: "convergence", detail: `${other.name} has another state than the hub` };
  const left = hub.undecided.all().length;
  return left === 0 ? undefined : { check: "convergence", detail: `${left} entries are undecided` };
}

function conservation({ hub, network }: EngineWorld): EngineViolation | undefined {
  let total = 0n;
  for (const [, row] of merkleRows(hub.settled.accounts))
    for (const { amount } of holdingsOf(row, network)) {
      if (amount < 0n) return { check: "conservation", detail: "somebody has less than nothing" };
      total += amount;
    }
  const supply = supplyOf(network).get(ASSET.code) ?? 0n;
  return total === supply
    ? undefined
    : { check: "conservation", detail: `${total} exist and ${supply} were allocated` };
}

/** What is decided is decided once. */
function finality({ settled }: EngineWorld): EngineViolation | undefined {
  const decided = new Set<EntryId>();
  for (const { entry, verdict } of settled) {
    if (verdict.outcome !== "accepted" && verdict.outcome !== "rejected") continue;
    if (decided.has(entry.id)) return { check: "finality", detail: "an entry was settled twice" };
    decided.add(entry.id);
  }
  return undefined;
}

/** No session but the cheat's has two entries at a place, and nobody has a proof against another one. */
function honesty(world: EngineWorld): EngineViolation | undefined {
  const cheat = sessionOfCheat(world);
  const places = new Map<string, EntryId>();
  for (const { entry } of world.settled) {
    const { session, sequence } = entry.entry;
    const place = `${session}/${sequence}`;
    const first = places.get(place);
    places.set(place, first ?? entry.id);
    if (first !== undefined && first !== entry.id && session !== cheat)
      return { check: "honesty", detail: `${world.nameOf(entry.entry.account)} signed ${sequence} twice` };
  }
  const accused = [
    ...world.hub.evidence.map(({ session }) => session),
    ...world.wallets.flatMap(({ wallet }) => wallet.view.conflicts.map(({ session }) => session)),
  ].find((session) => session !== cheat);
  return accused === undefined ? undefined : { check: "honesty", detail: "there is a proof against somebody honest" };
}

/** Two entries of the cheat at a place are a proof: at the hub one that convinces a stranger, and one at everybody whom either paid. */
function evidence(world: EngineWorld): EngineViolation | undefined {
  const cheat = sessionOfCheat(world);
  const branches = world.settled.filter(({ entry }) => entry.entry.session === cheat);
  const forked = branches.filter(({ entry }, index) =>
    branches.some(({ entry: other }, at) => at !== index && other.entry.sequence === entry.entry.sequence),
  );
  if (forked.length === 0) return undefined;
  const proof = world.hub.evidence.find(({ session }) => session === cheat);
  const key = keyOfCheat(world);
  const isSound =
    proof !== undefined &&
    key !== undefined &&
    verifyEvidence(encodeEvidence(proof), { network: world.network.tag, key }).ok;
  if (!isSound)
    return { check: "evidence", detail: "a log forked, and the hub has no proof that convinces a stranger" };
  for (const { entry } of forked) {
    const { operation, sequence } = entry.entry;
    const payee = world.wallets.find(({ wallet }) => operation.type === "pay" && wallet.account === operation.to);
    const isShown = payee?.wallet.view.conflicts.some(
      (conflict) => conflict.session === cheat && conflict.sequence === sequence,
    );
    if (isShown === false)
      return { check: "evidence", detail: `${payee?.name} was paid at a place with two entries and does not know it` };
  }
  return undefined;
}

/** Everything that an honest wallet signed is settled, for its payer and its payee alike. */
function delivery(world: EngineWorld): EngineViolation | undefined {
  for (const { name, wallet } of world.wallets) {
    const open = wallet.view.payments.find((payment) => payment.finality !== "settled");
    if (open !== undefined) return { check: "delivery", detail: `${name} has a payment that is not settled` };
  }
  const decided = new Set(world.settled.map(({ entry }) => entry.id));
  const lost = [...world.payments].find(([id]) => !decided.has(id));
  return lost === undefined ? undefined : { check: "delivery", detail: `${lost[1]} was signed and never settled` };
}

function sessionOfCheat({ wallets }: EngineWorld): SessionId | undefined {
  return wallets.find(({ name }) => name === CHEAT)?.wallet.session;
}

function keyOfCheat({ hub, wallets }: EngineWorld): PublicKey | undefined {
  const wallet = wallets.find(({ name }) => name === CHEAT)?.wallet;
  return wallet === undefined ? undefined : sessionOf(hub.settled, wallet.account, wallet.session)?.key;
}
