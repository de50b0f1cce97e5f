/** What keeps the package portable: no source but one knows Node, and that one is chosen by the runtime alone. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { height, idFromBytes, isIdText, limits, sequence, timeMs, type EntryId } from "../src/index.ts";

const source = resolve(import.meta.dirname, "../src");

it("[SIG1] only native.node.ts imports from Node, and only ed25519.ts, hash.ts and reader.ts import what a runtime may do faster", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file, text: readFileSync(join(source, file), "utf8") }));
  const importing = (what: RegExp): readonly string[] =>
    files.filter(({ text }) => what.test(text)).map(({ file }) => file.replaceAll("\\", "/"));
  expect(files.length).toBeGreaterThan(25);
  expect(importing(/from "node:|require\(/)).toEqual(["crypto/native.node.ts"]);
  expect(importing(/from "#native"/).toSorted()).toEqual(["crypto/ed25519.ts", "crypto/hash.ts", "encoding/reader.ts"]);
  expect(importing(/native\.(node|portable)\.ts"/)).toEqual([]);
});

it("[ID1] ids are 32 bytes as 64 lower-case hex digits; numbers are whole and exact", () => {
  expect(idFromBytes<EntryId>(new Uint8Array(32).fill(0xab))).toBe("ab".repeat(32));
  expect(() => idFromBytes<EntryId>(new Uint8Array(31))).toThrow("32 bytes");
  expect(["ab".repeat(32), "AB".repeat(32), "ab".repeat(31), `${"ab".repeat(32)}\n`].map(isIdText)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  for (const make of [sequence, height, timeMs]) {
    expect(make(limits.INTEGER_MAX)).toBe(2 ** 53 - 1);
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => make(wrong)).toThrow("whole number");
  }
});
