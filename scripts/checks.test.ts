/**
 * A checker that cannot fail is no check. Each test lays out a small workspace in a temporary folder, plants one
 * violation in it, and sees it reported; a second one shows that what is allowed stays unreported.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkBoundaries } from "./check-boundaries.ts";
import { checkDeterminism } from "./check-determinism.ts";
import { checkRules } from "./check-rules.ts";
import { describeFinding, type Finding } from "./lib/finding.ts";

describe("determinism", () => {
  test.each([
    ["a clock", "export const now = Date.now();", "Date"],
    ["a clock by another spelling", "export const now = D\\u0061te.now();", "Date"],
    ["a new date", "export const now = new Date();", "Date"],
    ["a precise clock", "export const now = performance.now();", "performance"],
    ["a timer", "setTimeout(() => undefined, 1);", "setTimeout"],
    ["randomness", "export const dice = Math.random();", "Math.random"],
    ["randomness in brackets", 'export const dice = Math["random"]();', "Math.random"],
    ["randomness taken out of Math", "export const { random } = Math;", "Math is only"],
    ["random bytes", "export const bytes = crypto.getRandomValues(new Uint8Array(8));", "crypto"],
    ["a global by way of another", 'export const now = globalThis["Date"];', "globalThis"],
    ["the network", 'export const page = fetch("/");', "fetch"],
    ["the surroundings", "export const home = process.env;", "process"],
    ["a module at run time", 'export const more = import("./more.ts");', "import()"],
    ["a locale", "export const order = (a: string, b: string) => a.localeCompare(b);", "localeCompare"],
    ["a locale, destructured", "export const { toLocaleString } = 1n;", "toLocaleString"],
    ["locale formats", "export const format = Intl.NumberFormat;", "Intl"],
    ["Unicode tables", 'export const tidy = (a: string) => a.normalize("NFC");', "normalize"],
    ["a fraction", "export const share = 0.5;", "0.5"],
    ["a parsed fraction", 'export const share = parseFloat("1");', "parseFloat"],
    ["a division", "export const half = (a: number) => a / 2;", "division"],
    ["a division in place", "export const half = (a: number) => (a /= 2);", "division"],
    ["a power", "export const square = (a: number) => a ** 2;", "power"],
    ["an inexact function", "export const root = (a: number) => Math.sqrt(a);", "Math.sqrt"],
    ["an order by text", "export const order = (a: bigint[]) => a.sort();", "sort()"],
    ["an order by text, copied", "export const order = (a: bigint[]) => a.toSorted();", "toSorted()"],
    ["an excuse for nothing", "// determinism: it is fine\nexport const one = 1;", "excuses nothing"],
  ])("reports %s", (_, code, named) => {
    const root = workspace({ "packages/reconcile/src/planted.ts": code });
    const findings = checkDeterminism(root);
    expect(summary(findings)).toContain(named);
    expect(findings[0]?.file).toBe("packages/reconcile/src/planted.ts");
  });

  test("looks into core too, and says where", () => {
    const root = workspace({
      "packages/core/src/deep/planted.ts": "export const one = 1;\n\nexport const b = Date;\n",
    });
    expect(summary(checkDeterminism(root))).toMatch(/^packages\/core\/src\/deep\/planted\.ts:3: Date /);
  });

  test.each([
    ["comments and strings", '// Date.now()\n/* Math.random() */\nexport const text = "new Date()";'],
    ["members that only share a name", "export const read = (log: { process: number; date: 1 }) => log.process;"],
    ["orders that are said", "export const order = (a: bigint[]) => a.sort((x, y) => (x < y ? -1 : 1));"],
    ["divisions that stay whole", "export const half = (a: number, b: bigint) => [Math.floor(a / 2), b / 2n];"],
    ["what a comment gives a reason for", "export const half = (a: number) => a / 2; // determinism: a is even"],
    ["a reason on the line above", "// determinism: a is even\nexport const half = (a: number) => a / 2;"],
  ])("lets %s pass", (_, code) => {
    const root = workspace({ "packages/core/src/fine.ts": code });
    expect(summary(checkDeterminism(root))).toBe("");
  });

  test("leaves tests and other packages alone", () => {
    const root = workspace({
      "packages/core/src/some.test.ts": "export const now = Date.now();",
      "packages/hub/src/some.ts": "export const now = Date.now();",
    });
    expect(summary(checkDeterminism(root))).toBe("");
  });
});

