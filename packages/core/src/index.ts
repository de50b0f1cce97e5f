/**
 * `@amigos/core`: what is signed, hashed and encoded. No clock, no randomness, no I/O: bytes in, values out, the same on
 * every runtime. The spec is in `docs/spec/`.
 */
export { assert, AssertionFailed } from "./assert.ts";
export type { Brand } from "./brand.ts";
export { bytesToHex, compareHex, concatBytes, equalBytes, hexToBytes } from "./bytes.ts";
export { err, ok, orThrow, type Result } from "./result.ts";
export * as limits from "./limits.ts";

export {
  amount,
  assetCode,
  formatAmount,
  formatMoney,
  isAmount,
  isAssetCode,
  parseAmount,
  parseMoney,
  type Amount,
  type AmountError,
  type Asset,
  type AssetCode,
  type Money,
} from "./amount.ts";
export {
  checkpointTag,
  height,
  idFromBytes,
  isIdText,
  networkTag,
  sequence,
  timeMs,
  type AccountId,
  type CheckpointId,
  type CheckpointTag,
  type EntryId,
  type Height,
  type Id,
  type KeyDigest,
  type Link,
  type NetworkId,
  type NetworkTag,
  type PublicKey,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "./ids.ts";
export {
  accountToText,
  entryToText,
  sessionToText,
  textToAccount,
  textToEntry,
  textToSession,
  type TextError,
} from "./text.ts";

export { decodeCbor, encodeCbor, type CborError, type CborValue } from "./encoding/cbor.ts";
export { isPlainText } from "./encoding/plain-text.ts";
export {
  amountSchema,
  assetSchema,
  body,
  byteString,
  checked,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  id,
  idSet,
  integer,
  list,
  oneOf,
  optional,
  text,
  tuple,
  version,
  type DecodeError,
  type Schema,
} from "./encoding/schema.ts";
export { joinSigned, splitSigned } from "./encoding/signed.ts";

export { DOMAIN, type DomainTag } from "./crypto/domain-tags.ts";
export { checkPublicKey, SIGNATURE_BYTES, verifySignature, type KeyError } from "./crypto/ed25519.ts";
export { hashToId, keyDigest, sha256, taggedHash } from "./crypto/hash.ts";
export { seedSigner, type Signer } from "./crypto/signer.ts";

export {
  createNetwork,
  decodeNetwork,
  DEFAULT_PARAMETERS,
  type Allocation,
  type Founder,
  type Genesis,
  type GenesisError,
  type InitialBalance,
  type Network,
  type Parameters,
} from "./network/genesis.ts";
export {
  accountIdOf,
  INCEPTION_NONCE_BYTES,
  signInception,
  verifyInception,
  type Inception,
  type InceptionError,
  type VerifiedInception,
} from "./account/inception.ts";
export {
  decodeControlEntry,
  sessionOfGrant,
  signControlEntry,
  verifyControlEntry,
  type ControlEntry,
  type ControlEntryError,
  type ControlOperation,
  type Grant,
  type VerifiedControlEntry,
} from "./account/control-entry.ts";
export { READ_ALL, SEND_LIMIT_DAILY, SEND_LIMIT_TX, SEND_UNLIMITED, type Permission } from "./session/permission.ts";
export {
  entrySchema,
  firstPrevious,
  type CheckpointReference,
  type Entry,
  type Operation,
  type Payment,
} from "./entry/entry.ts";
export { decodeEntry, type DecodedEntry } from "./entry/decode-entry.ts";
export { signEntry } from "./entry/sign-entry.ts";
export { verifyEntriesByTips, verifyEntry, type VerifiedEntry, type VerifyError } from "./entry/verify-entry.ts";
export {
  decodeEquivocationProof,
  encodeEquivocationProof,
  proveEquivocation,
  verifyEquivocationProof,
  type EquivocationProof,
  type EvidenceError,
} from "./evidence/equivocation-proof.ts";
export {
  bundleToText,
  decodeBundle,
  encodeBundle,
  isBundleText,
  textToBundle,
  type AccountRecord,
  type Bundle,
  type BundleError,
} from "./handover/bundle.ts";
export {
  isPaymentRequestText,
  paymentRequestToText,
  textToPaymentRequest,
  type PaymentRequest,
  type PaymentRequestError,
} from "./handover/payment-request.ts";
