/** Domain-separated SHA-256 (FIPS 180-4): `sha256(tag ‖ 0x00 ‖ parts)`. Tags hold no zero byte, so none is a prefix of another. */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { native } from "#native";
import { bytesToHex, writeHexInto } from "../bytes.ts";
import type { KeyDigest, PublicKey } from "../ids.ts";
import { DOMAIN, type DomainTag } from "./domain-tags.ts";

/** Room for the largest entry or control entry with its tag. What is larger gets bytes of its own. */
const SCRATCH_BYTES = 4096;

const prefixByTag = new Map<DomainTag, Uint8Array>(Object.values(DOMAIN).map((tag) => [tag, utf8ToBytes(`${tag}\0`)]));

/** What is hashed is put together here, so that the many small hashes allocate nothing. Hashing is synchronous. */
const scratch = new Uint8Array(SCRATCH_BYTES);
/** Its beginnings, by size. */
const views: (Uint8Array | undefined)[] = Array.from({ length: SCRATCH_BYTES + 1 });

/** Bytes, or the hex that stands for them: ids are held as hex and hashed as what they stand for. */
export type HashPart = Uint8Array | string;

/** 32 bytes. */
export function taggedHash(tag: DomainTag, ...parts: readonly HashPart[]): Uint8Array {
  return native.sha256(preimage(tag, parts));
}

/** The same as 64 hex digits: the id of a body, the hash of a node. */
export function hashToId<Kind extends string>(tag: DomainTag, ...parts: readonly HashPart[]): Kind {
  const bytes = preimage(tag, parts);
  return (native.sha256Hex?.(bytes) ?? bytesToHex(native.sha256(bytes))) as Kind;
}

/** What an inception commits to about a key it does not reveal yet. */
export function keyDigest(key: PublicKey): KeyDigest {
  return hashToId<KeyDigest>(DOMAIN.keyDigest, key);
}

/** Without a tag: for formats that are not ours, such as the hash of an Automerge change. 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return native.sha256(bytes);
}

/** Valid until the next one. */
function preimage(tag: DomainTag, parts: readonly HashPart[]): Uint8Array {
  const prefix = prefixByTag.get(tag) as Uint8Array;
  let size = prefix.length;
  for (const part of parts) size += typeof part === "string" ? part.length >> 1 : part.length;
  const target = size <= SCRATCH_BYTES ? scratch : new Uint8Array(size);
  target.set(prefix);
  let offset = prefix.length;
  for (const part of parts) {
    if (typeof part === "string") {
      writeHexInto(target, offset, part);
      offset += part.length >> 1;
    } else {
      target.set(part, offset);
      offset += part.length;
    }
  }
  return target === scratch ? viewOf(size) : target;
}

/** Sizes of bodies repeat, and a view costs as much as a short hash. */
function viewOf(size: number): Uint8Array {
  return (views[size] ??= scratch.subarray(0, size));
}
