import { describe, expect, it } from "vitest";
import { isPlainText } from "./plain-text.ts";

describe("text", () => {
  it.each([
    ["two coffees", true],
    ["zwei Kaffee und ein Hörnchen", true],
    ["دو قهوه", true],
    ["咖啡", true],
    ["👩‍👩‍👧 with joiners", true],
    ["", false],
    ["two\nlines", false],
    ["a bell\u0007", false],
    ["a C1 control\u0085", false],
    ["a line separator\u2028", false],
    ["an override\u202E", false],
    ["an isolate\u2066", false],
    ["half a pair\uD83D", false],
    ["\uFEFFa byte order mark", false],
    ["a".repeat(64), true],
    ["a".repeat(65), false],
    ["ä".repeat(32), true],
    ["ä".repeat(33), false],
    ["😀".repeat(16), true],
    ["😀".repeat(17), false],
  ])("[ENC3] %j may stand in 64 bytes of plain text: %s", (value, isAllowed) => {
    expect(isPlainText(value, 64)).toBe(isAllowed);
  });
});
