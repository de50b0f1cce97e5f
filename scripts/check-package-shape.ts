/**
 * Holds what is published to what a consumer needs. Every package is packed as it would be for the registry, and the
 * tarball is judged, not the folder:
 *
 * - publint: the manifest and the files agree;
 * - attw: the types resolve wherever an ES module can be imported;
 * - a consumer outside the workspace installs all tarballs, type-checks an import of every entry, and runs it;
 * - there, the hub's program starts, and the READMEs' wallets pay with it: one in Node, one in a page that Vite built.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { buildPackages } from "./build.ts";
import { payAsConsumer } from "./consumer-wallets.ts";
import { reportFindings, type Finding } from "./lib/finding.ts";
import { run, runPnpm } from "./lib/run.ts";
import { repositoryRoot, workspacePackages, type Manifest, type WorkspacePackage } from "./lib/workspace.ts";

interface Packed extends WorkspacePackage {
  readonly tarball: string;
  /** Relative to the repository, for findings. */
  readonly manifestFile: string;
}

/** Packs every package that is not private and finds what a consumer would stumble over. */
export async function checkPackageShape(): Promise<readonly Finding[]> {
  const problems = await buildPackages();
  if (problems !== undefined)
    return [{ file: "tsconfig.json", message: `nothing to pack, it does not compile:\n${problems}` }];

  const folder = mkdtempSync(join(realpathSync(tmpdir()), "amigos-pack-"));
  try {
    const findings: Finding[] = [];
    const packed: Packed[] = [];
    for (const workspacePackage of workspacePackages().filter(({ manifest }) => !manifest.private)) {
      const manifestFile = `packages/${workspacePackage.folder}/package.json`;
      const tarball = join(folder, `${workspacePackage.folder}.tgz`);
      const { code, output } = await runPnpm(["pack", "--out", tarball], { cwd: workspacePackage.directory });
      if (code === 0) packed.push({ ...workspacePackage, tarball, manifestFile });
      else findings.push({ file: manifestFile, message: `pnpm pack failed:\n${output}` });
    }
    const judged = await Promise.all(
      packed.map(async (one) => [...(await lintTarball(one)), ...(await checkTypes(one))]),
    );
    return [...findings, ...judged.flat(), ...(await consume(packed, join(folder, "consumer")))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lintTarball({ tarball, manifestFile }: Packed): Promise<readonly Finding[]> {
  const bytes = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return messages.map((message) => ({
    file: manifestFile,
    message: `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  }));
}

async function checkTypes({ tarball, manifestFile }: Packed): Promise<readonly Finding[]> {
  const options = ["--profile", "esm-only", "--format", "ascii", "--no-color", "--no-emoji"];
  const { code, output } = await run("attw", [tarball, ...options]);
  return code === 0 ? [] : [{ file: manifestFile, message: `attw:\n${output}` }];
}

/** Installs the tarballs where nothing of the workspace is in reach, and uses every entry of every package. */
async function consume(packed: readonly Packed[], folder: string): Promise<readonly Finding[]> {
  for (const one of packed) {
    const home = join(folder, "node_modules", one.manifest.name);
    mkdirSync(home, { recursive: true });
    await run("tar", ["-xzf", one.tarball, "-C", home, "--strip-components=1"]);
    for (const dependency of thirdParty(one.manifest)) {
      link(join(one.directory, "node_modules", dependency), join(folder, "node_modules", dependency));
    }
  }
  link(join(repositoryRoot, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));

  const entries = packed.flatMap((one) => publicEntries(one.manifest).map((specifier) => ({ ...one, specifier })));
  const imports = entries.map(
    ({ specifier }, index) => `export * as entry${index} from ${JSON.stringify(specifier)};\n`,
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  writeFileSync(join(folder, "consumer.ts"), imports.join(""));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(consumerConfig));

  const findings: Finding[] = [];
  const compiled = await run("tsc", ["-p", folder], { cwd: folder });
  // Other people's declarations are not ours to judge; ours and the consumer's are.
  const ours = compiled.output.split("\n").filter((line) => /^(?:consumer\.ts|node_modules\/@amigos\/)/.test(line));
  if (ours.length > 0) findings.push({ file: "packages", message: `a consumer's types fail:\n${ours.join("\n")}` });

  for (const { specifier, manifestFile } of entries) {
    const code = `await import(${JSON.stringify(specifier)})`;
    const imported = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: folder });
    // Suites for Vitest refuse to load anywhere else: that they were found is what counts here.
    if (imported.code === 0 || imported.output.includes("Vitest failed to access its internal state")) continue;
    findings.push({ file: manifestFile, message: `a consumer cannot import ${specifier}:\n${imported.output}` });
  }
  return findings.length > 0 ? findings : payAsConsumer(folder);
}

const consumerConfig = {
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023", "DOM", "DOM.AsyncIterable"],
    types: ["node"],
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
  files: ["consumer.ts"],
};

function publicEntries(manifest: Manifest): readonly string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((entry) => !entry.endsWith(".json"))
    .map((entry) => manifest.name + entry.slice(1));
}

function thirdParty({ dependencies, peerDependencies }: Manifest): readonly string[] {
  return Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !name.startsWith("@amigos/"));
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(realpathSync(target), path);
}

if (import.meta.main) reportFindings("package shape", await checkPackageShape());
