/**
 * Which heads a device said that a document has there, on this or an earlier connection (spec [GRD11]): where they are those
 * here, nothing need be said. In memory alone: who starts again says anew what it has, and so hears of whatever it lost.
 */
import { bytesToHex, hexToBytes, sha256 } from "@amigos/core";
import type { SharedDocument } from "./exchange.ts";

/** Devices of which it is remembered. The one that was heard longest ago makes room, and its documents are opened again. */
const DEVICES_MAX = 1024;

export class LevelMemory {
  /** By device, oldest first. A document that is forgotten leaves nothing behind. */
  readonly #heads = new Map<string, WeakMap<SharedDocument, string>>();

  note(device: string, document: SharedDocument, heads: readonly string[]): void {
    const known = this.#heads.get(device) ?? new WeakMap<SharedDocument, string>();
    this.#heads.delete(device);
    this.#heads.set(device, known.set(document, digestOf(heads)));
    const oldest = this.#heads.keys().next().value;
    if (this.#heads.size > DEVICES_MAX && oldest !== undefined) this.#heads.delete(oldest);
  }

  /** Whether the device had then what is here now. */
  isLevel(device: string, document: SharedDocument): boolean {
    const said = this.#heads.get(device)?.get(document);
    return said !== undefined && said === digestOf(document.content.heads());
  }
}

/** A set document has a head for each item: of several, their hash is kept. */
function digestOf(heads: readonly string[]): string {
  const [only] = heads;
  return only !== undefined && heads.length === 1 ? only : bytesToHex(sha256(hexToBytes(heads.join(""))));
}
