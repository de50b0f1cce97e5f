/** A device that cannot give scrypt its memory. No test can take all of a machine's, so here scrypt says what it would. */
import { expect, it, vi } from "vitest";
import { ALICE_BACKUP, countingBytes, PASSWORD, PHRASE } from "../../test/support/backups.ts";
import { encryptBackup } from "./index.ts";

vi.mock("@noble/hashes/scrypt.js", () => ({
  scryptAsync: () => Promise.reject(new RangeError("Array buffer allocation failed")),
}));

it("[BAK5] a device without the memory says so, with how much it takes; a phrase takes none of it", async () => {
  const random = countingBytes();
  expect(await encryptBackup(ALICE_BACKUP, { secret: PASSWORD, random })).toEqual({
    ok: false,
    error: { type: "out-of-memory", bytes: 128 * 1024 * 1024 },
  });
  expect((await encryptBackup(ALICE_BACKUP, { secret: PHRASE, random })).ok).toBe(true);
});
