/**
 * A network: what its ledger starts from, and the rules' parameters. The network id is the hash of this body, and every
 * other id descends from it, so nothing signed for one network means anything on another (spec [NET1]).
 */
import {
  amountSchema,
  assetSchema,
  body,
  checked,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  integer,
  list,
  text,
  tuple,
  version,
  word,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { accountIdOf, INCEPTION_NONCE_BYTES, type Inception } from "../account/inception.ts";
import { isAmount, type Amount, type Asset, type AssetCode } from "../amount.ts";
import { assert } from "../assert.ts";
import { hexToBytes } from "../bytes.ts";
import { checkPublicKey } from "../crypto/ed25519.ts";
import { hashToId } from "../crypto/hash.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import {
  networkTag,
  type AccountId,
  type KeyDigest,
  type NetworkId,
  type NetworkTag,
  type PublicKey,
  type TimeMs,
} from "../ids.ts";
import { ASSET_DECIMALS_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * An account that a genesis gives money to. Its id hashes the network's, which hashes this body, so the genesis cannot
 * hold the id: it holds the rest of the inception, and the id follows (spec [NET2]).
 */
export type Founder = Pick<Inception, "masterKey" | "nextKeyDigest" | "nonce">;

/** Money that exists from the start. There is no other source: everything else moves. */
export interface Allocation {
  readonly founder: Founder;
  readonly asset: AssetCode;
  readonly amount: Amount;
}

/** An allocation with the account that its founder turns out to be. */
export interface InitialBalance {
  readonly account: AccountId;
  readonly asset: AssetCode;
  readonly amount: Amount;
}

/** Numbers that the rules read. Part of the genesis, so that they cannot differ between two replicas. */
export interface Parameters {
  /** How far a claimed time may be ahead of the ledger, or behind the checkpoint it names. */
  readonly clockSkewMs: number;
  /** How old an entry may be against ledger time when it is judged. */
  readonly offlineMsMax: number;
  /** How long after its session's expiry an entry that was signed in time is still honoured. */
  readonly expiryGraceMs: number;
  /** How long after unstaking the money cannot be used: until then it still answers for what its validator did. */
  readonly unbondingMs: number;
}

export interface Genesis {
  readonly version: 1;
  readonly name: string;
  readonly time: TimeMs;
  /** Signs checkpoints. */
  readonly authority: PublicKey;
  readonly assets: readonly Asset[];
  readonly parameters: Parameters;
  readonly allocations: readonly Allocation[];
  /** Name of the conflict policy: what becomes of the branches of a session that equivocates. A kebab-case word. */
  readonly policy: string;
}

/** A genesis with its id: what every wallet and hub is opened with. */
export interface Network {
  readonly id: NetworkId;
  readonly tag: NetworkTag;
  readonly genesis: Genesis;
  readonly bytes: Uint8Array;
  /** What the genesis gives to whom, in its order. */
  readonly initialBalances: readonly InitialBalance[];
}

export type GenesisProblem = "authority-key-refused" | "asset-twice" | "asset-unknown" | "supply-out-of-range";

export type GenesisError = DecodeError | { readonly type: "genesis-invalid"; readonly reason: GenesisProblem };

const GENESIS_BYTES_MAX = 64 * 1024;
const NAME_BYTES_MAX = 64;
const ASSETS_MAX = 64;
const ALLOCATIONS_MAX = 512;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A year: no parameter that is a duration makes sense beyond it. */
const DURATION_MS_MAX = 365 * DAY_MS;

export const DEFAULT_PARAMETERS: Parameters = {
  clockSkewMs: 5 * MINUTE_MS,
  offlineMsMax: 30 * DAY_MS,
  expiryGraceMs: 7 * DAY_MS,
  unbondingMs: 21 * DAY_MS,
};

const POLICY_LENGTH_MAX = 32;
const POLICY = /^[a-z][a-z0-9-]*$/;

/** Which policies there are is reconcile's to know. */
const policySchema: Schema<string> = word(
  POLICY_LENGTH_MAX,
  (value): value is string => POLICY.test(value),
  "name of a policy",
);

const genesisSchema: Schema<Genesis> = checked(
  body<Genesis>({
    version: field(0, version(1)),
    name: field(1, text(NAME_BYTES_MAX)),
    time: field(2, integer<TimeMs>()),
    authority: field(3, id<PublicKey>()),
    assets: field(4, list(tuple<Asset>({ code: assetSchema, decimals: integer(ASSET_DECIMALS_MAX) }), ASSETS_MAX)),
    parameters: field(
      5,
      tuple<Parameters>({
        clockSkewMs: integer(DURATION_MS_MAX),
        offlineMsMax: integer(DURATION_MS_MAX),
        expiryGraceMs: integer(DURATION_MS_MAX),
        unbondingMs: integer(DURATION_MS_MAX),
      }),
    ),
    allocations: field(
      6,
      list(
        tuple<Allocation>({
          founder: tuple<Founder>({
            masterKey: id<PublicKey>(),
            nextKeyDigest: id<KeyDigest>(),
            nonce: hexBytes<string>(INCEPTION_NONCE_BYTES),
          }),
          asset: assetSchema,
          amount: amountSchema,
        }),
        ALLOCATIONS_MAX,
      ),
    ),
    policy: field(7, policySchema),
  }),
);

/** Asserts that the genesis is one that `decodeNetwork` accepts. */
export function createNetwork(genesis: Genesis): Network {
  const bytes = encodeWith(genesisSchema, genesis);
  const problem = problemWith(genesis);
  assert(problem === undefined, `a genesis makes sense: ${problem}`);
  return networkOf(genesis, bytes);
}

/** Reads a genesis that somebody handed over: its form, and that a ledger can start from it (spec [NET3]). */
export function decodeNetwork(bytes: Uint8Array): Result<Network, GenesisError> {
  const decoded = decodeWith(genesisSchema, bytes, GENESIS_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const reason = problemWith(decoded.value);
  return reason === undefined ? ok(networkOf(decoded.value, bytes)) : err({ type: "genesis-invalid", reason });
}

function problemWith({ authority, assets, allocations }: Genesis): GenesisProblem | undefined {
  if (!checkPublicKey(hexToBytes(authority)).ok) return "authority-key-refused";
  const supply = new Map<AssetCode, bigint>(assets.map(({ code }) => [code, 0n]));
  if (supply.size < assets.length) return "asset-twice";
  for (const { asset, amount } of allocations) {
    const before = supply.get(asset);
    if (before === undefined) return "asset-unknown";
    supply.set(asset, before + amount);
  }
  return [...supply.values()].every(isAmount) ? undefined : "supply-out-of-range";
}

function networkOf(genesis: Genesis, bytes: Uint8Array): Network {
  const network = hashToId<NetworkId>(DOMAIN.network, bytes);
  const initialBalances = genesis.allocations.map(({ founder, asset, amount }) => ({
    account: accountIdOf({ version: 1, network, ...founder }),
    asset,
    amount,
  }));
  return { id: network, tag: networkTag(network), genesis, bytes, initialBalances };
}
