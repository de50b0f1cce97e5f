/** A link that runs in a page, held from Node: the link contract then works with real tabs and real servers. */
import type { CloseReason, Connection, ConnectionHandlers, Link } from "@amigos/engine/ports";
import type { Page } from "playwright-core";
import { bytesToText, textToBytes } from "./page/bytes-text.ts";
import type { ConnectionCommand, LinkEvent, LinkSpecification } from "./page/remote-links.ts";

/** The links of one page. Create one per page, before its first link. */
export class PageLinks {
  readonly page: Page;
  readonly #onConnectionByLink = new Map<string, (connection: Connection) => void>();
  readonly #connectionById = new Map<string, PageConnection>();
  #commands: ConnectionCommand[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async attach(page: Page): Promise<PageLinks> {
    const links = new PageLinks(page);
    await page.exposeFunction("tellTest", (event: LinkEvent) => links.#hear(event));
    return links;
  }

  async create(specification: LinkSpecification): Promise<Link> {
    const id = crypto.randomUUID();
    await this.page.evaluate(([name, wanted]) => amigos.createLink(name, wanted), [id, specification] as const);
    return this.#link(id, `page ${specification.type}`);
  }

  /** Two WebRTC links within the page, connected with each other. */
  async createWebRtcPair(heartbeatMs: number): Promise<readonly [Link, Link]> {
    const ids = [crypto.randomUUID(), crypto.randomUUID()] as const;
    await this.page.evaluate(([left, right, everyMs]) => amigos.createWebRtcPair(left, right, everyMs), [
      ...ids,
      heartbeatMs,
    ] as const);
    return [this.#link(ids[0], "page WebRTC"), this.#link(ids[1], "page WebRTC")];
  }

  #link(id: string, name: string): Link {
    return {
      name,
      start: async (onConnection) => {
        this.#onConnectionByLink.set(id, onConnection);
        await this.page.evaluate((wanted) => amigos.startLink(wanted), id);
      },
      stop: () => this.page.evaluate((wanted) => amigos.stopLink(wanted), id),
    };
  }

  #hear(event: LinkEvent): void {
    if (event.type === "connection") {
      const connection = new PageConnection(event.connection, event.description, (command) => this.#say(command));
      this.#connectionById.set(event.connection, connection);
      this.#onConnectionByLink.get(event.link)?.(connection);
    } else this.#connectionById.get(event.connection)?.hear(event);
  }

  /** What was commanded together is done together, in one turn of the page's event loop. */
  #say(command: ConnectionCommand): void {
    this.#commands.push(command);
    if (this.#commands.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const commands = this.#commands;
    this.#commands = [];
    // A page that was closed takes no commands any more; that is a case of its own, not an error.
    this.page.evaluate((all) => amigos.obey(all), commands).catch(() => {});
  }
}

class PageConnection implements Connection {
  readonly description: string;
  readonly #id: string;
  readonly #say: (command: ConnectionCommand) => void;
  #handlers: ConnectionHandlers | undefined;
  /** The page hears of a close later than the test made it; what it had delivered by then does not count. */
  #isClosedHere = false;

  constructor(id: string, description: string, say: (command: ConnectionCommand) => void) {
    this.description = description;
    this.#id = id;
    this.#say = say;
  }

  start(handlers: ConnectionHandlers): void {
    this.#handlers = handlers;
    this.#say({ type: "start", connection: this.#id });
  }

  send(message: Uint8Array): void {
    this.#say({ type: "send", connection: this.#id, message: bytesToText(message) });
  }

  close(reason: CloseReason): void {
    this.#isClosedHere = true;
    this.#say({ type: "close", connection: this.#id, reason });
  }

  hear(event: Exclude<LinkEvent, { readonly type: "connection" }>): void {
    if (event.type === "closed") this.#handlers?.onClose(event.reason);
    else if (!this.#isClosedHere) this.#handlers?.onMessage(textToBytes(event.message));
  }
}
