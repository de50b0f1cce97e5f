import { describe, expect, it } from "vitest";
import { smallOrderEncodings } from "../../test/support/curve.ts";
import { amount } from "../amount.ts";
import { bytesToHex, concatBytes, hexToBytes } from "../bytes.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { hashToId, sha256 } from "../crypto/hash.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { joinSigned, splitSigned } from "../encoding/signed.ts";
import { encodeCbor } from "../encoding/cbor.ts";
import { permissionSchema, READ_ALL, SEND_LIMIT_DAILY, SEND_LIMIT_TX, SEND_UNLIMITED } from "../session/permission.ts";
import { sequence, type Link, type PublicKey } from "../ids.ts";
import { orThrow } from "../result.ts";
import { AMI, ami, createPerson, createTestNetwork, namedSigner } from "../testing/index.ts";
import {
  controlEntrySchema,
  decodeControlEntry,
  sessionOfGrant,
  signControlEntry,
  verifyControlEntry,
  type ControlEntry,
} from "./control-entry.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const aliceAccount = { id: alice.account, network: network.id, masterKey: alice.master.publicKey };

function outcome(bytes: Uint8Array, account = aliceAccount): string {
  const verified = verifyControlEntry(bytes, account);
  return verified.ok ? "verified" : verified.error.type;
}

describe("control entries", () => {
  it("[CTL1] a control entry is of one network, one account, and signed by that account's master key", async () => {
    expect(outcome(alice.grant.bytes)).toBe("verified");
    expect(outcome(alice.grant.bytes, { ...aliceAccount, network: elsewhere.id })).toBe("wrong-network");
    expect(outcome(bob.grant.bytes)).toBe("wrong-account");
    const forged = await signControlEntry(alice.grant.entry, namedSigner("mallory/master"));
    expect(outcome(forged.bytes)).toBe("signature-invalid");
    const bySession = await signControlEntry(alice.grant.entry, alice.signer);
    expect(outcome(bySession.bytes)).toBe("signature-invalid");
  });

  it("[CTL1] the next one names the link of the one before", async () => {
    const second = await signControlEntry(
      { ...alice.grant.entry, sequence: sequence(1), previous: alice.grant.link },
      alice.master,
    );
    expect(orThrow(verifyControlEntry(second.bytes, aliceAccount)).entry.previous).toBe(alice.grant.link);
    expect(alice.grant.entry.previous).toBe(alice.account as string as Link);
  });

  it("[SIG2] a session key that is not of prime order is refused, and never granted", async () => {
    for (const key of smallOrderEncodings().map((bytes) => bytesToHex(bytes) as PublicKey)) {
      const entry: ControlEntry = {
        ...alice.grant.entry,
        operation: { ...alice.grant.entry.operation, sessionKey: key },
      };
      await expect(signControlEntry(entry, alice.master)).rejects.toThrow("prime order");
      const body = encodeWith(controlEntrySchema, entry);
      const id = hexToBytes(hashToId(DOMAIN.control, body));
      expect(outcome(joinSigned(body, await alice.master.sign(id)))).toBe("key-refused");
    }
  });

  it("[SES1] a session is the hash of the body that grants it, under a tag of its own", () => {
    const { body } = orThrow(splitSigned(alice.grant.bytes));
    const hash = sha256(concatBytes(new TextEncoder().encode("amigos/control/1\0"), body));
    expect(sessionOfGrant(alice.grant)).toBe(bytesToHex(hash));
  });

  it("[CTL1] what cannot be read is a typed error", () => {
    const tooLarge = decodeControlEntry(new Uint8Array(3000));
    expect(tooLarge).toEqual({ ok: false, error: { type: "too-large", size: 3000, sizeMax: 2048 } });
    expect(decodeControlEntry(Uint8Array.of(1))).toMatchObject({ error: { type: "malformed" } });
    const unknown = new Map([...(decodeMap(alice.grant.bytes) ?? []), [5, new Map([[0, 9]])] as const]);
    const signed = joinSigned(encodeCbor(unknown), new Uint8Array(64));
    expect(decodeControlEntry(signed)).toEqual({
      ok: false,
      error: { type: "schema-mismatch", path: ".operation", expected: "known kind" },
    });
  });

  it("[CTL1] a grant that nobody could read is never signed", async () => {
    const operation = { ...alice.grant.entry.operation, device: "a\nb" };
    await expect(signControlEntry({ ...alice.grant.entry, operation }, alice.master)).rejects.toThrow("decoded again");
  });
});

function decodeMap(bytes: Uint8Array): ReadonlyMap<number, never> | undefined {
  const { entry } = orThrow(decodeControlEntry(bytes));
  return controlEntrySchema.toCbor(entry) as ReadonlyMap<number, never>;
}

describe("permissions", () => {
  it("[PERM1] every permission has one encoding, by kind, with its own asset and amount", () => {
    const encoded = [READ_ALL, SEND_LIMIT_TX(ami(5)), SEND_LIMIT_DAILY(ami(50)), SEND_UNLIMITED].map((permission) => {
      const bytes = encodeWith(permissionSchema, permission);
      expect(decodeWith(permissionSchema, bytes, 64)).toEqual({ ok: true, value: permission });
      return bytesToHex(bytes);
    });
    expect(encoded).toEqual(["8100", "830163414d491901f4", "830263414d49191388", "8103"]);
  });

  it("[PERM2] a permission of another form is refused: sending is never granted by accident", () => {
    const malformed = [
      "8104",
      "8101",
      "8103ff",
      "830063414d4901",
      "830363414d4901",
      "82016141",
      "80",
      "01",
      "830163616d6901",
    ];
    for (const hex of malformed) expect(decodeWith(permissionSchema, hexToBytes(hex), 64).ok, hex).toBe(false);
    expect(SEND_LIMIT_TX({ asset: AMI, amount: amount(0n) })).toEqual({
      type: "SEND_LIMIT_TX",
      asset: "AMI",
      amount: 0n,
    });
  });
});
