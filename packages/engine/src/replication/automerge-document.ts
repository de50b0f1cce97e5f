/**
 * One document in the repo, as the log and set documents use it: it grows by our own canonical changes, and a frozen log
 * falls back to its first entries. Nobody else writes it: what peers send reaches it as what we would have written.
 */
import * as Automerge from "@automerge/automerge/slim";
import type { DocHandle, PeerId, Repo } from "@automerge/automerge-repo/slim";
import { bytesToHex } from "@amigos/core";
import type { CanonicalChange } from "./canonical-change.ts";
import { documentRoom } from "./document-room.ts";
import type { DocumentName } from "./document-name.ts";
import { genesisOf } from "./genesis.ts";
import { chunkHash } from "./read-change.ts";

interface Content {
  readonly entries?: readonly Uint8Array[];
}

export class AutomergeDocument {
  readonly name: DocumentName;
  readonly #repo: Repo;
  readonly #handle: DocHandle<Content>;
  #version = 0;
  /** Those of a version. They are asked for with every message of every peer. */
  #heads: { readonly version: number; readonly heads: readonly string[] } | undefined;
  /** In the memory that documents share. */
  #bytes: number;

  constructor(repo: Repo, name: DocumentName) {
    this.name = name;
    this.#repo = repo;
    this.#bytes = documentRoom.take("document");
    this.#handle = repo.import<Content>(genesisOf(name.info.kind).bytes, { docId: name.repoId });
  }

  /** Rises with every change, so that one can tell whether it stands where it stood. */
  get version(): number {
    return this.#version;
  }

  /** Lower-case hex, in ascending order. */
  heads(): readonly string[] {
    if (this.#heads?.version !== this.#version)
      this.#heads = { version: this.#version, heads: Automerge.getHeads(this.#handle.doc()).toSorted() };
    return this.#heads.heads;
  }

  entryAt(position: number): Uint8Array | undefined {
    return this.#handle.doc().entries?.[position];
  }

  /** Those of these changes that are in it, by their hashes as hex, in order. */
  changesOf(hashes: ReadonlySet<string>): readonly Uint8Array[] {
    return Automerge.getAllChanges(this.#handle.doc()).filter((change) => hashes.has(bytesToHex(chunkHash(change))));
  }

  append(changes: readonly CanonicalChange[]): void {
    if (changes.length === 0) return;
    this.#bytes += documentRoom.take(changes);
    this.#handle.update(
      (document) =>
        Automerge.applyChanges(
          document,
          changes.map(({ bytes }) => bytes),
        )[0],
    );
    this.#version++;
  }

  /** Falls back to the genesis and the first `count` changes of a chain. */
  keepFirst(count: number): void {
    this.#keep(Automerge.getAllChanges(this.#handle.doc()).slice(0, count + 1));
  }

  /** Drops changes that nothing rests on, by their hashes as hex. */
  drop(hashes: ReadonlySet<string>): void {
    const all = Automerge.getAllChanges(this.#handle.doc());
    this.#keep(all.filter((change) => !hashes.has(bytesToHex(chunkHash(change)))));
  }

  /** Tells a peer what is in it, and from then on whatever is new. */
  begin(peer: string): void {
    const synchronizer = this.#repo.synchronizer.docSynchronizers[this.#handle.documentId];
    if (synchronizer?.hasPeer(peer as PeerId) === false) void synchronizer.beginSync([peer as PeerId]);
  }

  /** Takes the document out of the repo. It is of no use after that. */
  forget(): void {
    const { documentId } = this.#handle;
    this.#repo.synchronizer.removeDocument(documentId);
    this.#handle.removeAllListeners();
    // Not `delete`, which ends the handle: a message that the library has put off would wait for it in vain, and say so.
    delete this.#repo.handles[documentId];
    this.giveBackRoom();
  }

  /** It is of no use any more. */
  giveBackRoom(): void {
    documentRoom.giveBack(this.#bytes);
    this.#bytes = 0;
  }

  /** Peers are met afresh, for they remember more. */
  #keep(kept: readonly Uint8Array[]): void {
    this.#version++;
    this.#repo.synchronizer.removeDocument(this.#handle.documentId);
    // The synchronizer that was removed still listens; the one that `addDocument` makes listens anew.
    this.#handle.removeAllListeners();
    this.#handle.update(() => Automerge.applyChanges(Automerge.init<Content>(), [...kept])[0]);
    this.#repo.synchronizer.addDocument(this.#handle);
  }
}
