import { describe, expect, it } from "vitest";
import { smallOrderEncodings } from "../../test/support/curve.ts";
import { amount, assetCode } from "../amount.ts";
import { bytesToHex, concatBytes } from "../bytes.ts";
import { sha256 } from "../crypto/hash.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { decodeCbor } from "../encoding/cbor.ts";
import type { PublicKey } from "../ids.ts";
import { AMOUNT_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { AMI, ami, createPerson, createTestNetwork, founderOf } from "../testing/index.ts";
import { createNetwork, decodeNetwork, type Genesis } from "./genesis.ts";

const network = createTestNetwork(["alice", "bob"]);

function changed(field: number, value: CborValue, bytes = network.bytes): Uint8Array {
  const decoded = decodeCbor(bytes);
  const genesis = new Map((decoded.ok ? decoded.value : new Map()) as ReadonlyMap<number, CborValue>);
  return encodeCbor(genesis.set(field, value));
}

function outcome(bytes: Uint8Array): string {
  const read = decodeNetwork(bytes);
  if (read.ok) return "read";
  return read.error.type === "genesis-invalid" ? read.error.reason : read.error.type;
}

describe("networks", () => {
  it("[NET1] a network is the hash of its genesis, and any change makes another network", () => {
    const hash = sha256(concatBytes(new TextEncoder().encode("amigos/network/1\0"), network.bytes));
    expect(network.id).toBe(bytesToHex(hash));
    expect(orThrow(decodeNetwork(network.bytes))).toEqual(network);
    const later = orThrow(decodeNetwork(changed(2, network.genesis.time + 1)));
    expect(later.id).not.toBe(network.id);
  });

  it("[NET2] a genesis gives to founders, whose accounts follow from the network's id", async () => {
    const alice = await createPerson("alice", { network });
    expect(network.initialBalances[0]).toEqual({ account: alice.account, asset: AMI, amount: 10_000n });
    const elsewhere = createTestNetwork(["alice"], ami(100), "elsewhere");
    expect(elsewhere.initialBalances[0]?.account).not.toBe(alice.account);
  });

  it("[NET3] a genesis that no ledger can start from is refused with the reason", () => {
    const asset = (code: string): CborValue => [code, 2];
    const { masterKey, nextKeyDigest, nonce } = founderOf("alice");
    const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
    const gift = (code: string, value: bigint): CborValue => [
      [bytes(masterKey), bytes(nextKeyDigest), bytes(nonce)],
      code,
      value,
    ];
    const [smallOrder] = smallOrderEncodings();
    expect(outcome(network.bytes)).toBe("read");
    expect(outcome(changed(3, smallOrder ?? 0))).toBe("authority-key-refused");
    expect(outcome(changed(4, [asset("AMI"), asset("AMI")]))).toBe("asset-twice");
    expect(outcome(changed(4, [asset("ETH")]))).toBe("asset-unknown");
    expect(outcome(changed(6, [gift("AMI", AMOUNT_MAX)]))).toBe("read");
    expect(outcome(changed(6, [gift("AMI", AMOUNT_MAX), gift("AMI", 1n)]))).toBe("supply-out-of-range");
    const twoAssets = changed(4, [asset("AMI"), asset("ETH")]);
    expect(outcome(changed(6, [gift("AMI", AMOUNT_MAX), gift("ETH", AMOUNT_MAX)], twoAssets))).toBe("read");
    expect(outcome(changed(6, [gift("ETH", AMOUNT_MAX), gift("ETH", 1n)], twoAssets))).toBe("supply-out-of-range");
    expect(outcome(changed(0, 2))).toBe("unsupported-version");
    expect(outcome(changed(1, ""))).toBe("schema-mismatch");
    expect(outcome(new Uint8Array(65_537))).toBe("too-large");
  });

  it("[NET3] and is never made", () => {
    const { genesis } = network;
    const assets = [...genesis.assets, ...genesis.assets];
    const authority = bytesToHex(smallOrderEncodings()[0] ?? new Uint8Array(32)) as PublicKey;
    const allocations = [{ founder: founderOf("alice"), asset: assetCode("ETH"), amount: amount(1n) }];
    const wrong: readonly Genesis[] = [
      { ...genesis, assets },
      { ...genesis, authority },
      { ...genesis, allocations },
    ];
    for (const one of wrong) expect(() => createNetwork(one)).toThrow("a genesis makes sense");
  });
});
