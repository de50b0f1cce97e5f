/**
 * What this device remembers of the sessions of its account, for its owner alone (spec [DEV13]): what they are called here,
 * when they were in touch, and which of them its owner has been told of. None of it is signed or sent.
 */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  optional,
  text,
  limits,
  type Schema,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { KEY, PREFIX, put } from "../journal/journal.ts";
import type { Store } from "../ports/store.ts";

export interface DeviceNote {
  readonly session: SessionId;
  readonly label?: string;
  /** When it was last in touch with this device. */
  readonly metAt?: TimeMs;
  /** When its owner was told that it was opened, or opened it here. */
  readonly toldAt?: TimeMs;
}

const deviceNoteSchema: Schema<DeviceNote> = body<DeviceNote>({
  session: field(0, id<SessionId>()),
  label: optional(1, text(limits.DEVICE_NAME_BYTES_MAX)),
  metAt: optional(2, integer<TimeMs>()),
  toldAt: optional(3, integer<TimeMs>()),
});
const ROW_BYTES_MAX: number = limits.DEVICE_NAME_BYTES_MAX + 64;

/** One for each session of the account at most, so as many as it can have. */
export class DeviceNotes {
  readonly #store: Store;
  readonly #notes = new Map<SessionId, DeviceNote>();
  #writes: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A note that cannot be read is as good as none: nothing rests on it. */
  async load(): Promise<void> {
    for (const { value } of await this.#store.list(PREFIX.deviceNote)) {
      const note = decodeWith(deviceNoteSchema, value, ROW_BYTES_MAX);
      if (note.ok) this.#notes.set(note.value.session, note.value);
    }
  }

  of(session: SessionId): DeviceNote {
    return this.#notes.get(session) ?? { session };
  }

  /** Changes what is noted of some sessions, one change after the other. @throws {StoreError} */
  change(sessions: readonly SessionId[], change: (note: DeviceNote) => DeviceNote): Promise<void> {
    const write = this.#writes.then(async () => {
      const notes = sessions.map((session) => change(this.of(session)));
      await this.#store.write(
        notes.map((note) => put(KEY.deviceNote(note.session), encodeWith(deviceNoteSchema, note))),
      );
      for (const note of notes) this.#notes.set(note.session, note);
    });
    this.#writes = write.catch(() => undefined);
    return write;
  }
}
