import { rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolders } from "../../test/folders.ts";
import { listStaticFiles, type StaticFiles } from "./static-files.ts";

const folders = temporaryFolders();
const SCRIPT = "export const amigos = 1;\n".repeat(1_000);
const BROTLI = { "accept-encoding": "br" };

async function folderOf(contents: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await folders.make();
  for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
  return folder;
}

function bodyOf(files: StaticFiles, pathname: string): Uint8Array | undefined {
  return files.find(pathname, BROTLI)?.body as Uint8Array | undefined;
}

it("sends a file as it is until it is compressed", async () => {
  const files = await listStaticFiles(await folderOf({ "app.js": SCRIPT }));
  expect(files.find("/app.js", BROTLI)).toMatchObject({ file: expect.stringMatching(/app\.js$/) });
  await files.compress();
  expect(brotliDecompressSync(bodyOf(files, "/app.js") ?? "").toString()).toBe(SCRIPT);
  expect(files.find("/app.js", {})).not.toHaveProperty("body");
});

it("compresses neither what would grow nor what is compressed in itself", async () => {
  const files = await listStaticFiles(await folderOf({ "small.js": "1;", "icon.png": new Uint8Array(10_000) }));
  await files.compress();
  expect([bodyOf(files, "/small.js"), bodyOf(files, "/icon.png")]).toEqual([undefined, undefined]);
});

it("compresses no file of more than 16 MiB", async () => {
  const folder = await folderOf({ "largest.js": "", "larger.js": "" });
  await truncate(join(folder, "largest.js"), 16 * 1024 * 1024);
  await truncate(join(folder, "larger.js"), 16 * 1024 * 1024 + 1);
  const files = await listStaticFiles(folder);
  await files.compress();
  expect(bodyOf(files, "/largest.js")?.length).toBeGreaterThan(0);
  expect(bodyOf(files, "/larger.js")).toBeUndefined();
});

it("keeps no more compressed than it may, and no memory beside that", async () => {
  const folder = await folderOf(Object.fromEntries(Array.from({ length: 10 }, (_unused, at) => [`${at}.js`, SCRIPT])));
  const all = await listStaticFiles(folder);
  await all.compress();
  const one = bodyOf(all, "/0.js") as Uint8Array;
  expect(one.buffer.byteLength).toBe(one.length);
  const some = await listStaticFiles(folder, one.length * 3);
  await some.compress();
  const kept = Array.from({ length: 10 }, (_unused, at) => bodyOf(some, `/${at}.js`)).filter(Boolean);
  expect(kept.length).toBe(3);
});

it("does not take what a file has become for the file that was listed", async () => {
  const folder = await folderOf({ "half.js": SCRIPT, "other.js": SCRIPT, "gone.js": SCRIPT });
  const files = await listStaticFiles(folder);
  await truncate(join(folder, "half.js"), 100);
  await utimes(join(folder, "other.js"), 1, 1);
  await rm(join(folder, "gone.js"));
  await files.compress();
  for (const name of ["/half.js", "/other.js", "/gone.js"]) {
    const { body, file } = files.find(name, BROTLI) ?? {};
    expect([body, file], name).toEqual([undefined, join(folder, name)]);
  }
});

it("stops", async () => {
  const contents = Array.from({ length: 200 }, (_unused, at) => [`${at}.js`, SCRIPT]);
  const files = await listStaticFiles(await folderOf(Object.fromEntries(contents)));
  void files.compress();
  await files.stop();
  const compressed = contents.filter(([name]) => bodyOf(files, `/${name}`) !== undefined);
  expect(compressed.length).toBeLessThan(200);
});

describe("a client that has it", () => {
  const ask = async (named: string) => {
    const files = await listStaticFiles(await folderOf({ "app.js": SCRIPT }));
    const tag = String(files.find("/app.js", {})?.headers?.["ETag"]).slice(1, -1);
    return { tag, reply: files.find("/app.js", { "if-none-match": named.replace("TAG", tag) }) };
  };

  it.each(['"TAG"', 'W/"TAG"', '"other", W/"TAG"', "*"])("says so by %s", async (named) => {
    const { tag, reply } = await ask(named);
    expect(reply).toEqual({
      status: 304,
      headers: { ETag: `"${tag}"`, "Cache-Control": "no-cache", Vary: "Accept-Encoding" },
    });
  });

  it.each(['"TAG-br"', "TAG", ""])("does not by %j", async (named) => {
    expect((await ask(named)).reply?.status).toBe(200);
  });
});
