/** A cable between a client and a server, that can be cut, clogged or made to fail in other ways, as no test could do to a real one. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { CarrierFault, Direction } from "@amigos/adapters/contract/cases";
import { createDice } from "../../src/contract/contract-case.ts";

export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection through it. New ones work. */
  readonly cut: () => void;
  /** From now on nothing arrives any more, in either direction, and nobody is told. New connections work. */
  readonly clog: () => void;
  /** From now on all connections suffer from it. */
  readonly suffer: (fault: CarrierFault | undefined) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What TCP leaves to suffer from: it loses, doubles and reorders nothing. */
export const CABLE_FAULTS: readonly CarrierFault[] = [
  "small pieces",
  "sudden closes",
  "silence",
  "one way to the left",
  "one way to the right",
];

/** Of pieces, at most; and of what goes through a connection before it breaks. */
const PIECE_BYTES_MAX = 16;
const BYTES_BEFORE_CLOSE_MAX = 20_000;

/** `clientSide`: where the client is, for faults that have a direction. */
export async function createTcpProxy(targetPort: number, clientSide: "left" | "right" = "left"): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const clogged = new Set<Socket>();
  const roll = createDice(4680);
  let fault: CarrierFault | undefined;
  let changed = Promise.withResolvers<void>();

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => {});
    return socket.on("close", () => sockets.delete(socket)).setNoDelay(true);
  };
  const isBlocked = (direction: Direction): boolean =>
    fault === "silence" ||
    (fault === "one way to the left" && direction === "to the right") ||
    (fault === "one way to the right" && direction === "to the left");
  const pump = async (from: Socket, to: Socket, direction: Direction): Promise<void> => {
    let bytesLeft = 1 + roll(BYTES_BEFORE_CLOSE_MAX);
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      while (isBlocked(direction)) await changed.promise;
      // For good, and without a word.
      if (clogged.has(from)) return;
      const part = fault === "sudden closes" ? chunk.subarray(0, bytesLeft) : chunk;
      for (const piece of fault === "small pieces" ? cutUp(part, roll) : [part]) await write(to, piece);
      if (fault !== "sudden closes") continue;
      bytesLeft -= part.length;
      if (bytesLeft > 0) continue;
      for (const socket of [from, to]) socket.resetAndDestroy();
      return;
    }
    to.end();
  };

  const server = createServer((client) => {
    const target = keep(connect(targetPort, "127.0.0.1"));
    keep(client);
    client.on("close", () => target.destroy());
    target.on("close", () => client.destroy());
    const [there, back] =
      clientSide === "left" ? (["to the right", "to the left"] as const) : (["to the left", "to the right"] as const);
    // What was destroyed in the middle ends a pump, and that is all.
    pump(client, target, there).catch(() => {});
    pump(target, client, back).catch(() => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    clog: () => {
      for (const socket of sockets) clogged.add(socket);
    },
    suffer: async (next) => {
      fault = next;
      changed.resolve();
      changed = Promise.withResolvers();
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

function write(socket: Socket, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function* cutUp(chunk: Buffer, roll: (below: number) => number): Iterable<Buffer> {
  for (let at = 0; at < chunk.length;) {
    const end = at + 1 + roll(PIECE_BYTES_MAX);
    yield chunk.subarray(at, end);
    at = end;
  }
}
