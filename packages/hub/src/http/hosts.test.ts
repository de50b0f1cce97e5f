import { describe, expect, it } from "vitest";
import { createHosts } from "./hosts.ts";

const hosts = createHosts({ host: "127.0.0.1", port: () => 4680 });

describe("hosts", () => {
  it.each([
    "localhost:4680",
    "alice.localhost:4680",
    "BOB.localhost:4680",
    "a.b.localhost:4680",
    "127.0.0.1:4680",
    "[::1]:4680",
  ])("answers to %s", (host) => {
    expect(hosts.isHostAllowed(host)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "localhost",
    "localhost:4681",
    "evil.example:4680",
    "localhost.evil.example:4680",
    "evillocalhost:4680",
    "user@localhost:4680",
    "localhost:4680/path",
    "192.168.0.1:4680",
  ])("does not answer to %s", (host) => {
    expect(hosts.isHostAllowed(host)).toBe(false);
  });

  it("takes pages of its own alone", () => {
    expect(hosts.isOriginAllowed("http://alice.localhost:4680")).toBe(true);
    for (const origin of [
      "null",
      "",
      "https://alice.localhost:4680",
      "http://evil.example:4680",
      "http://alice.localhost",
      "http://alice.localhost:4680/x",
    ]) {
      expect(hosts.isOriginAllowed(origin), origin).toBe(false);
    }
  });
});
