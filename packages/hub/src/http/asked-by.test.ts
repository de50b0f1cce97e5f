import { expect, test } from "vitest";
import { addressIn } from "./asked-by.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["192.0.2.1:4711", "192.0.2.1"],
  ["2001:db8::1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["unknown", undefined],
  ["proxy:4711", undefined],
  ["[192.0.2.1", undefined],
  ["192.0.2.1:port", undefined],
  ["", undefined],
])("%s names the address %s", (said, address) => {
  expect(addressIn(said)).toBe(address);
});
