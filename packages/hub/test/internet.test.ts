/**
 * A hub that faces the internet: TLS of its own, renewed while it runs, or a proxy before it that is believed or not, and
 * bounds on who connects. The certificates in `tls/` are for `hub.example.org` and loopback, good for a hundred years, and
 * signed by themselves.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { request, type Server as TlsServer } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createHub, type HubError } from "@amigos/hub";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { createHosts } from "../src/http/hosts.ts";
import { createHttpServer } from "../src/http/http-server.ts";
import { readKeyPair, TLS_VERSION_MIN, TlsReloading } from "../src/http/tls.ts";
import type { Log } from "../src/log.ts";
import { temporaryFolders } from "./folders.ts";
import { waitUntil } from "./story/wait-until.ts";

type Name = "first" | "second";

const folders = temporaryFolders();
const MAIN = join(import.meta.dirname, "../src/main.ts");

function given(file: `${Name}-${"cert" | "key"}`): string {
  return join(import.meta.dirname, "tls", `${file}.pem`);
}

/** Puts a certificate and its key where the hub looks for them. */
async function renew(files: { readonly cert: string; readonly key: string }, name: Name): Promise<void> {
  await copyFile(given(`${name}-cert`), files.cert);
  await copyFile(given(`${name}-key`), files.key);
}

/** `"200 first"`: what a browser that trusts both certificates gets from the hub by its public name, and over which one. */
async function browse({ url }: HubProcess): Promise<string> {
  const names: readonly Name[] = ["first", "second"];
  const ca = await Promise.all(names.map((name) => readFile(given(`${name}-cert`), "utf8")));
  const headers = { Host: "hub.example.org" };
  const asking = request(`${url}/health`, { ca, headers, servername: "hub.example.org", agent: false });
  asking.end();
  const [response] = (await once(asking, "response")) as [import("node:http").IncomingMessage];
  const shown = (response.socket as TLSSocket).getPeerX509Certificate()?.toString();
  await text(response);
  expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
  return `${response.statusCode} ${names.find((_name, index) => ca[index]?.trim() === shown?.trim())}`;
}

/** The status with which the hub answers a device that wants to sync. Its socket stays open when that is 101. */
async function dial(syncUrl: string, headers: Readonly<Record<string, string>> = {}, ca?: string): Promise<number> {
  const socket = new WebSocket(syncUrl, { headers, ...(ca === undefined ? {} : { ca }) });
  socket.on("error", () => undefined);
  const refused = once(socket, "unexpected-response").then(
    ([, response]) => (response as { readonly statusCode: number }).statusCode,
  );
  return Promise.race([once(socket, "open").then(() => 101), refused]);
}

