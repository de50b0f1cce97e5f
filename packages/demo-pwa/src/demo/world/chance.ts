/** Chance made of a seed: the same on every device, so that a story can be shared by its address. */
import { sha256 } from "@amigos/core";
import type { Random } from "@amigos/engine";

const HASH_BYTES = 32;

/** As many bytes as are asked for, one hash after another. Predictable: for worlds that are worth nothing. */
export function seededRandom(seed: string): Random {
  let count = 0;
  return {
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let from = 0; from < length; from += HASH_BYTES)
        bytes.set(hashOf(`${seed}/${count++}`).subarray(0, length - from), from);
      return bytes;
    },
  };
}

/** A whole number from 0 to `below` - 1, which is at most 2^16, named by what it is for. */
export type Draw = (purpose: string, below: number) => number;

export function createDraw(seed: string): Draw {
  return (purpose, below) => new DataView(hashOf(`${seed}/${purpose}`).buffer).getUint32(0) % below;
}

function hashOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(new TextEncoder().encode(text)));
}
