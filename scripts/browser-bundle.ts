/**
 * Bundles scripts of the workspace for browsers, from sources: as it is for the pages of tests and benches, and as small
 * as it gets for those who weigh it.
 */
import { build, defaultClientConditions, type Rolldown } from "vite";

export interface BundleOptions {
  /** The path of the script's file. */
  readonly entry: string;
  /** What stands in that file instead of what does; there need not be one. */
  readonly code?: string;
  readonly minify: boolean;
}

/** The one script that it becomes. Throws when it becomes several. */
export async function bundleForBrowsers({ entry, code, minify }: BundleOptions): Promise<Rolldown.OutputChunk> {
  const given = {
    name: "given-code",
    enforce: "pre",
    resolveId: (id: string) => (id === entry ? id : undefined),
    load: (id: string) => (id === entry ? code : undefined),
  } as const;
  const { output } = (await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["amigos-source", ...defaultClientConditions] },
    plugins: code === undefined ? [] : [given],
    build: {
      write: false,
      minify,
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: "strict" },
    },
  })) as Rolldown.RolldownOutput;
  const [script, ...others] = output;
  if (others.length > 0) throw new Error("a script is expected to become one file");
  return script;
}
