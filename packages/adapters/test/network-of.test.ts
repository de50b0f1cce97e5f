import { expect, test } from "vitest";
import { networkOf } from "../src/shared/network-of.ts";

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["2001:db8::3:4:5:6:7", "2001:db8:0:3"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("an address such as %s is of the network %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
