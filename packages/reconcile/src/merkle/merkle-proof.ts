/**
 * Proofs that a map with a certain root has a row, or has none, for a key (spec [MRK2], [MRK3]). A search for a key goes
 * left or right by the key's own bits, and every branch commits to its bit; so the path of one search, hashed up to the
 * root, shows where the search must end. It ends at the key's row, or at another key's, and then the key has none.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  err,
  field,
  hexBytes,
  id,
  integer,
  list,
  ok,
  oneOf,
  tuple,
  version,
  type DecodeError,
  type Id,
  type Result,
  type Schema,
} from "@amigos/core";
import {
  bitOf,
  emptyHash,
  hashOfBranch,
  hashOfLeaf,
  hashOfNode,
  hashOfValue,
  nearestLeaf,
  type MerkleMap,
  type MerkleNode,
  type MerkleRoot,
  type NodeHash,
} from "./merkle-map.ts";

export interface ProofStep {
  readonly bit: number;
  /** The child that the search did not enter. */
  readonly sibling: NodeHash;
}

export type ProofEnd =
  /** The key's own row. */
  | { readonly type: "row"; readonly value: Uint8Array }
  /** Another key's row, its value by hash alone: what others own is not ours to show. */
  | { readonly type: "other-row"; readonly key: Id; readonly valueHash: NodeHash }
  /** The map is empty. */
  | { readonly type: "nothing" };

export interface MerkleProof {
  /** From the root down. */
  readonly path: readonly ProofStep[];
  readonly end: ProofEnd;
}

export type ProofError =
  | { readonly type: "proof-malformed"; readonly reason: string }
  | { readonly type: "root-mismatch"; readonly expected: MerkleRoot; readonly found: MerkleRoot };

/** One step for each of a key's bits. */
const PATH_LENGTH_MAX = 256;
/** As much as the largest row of a state: an account with every session at its bounds. */
const PROOF_VALUE_BYTES_MAX: number = 4 * 1024 * 1024;
const PROOF_BYTES_MAX = PROOF_VALUE_BYTES_MAX + PATH_LENGTH_MAX * 40;

export function prove<Value>(map: MerkleMap<Value>, key: Id): MerkleProof {
  if (map.top === undefined) return { path: [], end: { type: "nothing" } };
  const path: ProofStep[] = [];
  let node: MerkleNode<Value> = map.top;
  while (node.type === "branch") {
    const [next, other]: readonly [MerkleNode<Value>, MerkleNode<Value>] =
      bitOf(key, node.bit) === 0 ? [node.zero, node.one] : [node.one, node.zero];
    path.push({ bit: node.bit, sibling: hashOfNode(other, map.encode) });
    node = next;
  }
  const leaf = nearestLeaf(node, key);
  const value = map.encode(leaf.value);
  return leaf.key === key
    ? { path, end: { type: "row", value } }
    : { path, end: { type: "other-row", key: leaf.key, valueHash: hashOfValue(value) } };
}

/** The bytes of the key's row, or `undefined` when the proof shows that there is none. */
export function verifyProof(root: MerkleRoot, key: Id, proof: MerkleProof): Result<Uint8Array | undefined, ProofError> {
  const { path, end } = proof;
  if (end.type === "nothing" && path.length > 0) return err({ type: "proof-malformed", reason: "a path to nothing" });
  if (end.type === "other-row" && end.key === key)
    return err({ type: "proof-malformed", reason: "the key's own row as another's" });
  if (!isAscending(path)) return err({ type: "proof-malformed", reason: "bits of a path must ascend" });
  const bottom = end.type === "other-row" ? end.key : key;
  if (path.some(({ bit }) => bitOf(bottom, bit) !== bitOf(key, bit))) {
    return err({ type: "proof-malformed", reason: "a search for the key does not come here" });
  }
  const found = path.reduceRight((hash, step) => climb(hash, step, key), hashOfEnd(key, end)) as string as MerkleRoot;
  if (found !== root) return err({ type: "root-mismatch", expected: root, found });
  return ok(end.type === "row" ? end.value : undefined);
}

const proofSchema: Schema<MerkleProof> = body<MerkleProof>({
  path: field(
    1,
    list(tuple<ProofStep>({ bit: integer(PATH_LENGTH_MAX - 1), sibling: hexBytes<NodeHash>(32) }), PATH_LENGTH_MAX),
  ),
  end: field(
    2,
    oneOf<ProofEnd>({
      row: {
        kind: 0,
        schema: body<{ readonly value: Uint8Array }>({ value: field(1, byteString(PROOF_VALUE_BYTES_MAX)) }),
      },
      "other-row": {
        kind: 1,
        schema: body<{ readonly key: Id; readonly valueHash: NodeHash }>({
          key: field(1, id<Id>()),
          valueHash: field(2, hexBytes<NodeHash>(32)),
        }),
      },
      nothing: { kind: 2, schema: body<object>({}) },
    }),
  ),
});

interface VersionedProof {
  readonly version: 1;
  readonly proof: MerkleProof;
}

const versionedSchema: Schema<VersionedProof> = body<VersionedProof>({
  version: field(0, version<1>(1)),
  proof: field(1, proofSchema),
});

export function encodeMerkleProof(proof: MerkleProof): Uint8Array {
  return encodeWith<VersionedProof>(versionedSchema, { version: 1, proof });
}

export function decodeMerkleProof(bytes: Uint8Array): Result<MerkleProof, DecodeError> {
  const decoded = decodeWith(versionedSchema, bytes, PROOF_BYTES_MAX);
  return decoded.ok ? ok(decoded.value.proof) : decoded;
}

function climb(hash: NodeHash, { bit, sibling }: ProofStep, key: Id): NodeHash {
  return bitOf(key, bit) === 0 ? hashOfBranch(bit, hash, sibling) : hashOfBranch(bit, sibling, hash);
}

function hashOfEnd(key: Id, end: ProofEnd): NodeHash {
  if (end.type === "nothing") return emptyHash();
  return hashOfLeaf(end.type === "row" ? key : end.key, end.type === "row" ? hashOfValue(end.value) : end.valueHash);
}

function isAscending(path: readonly ProofStep[]): boolean {
  return path.every(({ bit }, index) => bit < PATH_LENGTH_MAX && bit > (path[index - 1]?.bit ?? -1));
}
