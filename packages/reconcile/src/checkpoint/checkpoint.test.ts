import { decodeCbor, encodeCbor, joinSigned, orThrow, splitSigned, type CborValue } from "@amigos/core";
import { createHash } from "node:crypto";
import { ami, createTestNetwork, namedSigner, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { HOUR, at, TestLedger } from "../../test/support/ledger.ts";
import { NO_HISTORY } from "../history.ts";
import { merkleRoot } from "../merkle/merkle-map.ts";
import { prove, verifyProof } from "../merkle/merkle-proof.ts";
import { reconcile } from "../reconcile.ts";
import { stateRoot } from "../state/ledger-state.ts";
import { signCheckpoint, verifyCheckpoint } from "./checkpoint.ts";
import { sealCheckpoint } from "./seal.ts";
import { encodeVerdict, verdictsOf, verdictsRoot } from "./verdicts-root.ts";

async function sealedPayment() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  const second = await signPayment(alice, { network, to: bob.account, money: ami(500), after: first });
  const third = await signPayment(alice, { network, to: bob.account, money: ami(500), after: second, time: at(HOUR) });
  const previous = ledger.state;
  const reconciliation = reconcile({
    state: previous,
    inceptions: [alice.inception],
    control: [alice.grant],
    entries: [first, second, third],
    history: NO_HISTORY,
    time: at(60_000),
  });
  const sealed = await sealCheckpoint({ reconciliation, previous, signer: namedSigner("authority") });
  return { network, alice, first, second, third, previous, reconciliation, ...sealed };
}

describe("checkpoints", () => {
  it("[CHP1] are a map of the fields that the spec lists, and their id is its hash", async () => {
    const { checkpoint, network, state, reconciliation } = await sealedPayment();
    const { body } = orThrow(splitSigned(checkpoint.bytes));
    const fields = orThrow(decodeCbor(body)) as Map<number, CborValue>;
    const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
    expect([...fields]).toEqual([
      [0, 1],
      [1, bytes(network.id)],
      [2, 1],
      [3, at(60_000)],
      [4, bytes(network.id)],
      [5, bytes(stateRoot(state))],
      [6, bytes(verdictsRoot(reconciliation))],
      [7, "honour-all"],
    ]);
    expect(checkpoint.id).toBe(createHash("sha256").update("amigos/checkpoint/1\0").update(body).digest("hex"));
  });

  it("[CHP2] verify for whoever knows the network, if the authority signed them", async () => {
    const { checkpoint, network } = await sealedPayment();
    expect(orThrow(verifyCheckpoint(checkpoint.bytes, network))).toEqual(checkpoint);
    const forged = await signCheckpoint(checkpoint.checkpoint, namedSigner("mallory"));
    expect(verifyCheckpoint(forged.bytes, network)).toEqual({ ok: false, error: { type: "signature-invalid" } });
    const elsewhere = verifyCheckpoint(checkpoint.bytes, createTestNetwork([], ami(1), "other"));
    expect(elsewhere).toMatchObject({ ok: false, error: { type: "wrong-network" } });
    expect(verifyCheckpoint(checkpoint.bytes.subarray(1), network).ok).toBe(false);
    const refused = (bytes: Uint8Array) => verifyCheckpoint(bytes, network);
    expect(refused(new Uint8Array(513))).toMatchObject({ ok: false, error: { type: "too-large" } });
    expect(refused(new Uint8Array(512))).toMatchObject({ ok: false, error: { type: "malformed" } });
    const { signature } = orThrow(splitSigned(checkpoint.bytes));
    const later = joinSigned(encodeCbor(new Map([[0, 2]])), signature);
    expect(refused(later)).toMatchObject({ ok: false, error: { type: "unsupported-version" } });
  });

  it("[CHP3] commit to what was decided: one verdict can be shown without the others, and a deferred one is not there", async () => {
    const { reconciliation, first, second, third, alice, checkpoint } = await sealedPayment();
    const verdicts = verdictsOf(reconciliation);
    const root = checkpoint.checkpoint.verdictsRoot;
    expect(merkleRoot(verdicts)).toBe(root);
    const shown = [first, second, third].map(({ id }) => {
      const bytes = orThrow(verifyProof(root, id, prove(verdicts, id)));
      return bytes === undefined ? undefined : orThrow(decodeCbor(bytes));
    });
    expect(shown).toEqual([
      ["accepted"],
      [
        "rejected",
        "insufficient-funds",
        [
          ["asked", 50000],
          ["asset", "AMI"],
          ["left", 9900],
        ],
      ],
      undefined,
    ]);
    const grant = orThrow(verifyProof(root, alice.grant.id, prove(verdicts, alice.grant.id)));
    expect(grant).toEqual(
      encodeVerdict({ record: "control", account: alice.account, id: alice.grant.id, outcome: "accepted" }),
    );
  });

  it("[CHP4] follow one another", async () => {
    const { previous, state, checkpoint, reconciliation } = await sealedPayment();
    expect(checkpoint.checkpoint.previous).toBe(previous.checkpoint);
    expect(state.checkpoint).toBe(checkpoint.id);
    const signer = namedSigner("authority");
    for (const other of [state, { ...previous, height: state.height }, { ...previous, checkpoint: state.checkpoint }])
      await expect(sealCheckpoint({ reconciliation, previous: other, signer })).rejects.toThrow(
        "sealed onto the state",
      );
  });
});
