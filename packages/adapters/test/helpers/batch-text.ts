/** A batch as one line of text, for telling it to another process or tab. */
import { bytesToHex, hexToBytes } from "@amigos/core";
import type { StoreOperation } from "@amigos/engine/ports";

export function batchToText(batch: readonly StoreOperation[]): string {
  return JSON.stringify(batch, (_key, value: unknown) => (value instanceof Uint8Array ? bytesToHex(value) : value));
}

export function textToBatch(text: string): readonly StoreOperation[] {
  return JSON.parse(text, (key, value: unknown) =>
    key === "value" && typeof value === "string" ? hexToBytes(value) : value,
  ) as readonly StoreOperation[];
}
