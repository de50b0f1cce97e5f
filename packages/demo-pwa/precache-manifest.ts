/**
 * A Vite plugin that tells the service worker what the build consists of: the paths of all files, and a version that is a
 * hash over their names and contents. Files under `public/` count too.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Plugin } from "vite";

export interface PrecacheOptions {
  /** File name of the service worker in the build. It never caches itself. */
  readonly serviceWorker: string;
}

export function precacheManifest({ serviceWorker }: PrecacheOptions): Plugin {
  let publicFolder = "";
  return {
    name: "amigos:precache-manifest",
    apply: "build",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[serviceWorker];
        if (worker?.type !== "chunk") return this.error(`the build has no ${serviceWorker}`);
        const contentByPath = new Map<string, string | Uint8Array>();
        for (const [name, file] of Object.entries(bundle)) {
          if (name === serviceWorker || name.endsWith(".map")) continue;
          contentByPath.set(`/${name}`, file.type === "chunk" ? file.code : file.source);
        }
        for (const path of filesUnder(publicFolder))
          contentByPath.set(toUrlPath(publicFolder, path), readFileSync(path));
        const paths = [...contentByPath.keys()].toSorted();
        const hash = createHash("sha256");
        for (const path of paths)
          hash
            .update(path)
            .update("\0")
            .update(contentByPath.get(path) ?? "");
        worker.code = `const PRECACHE_VERSION = ${JSON.stringify(hash.digest("hex").slice(0, 16))};
const PRECACHE_PATHS = ${JSON.stringify(paths)};
${worker.code}`;
      },
    },
  };
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function toUrlPath(folder: string, path: string): string {
  return `/${relative(folder, path).split(sep).join("/")}`;
}
