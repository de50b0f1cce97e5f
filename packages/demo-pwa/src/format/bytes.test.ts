import { expect, test } from "vitest";
import { bytesToText } from "./bytes.ts";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [3_400_000, "3.4 MB"],
  [2_000_000_000, "2 GB"],
  [5e15, "5,000 TB"],
])("%i bytes are %s", (bytes, text) => {
  expect(bytesToText(bytes, "en")).toBe(text);
});
