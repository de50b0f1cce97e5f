/**
 * Mallory and the connections of a real hub: handshakes that are false, half or many, WebSockets that break their own
 * rules, readers and writers that take for ever, and connections that come and go as fast as a machine can.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concatBytes, createNetwork, encodeCbor, type Height, type Signer } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { temporaryFolders } from "../folders.ts";
import { waitUntil } from "../story/wait-until.ts";
import { dial, identityOf, RawPeer, type Line } from "./raw-peer.ts";
import { Stage } from "./stage.ts";

const folders = temporaryFolders();
let stage: Stage;
/** They begin first and are looked at last, so that nobody waits for them. */
let slowRequests: readonly Socket[];

/** What the hub says when it closes: the protocol was broken, in its own words and in WebSocket's; and too large. */
const PROTOCOL_ERROR = 4002;
const TOO_LARGE = 1009;
/** Connections that may be open without having proven a key. */
const STRANGERS_MAX = 128;

beforeAll(async () => {
  stage = new Stage(await folders.make());
  await stage.open();
  slowRequests = Array.from({ length: 50 }, requestSlowly);
}, 60_000);

afterAll(() => stage.close(), 60_000);

async function closeCodeOf({ webSocket }: Line): Promise<number> {
  if (webSocket.readyState === webSocket.CLOSED) throw new TypeError("it is closed already");
  const [code] = (await once(webSocket, "close")) as [number];
  return code;
}

