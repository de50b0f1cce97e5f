/** Typed data of whatever the engine, a store or a vault threw, to send to the page. */
import type { AppError } from "../wallet/app-error.ts";

export function toTypedError(thrown: unknown): AppError {
  if (!(thrown instanceof Error)) return { type: "unexpected", message: String(thrown) };
  if ("detail" in thrown && isTyped(thrown.detail)) return thrown.detail as AppError;
  // Errors of stores and vaults carry their type on themselves.
  return isTyped(thrown) ? ({ type: thrown.type } as AppError) : { type: "unexpected", message: thrown.message };
}

function isTyped(value: unknown): value is { readonly type: string } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
