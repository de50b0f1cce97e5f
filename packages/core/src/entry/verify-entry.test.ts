import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../assert.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { decodeEntry } from "./decode-entry.ts";
import { verifyChain } from "./verify-entry.ts";

async function threePayments() {
  const network = createTestNetwork(["alice"]);
  const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
  const pay = (after?: Awaited<ReturnType<typeof signPayment>>) =>
    signPayment(alice, { network, to: bob.account, money: ami(1), ...(after === undefined ? {} : { after }) });
  const first = await pay();
  const second = await pay(first);
  return { network, alice, bob, chain: [first, second, await pay(second)] as const };
}

describe("a chain", () => {
  it("[LOG2] is authentic by the signature of its last entry, and by no other", async () => {
    const { network, alice, bob, chain } = await threePayments();
    const [first, second, third] = chain;
    expect(orThrow(verifyChain(chain, alice.signer.publicKey))).toEqual(chain);
    expect(verifyChain([second], alice.signer.publicKey)).toMatchObject({ ok: true });
    expect(verifyChain(chain, bob.signer.publicKey)).toEqual({
      ok: false,
      error: { type: "signature-invalid", entry: third.id },
    });
    const bent = first.bytes.with(first.bytes.length - 1, (first.bytes.at(-1) ?? 0) ^ 1);
    const variant = orThrow(decodeEntry(bent, network.tag));
    const builtOn = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(2),
      after: variant as typeof first,
    });
    expect(verifyChain([variant, builtOn], alice.signer.publicKey), "vouched for").toMatchObject({ ok: true });
    expect(verifyChain([variant], alice.signer.publicKey)).toMatchObject({ ok: false });
  });

  it("[LOG2] that is none is a defect of whoever asks", async () => {
    const { alice, chain } = await threePayments();
    const [first, second, third] = chain;
    for (const broken of [[], [first, third], [second, first], [first, first]])
      expect(() => verifyChain(broken, alice.signer.publicKey)).toThrow(AssertionFailed);
  });
});
