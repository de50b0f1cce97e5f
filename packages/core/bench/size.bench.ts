/** How large things are: a payment with its signature has to fit one QR code, and the package what a page loads in no time. */
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { ami, createPerson, createTestNetwork, signPayment } from "@amigos/core/testing";
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import { bundleForBrowsers } from "../../../scripts/browser-bundle.ts";

const cases: readonly BenchCase[] = [
  {
    id: "core.payment-bytes",
    what: "the second payment of a session, without a memo, signed and encoded; the reference is what one QR code carries with ease",
    unit: "bytes",
    bar: 1,
    rounds: 1,
    prepare: async () => {
      const network = createTestNetwork(["alice", "bob"]);
      const [alice, bob] = await Promise.all([createPerson("alice", { network }), createPerson("bob", { network })]);
      const first = await signPayment(alice, { network, to: bob.account, money: ami(5) });
      const payment = await signPayment(alice, {
        network,
        to: bob.account,
        money: ami(1_000),
        after: first,
      });
      return { ours: () => payment.bytes.length, reference: fixed(256) };
    },
  },
  {
    id: "core.browser-bundle",
    what: "everything that the package exports, with its libraries, in one minified script for browsers, gzipped; the reference is what it may weigh",
    unit: "bytes",
    bar: 1,
    rounds: 1,
    prepare: async () => {
      const entry = resolve(import.meta.dirname, "../src/index.ts");
      const { code } = await bundleForBrowsers({ entry, minify: true });
      const size = gzipSync(code, { level: 9 }).length;
      return { ours: () => size, reference: fixed(30_000) };
    },
  },
];

export default cases;
