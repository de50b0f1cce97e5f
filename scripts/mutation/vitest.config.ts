/**
 * How Vitest runs while `pnpm mutation` changes the source: the tests of the one package that is in the sandbox, with the
 * same searches every time, and the quick ones first.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { configDefaults, defineConfig } from "vitest/config";
import { resolveFromSource } from "../../vitest.config.ts";

/** Some take seconds and reach everything: with them each change costs seconds, and other tests notice the same ones. */
const LEFT_OUT = [
  // Every kind of body, damaged in thousands of ways.
  "packages/core/test/bodies.test.ts",
  // Reads the source, which looks different with changes built in.
  "packages/core/test/portability.test.ts",
  // Histories by the dozen for each change: of a sample of 587 changes they noticed none that other tests had not.
  "packages/reconcile/test/properties/**",
  // A hundred thousand entries in one call.
  "packages/reconcile/test/flood.test.ts",
  // A module of it stands in for a device without memory, which takes a process to itself.
  "packages/core/src/backup/out-of-memory.test.ts",
  // Another Node and another browser read the sources as they are, and not as they were changed.
  "packages/*/test/runtimes/**",
  "packages/*/test/runtimes.test.ts",
  "packages/*/test/browser/**",
  // Whether twice as much takes twice as long: what is built in changes that.
  "packages/reconcile/test/hostile-batch.test.ts",
];

/** A change ends with the first test that fails: so imports and vectors, which reach nearly everything, then unit tests. */
class QuickTestsFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ["/import-first.ts", "/vectors.test.ts", "/src/", "/test/"];
    const rank = ({ moduleId }: TestSpecification): number => order.findIndex((part) => moduleId.includes(part));
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  ...resolveFromSource,
  test: {
    environment: "node",
    include: ["scripts/mutation/import-first.ts", "packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...LEFT_OUT],
    env: { AMIGOS_RUNS_FACTOR: "0.1" },
    setupFiles: ["scripts/mutation/setup.ts"],
    sequence: { sequencer: QuickTestsFirst },
    // Tests share a worker, and with it what was imported: most of a run would go into starting anew for each file.
    // The next change gets a new worker, so what runs on import is tried too.
    isolate: false,
    // A test that hangs is Stryker's to end.
    testTimeout: 60_000,
  },
});