/** A request of which the first half has been written. */
function requestSlowly(): Socket {
  const { hostname, port } = new URL(stage.hub.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  socket.write(`GET /sync HTTP/1.1\r\nHost: ${hostname}`);
  return socket;
}

/** A WebSocket of which everything is written by hand. */
async function dialByHand(): Promise<Socket> {
  const { hostname, port } = new URL(stage.hub.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  socket.write(
    `GET /sync HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  await once(socket, "data");
  return socket;
}

/** A masked frame of a client: its first byte, and what it carries. */
function frame(head: number, payload: Uint8Array): Uint8Array {
  const length =
    payload.length < 126
      ? Uint8Array.of(0x80 | payload.length)
      : Uint8Array.of(0x80 | 126, payload.length >> 8, payload.length & 0xff);
  return concatBytes(Uint8Array.of(head), length, new Uint8Array(4), payload);
}

const NOTHING_HAD = [{ lastSync: [], bloom: new Uint8Array() }];
const [CONTINUED, BINARY, FINAL, COMPRESSED] = [0x00, 0x02, 0x80, 0x40];

async function goneOf(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await once(socket, "close");
}

describe("hostile connections", { timeout: 60_000 }, () => {
  it("[NOI2] a first message that is no opening: noise, CBOR null, nothing, a megabyte, other versions", async () => {
    await stage.during(async () => {
      for (const [code, first] of [
        ["malformed", Uint8Array.of(0xff, ...randomBytes(100))],
        ["malformed", Uint8Array.of(0xf6)],
        ["malformed", new Uint8Array()],
        ["too-large", new Uint8Array(1024 * 1024)],
        ["protocol-version", encodeCbor(new Map([[0, 1]]))],
        ["protocol-version", encodeCbor(new Map([[0, 3]]))],
        ["schema-mismatch", encodeCbor(new Map([[0, 2]]))],
      ] as const) {
        const line = await dial(stage.hub.syncUrl);
        line.webSocket.send(first);
        expect(await closeCodeOf(line)).toBe(PROTOCOL_ERROR);
        await stage.refused({ key: line.name, line }, [code]);
      }
    });
    await stage.holds();
  });

  it("[NOI3] what was not sealed for this connection ends the connection", async () => {
    const person = await stage.mallory();
    await stage.during(async () => {
      for (const bytes of [new Uint8Array(), randomBytes(16), randomBytes(60_000), randomBytes(1024 * 1024)]) {
        const mallory = await stage.meet(person);
        mallory.line.webSocket.send(bytes);
        await waitUntil("it is closed", () => mallory.closeCode);
        expect(mallory.closeCode).toBe(PROTOCOL_ERROR);
      }
    });
    await stage.holds();
  });

  it("[PEER1][PEER2] a stolen key, a stolen record, the hub's own key, another network", async () => {
    const person = await stage.mallory();
    const lie = (key: Signer): Signer => ({ publicKey: key.publicKey, sign: (hash) => person.signer.sign(hash) });
    const elsewhere = createNetwork({ ...stage.network.genesis, name: "elsewhere" });
    const carols = identityOf(stage.carol);
    const authority = { ...person.signer, publicKey: stage.network.genesis.authority };
    await stage.during(async () => {
      for (const [code, network, identity] of [
        ["proof-invalid", stage.network, { ...carols, signer: lie(stage.carol.signer) }],
        ["peer-unknown", stage.network, { ...carols, signer: person.signer }],
        ["peer-unknown", stage.network, { signer: namedSigner("nobody") }],
        ["proof-invalid", stage.network, { signer: lie(authority) }],
        ["wrong-network", elsewhere, identityOf(person)],
      ] as const) {
        const line = await dial(stage.hub.syncUrl);
        const closed = closeCodeOf(line);
        await RawPeer.over(line, network, identity).catch(() => undefined);
        await closed;
        await stage.refused({ key: line.name, line }, [code]);
      }
    });
    expect(stage.carolAtHub.isClosed, "whom she posed as stays connected").toBe(false);
    await stage.holds();
  });

  it("[PEER1][PEER7] half a handshake, by the thousand", async () => {
    const lines: Line[] = [];
    const dialHalf = async (): Promise<void> => {
      lines.push(await dial(stage.hub.syncUrl));
    };
    await stage.during(async () => {
      for (let batch = 0; batch < 20; batch++) await Promise.all(Array.from({ length: 50 }, dialHalf));
      const newcomer = await stage.meet(await stage.mallory());
      await newcomer.flush();
      expect(newcomer.isClosed, "who finishes the handshake is in").toBe(false);
      newcomer.close();
    });
    await stage.holds();
    const open = lines.filter(({ webSocket }) => webSocket.readyState === webSocket.OPEN);
    expect([lines.length, open.length <= STRANGERS_MAX]).toEqual([1_000, true]);
    for (const { socket } of lines) socket.destroy();
  });

  it("[PEER7] connections that come and go in a storm, with and without a goodbye", async () => {
    const person = await stage.mallory();
    await stage.during(async () => {
      for (let round = 0; round < 20; round++) {
        const peers = await Promise.all(Array.from({ length: 8 }, () => stage.meet(person).catch(() => undefined)));
        for (const [index, peer] of peers.entries()) {
          if (index % 2 === 0) peer?.close();
          else peer?.line.socket.resetAndDestroy();
        }
      }
    });
    await waitUntil("all are gone", async () => (await stage.peers()) === 3);
    await stage.holds();
  });

  it("a compressed bomb: compression is not agreed to, and a frame that claims it breaks the rules", async () => {
    const line = await dial(stage.hub.syncUrl, { perMessageDeflate: true });
    expect(line.webSocket.extensions).toBe("");
    line.webSocket.close();
    const socket = await dialByHand();
    await stage.during(async () => {
      socket.write(frame(FINAL | COMPRESSED | BINARY, new Uint8Array(1_000)));
      await goneOf(socket);
    });
    await stage.holds();
  });

  it("values of 20 MB: in one message, in fragments, and in a message that only says so", async () => {
    await stage.during(async () => {
      const peer = await stage.meet(await stage.mallory());
      peer.line.webSocket.send(new Uint8Array(20 * 1024 * 1024));
      await waitUntil("it is closed", () => peer.closeCode);
      expect([TOO_LARGE, 1006]).toContain(peer.closeCode);

      const said = await dialByHand();
      said.write(concatBytes(Uint8Array.of(FINAL | BINARY, 0x80 | 127), Uint8Array.of(0, 0, 0, 0, 1, 64, 0, 0)));
      await goneOf(said);

      const fragments = await dialByHand();
      fragments.write(frame(BINARY, new Uint8Array(60_000)));
      for (let sent = 0; sent < 400 && !fragments.destroyed; sent++)
        fragments.write(frame(CONTINUED, new Uint8Array(60_000)));
      await goneOf(fragments);
    });
    await stage.holds();
  });

  it("a megabyte in fragments of a byte each ends the connection before it costs much", async () => {
    await stage.during(async () => {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const socket = await dialByHand();
          const fragments = concatBytes(...Array.from({ length: 20_000 }, () => frame(CONTINUED, Uint8Array.of(7))));
          socket.write(concatBytes(frame(BINARY, Uint8Array.of(7)), fragments));
          await goneOf(socket);
        }),
      );
    });
    await stage.holds();
  });

  it("[PEER6][PEER7][CON1] readers that ask for much and never read", async () => {
    const readers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const reader = await stage.meet(await stage.mallory());
        reader.line.webSocket.pause();
        return reader;
      }),
    );
    await stage.during(async () => {
      for (let round = 0; round < 1_000; round++) {
        for (const reader of readers) {
          reader.say({ type: "checkpoints-request", since: (round % 50) as Height });
          reader.sayOfDocument({ ...stage.alice.log, epoch: round }, { have: NOTHING_HAD });
          reader.say({ type: "flush-request", nonce: round });
        }
        if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await stage.holds();
    for (const reader of readers) reader.line.webSocket.resume();
    await waitUntil("they read what waited, or were cut off", () =>
      readers.every(({ isClosed, heard }) => isClosed || heard.some(({ type }) => type === "flush-reply")),
    );
    for (const reader of readers) reader.close();
  });

  it("[PEER7] writers that take for ever: half a frame that goes on byte by byte, from many", async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, dialByHand));
    await stage.during(async () => {
      for (const socket of sockets) {
        socket.setNoDelay();
        socket.write(concatBytes(Uint8Array.of(FINAL | BINARY, 0x80 | 127), Uint8Array.of(0, 0, 0, 0, 0, 15, 0, 0)));
      }
      for (let round = 0; round < 200; round++) {
        for (const socket of sockets) socket.write(Uint8Array.of(round));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await stage.holds();
    for (const socket of sockets) socket.destroy();
  });

  it("a request that never ends its headers is ended for it", async () => {
    for (const socket of slowRequests) await goneOf(socket);
    await stage.holds();
  });

  it("a hub that met all of them and was killed starts again, with everything", async () => {
    await stage.restart();
  });
});
