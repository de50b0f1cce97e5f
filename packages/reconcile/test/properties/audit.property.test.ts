/** The package against the auditor: every verdict with its evidence, every proof, every row of the state. */
import { describe, it } from "vitest";
import { POLICY_NAMES } from "../support/cast.ts";
import { play } from "../support/play.ts";
import { agreesWithAuditor } from "./checks.ts";
import { pinned } from "./pinned.ts";
import { everyHistory, TIMEOUT_MS } from "./runs.ts";
import { problemWith } from "./search.ts";

describe("the auditor", () => {
  it.each(pinned)("[PROP6] agrees on a history that once told them apart: %s", async (_name, history) => {
    await agreesWithAuditor(await play(history), 0);
  });

  it.each(pinned)("every property holds on it as well: %s", async (_name, history) => {
    const problem = await problemWith(history, 1);
    if (problem !== undefined) throw new Error(`${problem.where}: ${problem.message}`);
  });

  it(
    "[PROP6] agrees with every verdict, proof and row",
    () => everyHistory(agreesWithAuditor, 100, ...POLICY_NAMES),
    TIMEOUT_MS,
  );
});
