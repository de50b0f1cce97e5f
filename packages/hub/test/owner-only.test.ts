/** What of a running hub only the user that it runs as can open. */
import { once } from "node:events";
import { statSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createHub } from "@amigos/hub";
import { listenForOwner } from "../src/admin/admin-server.ts";
import type { Log } from "../src/log.ts";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();

async function warningsOf(data: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  const log: Log = (level, event) => void (level === "warning" && warnings.push(event));
  await (await createHub({ data, port: 0, log })).stop();
  return warnings;
}

it("is the socket of its owner, from the moment that it is there", async () => {
  const path = join(await folders.make(), "admin.sock");
  const before = process.umask();
  const server = createServer();
  listenForOwner(server, path);
  expect([statSync(path).mode & 0o777, process.umask()]).toEqual([0o600, before]);
  await once(server, "listening");
  server.close();
});

it("is the data folder, and one that others can open is warned of", async () => {
  const data = join(await folders.make(), "hub");
  expect(await warningsOf(data)).toEqual([]);
  await chmod(data, 0o755);
  expect(await warningsOf(data)).toEqual(["data-open-to-others"]);
});

it("works without the socket where there can be none, and says so", async () => {
  const data = join(await folders.make(), "hub");
  await warningsOf(data);
  await mkdir(join(data, "admin.sock"));
  expect(await warningsOf(data)).toEqual(["no-admin-socket"]);
});