describe("boundaries", () => {
  test.each([
    [
      "an import against the arrows",
      "core",
      'import { judge } from "@amigos/reconcile";',
      "core may not use reconcile",
    ],
    ["a type against the arrows", "engine", 'import type { Hub } from "@amigos/hub";', "engine may not use hub"],
    [
      "a late import against the arrows",
      "core",
      'export const x = import("@amigos/engine");',
      "core may not use engine",
    ],
    [
      "a re-export against the arrows",
      "engine",
      'export { x } from "@amigos/adapters/x";',
      "engine may not use adapters",
    ],
    [
      "what is not open to adapters",
      "adapters",
      'import { x } from "@amigos/engine";',
      "only @amigos/engine/ports is open",
    ],
    ["a path into another package", "reconcile", 'import { x } from "../../core/src/x.ts";', "leaves the package"],
    ["Node in what runs anywhere", "engine", 'import { readFile } from "node:fs/promises";', "node:fs/promises"],
    ["a wildcard export", "core", 'export * from "./x.ts";', "export *"],
    ["a dependency left out", "reconcile", 'import { x } from "@amigos/core";', "missing in the manifest"],
  ])("reports %s", (_, folder, code, named) => {
    const root = workspace({
      [`packages/${folder}/package.json`]: JSON.stringify({ name: `@amigos/${folder}` }),
      [`packages/${folder}/src/planted.ts`]: code,
    });
    const findings = checkBoundaries(root);
    expect(summary(findings)).toContain(named);
    expect(findings[0]?.file).toBe(`packages/${folder}/src/planted.ts`);
  });

  test.each([
    [
      "a dependency against the arrows",
      "core",
      { dependencies: { "@amigos/engine": "workspace:*" } },
      "core may not use",
    ],
    ["one for development", "core", { devDependencies: { "@amigos/hub": "workspace:*" } }, "core may not use hub"],
    ["one from the registry", "hub", { dependencies: { "@amigos/core": "^1.0.0" } }, "workspace:*"],
    [
      "a tests' dependency that is shipped",
      "engine",
      { dependencies: { "@amigos/adapters": "workspace:*" } },
      "engine may",
    ],
    ["a package that nobody placed", "extras", {}, "has no arrows yet"],
  ])("reports %s in a manifest", (_, folder, fields, named) => {
    const root = workspace({
      [`packages/${folder}/package.json`]: JSON.stringify({ name: `@amigos/${folder}`, ...fields }),
    });
    expect(summary(checkBoundaries(root))).toContain(named);
  });

  test("lets what follows the arrows pass", () => {
    const dependencies = { "@amigos/core": "workspace:*", "@amigos/engine": "workspace:*" };
    const root = workspace({
      "packages/core/package.json": JSON.stringify({ name: "@amigos/core" }),
      "packages/core/src/index.ts": 'export { one } from "./one.ts";\nimport "#native";',
      "packages/core/src/fast.node.ts": 'import { hash } from "node:crypto";',
      "packages/adapters/package.json": JSON.stringify({ name: "@amigos/adapters", dependencies }),
      "packages/adapters/src/store.ts": 'import { DatabaseSync } from "node:sqlite";',
      "packages/adapters/src/port.ts": 'import type { Store } from "@amigos/engine/ports";',
      "packages/adapters/test/store.test.ts": 'import { store } from "../src/store.ts";',
    });
    expect(summary(checkBoundaries(root))).toBe("");
  });
});

describe("rules", () => {
  const testOf = (title: string): string => `import { test } from "vitest";\ntest(${JSON.stringify(title)}, () => {});`;

  test("reports a rule that no test names", () => {
    const root = workspace({
      "docs/spec/encoding.md": "# Encoding\n\n**[ENC1]** Maps are sorted.\n\n**[ENC2]** No floats.\n",
      "packages/core/src/cbor.test.ts": testOf("[ENC1] sorts maps"),
    });
    expect(summary(checkRules(root))).toBe("docs/spec/encoding.md:5: [ENC2] appears in no test title");
  });

  test("reports a test of a rule that does not exist", () => {
    const root = workspace({ "packages/core/test/cbor.test.ts": testOf("[ENC7] sorts maps") });
    expect(summary(checkRules(root))).toContain("packages/core/test/cbor.test.ts:2: [ENC7] is in a test title");
  });

  test("reports a rule that is defined twice", () => {
    const root = workspace({
      "docs/spec/one.md": "**[ENC1]** Maps are sorted.\n",
      "docs/spec/two.md": "## [ENC1] Maps\n",
      "packages/core/src/cbor.test.ts": testOf("[ENC1] sorts maps"),
    });
    expect(summary(checkRules(root))).toContain("docs/spec/two.md:1: [ENC1] is already defined at docs/spec/one.md:1");
  });

  test.each([
    ["a skipped test", 'test.skip("[ENC1] sorts maps", () => {});'],
    ["a test that is only planned", 'test.todo("[ENC1] sorts maps");'],
    ["a comment", '// test("[ENC1] sorts maps")'],
    ["a text that is no title", 'console.log("[ENC1]");'],
  ])("does not take %s for a test", (_, code) => {
    const root = workspace({ "docs/spec/one.md": "**[ENC1]** Maps.\n", "packages/core/src/cbor.test.ts": code });
    expect(summary(checkRules(root))).toContain("[ENC1] appears in no test title");
  });

  test("finds definitions in paragraphs, headings, lists and tables, and titles in all their forms", () => {
    const root = workspace({
      "docs/spec/one.md":
        "**[AAA1]** x\n\n### [AAA2] x\n\n- **[AAA3]** x\n\n| id | rule |\n|---|---|\n| [AAA4] | x |\n",
      "docs/spec/refers.md": "See [AAA9], and `[AAA8]`.\n\n```\n[AAA7] an example\n```\n\n[AAA6]: other.md\n",
      "packages/core/src/a.test.ts": 'describe("[AAA1] a", () => { it(`[AAA2] ${1}`, () => {}); });',
      "packages/core/test/b.test.ts": 'test.each([1])("[AAA3] %s" + " [AAA4]", () => {});',
    });
    expect(summary(checkRules(root))).toBe("");
  });
});

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function workspace(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "amigos-checks-"));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

function summary(findings: readonly Finding[]): string {
  return findings.map(describeFinding).join("\n");
}
