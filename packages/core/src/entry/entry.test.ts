import { describe, expect, it } from "vitest";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { decodeEntry } from "./decode-entry.ts";
import { verifyEntriesByTips, verifyEntry } from "./verify-entry.ts";
import { checkpointTag, height, timeMs, type CheckpointId } from "../ids.ts";

const network = createTestNetwork();

describe("entries", () => {
  it("[ENT1] a plain payment with its signature fits 256 bytes", async () => {
    const alice = await createPerson("alice", { network });
    const bob = await createPerson("bob", { network });
    const payment = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(120),
      time: timeMs(1_767_225_600_123),
      checkpoint: { height: height(60_000), tag: checkpointTag("ab".repeat(32) as CheckpointId) },
    });
    expect(payment.bytes.length).toBeLessThanOrEqual(256);
    expect(orThrow(verifyEntry(orThrow(decodeEntry(payment.bytes, network.tag)), alice.signer.publicKey)).id).toBe(
      payment.id,
    );
  });

  it("[LOG2] one signature vouches for the whole chain before it", async () => {
    const alice = await createPerson("alice", { network });
    const first = await signPayment(alice, { network, to: alice.account, money: ami(1) });
    const second = await signPayment(alice, { network, to: alice.account, money: ami(2), after: first });
    const decoded = [second, first].map((entry) => orThrow(decodeEntry(entry.bytes, network.tag)));
    const { verified, refused } = verifyEntriesByTips(decoded, alice.signer.publicKey);
    expect(verified.map((entry) => entry.entry.sequence)).toEqual([1, 0]);
    expect(refused).toEqual([]);
  });
});
