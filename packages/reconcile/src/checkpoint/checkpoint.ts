/**
 * Checkpoints: what the ledger's authority signs about a height (spec [CHP1], [CHP2]). The body commits to the state, to the
 * verdicts and to the checkpoint before, so one signature vouches for the whole past; and because both roots can be
 * computed by anyone from the record, the signature is for order and finality, not for being right.
 */
import {
  body,
  checked,
  decodeSigned,
  DOMAIN,
  encodeWith,
  err,
  field,
  hashToId,
  hexBytes,
  hexToBytes,
  id,
  integer,
  joinSigned,
  ok,
  text,
  verifySignature,
  version,
  type CheckpointId,
  type DecodeError,
  type Height,
  type Network,
  type NetworkId,
  type Result,
  type Schema,
  type Signer,
  type TimeMs,
} from "@amigos/core";
import type { MerkleRoot } from "../merkle/merkle-map.ts";
import type { StateRoot } from "../state/ledger-state.ts";

export interface Checkpoint {
  readonly version: 1;
  readonly network: NetworkId;
  readonly height: Height;
  /** Ledger time: by the authority's clock, never before the previous checkpoint's. */
  readonly time: TimeMs;
  /** The checkpoint before; the network id for height 1. */
  readonly previous: CheckpointId;
  readonly stateRoot: StateRoot;
  readonly verdictsRoot: MerkleRoot;
  /** Name of the conflict policy that was used. */
  readonly policy: string;
}

/** A checkpoint that the network's authority signed. Made only by `signCheckpoint` and `verifyCheckpoint`. */
export interface VerifiedCheckpoint {
  readonly id: CheckpointId;
  readonly checkpoint: Checkpoint;
  readonly bytes: Uint8Array;
}

export type CheckpointError = DecodeError | { readonly type: "signature-invalid" };

/** A body is about 180 bytes, its signature 64. */
export const CHECKPOINT_BYTES_MAX = 512;
/** UTF-8 bytes: a kebab-case word. */
const POLICY_BYTES_MAX = 32;

const checkpointSchema: Schema<Checkpoint> = checked(
  body<Checkpoint>({
    version: field(0, version<1>(1)),
    network: field(1, id<NetworkId>()),
    height: field(2, integer<Height>()),
    time: field(3, integer<TimeMs>()),
    previous: field(4, id<CheckpointId>()),
    stateRoot: field(5, hexBytes<StateRoot>(32)),
    verdictsRoot: field(6, hexBytes<MerkleRoot>(32)),
    policy: field(7, text(POLICY_BYTES_MAX)),
  }),
);

/** The id that a checkpoint has, signed or not. */
export function checkpointIdOf(checkpoint: Checkpoint): CheckpointId {
  return hashToId<CheckpointId>(DOMAIN.checkpoint, encodeWith(checkpointSchema, checkpoint));
}

export async function signCheckpoint(checkpoint: Checkpoint, authority: Signer): Promise<VerifiedCheckpoint> {
  const bytes = encodeWith(checkpointSchema, checkpoint);
  const checkpointId = hashToId<CheckpointId>(DOMAIN.checkpoint, bytes);
  const signature = await authority.sign(hexToBytes(checkpointId));
  return { id: checkpointId, checkpoint, bytes: joinSigned(bytes, signature) };
}

/** Checks form, network and the authority's signature. Whether it follows from the state before is for `replayCheckpoint`. */
export function verifyCheckpoint(bytes: Uint8Array, network: Network): Result<VerifiedCheckpoint, CheckpointError> {
  const decoded = decodeSigned(checkpointSchema, bytes, CHECKPOINT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { body: checkpoint, encoded, signature } = decoded.value;
  if (checkpoint.network !== network.id)
    return err({ type: "wrong-network", expected: network.id, found: checkpoint.network });
  const checkpointId = hashToId<CheckpointId>(DOMAIN.checkpoint, encoded);
  return verifySignature(signature, hexToBytes(checkpointId), network.genesis.authority)
    ? ok({ id: checkpointId, checkpoint, bytes })
    : err({ type: "signature-invalid" });
}
