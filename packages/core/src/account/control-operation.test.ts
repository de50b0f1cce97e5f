import { fieldsOf } from "../../test/support/fields-of.ts";
import { describe, expect, it } from "vitest";
import { alice, bob, CONTROL_EXAMPLES, recovery } from "../../test/support/operations.ts";
import { hexToBytes } from "../bytes.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { generation } from "../ids.ts";
import { GUARDIANS_MAX, INTEGER_MAX, RECOVERY_DELAY_MS_MAX } from "../limits.ts";
import { controlOperationSchema, hasPlace, keysRegisteredBy } from "./control-operation.ts";

const KINDS = {
  grant: 0,
  revoke: 1,
  "kill-switch": 2,
  rotate: 3,
  "set-recovery": 4,
  "recovery-start": 5,
  "recovery-approve": 6,
  "recovery-veto": 7,
  "recovery-complete": 8,
  upgrade: 9,
} as const;

const bytes32 = hexToBytes("ab".repeat(32));
const operations = CONTROL_EXAMPLES.map(({ name, control }) => ({ name, operation: control.entry.operation }));

function outcome(fields: readonly (readonly [number, CborValue])[]): string {
  const read = decodeWith(controlOperationSchema, encodeCbor(new Map(fields)), 2048);
  if (read.ok) return "read";
  return read.error.type === "schema-mismatch" ? `${read.error.path}: ${read.error.expected}` : read.error.type;
}

describe("control operations", () => {
  it.each(operations)("[CTL1] $name: it has a kind of its own and comes back from its bytes", ({ operation }) => {
    const bytes = encodeWith(controlOperationSchema, operation);
    expect(decodeWith(controlOperationSchema, bytes, 2048)).toEqual({ ok: true, value: operation });
    expect(fieldsOf(controlOperationSchema, operation).get(0)).toBe(KINDS[operation.type]);
    expect(hasPlace(operation)).toBe(!/^recovery-(start|approve|veto)$/.test(operation.type));
  });

  it("[CTL1] the examples leave no kind out", () => {
    expect(new Set(operations.map(({ operation }) => operation.type))).toEqual(new Set(Object.keys(KINDS)));
  });

  it("[CTL1] a revocation and an upgrade may say how much of the session they honour, and leave it out for nothing", () => {
    expect(
      outcome([
        [0, 1],
        [1, bytes32],
      ]),
    ).toBe("read");
    expect(
      outcome([
        [0, 1],
        [1, bytes32],
        [2, INTEGER_MAX],
      ]),
    ).toBe("read");
    expect(
      outcome([
        [0, 1],
        [1, bytes32],
        [2, 2n ** 53n],
      ]),
    ).toBe(`.lastHonoured: whole number up to ${INTEGER_MAX}`);
    expect(outcome([[0, 1]])).toBe(".session: to be present");
  });

  it("[CTL1] generations go up to the largest whole number, and no further", () => {
    expect(
      outcome([
        [0, 2],
        [1, INTEGER_MAX],
      ]),
    ).toBe("read");
    expect(
      outcome([
        [0, 2],
        [1, 2n ** 53n],
      ]),
    ).toBe(`.generation: whole number up to ${INTEGER_MAX}`);
    expect(generation(INTEGER_MAX)).toBe(INTEGER_MAX);
    expect(() => generation(-1)).toThrow("whole number");
  });

  it("[CTL7] a start names new keys, the round of recovery, and one of three ways", () => {
    const start = (round: CborValue, way: readonly (readonly [number, CborValue])[]): string =>
      outcome([
        [0, 5],
        [1, bytes32],
        [2, bytes32],
        [3, round],
        [4, new Map(way)],
      ]);
    const by = new Map<number, CborValue>([[0, hexToBytes(bob.account)]]);
    expect(
      start(0, [
        [0, 0],
        [1, by],
      ]),
    ).toBe("read");
    expect(start(0, [[0, 1]])).toBe("read");
    expect(start(0, [[0, 2]])).toBe("read");
    expect(start(0, [[0, 3]])).toBe(".way: known kind");
    expect(start(0, [[0, 0]])).toBe(".way.by: to be present");
    expect(
      start(0, [
        [0, 1],
        [1, by],
      ]),
    ).toBe(".way: no other fields");
    expect(start(INTEGER_MAX, [[0, 1]])).toBe("read");
    expect(start(2n ** 53n, [[0, 1]])).toBe(`.round: whole number up to ${INTEGER_MAX}`);
    expect(start(new Uint8Array(16), [[0, 1]])).toBe(`.round: whole number up to ${INTEGER_MAX}`);
  });

  it("[CTL7] who approves names an account, and a session when it is not its master key that signs", () => {
    const approve = (by: readonly (readonly [number, CborValue])[]): string =>
      outcome([
        [0, 6],
        [1, bytes32],
        [2, new Map(by)],
      ]);
    expect(approve([[0, bytes32]])).toBe("read");
    expect(
      approve([
        [0, bytes32],
        [1, bytes32],
      ]),
    ).toBe("read");
    expect(approve([[1, bytes32]])).toBe(".by.account: to be present");
    expect(
      approve([
        [0, bytes32],
        [2, bytes32],
      ]),
    ).toBe(".by: no other fields");
  });

  it("[SIG2] the keys that an operation registers are told by name of the operation", () => {
    const registered = operations.map(({ operation }) => [operation.type, keysRegisteredBy(operation).length]);
    expect(registered.filter(([, count]) => count === 1).map(([type]) => type)).toEqual([
      "grant",
      "upgrade",
      "rotate",
      "recovery-complete",
      "recovery-start",
      "recovery-start",
      "recovery-start",
      "recovery-start",
    ]);
    expect(registered.filter(([, count]) => count === 2)).toEqual([["set-recovery", 2]]);
    expect(keysRegisteredBy({ type: "set-recovery" })).toEqual([]);
  });
});

