/**
 * What a hub says about one account to somebody who trusts nobody but the authority's key: its newest checkpoint, signed, and
 * the account's row in it. One CBOR map, with the fields that a carried payment has for the same (spec [CAR1]).
 */
import { body, byteString, encodeWith, field, hexBytes, version, type AccountId, type NetworkTag } from "@amigos/core";
import type { SettlementLedger } from "@amigos/engine/ports";

interface AccountProofDocument {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Signed, as the ledger has it. */
  readonly checkpoint: Uint8Array;
  /** Of the account's row in it, or of its absence. */
  readonly proof: Uint8Array;
}

/** Whatever the ledger's own bounds allow: we made both parts. */
const BYTES_MAX = 1024 * 1024;

const schema = body<AccountProofDocument>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  checkpoint: field(2, byteString(BYTES_MAX)),
  proof: field(4, byteString(BYTES_MAX)),
});

/** `undefined` while there is no checkpoint. */
export async function accountProofDocument(
  { network, prove }: SettlementLedger,
  account: AccountId,
): Promise<Uint8Array | undefined> {
  const proven = await prove(account);
  return proven && encodeWith(schema, { version: 1, network: network.tag, ...proven });
}
