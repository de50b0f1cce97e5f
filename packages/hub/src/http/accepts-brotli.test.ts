import { expect, it } from "vitest";
import { acceptsBrotli } from "./accepts-brotli.ts";

it.each(["br", "gzip, deflate, br, zstd", "gzip;q=1.0, BR ; q=0.001", ["gzip", "br"], "br;q=1"])(
  "takes it: %j",
  (header) => {
    expect(acceptsBrotli(header)).toBe(true);
  },
);

it.each([undefined, "", "gzip", "*", "brx", "br;q=0", "br ; Q=0.000", "gzip, br;q=0", "x;br", ",,;"])(
  "does not take it: %j",
  (header) => {
    expect(acceptsBrotli(header)).toBe(false);
  },
);
