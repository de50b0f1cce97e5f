/** The example of this package's README, run as it stands there by a process of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

it("the example of the README makes an account and a session, pays, and verifies it from bytes alone", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  // Beside the tests, so that the example finds the package as an app would.
  const folder = await mkdtemp(join(import.meta.dirname, ".readme-"));
  try {
    const file = join(folder, "example.ts");
    await writeFile(file, example);
    const { stdout } = await run(process.execPath, ["--conditions=amigos-source", file]);
    expect(stdout).toBe("Alice's phone pays 5.00 AMI: two coffees\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
