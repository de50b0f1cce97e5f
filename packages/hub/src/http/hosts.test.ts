import { describe, expect, it } from "vitest";
import { createHosts } from "./hosts.ts";

const hosts = createHosts({ host: "127.0.0.1", port: () => 4680, scheme: "http" });

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

  it("answers to its public name, whoever ends the encryption", () => {
    const publicUrl = "https://hub.example.org";
    for (const scheme of ["http", "https"] as const) {
      const open = createHosts({ host: "0.0.0.0", port: () => 4680, scheme, publicUrl });
      const own = ["hub.example.org", "HUB.example.org:443", "localhost:4680", "127.0.0.1:4680"];
      const foreign = [
        "hub.example.org:4680",
        "example.org",
        "evil.hub.example.org",
        "hub.example.org.evil",
        "localhost",
      ];
      expect([...own, ...foreign].filter(open.isHostAllowed)).toEqual(own);
      const pages = [publicUrl, `${scheme}://alice.localhost:4680`];
      const elsewhere = [
        "http://hub.example.org",
        "https://hub.example.org:4680",
        `${publicUrl}/`,
        "https://evil.example",
      ];
      expect([...pages, ...elsewhere].filter(open.isOriginAllowed)).toEqual(pages);
      expect(open.description).toBe("localhost and names below it, and to hub.example.org");
    }
  });
});
