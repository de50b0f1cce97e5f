/** The scripted scenes, built and served, for tests and pictures of states that take long to reach for real. */
import { join } from "node:path";
import { build, defaultClientConditions, preview } from "vite";
import type { LanguageId } from "../../src/texts/language.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Harness {
  /** The address of a scene on one of its screens: `"payment/…"`, `""` for home. */
  readonly address: (scene: string, screen?: string, language?: LanguageId) => string;
  readonly close: () => Promise<void>;
}

export async function serveHarness(): Promise<Harness> {
  const shared = { root: ROOT, configFile: false, logLevel: "error" } as const;
  const outDir = join(ROOT, "node_modules/.cache/harness");
  await build({
    ...shared,
    resolve: { conditions: ["amigos-source", ...defaultClientConditions] },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      rolldownOptions: { input: join(ROOT, "test/harness/index.html") },
    },
  });
  const server = await preview({ ...shared, build: { outDir }, preview: { host: "localhost", port: 0 } });
  const base = server.resolvedUrls?.local[0] ?? "";
  return {
    address: (scene, screen = "", language = "en") =>
      `${base}test/harness/index.html?scene=${scene}&language=${language}#/${screen}`,
    close: () => server.close(),
  };
}
