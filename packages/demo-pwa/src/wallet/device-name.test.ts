import { expect, test } from "vitest";
import { suggestDeviceName, walletNameOf } from "./device-name.ts";

const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36";

test.each([
  [
    "an address that names a person",
    { hostname: "alice.localhost", userAgent: ANDROID, walletName: "main" },
    "Alice’s phone",
  ],
  [
    "a wallet that names a person",
    { hostname: "alice.localhost", userAgent: ANDROID, walletName: "carol" },
    "Carol’s phone",
  ],
  ["a platform", { hostname: "pay.example.org", userAgent: ANDROID, walletName: "main" }, "Android phone"],
  ["nothing known", { hostname: "localhost", userAgent: "", walletName: "main" }, "This device"],
])("%s suggests a name", (_what, platform, expected) => {
  expect(suggestDeviceName(platform)).toBe(expected);
});

test.each([
  ["", "main"],
  ["?wallet=bob", "bob"],
  ["?wallet=bob-2", "bob-2"],
  ["?wallet=Bob", "main"],
  ["?wallet=../../etc", "main"],
  [`?wallet=${"a".repeat(33)}`, "main"],
])("the address %j means the wallet %s", (search, expected) => {
  expect(walletNameOf(search)).toBe(expected);
});
