/**
 * A set document: what vouches for an account's logs, keyed by hash (spec [DOC6], [DOC7]). Each item's change depends on
 * the genesis alone, so that items commute and two replicas with one set of items have one set of heads.
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

  constructor(info: SetInfo, content: AutomergeDocument) {
    this.info = info;
    this.content = content;
  }

  /** Takes items, known ones too. Returns whether one was new. What is beyond the bound stays out. */
  publish(items: readonly Uint8Array[]): boolean {
    const changes: CanonicalChange[] = [];
    for (const item of items) {
      const key = itemKey(item);
      if (this.#hashByKey.has(key) || this.#hashByKey.size >= SET_DOCUMENT_ITEMS_MAX) continue;
      const change = itemChange(key, item);
      this.#hashByKey.set(key, change.hash);
      this.#hashes.add(bytesToHex(change.hash));
      changes.push(change);
    }
    this.content.append(changes);
    return changes.length > 0;
  }

  isKnown(hash: Uint8Array): boolean {
    return this.#hashes.has(bytesToHex(hash));
  }

  standing(offered: OfferedChange): Standing {
    const known = this.#hashByKey.get(itemKey(offered.value));
    if (known === undefined) return this.#hashByKey.size >= SET_DOCUMENT_ITEMS_MAX ? "full" : "not-canonical";
    return equalBytes(known, offered.hash) ? "in-document" : "not-canonical";
  }
}
