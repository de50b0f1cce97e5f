import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex } from "../bytes.ts";
import { encodeCbor } from "../encoding/cbor.ts";
import {
  BUNDLE_BYTES_MAX,
  CONTROL_ENTRY_BYTES_MAX,
  ENTRY_BYTES_MAX,
  SESSIONS_PER_ACCOUNT_MAX,
  UNSETTLED_PER_SESSION_MAX,
} from "../limits.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { openedSession, verifyControlEntry } from "../account/control-entry.ts";
import { keyOfAccount } from "../account/control-signer.ts";
import { verifyInception } from "../account/inception.ts";
import { decodeEntry } from "../entry/decode-entry.ts";
import { verifyEntry } from "../entry/verify-entry.ts";
import { bundleToText, decodeBundle, encodeBundle, isBundleText, textToBundle } from "./bundle.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const payment = await signPayment(alice, { network, to: bob.account, money: ami(5) });
const bundle = encodeBundle({
  version: 1,
  network: network.tag,
  accounts: [{ inception: alice.inception.bytes, control: [alice.grant.bytes] }],
  entries: [payment.bytes],
});
const text = bundleToText(bundle);

function outcome(pasted: string): string {
  const read = textToBundle(pasted, network.tag);
  return read.ok ? "read" : read.error.type;
}

describe("bundles", () => {
  it("[BUN1] a stranger verifies a payment from its bundle alone", () => {
    const { accounts, entries } = orThrow(textToBundle(text, network.tag));
    const [record] = accounts;
    const inception = orThrow(verifyInception(record?.inception ?? bundle, network.id));
    const account = { id: inception.id, network: network.id, keyOf: keyOfAccount(inception.inception) };
    const session = openedSession(orThrow(verifyControlEntry(record?.control[0] ?? bundle, account)));
    const entry = orThrow(decodeEntry(entries[0] ?? bundle, network.tag));
    expect(orThrow(verifyEntry(entry, session?.terms.sessionKey ?? bob.signer.publicKey)).id).toBe(payment.id);
  });

  it("[BUN1] any bytes come back from their text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = textToBundle(bundleToText(bytes), network.tag);
        expect(read.ok || read.error.type).not.toBe("not-a-bundle");
      }),
    );
    expect(bytesToHex(encodeBundle(orThrow(textToBundle(text, network.tag))))).toBe(bytesToHex(bundle));
  });

  it.each([
    ["as it is", text, "read"],
    ["in lower case, with spaces around it", `  ${text.toLowerCase()}\n`, "read"],
    ["an empty text", "", "not-a-bundle"],
    ["a payment request", "amigos:pay?to=x", "not-a-bundle"],
    ["the prefix alone", "AMIGOS:B", "malformed"],
    ["cut off", text.slice(0, 100), "malformed"],
    ["one character short", text.slice(0, -1), "malformed"],
    ["spaces inside", `${text.slice(0, 50)} ${text.slice(50)}`, "malformed"],
    ["padding", `${text}======`, "malformed"],
    ["a letter that only becomes one of base32 in upper case", text.replace(/I/g, "\u0131"), "malformed"],
    ["too long", `AMIGOS:B${"A".repeat(1_000_000)}`, "too-large"],
  ])("[BUN1] %s", (_what, pasted, expected) => {
    expect(outcome(pasted)).toBe(expected);
  });

  it("[BUN1] a bundle of another network, of another version or beyond its bounds is refused as a whole", () => {
    expect(decodeBundle(bundle, elsewhere.tag)).toMatchObject({ error: { type: "wrong-network", found: network.tag } });
    const later = encodeCbor(new Map([[0, 2]]));
    expect(decodeBundle(later, network.tag)).toEqual({ ok: false, error: { type: "unsupported-version", version: 2 } });
    const large = new Uint8Array(BUNDLE_BYTES_MAX + 1);
    expect(decodeBundle(large, network.tag)).toMatchObject({ error: { type: "too-large" } });
    const entry = new Uint8Array(ENTRY_BYTES_MAX + 1);
    const crowded = encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [entry] });
    expect(decodeBundle(crowded, network.tag)).toMatchObject({ error: { path: ".entries[0]" } });
    expect(isBundleText("AMIGOS:")).toBe(false);
  });

  it("[BUN1] a whole unsettled log with a full account record fits, every item at its bound", () => {
    const item = (size: number): Uint8Array => new Uint8Array(size);
    const full = encodeBundle({
      version: 1,
      network: network.tag,
      accounts: [
        {
          inception: item(CONTROL_ENTRY_BYTES_MAX),
          control: Array.from({ length: SESSIONS_PER_ACCOUNT_MAX }, () => item(CONTROL_ENTRY_BYTES_MAX)),
        },
      ],
      entries: Array.from({ length: UNSETTLED_PER_SESSION_MAX }, () => item(ENTRY_BYTES_MAX)),
    });
    expect(decodeBundle(full, network.tag).ok).toBe(true);
  });
});
