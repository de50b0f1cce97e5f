/** Ears for the link contract: what came in over a link, and waiting for it without asking again and again. */
import type { CloseReason, Connection, Link } from "@amigos/engine/ports";
import { textOf } from "./contract-case.ts";

/** Wakes those who wait for a condition whenever something happened. */
class Bell {
  #listeners = new Set<() => void>();

  ring(): void {
    for (const listener of this.#listeners) listener();
  }

  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        if (!isTrue()) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
      listener();
    });
  }
}

/** One end of a connection, with everything that it heard. */
export class RecordedEnd {
  readonly connection: Connection;
  readonly messages: Uint8Array[] = [];
  readonly closeReasons: CloseReason[] = [];
  readonly #bell = new Bell();
  messagesAfterClose = 0;
  onMessage: (message: Uint8Array) => void = () => {};

  constructor(connection: Connection) {
    this.connection = connection;
  }

  listen(): this {
    this.connection.start({
      onMessage: (message) => {
        if (this.closeReasons.length > 0) this.messagesAfterClose += 1;
        this.messages.push(message);
        this.onMessage(message);
        this.#bell.ring();
      },
      onClose: (reason) => {
        this.closeReasons.push(reason);
        this.#bell.ring();
      },
    });
    return this;
  }

  get texts(): readonly (string | undefined)[] {
    return this.messages.map(textOf);
  }

  untilMessages(count: number): Promise<void> {
    return this.#bell.until(() => this.messages.length >= count);
  }

  get isClosed(): boolean {
    return this.closeReasons.length > 0;
  }

  async untilText(text: string): Promise<void> {
    await this.#bell.until(() => this.texts.includes(text));
  }

  async untilClosed(): Promise<CloseReason | undefined> {
    await this.#bell.until(() => this.closeReasons.length > 0);
    return this.closeReasons[0];
  }
}

/** A link with the connections it brought up, each listened to unless `listens` is `false`. */
export class RecordedLink {
  readonly link: Link;
  readonly ends: RecordedEnd[] = [];
  readonly #bell = new Bell();
  readonly #listens: boolean;

  constructor(link: Link, listens = true) {
    this.link = link;
    this.#listens = listens;
  }

  start(): Promise<void> {
    return this.link.start((connection) => {
      const end = new RecordedEnd(connection);
      this.ends.push(end);
      if (this.#listens) end.listen();
      void end.untilClosed().then(() => this.#bell.ring());
      this.#bell.ring();
    });
  }

  /** The connection number `index` that the link brought up, waiting for it where needed. */
  async end(index: number): Promise<RecordedEnd> {
    await this.#bell.until(() => this.ends.length > index);
    return this.ends[index] as RecordedEnd;
  }

  /** The newest connection, when it is open. */
  async openEnd(): Promise<RecordedEnd> {
    await this.#bell.until(() => this.ends.at(-1)?.isClosed === false);
    return this.ends.at(-1) as RecordedEnd;
  }

  /** Resolves when no connection is open but the newest. */
  untilOnlyNewestIsOpen(): Promise<void> {
    return this.#bell.until(() => this.ends.slice(0, -1).every((end) => end.isClosed));
  }
}
