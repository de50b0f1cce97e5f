/**
 * A set document: what vouches for an account's logs, keyed by hash (spec [DOC6], [DOC7]). Each item's change depends on
 * the genesis alone, so that items commute and two replicas with one set of items have one set of heads. When there are
 * more than fit, those with the lowest keys are in it, so that this holds then, too.
 */
import { bytesToHex, equalBytes } from "@amigos/core";
import type { AutomergeDocument } from "./automerge-document.ts";
import { itemChange, itemKey, type CanonicalChange } from "./canonical-change.ts";
import type { DocumentInfo } from "./document-id.ts";
import { genesisOf } from "./genesis.ts";
import { SET_DOCUMENT_ITEMS_MAX } from "./limits.ts";
import type { OfferedChange } from "./read-change.ts";
import type { Standing } from "./standing.ts";

type SetInfo = Extract<DocumentInfo, { kind: "set" }>;

export class SetDocument {
  readonly info: SetInfo;
  readonly content: AutomergeDocument;
  readonly #hashByKey = new Map<string, Uint8Array>();
  readonly #hashes = new Set<string>([bytesToHex(genesisOf("set").hash)]);
  /** The highest key that is in a full document. */
  #highest = "";

  constructor(info: SetInfo, content: AutomergeDocument) {
    this.info = info;
    this.content = content;
  }

  /** Takes items, known ones too. Returns whether one was new and has its place. */
  publish(items: readonly Uint8Array[]): boolean {
    const fresh = new Map<string, CanonicalChange>();
    for (const item of items) {
      const key = itemKey(item);
      if (!this.#hashByKey.has(key) && this.#hasPlaceFor(key)) fresh.set(key, itemChange(key, item));
    }
    const outdone = this.#outdoneBy([...fresh.keys()]);
    const dropped = new Set<string>();
    for (const key of outdone) {
      const hash = this.#hashByKey.get(key);
      if (hash !== undefined) dropped.add(bytesToHex(hash));
      this.#hashByKey.delete(key);
      fresh.delete(key);
    }
    if (dropped.size > 0) this.content.drop(dropped);
    for (const hash of dropped) this.#hashes.delete(hash);
    for (const [key, { hash }] of fresh) {
      this.#hashByKey.set(key, hash);
      this.#hashes.add(bytesToHex(hash));
    }
    this.content.append([...fresh.values()]);
    this.#highest = [...this.#hashByKey.keys()].reduce((highest, key) => (key > highest ? key : highest), "");
    return fresh.size > 0;
  }

  isKnown(hash: Uint8Array): boolean {
    return this.#hashes.has(bytesToHex(hash));
  }

  standing(offered: OfferedChange): Standing {
    const key = itemKey(offered.value);
    const known = this.#hashByKey.get(key);
    if (known === undefined) return this.#hasPlaceFor(key) ? "not-canonical" : "full";
    return equalBytes(known, offered.hash) ? "in-document" : "not-canonical";
  }

  #hasPlaceFor(key: string): boolean {
    return this.#hashByKey.size < SET_DOCUMENT_ITEMS_MAX || key < this.#highest;
  }

  /** The highest keys, known or fresh, for which there is no place beside the others. */
  #outdoneBy(fresh: readonly string[]): readonly string[] {
    const count = this.#hashByKey.size + fresh.length;
    if (count <= SET_DOCUMENT_ITEMS_MAX) return [];
    return [...this.#hashByKey.keys(), ...fresh].toSorted().slice(SET_DOCUMENT_ITEMS_MAX);
  }
}
