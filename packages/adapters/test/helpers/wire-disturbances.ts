/** Bad input for a WebSocket server, each over a connection of its own: raw bytes, and frames of the wrong kind. */
import { once } from "node:events";
import { connect } from "node:net";
import { WebSocket } from "ws";

export const WIRE_DISTURBANCES: readonly string[] = [
  "garbage instead of HTTP",
  "an upgrade to another protocol",
  "an upgrade cut off in the middle",
  "another path",
  "a text frame",
  "a frame that is not masked",
  "a message that is too large",
  "the announcement of a message that is too large",
  "text that is not UTF-8",
];

/** Each resolves when the server has shown the door, or the disturber has gone by itself. */
export function wireDisturbances(port: number, path: string): Readonly<Record<string, () => Promise<void>>> {
  const raw = (...parts: readonly (string | Buffer)[]): Promise<void> => sendRaw(port, parts);
  const upgrade = (extra: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${extra}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  return {
    "garbage instead of HTTP": () => raw(Buffer.from("\x16\x03\x01 this is not HTTP\r\n\r\n", "latin1")),
    "an upgrade to another protocol": () => raw(upgrade("h2c")),
    "an upgrade cut off in the middle": () => leaveEarly(port, upgrade("websocket").slice(0, 60)),
    "another path": () => raw(upgrade("websocket").replace(path, "/elsewhere")),
    "a text frame": () => sendFrame(port, path, "text"),
    "a frame that is not masked": () => raw(upgrade("websocket"), Buffer.from([0x82, 0x01, 0x00])),
    "a message that is too large": () => sendFrame(port, path, Buffer.alloc(1024 * 1024 + 1)),
    // A masked binary frame of 2 MiB, of which none comes.
    "the announcement of a message that is too large": () =>
      raw(upgrade("websocket"), Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0])),
    // A masked text frame of one byte, 0xff, under the mask 0.
    "text that is not UTF-8": () => raw(upgrade("websocket"), Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])),
  };
}

async function sendRaw(port: number, parts: readonly (string | Buffer)[]): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  for (const part of parts) socket.write(part);
  socket.resume();
  await once(socket, "close");
}

async function leaveEarly(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  await new Promise<void>((resolve) => socket.write(text, () => resolve()));
  socket.resetAndDestroy();
  await once(socket, "close");
}

async function sendFrame(port: number, path: string, data: string | Buffer): Promise<void> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  webSocket.on("error", () => {});
  await once(webSocket, "open");
  webSocket.send(data);
  await once(webSocket, "close");
}
