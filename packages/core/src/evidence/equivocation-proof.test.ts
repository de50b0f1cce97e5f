import { describe, expect, it } from "vitest";
import { splitSigned, joinSigned } from "../encoding/signed.ts";
import { decodeEntry } from "../entry/decode-entry.ts";
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { proveEquivocation } from "./equivocation-proof.ts";

const network = createTestNetwork();
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const carol = await createPerson("carol", { network });
const toBob = await signPayment(alice, { network, to: bob.account, money: ami(5) });
const toCarol = await signPayment(alice, { network, to: carol.account, money: ami(5) });

function outcome(first: VerifiedEntry, second: VerifiedEntry): string {
  const attempt = proveEquivocation(first, second);
  return attempt.ok ? "proven" : attempt.error.reason;
}

describe("equivocations", () => {
  it("[EVI1] two entries for one place prove it, whoever found them first", () => {
    const proof = orThrow(proveEquivocation(toBob, toCarol));
    expect(orThrow(proveEquivocation(toCarol, toBob))).toEqual(proof);
    expect(proof).toMatchObject({ type: "equivocation", session: alice.session, sequence: 0 });
    expect(proof.a.id < proof.b.id).toBe(true);
  });

  it("[EVI1] one entry twice, two sessions or two places prove nothing", async () => {
    const next = await signPayment(alice, { network, to: bob.account, money: ami(1), after: toBob });
    const bobs = await signPayment(bob, { network, to: alice.account, money: ami(1) });
    expect(outcome(toBob, toCarol)).toBe("proven");
    expect(outcome(toBob, toBob)).toBe("one entry");
    expect(outcome(toBob, next)).toBe("two sequences");
    expect(outcome(toBob, bobs)).toBe("two sessions");
  });

  it("[EVI1] one body under two signatures is one entry and no equivocation", () => {
    const { body, signature } = orThrow(splitSigned(toBob.bytes));
    const other = signature.map((byte) => byte ^ 1);
    const variant = orThrow(decodeEntry(joinSigned(body, other), network.tag));
    expect(variant.link).not.toBe(toBob.link);
    expect(outcome(toBob, variant as VerifiedEntry)).toBe("one entry");
  });
});
