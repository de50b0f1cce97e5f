/**
 * Dials a WebSocket server, usually a hub, and dials again for as long as it takes: with growing, jittered pauses, so
 * that a hub that comes back is not met by all its wallets in one second. Works in browsers and in Node.
 */
import { assert } from "@amigos/core";
import type { Clock, Connection, Link, Random } from "@amigos/engine/ports";
import { platform } from "#platform";
import { systemClock, systemRandom } from "../runtime/system-runtime.ts";
import { HEARTBEAT_INTERVAL_MS } from "../shared/heartbeat.ts";
import { LinkError } from "../shared/link-error.ts";
import { createSocketConnection, type Socket, type SocketConnection } from "../shared/socket.ts";

export { LinkError } from "../shared/link-error.ts";

export interface WebSocketClientOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /** For showing what the link is doing. The engine needs only its connections. */
  readonly onStatus?: (status: WebSocketClientStatus) => void;
  readonly clock?: Clock;
  readonly random?: Random;
  /** A silent server is given up after one to two of these. */
  readonly heartbeatMs?: number;
  /** How long one attempt to connect may take. */
  readonly dialTimeoutMs?: number;
  /** The pause after the first failure; it doubles with each one that follows. */
  readonly retryMs?: number;
  readonly retryMsMax?: number;
}

export type WebSocketClientStatus =
  | { readonly type: "dialling" }
  | { readonly type: "connected" }
  /** Not connected; dials again in `retryInMs`, or sooner when the device says that it is online. */
  | { readonly type: "waiting"; readonly retryInMs: number; readonly problem: string }
  | { readonly type: "stopped" };

export function createWebSocketClientLink(options: WebSocketClientOptions): Link {
  return new WebSocketClientLink(options);
}

const DIAL_TIMEOUT_MS = 10_000;
const RETRY_MS = 500;
/** A wallet in a pocket tries twice a minute: cheap, and soon enough for one that waits for money. */
const RETRY_MS_MAX = 30_000;
/** Who stays connected this long is not being turned away, so the pauses begin anew. */
const STABLE_MS = 10_000;

class WebSocketClientLink implements Link {
  readonly name: string;
  readonly #options: Required<Omit<WebSocketClientOptions, "onStatus">>;
  readonly #onStatus: (status: WebSocketClientStatus) => void;
  /** What ends the present state: its timer, its dial, its connection. */
  #leaveState: (() => void) | undefined;
  #onConnection: ((connection: Connection) => void) | undefined;
  #failures = 0;
  /** Sockets that are not gone yet, among them those that only say goodbye. */
  readonly #sockets = new Set<Promise<void>>();

  constructor(options: WebSocketClientOptions) {
    this.name = `WebSocket ${options.url}`;
    this.#onStatus = options.onStatus ?? (() => {});
    this.#options = {
      clock: systemClock,
      random: systemRandom,
      heartbeatMs: HEARTBEAT_INTERVAL_MS,
      dialTimeoutMs: DIAL_TIMEOUT_MS,
      retryMs: RETRY_MS,
      retryMsMax: RETRY_MS_MAX,
      ...options,
    };
  }

  /** Rejects with `LinkError` `url-invalid` for a URL that no WebSocket can ever have. */
  async start(onConnection: (connection: Connection) => void): Promise<void> {
    assert(this.#onConnection === undefined, "a link is started once");
    checkUrl(this.#options.url);
    this.#onConnection = onConnection;
    this.#failures = 0;
    try {
      this.#dial();
    } catch (error) {
      this.#onConnection = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#onConnection !== undefined) {
      this.#onConnection = undefined;
      this.#enter({ type: "stopped" }, () => () => {});
    }
    await Promise.all(this.#sockets);
  }

  /** Every change of state goes through here, so that no timer or socket of the one before is left behind. */
  #enter(status: WebSocketClientStatus, begin: () => () => void): void {
    this.#leaveState?.();
    this.#leaveState = undefined;
    this.#leaveState = begin();
    this.#onStatus(status);
  }

  #dial(): void {
    this.#enter({ type: "dialling" }, () => {
      const attempt = this.#openSocket();
      const cancelTimeout = this.#options.clock.after(this.#options.dialTimeoutMs, () => this.#wait("no answer"));
      return () => {
        cancelTimeout();
        attempt.leave();
      };
    });
  }

  /** A socket that reports to its dial until it is open, to its connection from then on, and to nobody once left. */
  #openSocket(): { readonly leave: () => void } {
    let state: "dialling" | "connected" | "left" = "dialling";
    let connection: SocketConnection | undefined;
    const socket = this.#dialSocket({
      onOpen: () => {
        if (state !== "dialling") return;
        state = "connected";
        connection = this.#connect(socket);
      },
      onMessage: (message) => connection?.handlers.onMessage(message),
      onText: (text) => connection?.handlers.onText(text),
      onControl: () => connection?.handlers.onControl(),
      onClose: (code, problem) => {
        connection?.handlers.onClose(code, problem);
        if (state === "dialling") this.#wait(problem ?? "no connection");
      },
    });
    return {
      leave: () => {
        if (state !== "dialling") return;
        state = "left";
        socket.destroy();
      },
    };
  }

  #dialSocket(handlers: Parameters<typeof platform.openSocket>[1]): Socket {
    try {
      return platform.openSocket(this.#options.url, handlers);
    } catch (error) {
      throw new LinkError("url-invalid", `No WebSocket can be opened to ${this.#options.url}: ${String(error)}`, {
        cause: error,
      });
    }
  }

  #connect(socket: Socket): SocketConnection {
    const { clock, heartbeatMs, url } = this.#options;
    const connection = createSocketConnection({
      description: `WebSocket to ${url}`,
      socket,
      clock,
      heartbeatMs,
      onEnd: (reason) => {
        if (this.#onConnection !== undefined) this.#wait(reason);
      },
    });
    this.#sockets.add(connection.gone);
    void connection.gone.then(() => this.#sockets.delete(connection.gone));
    this.#enter({ type: "connected" }, () => {
      const cancelStable = clock.after(STABLE_MS, () => {
        this.#failures = 0;
      });
      return () => {
        cancelStable();
        connection.pipe.close("closed-here");
      };
    });
    this.#onConnection?.(connection.pipe);
    return connection;
  }

  #wait(problem: string): void {
    const retryInMs = this.#nextPauseMs();
    this.#enter({ type: "waiting", retryInMs, problem }, () => {
      const retry = (): void => this.#dial();
      const cancelTimer = this.#options.clock.after(retryInMs, retry);
      const cancelOnline = platform.onOnline(retry);
      return () => {
        cancelTimer();
        cancelOnline();
      };
    });
  }

  /** Doubles up to the greatest pause; a random half of it spreads devices that failed together. */
  #nextPauseMs(): number {
    const { retryMs, retryMsMax, random } = this.#options;
    const pauseMs = Math.min(retryMsMax, retryMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    const [byte = 0] = random.bytes(1);
    return Math.round(pauseMs * (0.5 + byte / 512));
  }
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "ws:" || url.protocol === "wss:") && url.hash === "") return;
  throw new LinkError("url-invalid", `${text} is not the address of a WebSocket: it must begin with ws:// or wss://`);
}
