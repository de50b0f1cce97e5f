/**
 * A change may let a module fail while it is imported. That fails no test, so Vitest goes on with every other file, and
 * Stryker cannot tell what happened. Here the import is the test: the first one, and the last when it fails.
 */
import { expect, it } from "vitest";
import { findFiles, repositoryRoot } from "../lib/workspace.ts";
import { join } from "node:path";

/** What makes vectors imports nearly everything, and signs one of each kind. */
const MODULES = findFiles(repositoryRoot, ["packages/*/test/support/core-vectors.ts", "packages/*/src/index.ts"]);

it("what tests rest on can be imported", async () => {
  expect(MODULES.length).toBeGreaterThan(0);
  for (const file of MODULES) await import(join(repositoryRoot, file));
});
