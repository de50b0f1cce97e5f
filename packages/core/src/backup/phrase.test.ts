import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { orThrow } from "../result.ts";
import { entropyToPhrase, phraseToEntropy } from "./phrase.ts";

const ALICE = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const ALICE_ENTROPY = "7f".repeat(16);

/** What comes of a text: "read", or the error's type with what it tells the writer. */
function outcome(typed: string): string {
  const read = phraseToEntropy(typed);
  if (read.ok) return "read";
  const { error } = read;
  if (error.type === "phrase-length") return `${error.words} words, not ${error.allowed.join(" or ")}`;
  if (error.type === "phrase-word-unknown") return `word ${error.position} is unknown: ${error.word}`;
  return error.type;
}

function words(count: number): string {
  return Array.from({ length: count }, () => "abandon").join(" ");
}

describe("the phrase", () => {
  it("[BAK1] alice's entropy becomes twelve words, and the words become her entropy", () => {
    expect(entropyToPhrase(hexToBytes(ALICE_ENTROPY))).toBe(ALICE);
    expect(bytesToHex(orThrow(phraseToEntropy(ALICE)))).toBe(ALICE_ENTROPY);
  });

  it("[BAK1] any 16 or 32 bytes come back from their phrase, however it is typed", () => {
    const spaces = fc.stringMatching(/^[ \t\r\n\u00A0\u3000]{1,3}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
        fc.array(fc.tuple(spaces, fc.boolean()), { minLength: 25, maxLength: 25 }),
        (entropy, habits) => {
          const typed = entropyToPhrase(entropy)
            .split(" ")
            .map((word, index) => {
              const [space, isUpper] = habits[index] ?? [" ", false];
              return space + (isUpper ? word.toUpperCase() : word);
            })
            .join("");
          expect(bytesToHex(orThrow(phraseToEntropy(typed)))).toBe(bytesToHex(entropy));
        },
      ),
    );
  });

  it.each([
    ["as it is written", ALICE, "read"],
    ["one word a line, in capitals", `\n${ALICE.toUpperCase().replaceAll(" ", "\r\n")}\n`, "read"],
    ["in letters of full width", ALICE.replace("legal", "ｌｅｇａｌ"), "read"],
    ["nothing", "", "0 words, not 12 or 24"],
    ["white space", " \n\t ", "0 words, not 12 or 24"],
    ["one word short", ALICE.slice(0, ALICE.lastIndexOf(" ")), "11 words, not 12 or 24"],
    ["of fifteen words", `${words(14)} address`, "15 words, not 12 or 24"],
    ["two words run together", ALICE.replace("legal winner", "legalwinner"), "11 words, not 12 or 24"],
    ["without white space", ALICE.replaceAll(" ", "-"), "1 words, not 12 or 24"],
    ["the first word mistyped", ALICE.replace("legal", "legul"), "word 0 is unknown: legul"],
    ["the last word mistyped", ALICE.replace("yellow", "yelow"), "word 11 is unknown: yelow"],
    [
      "two words mistyped: the first is named",
      ALICE.replace("year", "yeah").replace("wave", "wav"),
      "word 3 is unknown: yeah",
    ],
    ["with a dotted İ", ALICE.replace("winner", "wİnner"), "word 1 is unknown: wi̇nner"],
    ["numbered", `1. ${ALICE.slice(6)}`, "word 0 is unknown: 1."],
    ["another word for the last", ALICE.replace("yellow", "zoo"), "phrase-checksum"],
    ["two words swapped", ALICE.replace("legal winner", "winner legal"), "phrase-checksum"],
    ["twelve times one word", words(12), "phrase-checksum"],
    ["as long as may be", ALICE.padEnd(1024), "read"],
    ["a character longer", ALICE.padEnd(1025), "too-large"],
  ])("[BAK1] %s", (_what, typed, expected) => {
    expect(outcome(typed)).toBe(expected);
  });

  it("[BAK1] an error shows a long word in part, and nothing else of what was typed", () => {
    const glued = ALICE.replace("legal", ALICE.replaceAll(" ", ""));
    expect(phraseToEntropy(glued)).toEqual({
      ok: false,
      error: { type: "phrase-word-unknown", position: 0, word: "legalwinnert" },
    });
    expect(outcome(ALICE.replace("legal", "😀".repeat(13)))).toBe(`word 0 is unknown: ${"😀".repeat(12)}`);
    expect(JSON.stringify(phraseToEntropy(words(12)))).toBe('{"ok":false,"error":{"type":"phrase-checksum"}}');
  });

  it("[BAK1] entropy of another length is a defect of the caller", () => {
    for (const length of [0, 15, 17, 20, 24, 28, 31, 33, 64])
      expect(() => entropyToPhrase(new Uint8Array(length))).toThrow(AssertionFailed);
  });
});
