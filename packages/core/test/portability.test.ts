/** What keeps the package portable: no source but one knows Node, and that one is chosen by the runtime alone. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const source = resolve(import.meta.dirname, "../src");

it("[SIG1] only native.node.ts imports from Node, and only ed25519.ts and hash.ts import what a runtime may do faster", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file, text: readFileSync(join(source, file), "utf8") }));
  const importing = (what: RegExp): readonly string[] =>
    files.filter(({ text }) => what.test(text)).map(({ file }) => file.replaceAll("\\", "/"));
  expect(files.length).toBeGreaterThan(25);
  expect(importing(/from "node:|require\(/)).toEqual(["crypto/native.node.ts"]);
  expect(importing(/from "#native"/).toSorted()).toEqual(["crypto/ed25519.ts", "crypto/hash.ts"]);
  expect(importing(/native\.(node|portable)\.ts"/)).toEqual([]);
});
