/**
 * An authenticated map: keys of 32 bytes to values, with one root hash that commits to all of them (spec [MRK1]).
 * A binary Patricia trie: a branch stands only where two keys differ, so the same rows give the same trie, whatever the
 * order they came in, and a change touches O(log n) nodes. Maps are immutable and share what did not change; a node's
 * hash is computed when it is first asked for and kept: as hex, for a Uint8Array is four times as large in memory.
 */
import { DOMAIN, hashToId, type Brand, type Id } from "@amigos/core";

/** Hash of one node, 64 hex digits. */
export type NodeHash = Brand<string, "NodeHash">;

/** Root hash of a map, 64 hex digits. */
export type MerkleRoot = Brand<string, "MerkleRoot">;

export interface MerkleMap<Value> {
  readonly size: number;
  readonly top: MerkleNode<Value> | undefined;
  /** The bytes of a value that its leaf commits to. */
  readonly encode: (value: Value) => Uint8Array;
}

export interface MerkleLeaf<Value> {
  readonly type: "leaf";
  readonly key: Id;
  readonly value: Value;
  hash: NodeHash | undefined;
}

export interface MerkleBranch<Value> {
  readonly type: "branch";
  /** The first bit, 0 to 255 from the left, in which keys below differ. */
  readonly bit: number;
  readonly zero: MerkleNode<Value>;
  readonly one: MerkleNode<Value>;
  hash: NodeHash | undefined;
}

export type MerkleNode<Value> = MerkleLeaf<Value> | MerkleBranch<Value>;

/** What a leaf's two hashes begin with, so that neither can be taken for the other. */
const LEAF = { value: Uint8Array.of(0), row: Uint8Array.of(1) } as const;

/** What a branch's hash begins with, by its bit. */
const BITS: readonly Uint8Array[] = Array.from({ length: 256 }, (_unused, bit) => Uint8Array.of(bit));

export function createMerkleMap<Value>(encode: (value: Value) => Uint8Array): MerkleMap<Value> {
  return { size: 0, top: undefined, encode };
}

export function merkleGet<Value>(map: MerkleMap<Value>, key: Id): Value | undefined {
  if (map.top === undefined) return undefined;
  const leaf = nearestLeaf(map.top, key);
  return leaf.key === key ? leaf.value : undefined;
}

/** The map with `key` at `value`. O(log n), and `map` stays as it was. */
export function merkleSet<Value>(map: MerkleMap<Value>, key: Id, value: Value): MerkleMap<Value> {
  const leaf: MerkleLeaf<Value> = { type: "leaf", key, value, hash: undefined };
  if (map.top === undefined) return { ...map, size: 1, top: leaf };
  const split = firstDifferentBit(nearestLeaf(map.top, key).key, key);
  const top = split === undefined ? replaceLeaf(map.top, leaf) : insertLeaf(map.top, leaf, split);
  return { ...map, size: split === undefined ? map.size : map.size + 1, top };
}

/** Every row, in order of keys. */
export function* merkleRows<Value>(map: MerkleMap<Value>): Generator<readonly [Id, Value]> {
  const open = [map.top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "leaf") yield [node.key, node.value];
    else open.push(node.one, node.zero);
  }
}

/** The root. Of an empty map: the hash of no branches. */
export function merkleRoot<Value>(map: MerkleMap<Value>): MerkleRoot {
  return (map.top === undefined ? emptyHash() : hashOfNode(map.top, map.encode)) as string as MerkleRoot;
}

/**
 * The root of a map of these rows, without the map: `rows` in ascending order of keys, each once. For a map that is asked for
 * nothing but its root.
 */
export function merkleRootOf(rows: readonly MerkleRow[]): MerkleRoot {
  return (rows.length === 0 ? emptyHash() : hashOfRows(rows, 0, rows.length - 1)) as string as MerkleRoot;
}

/** A key and the hash of its value. */
export interface MerkleRow {
  readonly key: Id;
  readonly valueHash: NodeHash;
}

