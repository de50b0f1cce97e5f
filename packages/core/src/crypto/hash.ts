/** Domain-separated SHA-256 (FIPS 180-4): `sha256(tag ‖ 0x00 ‖ parts)`. Tags hold no zero byte, so none is a prefix of another. */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { native } from "#native";
import { concatBytes, hexToBytes } from "../bytes.ts";
import { idFromBytes, type Id, type KeyDigest, type PublicKey } from "../ids.ts";
import { DOMAIN, type DomainTag } from "./domain-tags.ts";

const prefixByTag = new Map<DomainTag, Uint8Array>(Object.values(DOMAIN).map((tag) => [tag, utf8ToBytes(`${tag}\0`)]));

/** 32 bytes. */
export function taggedHash(tag: DomainTag, ...parts: readonly Uint8Array[]): Uint8Array {
  return native.sha256(concatBytes(prefixByTag.get(tag) as Uint8Array, ...parts));
}

/** The same, as the id of a body. */
export function hashToId<Kind extends Id>(tag: DomainTag, ...parts: readonly Uint8Array[]): Kind {
  return idFromBytes<Kind>(taggedHash(tag, ...parts));
}

/** What an inception commits to about a key it does not reveal yet. */
export function keyDigest(key: PublicKey): KeyDigest {
  return hashToId<KeyDigest>(DOMAIN.keyDigest, hexToBytes(key));
}

/** Without a tag: for formats that are not ours, such as the hash of an Automerge change. 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return native.sha256(bytes);
}