describe("TLS", { timeout: 60_000 }, () => {
  it("is spoken by the hub itself, with a certificate that is renewed while it runs", async () => {
    const folder = await folders.make();
    const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    await renew(files, "first");
    const lines: string[] = [];
    const hub = await startHubProcess({
      data: join(folder, "hub"),
      flags: ["--tls-cert", files.cert, "--tls-key", files.key, "--public-url", "https://hub.example.org"],
      onLogLine: (line) => lines.push(line),
    });
    expect([hub.url.slice(0, 8), hub.syncUrl.slice(0, 6)]).toEqual(["https://", "wss://"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "configured", tlsKey: files.key, trustProxy: false });
    expect(await browse(hub)).toBe("200 first");
    const ca = await readFile(files.cert, "utf8");
    expect(await dial(hub.syncUrl, { Origin: "https://hub.example.org" }, ca)).toBe(101);
    expect(await dial(hub.syncUrl, { Origin: "http://hub.example.org" }, ca)).toBe(403);

    await renew(files, "second");
    hub.reload();
    await waitUntil("the second is shown", async () => (await browse(hub)) === "200 second");

    // Half of a renewal: what was shown is shown still, until the other half is there, with nobody telling the hub.
    await copyFile(given("first-cert"), files.cert);
    await waitUntil("it says so", () => lines.some((line) => line.includes('"certificate-not-reloaded"')));
    expect(await browse(hub)).toBe("200 second");
    await copyFile(given("first-key"), files.key);
    await waitUntil("the first is shown again", async () => (await browse(hub)) === "200 first");
    await hub.stop();
    expect(await hub.exited).toBe(0);
  });

  it("shows a new certificate with the least version of before, and the newest that was read when it is told twice", async () => {
    const folder = await folders.make();
    const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    await renew(files, "first");
    const tls = await readKeyPair(files);
    const server = createHttpServer({
      log: () => undefined,
      hosts: createHosts({ host: "127.0.0.1", port: () => undefined, scheme: "https" }),
      answer: async () => ({ status: 404 }),
      isSecure: true,
      connectionsMax: 1,
      tls,
    }) as TlsServer & { readonly minVersion?: string };
    const events: string[] = [];
    const reloading = new TlsReloading({ server, files, shown: tls, log: (_level, event) => void events.push(event) });
    await renew(files, "second");
    await Promise.all([reloading.reload(), reloading.reload()]);
    reloading.stop();
    expect([events, server.minVersion]).toEqual([["certificate-reloaded"], TLS_VERSION_MIN]);
  });

  it("is told to read it again while it starts, and starts", async () => {
    const data = join(await folders.make(), "hub");
    const child = spawn(process.execPath, ["--conditions=amigos-source", MAIN, "--data", data, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const events: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { event } = JSON.parse(line) as { readonly event: string };
      events.push(event);
      if (event === "configured") child.kill("SIGHUP");
      if (event === "listening") child.kill("SIGTERM");
    }
    expect(events).toContain("listening");
  });

  it("is refused with files that are no certificate and its key", async () => {
    const folder = await folders.make();
    const problemOf = async (cert: string, key: string): Promise<string> => {
      const outcome: unknown = await createHub({ data: join(folder, "hub"), port: 0, tls: { cert, key } }).catch(
        (error: unknown) => error,
      );
      const { type, message } = outcome as HubError;
      return `${type}: ${message}`;
    };
    await writeFile(join(folder, "none.pem"), "no certificate");
    expect(await problemOf(given("first-cert"), given("second-key"))).toMatch(
      /^option-invalid: .* is not the key of the certificate in .*: name the two that belong together\.$/,
    );
    expect(await problemOf(join(folder, "none.pem"), given("first-key"))).toMatch(/^option-invalid: .* cannot be used/);
    expect(await problemOf(join(folder, "gone.pem"), given("first-key"))).toMatch(/^option-invalid: .* cannot be used/);
  });
});

describe("behind a proxy", { timeout: 60_000 }, () => {
  const publicUrl = "https://hub.example.org";
  const from = (...addresses: readonly string[]): Readonly<Record<string, string>> => ({
    Host: "hub.example.org",
    "X-Forwarded-For": addresses.join(", "),
  });

  it("bounds the connections of each address that the proxy names, whatever a client claims before it", async () => {
    const data = join(await folders.make(), "hub");
    const hub = await createHub({ data, port: 0, publicUrl, isProxied: true, connectionsPerAddressMax: 1 });
    const syncUrl = `${hub.url.replace("http", "ws")}/sync`;
    expect(await dial(syncUrl, from("192.0.2.1"))).toBe(101);
    expect(await dial(syncUrl, from("192.0.2.2"))).toBe(101);
    expect(await dial(syncUrl, from("192.0.2.1"))).toBe(429);
    expect(await dial(syncUrl, from("192.0.2.1:4711"))).toBe(429);
    expect(await dial(syncUrl, from("203.0.113.9", "192.0.2.1"))).toBe(429);
    expect(await dial(syncUrl, from("192.0.2.1", "2001:db8::1"))).toBe(101);
    expect(await dial(syncUrl, { Origin: publicUrl, ...from("192.0.2.3") })).toBe(101);
    await hub.stop();
  });

  it("says so when others than the proxy can reach it", async () => {
    const warningsOf = async (host: string): Promise<readonly string[]> => {
      const warnings: string[] = [];
      const log: Log = (level, event) => void (level === "warning" && warnings.push(event));
      const data = join(await folders.make(), "hub");
      await (await createHub({ data, port: 0, host, publicUrl, isProxied: true, log })).stop();
      return warnings;
    };
    expect(await warningsOf("127.0.0.1")).toEqual([]);
    expect(await warningsOf("0.0.0.0")).toEqual(["proxy-believed-from-anywhere"]);
  });

  it("believes nobody without being told so, and lets nobody in beyond its bound", async () => {
    const data = join(await folders.make(), "hub");
    const hub = await createHub({ data, port: 0, connectionsMax: 2, connectionsPerAddressMax: 1 });
    const syncUrl = `${hub.url.replace("http", "ws")}/sync`;
    expect(await dial(syncUrl, { "X-Forwarded-For": "192.0.2.1" })).toBe(101);
    expect(await dial(syncUrl, { "X-Forwarded-For": "192.0.2.2" })).toBe(429);
    await hub.stop();
    const roomy = await createHub({ data, port: 0, connectionsMax: 2 });
    const roomyUrl = `${roomy.url.replace("http", "ws")}/sync`;
    expect([await dial(roomyUrl), await dial(roomyUrl), await dial(roomyUrl)]).toEqual([101, 101, 503]);
    await roomy.stop();
  });
});
