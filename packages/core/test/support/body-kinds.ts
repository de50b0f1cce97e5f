/** Every kind of body: how an arbitrary one is made, how its bytes are decoded, and how what was decoded is encoded again. */
import * as fc from "fast-check";
import {
  createNetwork,
  decodeBundle,
  decodeControlEntry,
  decodeDeviceAnswer,
  decodeEntry,
  decodeEvidence,
  decodeNetwork,
  decodeGuardianAnswer,
  decodeGuardianRequest,
  decodeReceipt,
  decodeWith,
  encodeBundle,
  encodeDeviceAnswer,
  encodeGuardianRequest,
  encodeWith,
  entrySchema,
  joinSigned,
  ok,
  orThrow,
  splitSigned,
  type Evidence,
  type DeviceRequestId,
  type Result,
} from "../../src/index.ts";
import { controlEntrySchema } from "../../src/account/control-entry.ts";
import { inceptionSchema } from "../../src/account/inception.ts";
import { encodeCbor } from "../../src/encoding/cbor.ts";
import { decodeDeviceRequest, deviceRequestSchema } from "../../src/handover/device-request.ts";
import { guardianAnswerSchema } from "../../src/handover/guardian-request.ts";
import { decodeRecoveryRequest, recoveryRequestSchema } from "../../src/handover/recovery-request.ts";
import { receiptSchema } from "../../src/handover/receipt.ts";
import {
  bytes32,
  controlEntries,
  deviceRequests,
  entries,
  geneses,
  inceptions,
  guardianAnswers,
  guardianRequests,
  receipts,
  recoveryRequests,
  TAG,
} from "./arbitraries.ts";

export interface BodyKind {
  readonly name: string;
  readonly bytes: fc.Arbitrary<Uint8Array>;
  /** Decodes, and on success encodes again what was decoded. */
  readonly decodeAndEncode: (bytes: Uint8Array) => Result<Uint8Array, { readonly type: string }>;
}

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

const KINDS_OF_EVIDENCE: ReadonlyMap<Evidence["type"], number> = new Map([
  ["equivocation", 1],
  ["double-attestation", 2],
]);

function idOf(entry: Uint8Array): string {
  return orThrow(decodeEntry(entry, TAG)).id;
}

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
    name: "receipt",
    bytes: fc
      .tuple(receipts, signatures)
      .map(([receipt, signature]) => joinSigned(encodeWith(receiptSchema, receipt), signature)),
    decodeAndEncode: (bytes) => {
      const receipt = decodeReceipt(bytes, TAG);
      if (!receipt.ok) return receipt;
      return ok(joinSigned(encodeWith(receiptSchema, receipt.value.receipt), receipt.value.signature));
    },
  },
  {
    name: "device request",
    bytes: fc
      .tuple(deviceRequests, signatures)
      .map(([request, signature]) => joinSigned(encodeWith(deviceRequestSchema, request), signature)),
    decodeAndEncode: (bytes) => {
      const request = decodeDeviceRequest(bytes, TAG);
      if (!request.ok) return request;
      return ok(joinSigned(encodeWith(deviceRequestSchema, request.value.request), request.value.signature));
    },
  },
  {
    name: "recovery request",
    bytes: fc
      .tuple(recoveryRequests, signatures)
      .map(([request, signature]) => joinSigned(encodeWith(recoveryRequestSchema, request), signature)),
    decodeAndEncode: (bytes) => {
      const request = decodeRecoveryRequest(bytes, TAG);
      if (!request.ok) return request;
      return ok(joinSigned(encodeWith(recoveryRequestSchema, request.value.request), request.value.signature));
    },
  },
  {
    name: "guardian request",
    bytes: guardianRequests.map(encodeGuardianRequest),
    decodeAndEncode: (bytes) => {
      const request = decodeGuardianRequest(bytes, TAG);
      return request.ok ? ok(encodeGuardianRequest(request.value.request)) : request;
    },
  },
  {
    name: "guardian answer",
    bytes: fc
      .tuple(guardianAnswers, signatures)
      .map(([answer, signature]) => joinSigned(encodeWith(guardianAnswerSchema, answer), signature)),
    decodeAndEncode: (bytes) => {
      const answer = decodeGuardianAnswer(bytes, TAG);
      if (!answer.ok) return answer;
      return ok(joinSigned(encodeWith(guardianAnswerSchema, answer.value.answer), answer.value.signature));
    },
  },
  {
    name: "device answer",
    bytes: fc
      .record({
        request: bytes32<DeviceRequestId>(),
        record: fc.option(
          fc.record({ inception: signedInceptions, control: fc.array(signedControlEntries, { maxLength: 2 }) }),
          { nil: undefined },
        ),
      })
      .map(({ request, record }) =>
        encodeDeviceAnswer({ version: 1, network: TAG, request, ...(record === undefined ? {} : { record }) }),
      ),
    decodeAndEncode: (bytes) => {
      const answer = decodeDeviceAnswer(bytes, TAG);
      return answer.ok ? ok(encodeDeviceAnswer(answer.value)) : answer;
    },
  },
  {
    name: "evidence",
    bytes: fc
      .tuple(fc.constantFrom(...KINDS_OF_EVIDENCE.values()), signedEntries, signedEntries)
      .map(([kind, ...sides]) => encodeCbor([kind, ...sides.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))])),
    decodeAndEncode: (bytes) => {
      const evidence = decodeEvidence(bytes, TAG);
      if (!evidence.ok) return evidence;
      const { type, a, b } = evidence.value;
      return ok(encodeCbor([KINDS_OF_EVIDENCE.get(type) ?? 0, a.bytes, b.bytes]));
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
  "proves-nothing",
]);
