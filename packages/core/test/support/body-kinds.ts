/** Every kind of body: how an arbitrary one is made, how its bytes are decoded, and how what was decoded is encoded again. */
import * as fc from "fast-check";
import {
  createNetwork,
  decodeBundle,
  decodeControlEntry,
  decodeEntry,
  decodeEquivocationProof,
  decodeNetwork,
  decodeWith,
  encodeBundle,
  encodeWith,
  entrySchema,
  joinSigned,
  ok,
  orThrow,
  splitSigned,
  type NetworkTag,
  type Result,
} from "../../src/index.ts";
import { controlEntrySchema } from "../../src/account/control-entry.ts";
import { inceptionSchema } from "../../src/account/inception.ts";
import { encodeCbor } from "../../src/encoding/cbor.ts";
import { controlEntries, entries, geneses, inceptions } from "./arbitraries.ts";

export interface BodyKind {
  readonly name: string;
  readonly bytes: fc.Arbitrary<Uint8Array>;
  /** Decodes, and on success encodes again what was decoded. */
  readonly decodeAndEncode: (bytes: Uint8Array) => Result<Uint8Array, { readonly type: string }>;
}

/** The network of every arbitrary entry and bundle. */
const TAG = "01020304" as NetworkTag;

const signatures = fc.uint8Array({ minLength: 64, maxLength: 64 });

const signedEntries = fc
  .tuple(entries, signatures)
  .map(([entry, signature]) => joinSigned(encodeWith(entrySchema, entry), signature));
const signedInceptions = fc
  .tuple(inceptions, signatures)
  .map(([inception, signature]) => joinSigned(encodeWith(inceptionSchema, inception), signature));
const signedControlEntries = fc
  .tuple(controlEntries, signatures)
  .map(([control, signature]) => joinSigned(encodeWith(controlEntrySchema, control), signature));

export const BODY_KINDS: readonly BodyKind[] = [
  {
    name: "genesis",
    bytes: geneses.map((genesis) => createNetwork(genesis).bytes),
    decodeAndEncode: (bytes) => {
      const network = decodeNetwork(bytes);
      return network.ok ? ok(createNetwork(network.value.genesis).bytes) : network;
    },
  },
  {
    name: "inception",
    bytes: signedInceptions,
    decodeAndEncode: (bytes) => {
      const split = splitSigned(bytes);
      const inception = split.ok ? decodeWith(inceptionSchema, split.value.body, bytes.length) : split;
      if (!inception.ok) return inception;
      return ok(joinSigned(encodeWith(inceptionSchema, inception.value), orThrow(split).signature));
    },
  },
  {
    name: "control entry",
    bytes: signedControlEntries,
    decodeAndEncode: (bytes) => {
      const control = decodeControlEntry(bytes);
      if (!control.ok) return control;
      return ok(joinSigned(encodeWith(controlEntrySchema, control.value.entry), control.value.signature));
    },
  },
  {
    name: "entry",
    bytes: signedEntries,
    decodeAndEncode: (bytes) => {
      const entry = decodeEntry(bytes, TAG);
      return entry.ok ? ok(joinSigned(encodeWith(entrySchema, entry.value.entry), entry.value.signature)) : entry;
    },
  },
  {
    name: "equivocation proof",
    bytes: fc.tuple(signedEntries, signedEntries).map(([a, b]) => encodeCbor([1, a, b])),
    decodeAndEncode: (bytes) => {
      const proof = decodeEquivocationProof(bytes, TAG);
      if (!proof.ok) return proof;
      const [a, b] = proof.value.sides;
      return ok(encodeCbor([1, a.bytes, b.bytes]));
    },
  },
  {
    name: "bundle",
    bytes: fc
      .record({
        accounts: fc.array(
          fc.record({
            inception: signedInceptions,
            control: fc.array(signedControlEntries, { maxLength: 2 }),
          }),
          { maxLength: 2 },
        ),
        entries: fc.array(signedEntries, { maxLength: 3 }),
      })
      .map((contents) => encodeBundle({ version: 1, network: TAG, ...contents })),
    decodeAndEncode: (bytes) => {
      const bundle = decodeBundle(bytes, TAG);
      return bundle.ok ? ok(encodeBundle(bundle.value)) : bundle;
    },
  },
];

/** Every type of error that decoding may end with. */
export const ERROR_TYPES: ReadonlySet<string> = new Set([
  "malformed",
  "not-canonical",
  "too-large",
  "schema-mismatch",
  "unsupported-version",
  "wrong-network",
  "genesis-invalid",
]);
