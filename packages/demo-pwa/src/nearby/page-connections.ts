/**
 * Connections that only a page can make (WebRTC is not there for workers), given to the wallet in its worker: one MessagePort
 * each, on which messages go both ways as they are. The port says of its end once, and then nothing more.
 */
import type { CloseReason, Connection, Link } from "@amigos/engine";

/** What the page posts with a connection's port. */
export interface ConnectionMessage {
  readonly kind: "connection";
  readonly description: string;
}

/** On a connection's port: a message, or how it ended. */
type Parcel = { readonly message: Uint8Array } | { readonly closed: CloseReason };

/** Where the ports arrive: a worker's own scope. */
export interface Arrivals {
  readonly addEventListener: (type: "message", listener: (event: MessageEvent<unknown>) => void) => void;
}

/** The page's side: hands a connection over. */
export function handOver(connection: Connection, worker: Pick<Worker, "postMessage">): void {
  const { port1: here, port2: there } = new MessageChannel();
  const say = (parcel: Parcel): void => here.postMessage(parcel);
  here.addEventListener("message", ({ data }: MessageEvent<Parcel>) => {
    if ("message" in data) return connection.send(data.message);
    connection.close(data.closed);
    return here.close();
  });
  here.start();
  connection.start({
    onMessage: (message) => say({ message }),
    onClose: (closed) => say({ closed }),
  });
  const message: ConnectionMessage = { kind: "connection", description: connection.description };
  worker.postMessage(message, [there]);
}

/** The worker’s side: a link whose connections the page makes, by WebRTC. One for all wallets that the worker opens, one after another. */
export function createPageLink(arrivals: Arrivals): Link {
  let onConnection: ((connection: Connection) => void) | undefined;
  const open = new Set<PortConnection>();
  arrivals.addEventListener("message", ({ data, ports }) => {
    const [port] = ports;
    if (!isConnection(data) || port === undefined) return;
    const connection = new PortConnection(data.description, port, () => open.delete(connection));
    if (onConnection === undefined) return connection.close("closed-here");
    open.add(connection);
    return onConnection(connection);
  });
  return {
    name: "WebRTC",
    start: async (take) => {
      onConnection = take;
    },
    stop: async () => {
      onConnection = undefined;
      for (const connection of open) connection.close("closed-here");
    },
  };
}

class PortConnection implements Connection {
  readonly description: string;
  readonly #port: MessagePort;
  readonly #onEnd: () => void;
  #onClose: ((reason: CloseReason) => void) | undefined;
  #isOpen = true;

  constructor(description: string, port: MessagePort, onEnd: () => void) {
    this.description = description;
    this.#port = port;
    this.#onEnd = onEnd;
  }

  start({ onMessage, onClose }: Parameters<Connection["start"]>[0]): void {
    this.#onClose = onClose;
    this.#port.addEventListener("message", ({ data }: MessageEvent<Parcel>) => {
      if (!this.#isOpen) return;
      if ("message" in data) onMessage(data.message);
      else this.#end(data.closed);
    });
    // Until here the port has kept what arrived.
    this.#port.start();
  }

  send(message: Uint8Array): void {
    if (this.#isOpen) this.#port.postMessage({ message } satisfies Parcel);
  }

  close(reason: CloseReason): void {
    if (!this.#isOpen) return;
    this.#port.postMessage({ closed: reason } satisfies Parcel);
    this.#end(reason);
  }

  #end(reason: CloseReason): void {
    this.#isOpen = false;
    this.#onEnd();
    // Never from within a call, so that the engine is not entered twice.
    queueMicrotask(() => this.#onClose?.(reason));
  }
}

function isConnection(data: unknown): data is ConnectionMessage {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === "connection";
}
