/** Backups of any account under any secret, whole and damaged. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, decodeCbor, orThrow } from "../src/index.ts";
import {
  decryptBackup,
  describeBackup,
  encryptBackup,
  type AccountBackup,
  type BackupSecret,
} from "../src/backup/index.ts";
import { alice, ALICE_BACKUP, CHEAP, cheaply, network, PASSWORD, PHRASE } from "./support/backups.ts";

const entropies = fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

const backups: fc.Arbitrary<AccountBackup> = fc.record(
  {
    version: fc.constant(1 as const),
    network: fc.constant(network.id),
    record: fc.record({
      inception: fc.constant(alice.inception.bytes),
      control: fc.array(fc.constant(alice.grant.bytes), { maxLength: 5 }),
    }),
    phrase: fc.record({ entropy: entropies, account: fc.nat(2 ** 31 - 1) }),
  },
  { requiredKeys: ["version", "network", "record"] },
);

const typed = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });

const secrets: fc.Arbitrary<BackupSecret> = fc.oneof(
  fc.record({ type: fc.constant("password" as const), password: typed }),
  fc.record(
    { type: fc.constant("phrase" as const), entropy: entropies, passphrase: typed },
    { requiredKeys: ["type", "entropy"] },
  ),
);

/** Everything that damage may end as. Never a backup, never an exception. */
const ENDS: ReadonlySet<string> = new Set([
  "malformed",
  "not-canonical",
  "too-large",
  "schema-mismatch",
  "unsupported-version",
  "sealed-otherwise",
  "password-wrong-or-damaged",
  "phrase-wrong-or-damaged",
]);

async function endOf(file: Uint8Array, secret: BackupSecret): Promise<string> {
  const opened = await decryptBackup(file, { secret });
  return opened.ok ? "opened" : opened.error.type;
}

describe("a backup", () => {
  it("[BAK3] [BAK4] opens to what was sealed", async () => {
    await fc.assert(
      fc.asyncProperty(
        backups,
        secrets,
        fc.uint8Array({ minLength: 40, maxLength: 40 }),
        async (backup, secret, drawn) => {
          let used = 0;
          const random = { bytes: (length: number) => drawn.subarray(used, (used += length)) };
          const file = orThrow(await encryptBackup(backup, { secret, random, costLog2: CHEAP }));
          const opened = orThrow(await decryptBackup(file, { secret, network: network.id }));
          expect(opened.backup).toEqual(backup);
          expect(opened.inception.id).toBe(alice.account);
          expect(orThrow(describeBackup(file))).toEqual({ network: network.tag, sealedBy: secret.type });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("[BAK4] [BAK6] with any byte of it flipped is a typed error", async () => {
    const file = orThrow(await encryptBackup(ALICE_BACKUP, cheaply(PASSWORD)));
    const ends = new Map<string, number>();
    for (const at of file.keys()) {
      // The cost is the one byte that can make opening slow; its lowest bit keeps it low.
      const end = await endOf(flipped(file, at, 1), PASSWORD);
      expect(ENDS, `byte ${at}: ${end}`).toContain(end);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    // Tag of the network, cost, salt and nonce are only found out by the cipher, and so is the ciphertext; all else is form.
    const ciphertext = (orThrow(decodeCbor(file)) as ReadonlyMap<number, Uint8Array>).get(4);
    expect(ends.get("password-wrong-or-damaged")).toBe(4 + 1 + 16 + 24 + (ciphertext?.length ?? 0));
  });

  it("[BAK4] [BAK6] sealed by a phrase, damaged anyhow, is a typed error", async () => {
    const file = orThrow(await encryptBackup(ALICE_BACKUP, cheaply(PHRASE)));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(file.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom("flip", "cut", "drop", "add"),
        async (at, bits, how) => {
          const end = await endOf(damaged(file, at, { bits, how }), PHRASE);
          expect(ENDS).toContain(end);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("[BAK6] any bytes at all are a typed error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(ENDS, bytesToHex(bytes)).toContain(await endOf(bytes, PASSWORD));
      }),
    );
  });
});

function flipped(bytes: Uint8Array, at: number, bits: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ bits : byte));
}

function damaged(
  bytes: Uint8Array,
  at: number,
  { bits, how }: { readonly bits: number; readonly how: "flip" | "cut" | "drop" | "add" },
): Uint8Array {
  if (how === "flip") return flipped(bytes, at, bits);
  if (how === "cut") return bytes.slice(0, at);
  const added = how === "add" ? [bits] : [];
  return Uint8Array.of(...bytes.subarray(0, at), ...added, ...bytes.subarray(how === "drop" ? at + 1 : at));
}
