/**
 * The vectors under `vectors/`, and the examples in the pages of the specification, which are vectors too. What comes of
 * each is the suite's: see `runtimes.test.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { makeCoreVectors } from "./support/core-vectors.ts";
import { readCoreVectors } from "./support/read-vectors.ts";

const root = resolve(import.meta.dirname, "../../..");
const vectors = readCoreVectors();

describe("vectors/core-1.json", () => {
  it("[ENC1] is what `pnpm vectors` writes: no byte of any body has changed", async () => {
    expect(await makeCoreVectors()).toEqual(vectors);
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
    const bodies = ["genesis", "inception", "control-entry", "entry", "equivocation-proof", "bundle"] as const;
    expect(bodies.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it.each(examples)("[ENC1] $page: $name", ({ name, input }) => {
    expect(vectors.valid.find((vector) => vector.name === name)?.input).toBe(input);
  });
});
