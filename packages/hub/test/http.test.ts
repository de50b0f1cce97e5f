/** What a hub answers over HTTP: the right thing to the right question, and a typed error to everything else. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accountToText,
  bytesToHex,
  decodeCbor,
  orThrow,
  sessionToText,
  type AccountId,
  type SessionId,
} from "@amigos/core";
import { createHub, type Hub } from "@amigos/hub";
import { verifyAccountProof, verifyCheckpoint, type AccountState, type VerifiedCheckpoint } from "@amigos/reconcile";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();
const LARGE_SCRIPT = "export const amigos = 1;\n".repeat(10_000);
let hub: Hub;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Without `fetch`, which tidies paths and headers up. */
async function ask(path: string, { method = "GET", headers = {}, body }: Question = {}): Promise<Answer> {
  const { hostname, port } = new URL(hub.url);
  const outgoing = request({
    hostname,
    port,
    path,
    method,
    headers: { Host: `alice.localhost:${port}`, ...headers },
    agent: false,
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [import("node:http").IncomingMessage];
  const bytes = await buffer(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes };
}

async function askFaucet(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const json = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await ask("/faucet", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: json,
  });
  return `${answer.status} ${errorType(answer)}`;
}

function errorType({ body }: Answer): string {
  const parsed = JSON.parse(body) as { readonly error?: { readonly type: string }; readonly paid?: string };
  return parsed.error?.type ?? parsed.paid ?? "";
}

beforeAll(async () => {
  const root = await folders.make();
  const staticFolder = join(root, "dist");
  await mkdir(join(staticFolder, "assets"), { recursive: true });
  await writeFile(join(root, "secret.txt"), "not to be served");
  await writeFile(join(staticFolder, "index.html"), "<!doctype html><title>Amigos</title>");
  await writeFile(join(staticFolder, "large.js"), LARGE_SCRIPT);
  await writeFile(join(staticFolder, "sw.js"), "self.addEventListener('fetch', () => {});");
  await writeFile(join(staticFolder, "assets", "app-Ab12Cd34.js"), "export {};");
  await writeFile(join(staticFolder, "assets", "automerge-Ab12Cd34.wasm"), new Uint8Array(200_000));
  await symlink(join(root, "secret.txt"), join(staticFolder, "link.txt"));
  hub = await createHub({ data: join(root, "hub"), port: 0, staticFolder, settleEveryMs: 50 });
});

afterAll(() => hub.stop());

describe("the hub over HTTP", () => {
  it("gives the genesis, its health and its checkpoints", async () => {
    const genesis = await fetch(`${hub.url}/network`);
    expect(bytesToHex(new Uint8Array(await genesis.arrayBuffer()))).toBe(bytesToHex(hub.network.bytes));
    expect(JSON.parse((await ask("/health")).body)).toMatchObject({ status: "ok" });
    const newest = JSON.parse((await ask("/checkpoint")).body) as {
      readonly height: number;
      readonly id: string;
      readonly stateRoot: string;
    };
    expect(newest).toMatchObject({ height: hub.replica.settled.height, id: hub.replica.settled.checkpoint });
    expect(JSON.parse((await ask("/checkpoint/1")).body)).toMatchObject({ height: 1 });
    for (const path of ["/checkpoint/0", "/checkpoint/999999", "/checkpoint/999999999999999"]) {
      expect(await ask(path), path).toMatchObject({ status: 404 });
    }
  });

  it("[CAR1] gives signed checkpoints, and proofs of accounts against them", async () => {
    const fetchBytes = async (path: string): Promise<Uint8Array> => {
      const response = await fetch(`${hub.url}${path}`);
      expect([response.status, response.headers.get("content-type")], path).toEqual([200, "application/cbor"]);
      return new Uint8Array(await response.arrayBuffer());
    };
    const signedOf = (bytes: Uint8Array): VerifiedCheckpoint => orThrow(verifyCheckpoint(bytes, hub.network));
    expect(signedOf(await fetchBytes("/checkpoint/1.cbor")).checkpoint.height).toBe(1);
    const { height, checkpoint: newest } = hub.replica.settled;
    expect(signedOf(await fetchBytes("/checkpoint.cbor")).id).toBe(newest);

    const provenOf = async (account: AccountId): Promise<AccountState | undefined> => {
      const fields = orThrow(
        decodeCbor(await fetchBytes(`/proof/${accountToText(account)}`)),
      ) as unknown as ReadonlyMap<number, unknown>;
      expect([...fields.keys()]).toEqual([0, 1, 2, 4]);
      const checkpoint = signedOf(fields.get(2) as Uint8Array);
      expect(checkpoint.checkpoint.height).toBe(height);
      return orThrow(verifyAccountProof(checkpoint, fields.get(4) as Uint8Array, account));
    };
    const [allocation] = hub.network.initialBalances;
    expect((await provenOf(allocation?.account as AccountId))?.id).toBe(allocation?.account);
    expect(await provenOf("0e".repeat(32) as AccountId)).toBe(undefined);
    for (const path of ["/checkpoint/0.cbor", "/checkpoint/999999.cbor"]) expect((await ask(path)).status).toBe(404);
    expect(await ask("/proof/amigo1nobody")).toMatchObject({ status: 400 });
  });

  it("says that it is ready", async () => {
    expect(JSON.parse((await ask("/ready")).body)).toEqual({ ready: true, blockers: [] });
  });

  it("gives numbers that Prometheus reads", async () => {
    const { status, headers, body } = await ask("/metrics");
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const lines = body.trimEnd().split("\n");
    for (const line of lines)
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ [^\n]+|[a-z_]+(\{[a-z]+="[a-z]+"\})? \d+(\.\d+)?)$/);
    const valueOf = (name: string): number =>
      Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
    expect(valueOf("amigos_height")).toBe(hub.replica.settled.height);
    expect(valueOf("amigos_ledger_time_seconds")).toBe(hub.replica.settled.time / 1000);
    expect([valueOf("amigos_peers"), valueOf("amigos_undecided_entries")]).toEqual([0, 0]);
    const before = valueOf("amigos_checkpoints_total");
    expect(await askFaucet({ account: accountToText("0b".repeat(32) as AccountId) })).toBe("202 100.00 AMI");
    await expect.poll(async () => (await ask("/metrics")).body).toContain(`amigos_checkpoints_total ${before + 1}\n`);
    expect((await ask("/metrics")).body).toContain('amigos_verdicts_total{outcome="accepted"} ');
    expect((await ask("/metrics", { method: "POST" })).status).toBe(405);
  });

  it("pays an account once, and refuses what is no account", async () => {
    const account = accountToText("0a".repeat(32) as AccountId);
    expect(await askFaucet({ account })).toBe("202 100.00 AMI");
    expect(await askFaucet({ account })).toBe("409 already-paid");
    const bad: readonly (readonly [string, unknown])[] = [
      ["400 body-malformed", "{"],
      ["400 body-malformed", ""],
      ["400 body-malformed", "\u0000"],
      ["400 account-malformed", "null"],
      ["400 account-malformed", []],
      ["400 account-malformed", {}],
      ["400 account-malformed", { account: 5 }],
      ["400 account-malformed", { account: account.slice(0, -1) }],
      ["400 account-malformed", { account: sessionToText("0a".repeat(32) as SessionId) }],
      ["413 body-too-large", { account: "a".repeat(5_000) }],
    ];
    for (const [expected, body] of bad) expect(await askFaucet(body), JSON.stringify(body).slice(0, 80)).toBe(expected);
    expect(await askFaucet({ account }, { "Content-Type": "text/plain" })).toBe("415 content-type-unsupported");
    expect(await askFaucet({ account }, { Origin: "http://evil.example" })).toBe("403 origin-not-allowed");
    expect(await ask("/faucet")).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });

  it("serves the wallet's files with the right type, cache and policy", async () => {
    const page = await ask("/");
    expect(page).toMatchObject({
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
    });
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; /,
    );
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect((await ask("/pay/somebody?x=1")).body).toBe(page.body);
    expect(await ask("/sw.js")).toMatchObject({
      headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" },
    });
    expect(await ask("/assets/app-Ab12Cd34.js")).toMatchObject({
      headers: { "cache-control": "public, max-age=31536000, immutable" },
    });
    const wasm = await ask("/assets/automerge-Ab12Cd34.wasm");
    expect(wasm).toMatchObject({
      status: 200,
      headers: { "content-type": "application/wasm", "content-length": "200000" },
    });
    const head = await ask("/", { method: "HEAD" });
    expect(head).toMatchObject({
      status: 200,
      body: "",
      headers: { "content-length": page.headers["content-length"] },
    });
    const again = await ask("/", { headers: { "If-None-Match": page.headers["etag"] as string } });
    expect(again).toMatchObject({ status: 304, body: "" });
  });

  it("compresses what a client takes compressed, each variant with a tag of its own", async () => {
    const brotli = { headers: { "Accept-Encoding": "gzip, br" } };
    await expect.poll(async () => (await ask("/large.js", brotli)).headers).toHaveProperty("content-encoding", "br");
    const [plain, ...compressed] = await Promise.all([
      ask("/large.js"),
      ask("/large.js", brotli),
      ask("/large.js", brotli),
    ]);
    expect(plain.body).toBe(LARGE_SCRIPT);
    expect(plain.headers).not.toHaveProperty("content-encoding");
    for (const answer of compressed) {
      expect(brotliDecompressSync(answer.bytes).toString()).toBe(LARGE_SCRIPT);
      expect(answer.headers).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "content-encoding": "br",
        "content-length": String(answer.bytes.length),
      });
      expect(answer.bytes.length).toBeLessThan(1_000);
    }
    const tags = [plain, ...compressed].map(({ headers }) => headers["etag"] as string);
    expect(new Set(tags).size).toBe(2);
    for (const { headers } of [plain, ...compressed]) expect(headers["vary"]).toBe("Accept-Encoding");

    const head = await ask("/large.js", { ...brotli, method: "HEAD" });
    expect(head).toMatchObject({ body: "", headers: { "content-length": compressed[0]?.headers["content-length"] } });
    const again = (tag: string | undefined) =>
      ask("/large.js", { headers: { ...brotli.headers, "If-None-Match": tag ?? "" } });
    expect(await again(tags[1])).toMatchObject({ status: 304, body: "", headers: { vary: "Accept-Encoding" } });
    expect(await again(tags[0])).toMatchObject({ status: 200, headers: { "content-encoding": "br" } });
  });

  it("compresses nothing of what a program asks", async () => {
    for (const path of ["/health", "/metrics"])
      expect((await ask(path, { headers: { "Accept-Encoding": "br" } })).headers).not.toHaveProperty(
        "content-encoding",
      );
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/..\\secret.txt",
    "/link.txt",
    "/assets/missing.js",
    "/%00.txt",
  ])("has nothing at %s", async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 404 });
    expect(answer.body).not.toContain("not to be served");
  });

  it("answers to its own names, in the methods it knows", async () => {
    const { port } = new URL(hub.url);
    expect(await ask("/", { headers: { Host: "evil.example" } })).toMatchObject({ status: 421 });
    expect(await ask("/", { headers: { Host: `evil.example:${port}` } })).toMatchObject({ status: 421 });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
      expect(await ask("/", { method }), method).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    }
    expect(await ask("/%E0%A4%A", {})).toMatchObject({ status: 400 });
  });

  it("survives what is no HTTP, and headers without end", async () => {
    const { hostname, port } = new URL(hub.url);
    for (const bytes of [
      "\u0000\u0001\u0002\r\n\r\n",
      `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      "POST /faucet HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ]) {
      const socket = connect(Number(port), hostname);
      socket.end(bytes);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect(await ask("/health")).toMatchObject({ status: 200 });
  });

  it("lets no page of elsewhere open a connection, and no other path be one", async () => {
    const { hostname, port } = new URL(hub.url);
    const upgrade = async (path: string, origin: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      const key = Buffer.from("0123456789abcdef").toString("base64");
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: alice.localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nOrigin: ${origin}\r\n\r\n`,
      );
      const [first] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return first.toString("latin1").split("\r\n", 1)[0] ?? "";
    };
    expect(await upgrade("/sync", `http://alice.localhost:${port}`)).toBe("HTTP/1.1 101 Switching Protocols");
    expect(await upgrade("/sync", "http://evil.example")).toBe("HTTP/1.1 403 Forbidden");
    expect(await upgrade("/sync", `http://evil.example:${port}`)).toBe("HTTP/1.1 403 Forbidden");
    expect(await upgrade("/other", `http://alice.localhost:${port}`)).toBe("HTTP/1.1 404 Not Found");
  });
});
