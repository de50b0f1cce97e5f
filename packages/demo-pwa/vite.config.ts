/** How the app is built: one page, one worker, one service worker that knows every file of the build. */
import { join } from "node:path";
import { defaultClientConditions, defineConfig } from "vite";
import { firstPage } from "./first-page.ts";
import { precacheManifest } from "./precache-manifest.ts";

const folder = join(import.meta.dirname, "src");

export default defineConfig({
  // Packages of this repository are taken from their TypeScript.
  resolve: { conditions: ["amigos-source", ...defaultClientConditions] },
  plugins: [precacheManifest({ serviceWorker: "service-worker.js" })],
  build: {
    target: "es2023",
    // Nothing inline: the content security policy forbids it, fonts and pictures included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: "index.html", "service-worker": "src/service-worker.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js"),
        codeSplitting: {
          // A library's parts go where they are needed.
          includeDependenciesRecursively: false,
          groups: [{ debugName: "first page", name: firstPage({ entry: join(folder, "main.tsx"), folder }) }],
        },
      },
    },
  },
  worker: { format: "es" },
});
