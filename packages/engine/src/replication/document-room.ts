/**
 * Room for documents, made ahead. They lie in the one WebAssembly memory of the process, which its allocator grows by 64 KiB at
 * a time; and at each growth the runtime counts the whole memory as newly allocated and collects all garbage. Small
 * documents cost nothing by it. From some 40 000 entries on, as a hub has them, it made each entry twenty times as dear
 * (bench `engine.documents-many`). So before many documents grow, the memory is made to grow by a large step, of which the
 * allocator keeps what is given back to it.
 */
import * as Automerge from "@automerge/automerge/slim";

/** What a document takes without its changes, and what a change takes beside its own bytes: measured, and rounded up. */
const DOCUMENT_BYTES = 4096;
const CHANGE_BYTES = 1024;
/** Below this no room is made: growing costs nothing yet, and a phone never has as much. */
const ROOM_BYTES_MIN: number = 16 * 1024 * 1024;
/** At once at most, so that a step takes no longer than some ten milliseconds. */
const STEP_BYTES_MAX: number = 32 * 1024 * 1024;

export class DocumentRoom {
  readonly #grow: (bytes: number) => void;
  #used = 0;
  #made = ROOM_BYTES_MIN;

  /** `grow` makes the memory larger by so many bytes, if it has no such room. */
  constructor(grow: (bytes: number) => void) {
    this.#grow = grow;
  }

  /** For a document that is made, with these changes or none. Returns what to give back when it is forgotten. */
  take(changes: readonly { readonly bytes: Uint8Array }[] | "document"): number {
    const bytes = changes === "document" ? DOCUMENT_BYTES : bytesOf(changes);
    this.#used += bytes;
    while (this.#used > this.#made) {
      const step = Math.min(STEP_BYTES_MAX, Math.floor(this.#made / 2));
      this.#grow(step);
      this.#made += step;
    }
    return bytes;
  }

  /** Memory does not shrink, so what is given back is room. */
  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

function bytesOf(changes: readonly { readonly bytes: Uint8Array }[]): number {
  return changes.reduce((sum, { bytes }) => sum + CHANGE_BYTES + bytes.length, 0);
}

/** That of this process. */
export const documentRoom: DocumentRoom = new DocumentRoom((bytes) => {
  try {
    // It is copied there to be read, found to be no message of theirs by its first byte, and given back.
    Automerge.decodeSyncMessage(new Uint8Array(bytes));
  } catch {
    // As intended.
  }
});
