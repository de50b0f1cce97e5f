/**
 * How often an entry crosses to a phone in a circle without a hub, when phones meet at random, every fifth message is lost
 * and was the last of its connection, and the village was in two halves before. What is received is counted on every lane:
 * the entries of bundles, and the changes of log documents. Once each is the least there can be.
 *
 * Fifty phones with 2,000 entries, in three minutes of processor time: all of them are in one process, and a connection carries
 * two messages or so before one is lost.
 */
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import { createVillage } from "./support/village.ts";

const cases: readonly BenchCase[] = [
  {
    id: "engine.mesh-received",
    what: "how often a wallet receives an entry of another: 50 wallets in one circle, a random mesh of degree 4, one message in five lost with its connection once it is made, in two halves at first; 2,000 entries, until everybody has all; the reference is once",
    unit: "times",
    bar: 3,
    rounds: 1,
    prepare: async () => {
      const village = await createVillage({ people: 50, entriesEach: 40, links: 100, lossOneIn: 5, seed: 20_250_101 });
      // A village comes together once; there is nothing to warm up, for no time is measured.
      let received: Promise<number> | undefined;
      return { ours: () => (received ??= village.received()), reference: fixed(1), close: () => village.close() };
    },
  },
];

export default cases;
