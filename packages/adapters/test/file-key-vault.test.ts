/** The file key vault and its files. */
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { KeyVaultError } from "@amigos/engine/ports";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./helpers/temporary.ts";

describe("a file key vault", () => {
  test("keeps one file per key, readable by its owner only, and no drafts", async () => {
    const { directory, vault } = await createVault();
    await vault.create("phone");
    await vault.create("phone").catch(() => {});
    await vault.create("laptop");
    const files = await readdir(directory);
    expect(files.length).toBe(2);
    for (const file of files) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test("keeps keys in the form that OpenSSL reads", async () => {
    const { file } = await createVault("phone");
    expect(await readFile(file, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  test("does not use a key that others can read", async () => {
    const { vault, file } = await createVault("phone");
    await chmod(file, 0o640);
    expect(await failureOf(vault.signer("phone"))).toMatch(/vault-failed: .* chmod 600/);
  });

  test.each([
    ["empty", ""],
    ["no key", "Alice's shopping list"],
    [
      "a key of another kind",
      generateKeyPairSync("x25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    ],
  ])("says so when a key's file is %s, and keeps the file", async (_title, content) => {
    const { vault, file } = await createVault("phone");
    await writeFile(file, content);
    expect(await failureOf(vault.signer("phone"))).toMatch(/^vault-failed: The key phone/);
    expect(await failureOf(vault.create("phone"))).toMatch(/^key-exists/);
    expect(await readFile(file, "utf8")).toBe(content);
  });

  test("says so when its folder cannot be made", async () => {
    expect(await failureOf(openFileKeyVault({ directory: "/dev/null/keys" }))).toMatch(/^vault-failed/);
  });
});

async function createVault(key?: string) {
  const directory = join(await temporaryFolder(), "keys");
  const vault = await openFileKeyVault({ directory });
  if (key !== undefined) await vault.create(key);
  const [name = ""] = await readdir(directory);
  return { directory, vault, file: join(directory, name) };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => (error instanceof KeyVaultError ? `${error.type}: ${error.message}` : String(error)),
  );
}
