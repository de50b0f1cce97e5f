/**
 * `pnpm build`: compiles every package to its `dist/`, then makes the production build of the PWA. Output of sources
 * that are gone is removed, so that a package never ships what its source no longer has.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, runPnpm } from "./lib/run.ts";
import { findFiles, workspacePackages } from "./lib/workspace.ts";

/** Compiles what is published. The output of the compiler when it found errors, else nothing. */
export async function buildPackages(): Promise<string | undefined> {
  const published = workspacePackages().filter(({ manifest }) => !manifest.private);
  const projects = published.flatMap(({ directory }) =>
    findFiles(directory, ["tsconfig*.json"]).map((file) => join(directory, file)),
  );
  const { code, output } = await run("tsc", ["-b", ...projects]);
  for (const { directory } of published) removeStaleOutput(directory);
  return code === 0 ? undefined : output;
}

function removeStaleOutput(directory: string): void {
  const dist = join(directory, "dist");
  for (const file of findFiles(dist, ["**/*.{js,js.map,d.ts,d.ts.map}"])) {
    const source = join(directory, "src", file.replace(/\.(?:js|d\.ts)(?:\.map)?$/, ""));
    if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(join(dist, file));
  }
}

if (import.meta.main) {
  const problems = await buildPackages();
  if (problems !== undefined) {
    console.error(problems);
    process.exitCode = 1;
  } else {
    for (const { manifest } of workspacePackages()) {
      if (manifest.scripts?.["build"] === undefined) continue;
      const { code } = await runPnpm(["--filter", manifest.name, "run", "build"], { show: true });
      if (code !== 0) process.exitCode = 1;
    }
  }
}
