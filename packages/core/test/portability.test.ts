/** What keeps the package portable: of its sources one knows Node and one the web, each chosen by the runtime alone. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { bundleForBrowsers } from "../../../scripts/browser-bundle.ts";

const source = resolve(import.meta.dirname, "../src");

it("[SIG1] only native.node.ts knows Node and only native.web.ts the web; only ed25519.ts, hash.ts and reader.ts import what a runtime may do faster", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file, text: readFileSync(join(source, file), "utf8") }));
  const having = (what: RegExp): readonly string[] =>
    files.filter(({ text }) => what.test(text)).map(({ file }) => file.replaceAll("\\", "/"));
  expect(files.length).toBeGreaterThan(25);
  expect(having(/from "node:|require\(/)).toEqual(["crypto/native.node.ts"]);
  expect(having(/\bcrypto\.subtle\b|\bCryptoKey\b|\bglobalThis\b/)).toEqual(["crypto/native.web.ts"]);
  expect(having(/from "#native"/).toSorted()).toEqual(["crypto/ed25519.ts", "crypto/hash.ts", "encoding/reader.ts"]);
  expect(having(/native\.(node|web|portable)\.ts"/)).toEqual([]);
});

it("[SIG1] the manifest gives Node and browsers their own verifier, and every other runtime the portable one", () => {
  const manifest = JSON.parse(readFileSync(resolve(source, "../package.json"), "utf8")) as {
    readonly imports: Readonly<Record<"#native", Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  };
  const chosen = Object.entries(manifest.imports["#native"]).map(
    ([condition, file]) => `${condition}: ${file["amigos-source"]} ${file["default"]}`,
  );
  expect(chosen).toEqual([
    "types: ./src/crypto/native.portable.ts ./dist/crypto/native.portable.d.ts",
    "node: ./src/crypto/native.node.ts ./dist/crypto/native.node.js",
    "browser: ./src/crypto/native.web.ts ./dist/crypto/native.web.js",
    "worker: ./src/crypto/native.web.ts ./dist/crypto/native.web.js",
    "default: ./src/crypto/native.portable.ts ./dist/crypto/native.portable.js",
  ]);
});

it("[SIG1] a script for browsers holds nothing of Node's, and no library that only tests need", async () => {
  const { code, imports, dynamicImports, moduleIds } = await bundleForBrowsers({
    entry: resolve(source, "index.ts"),
    minify: true,
  });
  expect(moduleIds.length).toBeGreaterThan(40);
  expect([...imports, ...dynamicImports]).toEqual([]);
  const named = moduleIds.filter((id) => /cborg|native\.(node|portable)|^node:|external/.test(id));
  expect([...named, ...moduleIds.filter((id) => builtinModules.includes(id))]).toEqual([]);
  expect(code).not.toMatch(/\brequire\(|["'`]node:|\bBuffer\b|\bprocess\./);
});

it("[AMT1] reading an amount of money costs a page less than a thousand bytes, for nothing else comes along", async () => {
  const index = resolve(source, "index.ts");
  const code = `export { parseMoney } from ${JSON.stringify(index)};`;
  const script = await bundleForBrowsers({ entry: resolve(source, "parse-money-alone.js"), code, minify: true });
  expect(gzipSync(script.code, { level: 9 }).length).toBeLessThan(1000);
});

it("[BAK1] word list and ciphers weigh on nobody who does not ask for them: only backup/ imports what it brings", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) =>
      /\/backup\/|@scure\/bip39|@noble\/ciphers/.test(importsOf(readFileSync(join(source, file), "utf8"))),
    );
  expect(files.map((file) => file.replaceAll("\\", "/")).toSorted()).toEqual([
    "backup/account-keys.ts",
    "backup/phrase.ts",
    "backup/sealed-backup.ts",
  ]);
});

function importsOf(text: string): string {
  return (text.match(/from "[^"]+"/g) ?? []).join();
}
