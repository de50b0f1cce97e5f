import { describe, expect, it } from "vitest";
import { bytesToHex } from "@amigos/core";
import { createTestNetwork, founderOf, START } from "@amigos/core/testing";
import { createGenesisState } from "../state/ledger-state.ts";
import { encodeLedgerState } from "../state/encode-state.ts";
import { runScenario } from "./run-scenario.ts";

const network = createTestNetwork(["alice"]);
const { genesis } = network;

const inWords = {
  name: genesis.name,
  time: genesis.time,
  authority: genesis.authority,
  assets: genesis.assets,
  parameters: genesis.parameters,
  allocations: [{ founder: founderOf("alice"), asset: "AMI", amount: "10000" }],
  policy: genesis.policy,
};
const scenario = { version: 1, genesis: bytesToHex(network.bytes), batches: [{ time: START }] };

const WHOLE = ".batches[0].time: a whole number from 0 to 2^53 - 1";

async function outcomeOf(json: unknown): Promise<unknown> {
  const result = await runScenario(json);
  if (result.ok) return "read";
  const { error } = result;
  return error.type === "scenario-malformed" ? `${error.path}: ${error.expected}` : error;
}

describe("reading a scenario", () => {
  it("[SCN2] a genesis in words is the same network", async () => {
    const [hex, words] = [await runScenario(scenario), await runScenario({ ...scenario, genesis: inWords })];
    expect(words).toEqual(hex);
    expect(hex).toMatchObject({ ok: true, value: { network: network.id, batches: [{ height: 1, time: START }] } });
  });

  it("[SCN2] a snapshot is where it goes on, and what comes out is another one", async () => {
    const snapshot = bytesToHex(encodeLedgerState(createGenesisState(network)));
    expect(await runScenario({ ...scenario, snapshot })).toEqual(await runScenario(scenario));
    expect(await runScenario({ ...scenario, batches: [] })).toMatchObject({ value: { batches: [], snapshot } });
  });

  it.each([
    ["a list", [], ": an object"],
    ["nothing", null, ": an object"],
    ["another version", { ...scenario, version: 2 }, ".version: 1"],
    ["a stranger", { ...scenario, policy: "honour-all" }, ".policy: no such member"],
    ["no batches", { version: 1, genesis: scenario.genesis }, ".batches: to be present"],
    ["half a byte", { ...scenario, genesis: "0" }, ".genesis: bytes as lower-case hex"],
    ["upper case", { ...scenario, genesis: "AB" }, ".genesis: bytes as lower-case hex"],
    ["a time before all time", { ...scenario, batches: [{ time: -1 }] }, WHOLE],
    ["a time as text", { ...scenario, batches: [{ time: "0" }] }, WHOLE],
    ["a time beyond all time", { ...scenario, batches: [{ time: 2 ** 53 }] }, WHOLE],
    ["a story as a number", { ...scenario, story: 5 }, ".story: text of at most 4000 characters"],
    ["a snapshot as a number", { ...scenario, snapshot: 5 }, ".snapshot: bytes as lower-case hex"],
    ["text for an object", "scenario", ": an object"],
    [
      "an amount below nothing",
      { ...scenario, genesis: { ...inWords, allocations: [{ ...inWords.allocations[0], amount: "-1" }] } },
      ".genesis.allocations[0].amount: digits, as text",
    ],
    ["a fraction", { ...scenario, batches: [{ time: 0.5 }] }, ".batches[0].time: a whole number from 0 to 2^53 - 1"],
    [
      "an item",
      { ...scenario, batches: [{ time: 0, entries: [1] }] },
      ".batches[0].entries[0]: bytes as lower-case hex",
    ],
    ["a long story", { ...scenario, story: "a".repeat(4001) }, ".story: text of at most 4000 characters"],
    [
      "batches",
      { ...scenario, batches: Array.from({ length: 1001 }, () => ({ time: 0 })) },
      ".batches: a list of at most 1000",
    ],
    [
      "an amount as a number",
      { ...scenario, genesis: { ...inWords, allocations: [{ ...inWords.allocations[0], amount: 1 }] } },
      ".genesis.allocations[0].amount: digits, as text",
    ],
  ])("[SCN2] says where it is malformed: %s", async (_what, json, expected) => {
    expect(await outcomeOf(json)).toBe(expected);
  });

  it("[SCN2] reads what is just within bounds", async () => {
    const batches = Array.from({ length: 1000 }, () => ({ time: START }));
    expect(await outcomeOf({ ...scenario, story: "a".repeat(4000), batches })).toBe("read");
    expect(await outcomeOf({ ...scenario, batches: [{ time: 2 ** 53 - 1 }] })).toBe("read");
    const entries = Array.from({ length: 10_000 }, () => "80");
    expect(await outcomeOf({ ...scenario, batches: [{ time: START, entries }] })).toBe("read");
  });

  it("[SCN2] refuses a genesis, a policy, a snapshot and a crowd that cannot be", async () => {
    expect(await outcomeOf({ ...scenario, genesis: { ...inWords, authority: "00" } })).toMatchObject({
      type: "genesis-refused",
      error: { type: "schema-mismatch", path: ".authority" },
    });
    const twice = [...genesis.assets, ...genesis.assets];
    expect(await outcomeOf({ ...scenario, genesis: { ...inWords, assets: twice } })).toMatchObject({
      error: { type: "genesis-invalid", reason: "asset-twice" },
    });
    expect(await outcomeOf({ ...scenario, genesis: { ...inWords, policy: "finders-keepers" } })).toEqual({
      type: "policy-unknown",
      policy: "finders-keepers",
    });
    expect(await outcomeOf({ ...scenario, snapshot: "80" })).toMatchObject({ type: "snapshot-refused" });
    const control = Array.from({ length: 5001 }, () => "80");
    expect(await outcomeOf({ ...scenario, batches: [{ time: START, control, entries: control }] })).toEqual({
      type: "too-many-items",
      batch: 0,
      count: 10002,
      countMax: 10000,
    });
  });
});
