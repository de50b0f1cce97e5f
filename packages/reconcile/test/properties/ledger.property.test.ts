/** What must hold over every history, however hostile, and whatever the conflict policy (spec, "Properties"). */
import { describe, it } from "vitest";
import { POLICY_NAMES } from "../support/cast.ts";
import {
  certifiedWins,
  endsHold,
  evidenceVerifies,
  isFunctionOfTheSet,
  limitsHold,
  replays,
  settledStays,
  snapshotsDecode,
  valueStays,
} from "./checks.ts";
import { everyHistory, TIMEOUT_MS } from "./runs.ts";

const HISTORIES = 24;

describe.concurrent("over every history", () => {
  it(
    "[PROP1] [REC1] the same set gives the same root, verdicts and evidence",
    () => everyHistory(isFunctionOfTheSet, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[REC2] settled verdicts never change: what is decided is ignored ever after",
    () => everyHistory(settledStays, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[STA3] value is neither made nor lost, and nothing that anybody has is below zero",
    () => everyHistory(valueStays, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[PROP2] no session is accepted to spend more than a limit allows, in one payment, in any UTC day, or outstanding",
    () => everyHistory(limitsHold, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[PROP3] nothing is accepted beyond a revocation, kill, freeze or expiry, and none of them is lifted",
    () => everyHistory(endsHold, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[PROP4] every proof verifies for a stranger, and stands for what is frozen",
    () => everyHistory(evidenceVerifies, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[PROP5] a replica that replays the records, from a snapshot at any height, gets the same roots",
    () => everyHistory(replays, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[PROP7] no certified candidate loses to one that is not",
    () => everyHistory(certifiedWins, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );

  it(
    "[STA5] a snapshot decodes to the same state, byte for byte",
    () => everyHistory(snapshotsDecode, HISTORIES, ...POLICY_NAMES),
    TIMEOUT_MS,
  );
});
