import { describe, expect, it } from "vitest";
import type { VerifiedEntry } from "../entry/verify-entry.ts";
import { sequence, type Link, type SessionId } from "../ids.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signOperation, signPayment, type Person } from "../testing/index.ts";
import { proveDoubleAttestation } from "./double-attestation-proof.ts";
import { proveEquivocation } from "./equivocation-proof.ts";

const network = createTestNetwork();
const [alice, bob, carol] = (await Promise.all(
  ["alice", "bob", "carol"].map((name) => createPerson(name, { network })),
)) as [Person, Person, Person];
const [head, otherHead] = ["0a".repeat(32), "0b".repeat(32)] as [Link, Link];

interface Seen {
  readonly head?: Link;
  readonly session?: SessionId;
  readonly place?: number;
  readonly after?: VerifiedEntry;
}

/** A witness says what it saw at the first place of bob's log, or elsewhere. */
function attest(witness: Person, seen: Seen = {}): Promise<VerifiedEntry> {
  const { after } = seen;
  return signOperation(
    witness,
    {
      type: "attest",
      account: bob.account,
      session: seen.session ?? bob.session,
      sequence: sequence(seen.place ?? 0),
      head: seen.head ?? head,
    },
    { network, ...(after === undefined ? {} : { after }) },
  );
}

function outcome(first: VerifiedEntry, second: VerifiedEntry): string {
  const attempt = proveDoubleAttestation(first, second);
  return attempt.ok ? "proven" : attempt.error.reason;
}

const first = await attest(alice);
const second = await attest(alice, { head: otherHead, after: first });

describe("double attestations", () => {
  it("[EVI2] two heads for one place prove that the witness lied, whoever found them first", () => {
    const proof = orThrow(proveDoubleAttestation(first, second));
    expect(orThrow(proveDoubleAttestation(second, first))).toEqual(proof);
    expect(proof).toMatchObject({
      type: "double-attestation",
      session: alice.session,
      about: { session: bob.session, sequence: 0 },
    });
    expect(proof.a.id < proof.b.id).toBe(true);
  });

  it("[EVI2] at one place of the witness's own log it is both this and an equivocation", async () => {
    const instead = await attest(alice, { head: otherHead });
    expect(outcome(first, instead)).toBe("proven");
    expect(proveEquivocation(first, instead).ok).toBe(true);
    expect(proveEquivocation(first, second).ok).toBe(false);
  });

  it("[EVI2] two witnesses, payments, two places or one head prove nothing", async () => {
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1), after: first });
    expect(outcome(first, await attest(carol, { head: otherHead }))).toBe("two sessions");
    expect(outcome(first, payment)).toBe("not two attestations");
    expect(outcome(payment, first)).toBe("not two attestations");
    expect(outcome(payment, payment)).toBe("not two attestations");
    expect(outcome(first, await attest(alice, { head: otherHead, place: 1, after: first }))).toBe("two places");
    const ofCarol = await attest(alice, { head: otherHead, session: carol.session, after: first });
    expect(outcome(first, ofCarol)).toBe("two places");
    expect(outcome(first, first)).toBe("one head");
    expect(outcome(first, await attest(alice, { after: first }))).toBe("one head");
  });
});
