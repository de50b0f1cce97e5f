/**
 * The outcome of looking at bytes that somebody else wrote. Bad bytes are expected, so they are values with evidence,
 * not exceptions; what is thrown in this package is only ever a defect of our own (see `assert.ts`).
 */
import { AssertionFailed } from "./assert.ts";

export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function err<Failure>(error: Failure): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error };
}

/** The value. For a caller that has made failure impossible (tests, start-up, fixtures): anything else is a defect. */
export function orThrow<Value, Failure extends { readonly type: string }>(result: Result<Value, Failure>): Value {
  if (result.ok) return result.value;
  throw new AssertionFailed(`${result.error.type}: ${JSON.stringify(result.error, bigintToText)}`);
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
