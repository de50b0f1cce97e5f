import { describe, expect, it } from "vitest";
import { amount } from "../amount.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { PERMISSIONS_MAX } from "../limits.ts";
import { AMI, ami } from "../testing/index.ts";
import {
  ACCOUNT_RECOVER,
  IMPORT_EXECUTE,
  permissionSchema,
  permissionsSchema,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
} from "./permission.ts";

function outcome(permissions: readonly CborValue[]): string {
  const read = decodeWith(permissionsSchema, encodeCbor(permissions), 2048);
  if (read.ok) return "read";
  return read.error.type === "schema-mismatch" ? read.error.expected : read.error.type;
}

describe("permissions", () => {
  it.each([
    [READ_ALL, "8100"],
    [SEND_LIMIT_TX(ami(5)), "830163414d491901f4"],
    [SEND_LIMIT_DAILY(ami(50)), "830263414d49191388"],
    [SEND_UNLIMITED, "8103"],
    [READ_ONLY, "8104"],
    [STAKE_MANAGE, "8105"],
    [IMPORT_EXECUTE, "8106"],
    [ACCOUNT_RECOVER, "8107"],
  ])("[PERM1] $0.type has one encoding, by kind, with its own asset and amount", (permission, hex) => {
    const bytes = encodeWith(permissionSchema, permission);
    expect(bytesToHex(bytes)).toBe(hex);
    expect(decodeWith(permissionSchema, bytes, 64)).toEqual({ ok: true, value: permission });
  });

  it.each([
    ["a kind that does not exist", "8108"],
    ["a limit without its asset and amount", "8101"],
    ["a daily limit without them", "8102"],
    ["sending without limit, with something more", "820300"],
    ["seeing with an asset and an amount", "830063414d4901"],
    ["sending without limit with them", "830363414d4901"],
    ["staking with them", "830563414d4901"],
    ["a limit without its amount", "82016141"],
    ["a limit of an asset in lower case", "830163616d6901"],
    ["a limit of 2^63", "830163414d491b8000000000000000"],
    ["a kind as text", "816130"],
    ["nothing", "80"],
    ["a number", "01"],
    ["a map", "a10000"],
  ])("[PERM2] %s is refused: sending is never granted by accident", (_what, hex) => {
    expect(decodeWith(permissionSchema, hexToBytes(hex), 64)).toMatchObject({
      ok: false,
      error: { type: "schema-mismatch" },
    });
  });

  it("[PERM1] a limit may be zero: the asset is named, and nothing of it may go", () => {
    const nothing = SEND_LIMIT_TX({ asset: AMI, amount: amount(0n) });
    expect(decodeWith(permissionSchema, encodeWith(permissionSchema, nothing), 64)).toEqual({
      ok: true,
      value: { type: "SEND_LIMIT_TX", asset: "AMI", amount: 0n },
    });
  });

  it("[PERM1] READ_ONLY stands alone: with anything else, even itself, it says two things", () => {
    expect(outcome([[4]])).toBe("read");
    expect(outcome([[4], [0]])).toBe("READ_ONLY to stand alone");
    expect(outcome([[3], [4]])).toBe("READ_ONLY to stand alone");
    expect(outcome([[4], [4]])).toBe("READ_ONLY to stand alone");
  });

  it("[PERM1] a session has none to sixteen of them, in the order of their grant", () => {
    const many = (count: number): readonly CborValue[] =>
      Array.from({ length: count }, (_, index) => [1, "AMI", index]);
    expect(outcome([])).toBe("read");
    expect(outcome(many(PERMISSIONS_MAX).toReversed())).toBe("read");
    expect(outcome(many(PERMISSIONS_MAX + 1))).toBe("list of at most 16");
  });
});
