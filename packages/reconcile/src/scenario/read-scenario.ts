/**
 * A scenario: a ledger's beginning, and what it is given, batch after batch, as the bytes that were signed (spec [SCN1], [SCN2]).
 * Here it is read; nothing in it is authentic yet.
 */
import {
  decodeNetwork,
  encodeCbor,
  err,
  ok,
  type CborValue,
  type DecodeError,
  type GenesisError,
  type Network,
  type Result,
  type TimeMs,
} from "@amigos/core";
import { CHECKPOINT_ITEMS_MAX } from "../checkpoint/record.ts";
import { policyOf } from "../policy.ts";
import { decodeLedgerState } from "../state/encode-state.ts";
import { createGenesisState, type LedgerState } from "../state/ledger-state.ts";
import { either, exactly, hex, listOf, object, readJson, textOf, whole, type JsonError } from "./json-reader.ts";
import { readGenesis } from "./read-genesis.ts";

export interface Batch {
  /** Ledger time at which it is settled. */
  readonly time: TimeMs;
  readonly inceptions: readonly Uint8Array[];
  readonly control: readonly Uint8Array[];
  readonly entries: readonly Uint8Array[];
}

export interface Scenario {
  readonly state: LedgerState;
  readonly batches: readonly Batch[];
}

export type ScenarioError =
  | JsonError
  | { readonly type: "genesis-refused"; readonly error: GenesisError }
  | { readonly type: "policy-unknown"; readonly policy: string }
  | { readonly type: "snapshot-refused"; readonly error: DecodeError }
  | { readonly type: "too-many-items"; readonly batch: number; readonly count: number; readonly countMax: number };

/** A scenario is for reading and comparing: a year of days is long. */
const BATCHES_MAX = 1000;
/** A page. */
const STORY_LENGTH_MAX = 4000;

interface GivenBatch {
  readonly time: number;
  readonly inceptions?: readonly Uint8Array[];
  readonly control?: readonly Uint8Array[];
  readonly entries?: readonly Uint8Array[];
}

interface GivenScenario {
  readonly version: 1;
  readonly story?: string;
  readonly genesis: Uint8Array | CborValue;
  readonly snapshot?: Uint8Array;
  readonly batches: readonly GivenBatch[];
}

const items = listOf(hex, CHECKPOINT_ITEMS_MAX);

const readGiven = object<GivenScenario>(
  {
    version: exactly(1),
    story: textOf(STORY_LENGTH_MAX),
    genesis: either((value) => typeof value === "string", hex, readGenesis),
    snapshot: hex,
    batches: listOf(
      object<GivenBatch>({ time: whole, inceptions: items, control: items, entries: items }, [
        "inceptions",
        "control",
        "entries",
      ]),
      BATCHES_MAX,
    ),
  },
  ["story", "snapshot"],
);

export function readScenario(json: unknown): Result<Scenario, ScenarioError> {
  const given = readJson(readGiven, json);
  if (!given.ok) return given;
  const { genesis, snapshot } = given.value;
  const network = decodeNetwork(genesis instanceof Uint8Array ? genesis : encodeCbor(genesis));
  if (!network.ok) return err({ type: "genesis-refused", error: network.error });
  const { policy } = network.value.genesis;
  if (policyOf(network.value) === undefined) return err({ type: "policy-unknown", policy });
  const state = readState(snapshot, network.value);
  if (!state.ok) return state;
  const batches = given.value.batches.map(({ time, inceptions = [], control = [], entries = [] }) => ({
    time: time as TimeMs,
    inceptions,
    control,
    entries,
  }));
  const batch = batches.findIndex((one) => countOf(one) > CHECKPOINT_ITEMS_MAX);
  const crowded = batches[batch];
  return crowded === undefined
    ? ok({ state: state.value, batches })
    : err({ type: "too-many-items", batch, count: countOf(crowded), countMax: CHECKPOINT_ITEMS_MAX });
}

function readState(snapshot: Uint8Array | undefined, network: Network): Result<LedgerState, ScenarioError> {
  if (snapshot === undefined) return ok(createGenesisState(network));
  const state = decodeLedgerState(snapshot, network);
  return state.ok ? state : err({ type: "snapshot-refused", error: state.error });
}

function countOf({ inceptions, control, entries }: Batch): number {
  return inceptions.length + control.length + entries.length;
}
