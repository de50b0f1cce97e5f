import { bech32m } from "@scure/base";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf } from "../test/support/arbitraries.ts";
import type { AccountId, EntryId, SessionId } from "./ids.ts";
import { accountToText, entryToText, sessionToText, textToAccount, textToEntry, textToSession } from "./text.ts";

/** One whose text has many a "k", so that the sign for kelvin can stand for it. */
const ACCOUNT = `${"b5ad6".repeat(12)}b5ad` as AccountId;
const text = accountToText(ACCOUNT);

function outcome(pasted: string): string {
  const read = textToAccount(pasted);
  return read.ok ? "read" : read.error.type;
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l".split("");

describe("text forms of ids", () => {
  it("[TXT1] every id comes back from its text, and no other kind accepts it", () => {
    fc.assert(
      fc.property(hexOf<string>(32), (hex) => {
        const forms = [accountToText(hex as AccountId), sessionToText(hex as SessionId), entryToText(hex as EntryId)];
        const readers = [textToAccount, textToSession, textToEntry];
        const read = forms.map((form) =>
          readers.map((reader) => {
            const result = reader(form);
            return result.ok ? result.value : result.error.type;
          }),
        );
        const wrong = "text-wrong-kind";
        expect(read).toEqual([
          [hex, wrong, wrong],
          [wrong, hex, wrong],
          [wrong, wrong, hex],
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it("[TXT1] an account is 64 characters that begin with amigo1", () => {
    expect(text).toMatch(/^amigo1[a-z0-9]{58}$/);
  });

  it("[TXT1] says what was pasted, at most the beginning, or which kind it is and which was expected", () => {
    const [long, session] = ["x".repeat(91), sessionToText(ACCOUNT as string as SessionId)];
    expect(textToAccount(`  ${long} `)).toEqual({ ok: false, error: { type: "text-malformed", text: "x".repeat(90) } });
    expect(textToAccount(" amigo1 ")).toEqual({ ok: false, error: { type: "text-malformed", text: "amigo1" } });
    expect(textToAccount(session)).toEqual({
      ok: false,
      error: { type: "text-wrong-kind", expected: "amigo", found: "amigosession" },
    });
  });

  it("[TXT1] what is whole but not 32 bytes is no id", () => {
    for (const length of [20, 31, 33]) {
      const other = bech32m.encode("amigo", bech32m.toWords(new Uint8Array(length)));
      expect(textToAccount(other)).toEqual({ ok: false, error: { type: "text-malformed", text: other } });
    }
  });

  it("[TXT1] one id has one text: bits that fill the last character are zero", () => {
    const { words } = bech32m.decode<"amigo">(text as `amigo1${string}`);
    const filled = bech32m.encode("amigo", [...words.slice(0, -1), (words.at(-1) ?? 0) | 1]);
    expect(outcome(filled)).toBe("text-malformed");
  });

  it("[TXT1] one wrong character is noticed", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...BECH32), (at, character) => {
        const mistyped = text.slice(0, at) + character + text.slice(at + 1);
        expect(outcome(mistyped)).toBe(mistyped === text ? "read" : "text-malformed");
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["spaces around it", ` ${text}\n`, "read"],
    ["all capitals, as a QR code may have it", text.toUpperCase(), "read"],
    ["mixed case", text.slice(0, 20) + text.slice(20).toUpperCase(), "text-malformed"],
    ["cut off", text.slice(0, 40), "text-malformed"],
    ["nothing", "", "text-malformed"],
    ["the prefix alone", "amigo1", "text-malformed"],
    ["very long", text.repeat(50_000), "text-malformed"],
    [
      "letters that are not ASCII but become so in lower case",
      text.toUpperCase().replaceAll("K", "\u212A"),
      "text-malformed",
    ],
    ["bech32 of the first kind", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "text-malformed"],
  ])("[TXT1] %s", (_what, pasted, expected) => {
    expect(outcome(pasted)).toBe(expected);
  });
});