describe("ways of recovery", () => {
  const delayMs = 86_400_000;
  const key: CborValue = [hexToBytes(alice.master.publicKey), delayMs];
  const set = (...ways: readonly (readonly [number, CborValue])[]): string =>
    outcome([
      [0, 4],
      [1, new Map(ways)],
    ]);
  const accounts = (count: number): CborValue =>
    Array.from({ length: count }, (_, index) => hexToBytes(index.toString(16).padStart(64, "0")));

  it("[RCV1] guardians, a time-locked key and a backup key, each alone or together, or no recovery at all", () => {
    expect(outcome([[0, 4]])).toBe("read");
    expect(set([0, [accounts(2), 1, delayMs]])).toBe("read");
    expect(set([1, key])).toBe("read");
    expect(set([2, key])).toBe("read");
    expect(set([0, [accounts(2), 1, delayMs]], [1, key], [2, key])).toBe("read");
    expect(set()).toBe(".recovery: at least one way");
    expect(set([3, key])).toBe(".recovery: no other fields");
    expect(Object.keys(recovery)).toEqual(["guardians", "timeLockedKey", "backupKey"]);
  });

  it("[RCV1] guardians are 1 to 16 accounts, each once and in ascending order", () => {
    const expected = ".recovery.guardians.accounts: 1 to 16 in ascending order, each once";
    const [first, second] = accounts(2) as [Uint8Array, Uint8Array];
    expect(set([0, [accounts(1), 1, 0]])).toBe("read");
    expect(set([0, [accounts(GUARDIANS_MAX), GUARDIANS_MAX, 0]])).toBe("read");
    expect(set([0, [accounts(GUARDIANS_MAX + 1), 1, 0]])).toBe(".recovery.guardians.accounts: list of at most 16");
    expect(set([0, [[], 1, 0]])).toBe(expected);
    expect(set([0, [[second, first], 1, 0]])).toBe(expected);
    expect(set([0, [[first, first], 1, 0]])).toBe(expected);
  });

  it("[RCV1] the threshold is at least one guardian and at most all of them", () => {
    const expected = ".recovery.guardians: a threshold from 1 to the number of guardians";
    expect(set([0, [accounts(3), 3, 0]])).toBe("read");
    expect(set([0, [accounts(3), 0, 0]])).toBe(expected);
    expect(set([0, [accounts(3), 4, 0]])).toBe(expected);
  });

  it("[RCV1] a delay is at most a year", () => {
    const keyAfter = (after: CborValue): CborValue => [hexToBytes(alice.master.publicKey), after];
    const expected = `whole number up to ${RECOVERY_DELAY_MS_MAX}`;
    expect(set([1, keyAfter(0)])).toBe("read");
    expect(set([1, keyAfter(RECOVERY_DELAY_MS_MAX)])).toBe("read");
    expect(set([1, keyAfter(RECOVERY_DELAY_MS_MAX + 1)])).toBe(`.recovery.timeLockedKey.delayMs: ${expected}`);
    expect(set([2, keyAfter(RECOVERY_DELAY_MS_MAX + 1)])).toBe(`.recovery.backupKey.delayMs: ${expected}`);
    expect(set([0, [accounts(1), 1, RECOVERY_DELAY_MS_MAX + 1]])).toBe(`.recovery.guardians.delayMs: ${expected}`);
  });
});
