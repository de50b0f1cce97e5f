/**
 * A verdict as data for one plain sentence (spec [VER3]): a key to a text in the reader's language, and the values to fill in.
 * No prose here: words belong to the app, which also knows names for accounts and formats for amounts and times.
 */
import type { ControlFailure, ControlVerdict, Failure, Verdict } from "./verdict.ts";

type KeyOf<Some> = Some extends {
  readonly code: infer Code extends string;
  readonly reason: infer Reason extends string;
}
  ? `${Code}-${Reason}`
  : Some extends { readonly code: infer Code extends string }
    ? Code
    : never;

/** Every key there is: an app whose texts are a record of these has a sentence for whatever may come. */
export type ExplanationKey = "accepted" | KeyOf<Failure> | KeyOf<ControlFailure>;

export interface Explanation {
  /** A kebab-case word: the failure's code, with its reason where one code has several. `accepted` otherwise. */
  readonly key: ExplanationKey;
  /** Numbers are counts, heights, sequences or milliseconds, big integers are amounts, texts are ids and asset codes. */
  readonly values: Readonly<Record<string, string | number | bigint>>;
}

/**
 * @example
 * explain(verdict) // { key: "limit-per-day", values: { asset: "AMI", limit: 5000n, used: 4500n, asked: 600n, left: 500n, renewsAt: … } }
 */
export function explain(verdict: Verdict | ControlVerdict): Explanation {
  if (verdict.outcome === "accepted") return { key: "accepted", values: {} };
  const { code, ...evidence } = verdict.failure;
  if (!("reason" in evidence)) return { key: code as ExplanationKey, values: evidence };
  const { reason, ...values } = evidence;
  return { key: `${code}-${reason}` as ExplanationKey, values };
}
