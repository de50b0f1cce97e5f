/**
 * The vectors under `vectors/`, and the examples in the pages of the specification, which are vectors too. What comes of
 * each is the suite's: see `runtimes.test.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkBackupVector, makeBackupVectors, type BackupVectors } from "./support/backup-vectors.ts";
import { makeCoreVectors } from "./support/core-vectors.ts";
import { readCoreVectors } from "./support/read-vectors.ts";

const root = resolve(import.meta.dirname, "../../..");
const vectors = readCoreVectors();

describe("vectors/core-1.json", () => {
  it("[ENC1] is what `pnpm vectors` writes: no byte of any body has changed", async () => {
    expect(await makeCoreVectors()).toEqual(vectors);
  });

  it("[CTL1] [ENT5] hold every operation of control entries and of entries", () => {
    const operations = (kind: string): ReadonlySet<string | undefined> =>
      new Set(vectors.valid.filter((vector) => vector.kind === kind).map(({ expected }) => expected?.["operation"]));
    expect(operations("control-entry").size).toBe(10);
    expect(operations("entry").size).toBe(7);
  });

  it("[ENC1] names are told apart", () => {
    for (const list of [vectors.valid, vectors.invalid]) {
      const names = list.map(({ kind, name }) => `${kind} ${name}`);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });
});

const backups = JSON.parse(readFileSync(join(root, "vectors/backup-1.json"), "utf8")) as BackupVectors;

describe("vectors/backup-1.json", () => {
  it("[BAK2] [BAK4] is what `pnpm vectors` writes: no key and no byte of any file has changed", async () => {
    expect(await makeBackupVectors()).toEqual(backups);
  });

  it.each(backups.valid)("[BAK2] [BAK4] valid: $kind, $name", async (vector) => {
    expect(await checkBackupVector(vector)).toEqual({ ok: true, value: vector.expected });
  });

  it.each(backups.invalid)("[BAK1] [BAK6] invalid: $kind $name: $error", async (vector) => {
    expect(await checkBackupVector(vector)).toMatchObject({ ok: false, error: { type: vector.error } });
  });
});

describe("the pages of the specification", () => {
  const folder = join(root, "docs/spec");
  const valid = [...vectors.valid, ...backups.valid];
  const examples = readdirSync(folder)
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      [...readFileSync(join(folder, page), "utf8").matchAll(/^```(?:hex|text) (.+)\n([\s\S]*?)^```$/gm)].map(
        ([, name = "", input = ""]) => ({ page, name, input: input.replaceAll(/\s/g, "") }),
      ),
    );

  it("[ENC1] show an example of every kind of body", () => {
    const kinds: readonly unknown[] = examples.map(({ name }) => valid.find((vector) => vector.name === name)?.kind);
    const bodies = [
      ...([
        "genesis",
        "inception",
        "control-entry",
        "entry",
        "evidence",
        "receipt",
        "device-request",
        "device-answer",
        "recovery-request",
        "bundle",
      ] as const),
      "backup-by-password",
    ];
    expect(bodies.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it.each(examples)("[ENC1] $page: $name", ({ name, input }) => {
    expect(valid.find((vector) => vector.name === name)?.input.replaceAll(" ", "")).toBe(input);
  });
});
