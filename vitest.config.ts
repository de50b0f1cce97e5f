/**
 * What `vitest run` covers. Two projects:
 *
 * - `node`: unit tests beside the source, properties, vectors, contracts and scenarios under `test/`, and the
 *   tests of the checkers under `scripts/`. In parallel.
 * - `browser-e2e`: tests that drive a real Chromium, under `test/e2e/` against the production build of the PWA and under
 *   `test/browser/` against pages of their own. They run in Node, after the others and one file at a time, because
 *   they share the machine's browser and wait for real processes.
 *
 * Packages find each other's TypeScript through the `amigos-source` condition, so no build comes first.
 */
import { availableParallelism } from "node:os";
import { defaultServerConditions } from "vite";
import { configDefaults, defineConfig } from "vitest/config";

const browserTests = ["packages/*/test/e2e/**/*.test.ts", "packages/*/test/browser/**/*.test.ts"];

/** Two also on two cores, where one would be left idle: much of what tests do is waiting for disks and sockets. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const conditions = ["amigos-source", ...defaultServerConditions];
export const resolveFromSource = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...resolveFromSource,
        test: {
          name: "node",
          environment: "node",
          maxWorkers,
          include: ["packages/*/src/**/*.test.{ts,tsx}", "packages/*/test/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...browserTests],
          // What a test waits for is a condition; how long it may take on a busy machine says nothing about us.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        ...resolveFromSource,
        test: {
          name: "browser-e2e",
          environment: "node",
          include: browserTests,
          fileParallelism: false,
          // A first start compiles WebAssembly and writes databases; two slow cores need the room.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
