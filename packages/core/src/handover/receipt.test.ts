import { describe, expect, it } from "vitest";
import { alice, bob, carol, ENTRY_EXAMPLES, network, type EntryExample } from "../../test/support/operations.ts";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex, concatBytes } from "../bytes.ts";
import { sha256 } from "../crypto/hash.ts";
import type { Signer } from "../crypto/signer.ts";
import { decodeCbor, encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { joinSigned, splitSigned } from "../encoding/signed.ts";
import { timeMs } from "../ids.ts";
import { INTEGER_MAX, RECEIPT_BYTES_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork, START } from "../testing/index.ts";
import { decodeReceipt, signReceipt, verifyReceipt, type Receipt } from "./receipt.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const [{ entry: payment }, { entry: other }] = ENTRY_EXAMPLES as [EntryExample, EntryExample];
const receipt: Receipt = {
  version: 1,
  network: network.tag,
  payment: payment.id,
  account: bob.account,
  session: bob.session,
  time: START,
};
const signed = await signReceipt(receipt, bob.signer);
const expected = { network: network.tag, payment, sessionKey: bob.signer.publicKey };

function outcome(bytes: Uint8Array, known: Parameters<typeof verifyReceipt>[1] = expected): string {
  const verified = verifyReceipt(bytes, known);
  return verified.ok ? "delivered" : verified.error.type;
}

/** The same receipt with one field replaced, or left out. */
function changed(key: number, value: CborValue | undefined): Uint8Array {
  const { body, signature } = orThrow(splitSigned(signed.bytes));
  const fields = new Map(orThrow(decodeCbor(body)) as ReadonlyMap<number, CborValue>);
  if (value === undefined) fields.delete(key);
  else fields.set(key, value);
  return joinSigned(encodeCbor(fields), signature);
}

describe("receipts", () => {
  it("[RCP1] a payee signs that a payment arrived, and the payer can show it to anyone", () => {
    expect(orThrow(verifyReceipt(signed.bytes, expected))).toEqual(signed);
    const { body } = orThrow(splitSigned(signed.bytes));
    const hash = sha256(concatBytes(new TextEncoder().encode("amigos/receipt/1\0"), body));
    expect(signed.id).toBe(bytesToHex(hash));
  });

  it("[RCP1] any session of the payee may sign it, and it says which: whose key to look up", () => {
    const decoded = orThrow(decodeReceipt(signed.bytes, network.tag));
    expect(decoded.receipt).toEqual(receipt);
    expect(decoded.id).toBe(signed.id);
    expect(decoded.receipt.session).toBe(bob.session);
  });

  it("[RCP1] it is for one payment, and counts for no other", () => {
    expect(verifyReceipt(signed.bytes, { ...expected, payment: other })).toEqual({
      ok: false,
      error: { type: "receipt-of-another-payment", expected: other.id, found: payment.id },
    });
  });

  it("[RCP1] nobody but the payee can say that it arrived", async () => {
    const carols = await signReceipt({ ...receipt, account: carol.account, session: carol.session }, carol.signer);
    expect(verifyReceipt(carols.bytes, { ...expected, sessionKey: carol.signer.publicKey })).toEqual({
      ok: false,
      error: { type: "receipt-of-another-account", expected: bob.account, found: carol.account },
    });
  });

  it("[RCP1] what pays nobody has no receipt", async () => {
    const float = ENTRY_EXAMPLES.find(({ entry }) => entry.entry.operation.type === "float")?.entry ?? payment;
    const made = await signReceipt({ ...receipt, payment: float.id }, bob.signer);
    expect(verifyReceipt(made.bytes, { ...expected, payment: float })).toEqual({
      ok: false,
      error: { type: "receipt-of-another-account", expected: undefined, found: bob.account },
    });
  });

  it("[RCP1] the key of the session signs it, and no other key", async () => {
    expect(outcome(signed.bytes, { ...expected, sessionKey: alice.signer.publicKey })).toBe("signature-invalid");
    const byMaster = await signReceipt(receipt, bob.master);
    expect(outcome(byMaster.bytes)).toBe("signature-invalid");
    const damaged = signed.bytes.map((byte, index) => (index === signed.bytes.length - 1 ? byte ^ 1 : byte));
    expect(outcome(damaged)).toBe("signature-invalid");
    expect(outcome(changed(5, START + 1))).toBe("signature-invalid");
  });

  it("[RCP1] on another network it is none", () => {
    expect(verifyReceipt(signed.bytes, { ...expected, network: elsewhere.tag })).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.tag, found: network.tag },
    });
  });

  it("[RCP1] what cannot be read is a typed error", () => {
    expect(outcome(changed(0, 2))).toBe("unsupported-version");
    for (const key of [0, 1, 2, 3, 4, 5]) expect(outcome(changed(key, undefined))).toBe("schema-mismatch");
    expect(outcome(changed(6, 0))).toBe("schema-mismatch");
    expect(outcome(changed(2, new Uint8Array(31)))).toBe("schema-mismatch");
    expect(outcome(signed.bytes.subarray(0, 100))).toBe("malformed");
    expect(outcome(new Uint8Array(RECEIPT_BYTES_MAX))).toBe("malformed");
    expect(outcome(new Uint8Array(RECEIPT_BYTES_MAX + 1))).toBe("too-large");
  });

  it("[RCP1] the largest there can be fits one QR code, and its bound", async () => {
    const latest = await signReceipt({ ...receipt, time: timeMs(INTEGER_MAX) }, bob.signer);
    expect(latest.bytes.length).toBeLessThanOrEqual(RECEIPT_BYTES_MAX);
    expect(outcome(latest.bytes)).toBe("delivered");
  });

  it("[ENC1] a signed receipt says what its bytes say, whatever else the object held that was signed", async () => {
    expect(await signReceipt({ ...receipt, note: "not signed" } as Receipt, bob.signer)).toEqual(signed);
  });

  it("[SIG3] a signer that answers with another key's signature signs no receipt", async () => {
    const broken: Signer = { publicKey: bob.signer.publicKey, sign: (hash) => alice.signer.sign(hash) };
    await expect(signReceipt(receipt, broken)).rejects.toThrow(AssertionFailed);
  });
});