/** Rows in order differ first where the first and the last of them do. */
function hashOfRows(rows: readonly MerkleRow[], first: number, last: number): NodeHash {
  const { key, valueHash } = rows[first] as MerkleRow;
  const bit = firstDifferentBit(key, (rows[last] as MerkleRow).key);
  if (bit === undefined) return hashOfLeaf(key, valueHash);
  const split = firstWithBit(rows, bit, first, last);
  return hashOfBranch(bit, hashOfRows(rows, first, split - 1), hashOfRows(rows, split, last));
}

/** The first row whose key has a one there, where the first row's has none and the last row's has one. */
function firstWithBit(rows: readonly MerkleRow[], bit: number, first: number, last: number): number {
  let [zero, one] = [first, last];
  while (one - zero > 1) {
    const middle = (zero + one) >> 1;
    if (bitOf((rows[middle] as MerkleRow).key, bit) === 0) zero = middle;
    else one = middle;
  }
  return one;
}

export function emptyHash(): NodeHash {
  return hashToId<NodeHash>(DOMAIN.stateBranch);
}

export function hashOfNode<Value>(node: MerkleNode<Value>, encode: (value: Value) => Uint8Array): NodeHash {
  node.hash ??=
    node.type === "leaf"
      ? hashOfLeaf(node.key, hashOfValue(encode(node.value)))
      : hashOfBranch(node.bit, hashOfNode(node.zero, encode), hashOfNode(node.one, encode));
  return node.hash;
}

export function hashOfValue(value: Uint8Array): NodeHash {
  return hashToId<NodeHash>(DOMAIN.stateLeaf, LEAF.value, value);
}

/** A leaf commits to its value by hash, so that a proof can show that a row stands somewhere without showing the row. */
export function hashOfLeaf(key: Id, valueHash: NodeHash): NodeHash {
  return hashToId<NodeHash>(DOMAIN.stateLeaf, LEAF.row, key, valueHash);
}

export function hashOfBranch(bit: number, zero: NodeHash, one: NodeHash): NodeHash {
  return hashToId<NodeHash>(DOMAIN.stateBranch, BITS[bit] as Uint8Array, zero, one);
}

/** 0 or 1. Bits count from the left, as the key reads. */
export function bitOf(key: Id, bit: number): number {
  return (hexDigit(key, bit >> 2) >> (3 - (bit & 3))) & 1;
}

/** The leaf that a search for `key` ends at: the key's own, if it is in the map. */
export function nearestLeaf<Value>(top: MerkleNode<Value>, key: Id): MerkleLeaf<Value> {
  let node = top;
  while (node.type === "branch") node = bitOf(key, node.bit) === 0 ? node.zero : node.one;
  return node;
}

function replaceLeaf<Value>(node: MerkleNode<Value>, leaf: MerkleLeaf<Value>): MerkleNode<Value> {
  return node.type === "leaf" ? leaf : withChild(node, leaf.key, (child) => replaceLeaf(child, leaf));
}

function insertLeaf<Value>(node: MerkleNode<Value>, leaf: MerkleLeaf<Value>, split: number): MerkleNode<Value> {
  if (node.type === "branch" && node.bit < split)
    return withChild(node, leaf.key, (child) => insertLeaf(child, leaf, split));
  const [zero, one] = bitOf(leaf.key, split) === 0 ? [leaf, node] : [node, leaf];
  return { type: "branch", bit: split, zero, one, hash: undefined };
}

function withChild<Value>(
  branch: MerkleBranch<Value>,
  key: Id,
  change: (child: MerkleNode<Value>) => MerkleNode<Value>,
): MerkleBranch<Value> {
  return bitOf(key, branch.bit) === 0
    ? { ...branch, zero: change(branch.zero), hash: undefined }
    : { ...branch, one: change(branch.one), hash: undefined };
}

function firstDifferentBit(a: Id, b: Id): number | undefined {
  if (a === b) return undefined;
  let digit = 0;
  while (a.charCodeAt(digit) === b.charCodeAt(digit)) digit++;
  // Of the four bits of a hex digit, the highest that differs comes first.
  return digit * 4 + Math.clz32(hexDigit(a, digit) ^ hexDigit(b, digit)) - 28;
}

function hexDigit(hex: string, index: number): number {
  const code = hex.charCodeAt(index);
  return code < 58 ? code - 48 : code - 87;
}
