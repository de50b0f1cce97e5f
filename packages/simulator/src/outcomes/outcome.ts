/** The figures of one run. Amounts in cents, times in ms. */
import { stateRoot } from "@amigos/reconcile";
import type { World } from "../world/world.ts";
import { lossesOf } from "./losses.ts";
import { quantilesOf, type Quantiles } from "./quantiles.ts";
import type { PaymentRecord, Recorder } from "./recorder.ts";

export type Counts = Readonly<Record<string, number>>;

export interface Outcome {
  /** Of honest people. */
  readonly payments: {
    readonly signed: number;
    readonly handed: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly undecided: number;
    /** Not signed, by the code of the phone's refusal. */
    readonly refused: Counts;
    /** Not taken by the payee, by the reason. */
    readonly declined: Counts;
    /** Signed, and lost on the way to the payee. */
    readonly undelivered: number;
    /** Wanted to pay and met nobody. */
    readonly alone: number;
    readonly volume: number;
  };
  /** Goods that honest people gave to cheats, less what the ledger paid them for it. */
  readonly loss: {
    readonly total: number;
    readonly payees: number;
    readonly worst: number;
    readonly byCode: Counts;
    /** Of what honest people took in all, from 0 to 1. */
    readonly share: number;
  };
  /** Goods that each cheat got beyond what it paid for. */
  readonly gain: Quantiles;
  /** Payments of honest people that the ledger rejected: they did nothing wrong. */
  readonly wronged: { readonly count: number; readonly amount: number; readonly byCode: Counts };
  /** From the moment a log forks to the moment each of its payees had proof or saw it frozen. */
  readonly evidence: {
    readonly forks: number;
    readonly victims: number;
    readonly informed: number;
    readonly delay: Quantiles;
  };
  /** How long after signing. */
  readonly finality: {
    readonly delivered: Quantiles;
    readonly witnessed: Quantiles;
    readonly settled: Quantiles;
    readonly known: Quantiles;
  };
  /** From the end of the partition to the first full hour at which all that was signed before is settled; -1: not before the end. */
  readonly converged: number;
  /** Of every phone, on average. */
  readonly work: { readonly messages: number; readonly bytes: number; readonly verifications: number };
  readonly ledger: { readonly checkpoints: number; readonly roots: number; readonly stateRoot: string };
  /** Of a ledger with two faces: until two phones noticed; -1: it had one face, or nobody did. */
  readonly contradiction: number;
}

export function outcomeOf(world: World): Outcome {
  const { recorder, devices, ledger } = world;
  const { payments } = recorder;
  const followers = devices.filter((device) => device.ledger === ledger);
  const { work } = recorder;
  return {
    payments: paymentsOf(recorder),
    loss: lossOf(payments),
    gain: quantilesOf(gainsOf(payments)),
    wronged: wrongedOf(payments),
    evidence: evidenceOf(recorder),
    finality: {
      delivered: delays(payments, ({ delivered }) => delivered),
      witnessed: delays(payments, ({ witnessed }) => witnessed),
      settled: delays(payments, ({ decided }) => (decided?.outcome === "accepted" ? decided.time : undefined)),
      known: delays(payments, ({ known }) => known),
    },
    converged:
      recorder.healed === undefined || recorder.converged === undefined ? -1 : recorder.converged - recorder.healed,
    work: {
      messages: work.messages / devices.length,
      bytes: work.bytes / devices.length,
      verifications: work.verifications / devices.length,
    },
    ledger: {
      checkpoints: recorder.checkpoints.length,
      roots: new Set([ledger.settled, ...followers.map(({ settled }) => settled)].map(stateRoot)).size,
      stateRoot: stateRoot(ledger.settled),
    },
    contradiction:
      recorder.contradiction?.noticed === undefined
        ? -1
        : recorder.contradiction.noticed - recorder.contradiction.signed,
  };
}

function paymentsOf({ payments, refused, declined, undelivered, alone }: Recorder): Outcome["payments"] {
  const honest = payments.filter(({ isHonest }) => isHonest);
  return {
    signed: honest.length,
    handed: honest.filter(({ isHanded }) => isHanded).length,
    accepted: honest.filter(({ decided }) => decided?.outcome === "accepted").length,
    rejected: honest.filter(({ decided }) => decided?.outcome === "rejected").length,
    undecided: honest.filter(({ decided }) => decided === undefined).length,
    refused: sorted(refused),
    declined: sorted(declined),
    undelivered,
    alone,
    volume: sum(honest),
  };
}

function lossOf(payments: readonly PaymentRecord[]): Outcome["loss"] {
  const losses = lossesOf(payments);
  const byPayee = new Map<string, number>();
  const byCode = new Map<string, number>();
  for (const loss of losses) {
    byPayee.set(loss.payee, (byPayee.get(loss.payee) ?? 0) + loss.amount);
    for (const [code, amount] of loss.byCode) byCode.set(code, (byCode.get(code) ?? 0) + amount);
  }
  const taken = sum(payments.filter(({ isHanded, isPayeeHonest }) => isHanded && isPayeeHonest));
  const total = sum(losses);
  return {
    total,
    payees: byPayee.size,
    worst: Math.max(0, ...byPayee.values()),
    byCode: sorted(byCode),
    share: taken === 0 ? 0 : total / taken,
  };
}

/** Of every account that cheated, what others lost to it; nought where nobody did. */
function gainsOf(payments: readonly PaymentRecord[]): readonly number[] {
  const byCheat = new Map<string, number>();
  for (const { isHonest, payer } of payments) if (!isHonest) byCheat.set(payer.account, 0);
  for (const { payer, amount } of lossesOf(payments)) byCheat.set(payer, (byCheat.get(payer) ?? 0) + amount);
  return [...byCheat.values()];
}

function wrongedOf(payments: readonly PaymentRecord[]): Outcome["wronged"] {
  const wronged = payments.filter(({ isHonest, decided }) => isHonest && decided?.outcome === "rejected");
  const byCode = new Map<string, number>();
  for (const { decided } of wronged) byCode.set(decided?.code ?? "", (byCode.get(decided?.code ?? "") ?? 0) + 1);
  return { count: wronged.length, amount: sum(wronged), byCode: sorted(byCode) };
}

function evidenceOf({ forks }: Recorder): Outcome["evidence"] {
  const delaysOfAll: number[] = [];
  let victims = 0;
  for (const fork of forks.values()) {
    victims += fork.victims.size;
    for (const known of fork.victims.values()) if (known !== undefined) delaysOfAll.push(known - fork.signed);
  }
  return { forks: forks.size, victims, informed: delaysOfAll.length, delay: quantilesOf(delaysOfAll) };
}

function delays(payments: readonly PaymentRecord[], timeOf: (payment: PaymentRecord) => number | undefined): Quantiles {
  const found: number[] = [];
  for (const payment of payments) {
    const time = payment.isHonest ? timeOf(payment) : undefined;
    if (time !== undefined) found.push(time - payment.signed);
  }
  return quantilesOf(found);
}

function sum(amounts: readonly { readonly amount: number }[]): number {
  return amounts.reduce((total, { amount }) => total + amount, 0);
}

/** In the order of codes, so that two runs that counted alike are alike. */
function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
