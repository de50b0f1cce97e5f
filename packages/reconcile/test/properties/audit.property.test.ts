/** The package against the auditor: every verdict with its evidence, every proof, every balance. */
import { merkleRows, type ControlVerdict, type Verdict } from "../../src/index.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Auditor, type AuditedVerdict } from "../auditor.ts";
import { histories, network, play, runs, TIMEOUT_MS, type Played } from "../support/histories.ts";
import { pinned } from "./pinned.ts";
import type { PolicyName } from "../support/policies.ts";

describe("the auditor", () => {
  it.each(pinned)("[PROP6] agrees on a history that once told them apart: %s", async (_name, history) => {
    compare(await play(history), history.policy);
  });

  it(
    "[PROP6] agrees with every verdict, proof and balance",
    async () => {
      await fc.assert(
        fc.asyncProperty(histories("honour-all", "honour-all", "single-branch", "freeze-fork"), async (history) => {
          compare(await play(history), history.policy);
        }),
        runs(150),
      );
    },
    TIMEOUT_MS,
  );
});

function compare({ ledger, given }: Played, policy: PolicyName): void {
  const auditor = new Auditor(network);
  for (const [index, step] of ledger.steps.entries()) {
    const input = given[index];
    if (input === undefined) throw new Error("a step for everything given");
    const audit = auditor.audit({ ...input, policy });
    const { verdicts, control, evidence } = step.reconciliation;
    expect(audit.verdicts).toEqual(verdicts.map(toAudited));
    expect(audit.control).toEqual(control.map(controlToAudited));
    expect(audit.evidence).toEqual(
      evidence.map((proof) => `${proof.session}/${proof.sequence}: ${proof.a.id}, ${proof.b.id}`),
    );
    const balances = [...merkleRows(step.after.accounts)].flatMap(([id, account]) =>
      [...account.balances].map(([asset, amount]) => `${id}/${asset} ${amount}`),
    );
    expect(auditor.balances()).toEqual(balances);
    auditor.seal({ id: step.after.checkpoint, time: step.after.time }, []);
  }
}

function toAudited(verdict: Verdict): AuditedVerdict {
  const { entry: id, outcome } = verdict;
  return verdict.outcome === "accepted" ? { id, outcome } : { id, outcome, failure: verdict.failure };
}

function controlToAudited(verdict: ControlVerdict): AuditedVerdict {
  const { id, outcome } = verdict;
  return verdict.outcome === "accepted" ? { id, outcome } : { id, outcome, failure: verdict.failure };
}
