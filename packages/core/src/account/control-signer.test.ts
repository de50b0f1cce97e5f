import { describe, expect, it } from "vitest";
import {
  alice,
  aliceKeyOf,
  bob,
  CONTROL_EXAMPLES,
  network,
  SIGNERS,
  type ControlExample,
  type SignerName,
} from "../../test/support/operations.ts";
import type { PublicKey } from "../ids.ts";
import { keyDigest } from "../crypto/hash.ts";
import { namedSigner } from "../testing/index.ts";
import { signControlEntry, verifyControlEntry, type ControlEntry } from "./control-entry.ts";
import type { ControlOperation } from "./control-operation.ts";
import { keyOfAccount, signerOfControl, type KeyOf } from "./control-signer.ts";

const NAMES = Object.keys(SIGNERS) as SignerName[];

function outcome(bytes: Uint8Array, keyOf: KeyOf = aliceKeyOf): string {
  const verified = verifyControlEntry(bytes, { id: alice.account, network: network.id, keyOf });
  return verified.ok ? "verified" : verified.error.type;
}

/** The signer that an operation asks for, short enough to read in a table. */
function askedFor(operation: ControlOperation): string {
  const signer = signerOfControl(operation);
  if (signer.type === "session") return `session ${nameOfSession(signer.session)}`;
  if (signer.type !== "guardian") return signer.type;
  return signer.session === undefined ? "guardian" : `guardian by ${nameOfSession(signer.session)}`;
}

function nameOfSession(session: string): string {
  return session === alice.session ? "alice's phone" : session === bob.session ? "bob's phone" : "another phone";
}

describe("who signs a control entry", () => {
  it("[CTL1] every operation says who, and statements may say a session", () => {
    const asked = CONTROL_EXAMPLES.map(({ control: { entry } }) => [entry.operation.type, askedFor(entry.operation)]);
    expect(asked).toEqual([
      ["grant", "master"],
      ["upgrade", "master"],
      ["revoke", "master"],
      ["revoke", "master"],
      ["set-recovery", "master"],
      ["set-recovery", "master"],
      ["kill-switch", "master"],
      ["rotate", "next"],
      ["recovery-complete", "recovered"],
      ["recovery-start", "guardian"],
      ["recovery-start", "guardian by bob's phone"],
      ["recovery-start", "time-locked-key"],
      ["recovery-start", "backup-key"],
      ["recovery-approve", "guardian"],
      ["recovery-approve", "guardian by another phone"],
      ["recovery-veto", "master"],
      ["recovery-veto", "session alice's phone"],
    ]);
  });

  it.each(CONTROL_EXAMPLES)(
    "[CTL1] $name: signed by $signer it is verified, by anyone else it is not",
    async (example) => {
      const outcomes = await Promise.all(
        NAMES.map(async (name) => {
          const { bytes } = await signControlEntry(example.control.entry, SIGNERS[name]);
          return [name, outcome(bytes)];
        }),
      );
      expect(outcomes).toEqual(NAMES.map((name) => [name, name === example.signer ? "verified" : "signature-invalid"]));
    },
  );

  it.each(CONTROL_EXAMPLES)(
    "[CTL1] $name: a reader who does not know the key is told whose is missing",
    ({ control }) => {
      const unknown = verifyControlEntry(control.bytes, {
        id: alice.account,
        network: network.id,
        keyOf: () => undefined,
      });
      const signer = signerOfControl(control.entry.operation);
      expect(unknown).toEqual({ ok: false, error: { type: "signer-unknown", signer } });
    },
  );

  it("[CTL1] the keys of the account alone verify what its master signs, and the rotation that it committed to", () => {
    const keyOf = keyOfAccount(alice.inception.inception);
    const verified = CONTROL_EXAMPLES.filter(({ control }) => outcome(control.bytes, keyOf) === "verified");
    const others = CONTROL_EXAMPLES.filter((example) => !verified.includes(example));
    expect(new Set(verified.map(({ signer }) => signer))).toEqual(new Set(["alice/master", "alice/next"]));
    expect(new Set(others.map(({ control }) => outcome(control.bytes, keyOf)))).toEqual(new Set(["signer-unknown"]));
    expect(others.some(({ signer }) => signer === "alice/master" || signer === "alice/next")).toBe(false);
  });
});

describe("rotations", () => {
  const rotation = CONTROL_EXAMPLES.find(({ control }) => control.entry.operation.type === "rotate") as ControlExample;

  async function rotateTo(masterKey: PublicKey, signer: SignerName): Promise<string> {
    const operation = { ...rotation.control.entry.operation, masterKey };
    const entry = { ...rotation.control.entry, operation } as ControlEntry;
    return outcome((await signControlEntry(entry, SIGNERS[signer])).bytes);
  }

  it("[CTL1] only the key that was committed to may rotate, and it signs itself", async () => {
    const committed = SIGNERS["alice/next"].publicKey;
    expect(keyDigest(committed)).toBe(alice.inception.inception.nextKeyDigest);
    expect(await rotateTo(committed, "alice/next")).toBe("verified");
    expect(await rotateTo(committed, "mallory/master")).toBe("signature-invalid");
    expect(await rotateTo(SIGNERS["mallory/master"].publicKey, "mallory/master")).toBe("signer-unknown");
  });

  it("[CTL1] a stolen master key cannot rotate: not to the thief's key, not to itself, not to the next", async () => {
    expect(await rotateTo(SIGNERS["mallory/master"].publicKey, "alice/master")).toBe("signer-unknown");
    expect(await rotateTo(alice.master.publicKey, "alice/master")).toBe("signer-unknown");
    expect(await rotateTo(SIGNERS["alice/next"].publicKey, "alice/master")).toBe("signature-invalid");
  });

  it("[CTL1] after it, the new key is the master and the next commitment counts", () => {
    const operation = rotation.control.entry.operation as Extract<ControlOperation, { type: "rotate" }>;
    const keyOf = keyOfAccount(operation);
    expect(keyOf({ type: "master" })).toBe(SIGNERS["alice/next"].publicKey);
    const nextButOne = namedSigner("alice/next but one").publicKey;
    expect(keyOf({ type: "next", key: nextButOne })).toBe(nextButOne);
    expect(keyOf({ type: "next", key: SIGNERS["alice/next"].publicKey })).toBe(undefined);
    expect(outcome(rotation.control.bytes, keyOf)).toBe("signer-unknown");
  });
});
