/**
 * The settlement ledger of one authority: a replica with that key. Which disk it is on is the store's business, and the store's
 * contract is what makes a checkpoint one transaction: it is one batch, with everything that it decided
 * (docs/decisions/0029-a-ledger-is-a-replica-with-a-key.md).
 */
import { isDecided, proveAccount, stateRoot, type LedgerState } from "@amigos/reconcile";
import { ok, type Signer } from "@amigos/core";
import type { LedgerEvent, LedgerHead, SettlementLedger } from "../ports/settlement-ledger.ts";
import type { Replica, ReplicaEvent } from "./replica.ts";

export interface ReplicaLedgerOptions {
  /** One that follows nobody's ledger, for it makes the ledger. */
  readonly replica: Replica;
  /** Of the network's authority. */
  readonly authority: Signer;
}

export function createReplicaLedger({ replica, authority }: ReplicaLedgerOptions): SettlementLedger {
  return {
    network: replica.network,
    get head() {
      return headOf(replica.settled);
    },
    get waitingEntries() {
      return replica.undecided.size;
    },
    waiting: () => {
      const { inceptions, control } = replica.unregistered();
      const records = [...inceptions, ...control, ...replica.recoveries.all()];
      return { entries: replica.undecided.all().map(({ id }) => id), records: records.map(({ id }) => id) };
    },
    submit: async (bundle) => {
      const report = await replica.ingest(bundle);
      return report.ok ? ok({ fresh: report.value.fresh.map(({ id }) => id), known: report.value.known }) : report;
    },
    settle: async (time) => {
      const { id, checkpoint } = await replica.settle(time, authority);
      return { height: checkpoint.height, id, time: checkpoint.time, stateRoot: checkpoint.stateRoot };
    },
    checkpoint: (height) => replica.archive.signedCheckpoint(height),
    record: (height) => replica.archive.recordBytes(height),
    prove: async (account) => {
      // Of one moment: both are of the state that is looked at first.
      const { settled } = replica;
      const checkpoint = await replica.archive.signedCheckpoint(settled.height);
      return checkpoint && { checkpoint, proof: proveAccount(settled, account) };
    },
    subscribe: (listener) =>
      replica.subscribe((event) => {
        const told = eventOf(event, replica);
        if (told !== undefined) listener(told);
      }),
    close: () => replica.close(),
  };
}

function headOf(state: LedgerState): LedgerHead {
  return { height: state.height, id: state.checkpoint, time: state.time, stateRoot: stateRoot(state) };
}

function eventOf(event: ReplicaEvent, { settled }: Replica): LedgerEvent | undefined {
  if (event.type === "changed") return { type: "waiting" };
  if (event.type !== "settled") return undefined;
  const undecided = event.verdicts.filter((verdict) => !isDecided(verdict)).map(({ entry }) => entry);
  return { type: "settled", head: headOf(settled), undecided };
}
