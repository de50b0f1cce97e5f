/** How large entries are: a payment with its signature has to fit one QR code. */
import { ami, createPerson, createTestNetwork, signPayment } from "@amigos/core/testing";
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";

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
];

export default cases;
