/** Batches and entries as one line of text, for telling them to another process or tab. */
import { bytesToHex, hexToBytes } from "@amigos/core";
import type { StoreEntry, StoreOperation } from "@amigos/engine/ports";

export function batchToText(batch: readonly (StoreOperation | StoreEntry)[]): string {
  return JSON.stringify(batch, (_key, value: unknown) => (value instanceof Uint8Array ? bytesToHex(value) : value));
}

export function textToBatch(text: string): readonly StoreOperation[] {
  return parse(text) as readonly StoreOperation[];
}

export function textToEntries(text: string): readonly StoreEntry[] {
  return parse(text) as readonly StoreEntry[];
}

function parse(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    key === "value" && typeof value === "string" ? hexToBytes(value) : value,
  );
}
