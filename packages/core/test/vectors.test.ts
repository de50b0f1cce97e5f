/** The vectors under `vectors/`, and the examples in the pages of the specification, which are vectors too. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkVector, makeCoreVectors, type CoreVectors } from "./support/core-vectors.ts";

const root = resolve(import.meta.dirname, "../../..");
const vectors = JSON.parse(readFileSync(join(root, "vectors/core-1.json"), "utf8")) as CoreVectors;

describe("vectors/core-1.json", () => {
  it("[ENC1] is what `pnpm vectors` writes: no byte of any body has changed", async () => {
    expect(await makeCoreVectors()).toEqual(vectors);
  });

  it.each(vectors.valid)("[ENC1] valid: $kind, $name", (vector) => {
    expect(checkVector(vector)).toEqual({ ok: true, value: vector.expected });
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

  it.each(vectors.invalid)("[ENC1] invalid: $kind $name: $error", (vector) => {
    expect(checkVector(vector)).toMatchObject({ ok: false, error: { type: vector.error } });
  });
});

describe("the pages of the specification", () => {
  const folder = join(root, "docs/spec");
  const examples = readdirSync(folder)
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      [...readFileSync(join(folder, page), "utf8").matchAll(/^```(?:hex|text) (.+)\n([\s\S]*?)^```$/gm)].map(
        ([, name = "", input = ""]) => ({ page, name, input: input.replaceAll(/\s/g, "") }),
      ),
    );

  it("[ENC1] show an example of every kind of body", () => {
    const kinds = examples.map(({ name }) => vectors.valid.find((vector) => vector.name === name)?.kind);
    const bodies = ["genesis", "inception", "control-entry", "entry", "evidence", "receipt", "bundle"] as const;
    expect(bodies.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it.each(examples)("[ENC1] $page: $name", ({ name, input }) => {
    expect(vectors.valid.find((vector) => vector.name === name)?.input).toBe(input);
  });
});
