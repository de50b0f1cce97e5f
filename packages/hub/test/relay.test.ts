/** A hub that is a relay too: two devices meet on it, by a name that it cannot tell the meaning of. */
import { once } from "node:events";
import { WebSocket } from "ws";
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createHub, type Hub } from "@amigos/hub";
import type { Connection, Link } from "@amigos/engine/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();
let hub: Hub;
let plain: Hub;

beforeAll(async () => {
  const [data, other] = [await folders.make(), await folders.make()];
  [hub, plain] = await Promise.all([createHub({ data, port: 0, relay: true }), createHub({ data: other, port: 0 })]);
}, 30_000);

afterAll(() => Promise.all([hub.stop(), plain.stop()]));

function urlOf({ url }: Hub, path: string): string {
  return `${url.replace("http:", "ws:")}${path}`;
}

function connectionOf(link: Link): Promise<Connection> {
  return new Promise((resolve, reject) => {
    link.start(resolve).catch(reject);
  });
}

/** The error with which a WebSocket is refused, or `open`. */
async function knock(url: string, origin?: string): Promise<string> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  const outcome = await once(socket, "open").then(
    () => "open",
    (error: Error) => error.message,
  );
  socket.terminate();
  return outcome;
}

describe("a hub with --relay", () => {
  it("[RLY1] carries what two devices say to each other", async () => {
    const room = relayRoomOf("alice meets bob");
    const links = [0, 1].map(() => createRelayLink({ url: urlOf(hub, "/relay"), room, retryMs: 20 }));
    const [alice, bob] = (await Promise.all(links.map(connectionOf))) as [Connection, Connection];
    const heard = new Promise<Uint8Array>((resolve) => {
      bob.start({ onMessage: resolve, onClose: () => undefined });
    });
    alice.start({ onMessage: () => undefined, onClose: () => undefined });
    alice.send(Uint8Array.of(1, 2, 3));
    expect(await heard).toEqual(Uint8Array.of(1, 2, 3));
    await Promise.all(links.map((link) => link.stop()));
  });

  it("keeps foreign pages out, and a hub without has no such place", async () => {
    expect(await knock(urlOf(hub, "/relay"))).toBe("open");
    expect(await knock(urlOf(hub, "/sync"))).toBe("open");
    expect(await knock(urlOf(hub, "/relay"), "https://mallory.example")).toContain("403");
    expect(await knock(urlOf(hub, "/elsewhere"))).toContain("404");
    expect(await knock(urlOf(plain, "/relay"))).toContain("404");
  });
});
