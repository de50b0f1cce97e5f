/**
 * `@amigos/core`: what is signed, hashed and encoded. No clock, no randomness, no I/O: bytes in, values out, the same on
 * every runtime. The spec is in `docs/spec/`.
 */
export { assert, AssertionFailed } from "./assert.ts";
export type { Brand } from "./brand.ts";
export { bytesToHex, compareHex, concatBytes, equalBytes, hexToBytes, writeHexInto } from "./bytes.ts";
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
  generation,
  height,
  idFromBytes,
  isIdText,
  networkTag,
  sequence,
  timeMs,
  type AccountId,
  type CheckpointId,
  type CheckpointTag,
  type DeviceRequestId,
  type EntryId,
  type Generation,
  type Height,
  type Id,
  type ImportId,
  type KeyDigest,
  type Link,
  type NetworkId,
  type NetworkTag,
  type PublicKey,
  type GuardianRequestId,
  type ReceiptId,
  type RecoveryRequestId,
  type RequestId,
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

export { decodeCbor, encodeCbor, type CborValue } from "./encoding/cbor.ts";
export { isPlainText } from "./encoding/plain-text.ts";
export type { CborError } from "./encoding/reader.ts";
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
  refined,
  sortedSet,
  text,
  tuple,
  version,
  type BodySchema,
  type DecodeError,
  type Schema,
} from "./encoding/schema.ts";
export { decodeSigned, joinSigned, splitSigned } from "./encoding/signed.ts";

export { DOMAIN, type DomainTag } from "./crypto/domain-tags.ts";
export { checkPublicKey, SIGNATURE_BYTES, verifySignature, verifySignatures, type KeyError } from "./crypto/ed25519.ts";
export { hashToId, keyDigest, sha256, taggedHash } from "./crypto/hash.ts";
export { linkOf } from "./log/link.ts";
export type { SignatureCheck } from "./crypto/signature-check.ts";
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
export type { AccountKeys } from "./account/account-keys.ts";
export {
  accountIdOf,
  INCEPTION_NONCE_BYTES,
  signInception,
  verifyInception,
  type Inception,
  type InceptionError,
  type VerifiedInception,
} from "./account/inception.ts";
export { recoverySchema, type Guardians, type Recovery, type RecoveryKey } from "./account/recovery.ts";
export {
  type ControlOperation,
  type Grant,
  type KillSwitch,
  type OrderedOperation,
  type RecoveryApprove,
  type RecoveryComplete,
  type RecoveryOperation,
  type RecoveryStart,
  type RecoveryVeto,
  type RecoveryWay,
  type Revoke,
  type Rotate,
  type SetRecovery,
  type Signatory,
  type Upgrade,
} from "./account/control-operation.ts";
export { keyOfAccount, signerOfControl, type ControlSigner, type KeyOf } from "./account/control-signer.ts";
export {
  controlEntrySchema,
  decodeControlEntry,
  isOrdered,
  firstControlPrevious,
  openedSession,
  signControlEntry,
  verifyControlEntry,
  type ControlEntry,
  type ControlEntryError,
  type OpenedSession,
  type OrderedControl,
  type OrderedControlEntry,
  type RecoveryStatement,
  type VerifiedControlEntry,
} from "./account/control-entry.ts";
export {
  ACCOUNT_RECOVER,
  IMPORT_EXECUTE,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  permissionsSchema,
  type Permission,
} from "./session/permission.ts";
export { isRegion, isWithinRegion, regionSchema, type Region } from "./session/region.ts";
export { moneySchema, sessionTermsFields, type SessionTerms } from "./session/session-terms.ts";
export { describeSession, type SessionLine } from "./session/describe-session.ts";
export {
  entrySchema,
  firstPrevious,
  genesisReference,
  payeeOf,
  type CheckpointReference,
  type Entry,
} from "./entry/entry.ts";
export {
  operationSchema,
  type Attest,
  type Execute,
  type Float,
  type Operation,
  type Payment,
  type Release,
  type Stake,
  type Unstake,
} from "./entry/operation.ts";
export { decodeEntry, type DecodedEntry } from "./entry/decode-entry.ts";
export { isFloat, type VerifiedFloat } from "./entry/float.ts";
export { isPayment, type VerifiedPayment } from "./entry/payment.ts";
export { signEntry } from "./entry/sign-entry.ts";
export {
  verifyChain,
  verifyEntries,
  verifyEntry,
  verifyLogsByTips,
  type LogVerdict,
  type SessionLog,
  type SignedEntry,
  type VerifiedEntry,
  type VerifyError,
} from "./entry/verify-entry.ts";
export { proveDoubleAttestation, type DoubleAttestationProof } from "./evidence/double-attestation-proof.ts";
export { proveEquivocation, type EquivocationProof } from "./evidence/equivocation-proof.ts";
export {
  decodeEvidence,
  encodeEvidence,
  verifyEvidence,
  type DecodedEvidence,
  type Evidence,
  type EvidenceError,
} from "./evidence/evidence.ts";
export {
  accountRecordSchema,
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
  decodeDeviceAnswer,
  deviceAnswerToText,
  encodeDeviceAnswer,
  isDeviceAnswerText,
  textToDeviceAnswer,
  type AccountStanding,
  type DeviceAnswer,
  type DeviceAnswerError,
} from "./handover/device-answer.ts";
export { deviceCode, recoveryCode } from "./handover/device-code.ts";
export {
  deviceRequestToText,
  isDeviceRequestText,
  signDeviceRequest,
  textToDeviceRequest,
  verifyDeviceRequest,
  type DeviceRequest,
  type DeviceRequestError,
  type VerifiedDeviceRequest,
} from "./handover/device-request.ts";
export {
  decodeGuardianAnswer,
  decodeGuardianRequest,
  encodeGuardianRequest,
  isGuardianText,
  guardianAnswerToText,
  guardianRequestToText,
  signGuardianAnswer,
  textToGuardianAnswer,
  textToGuardianRequest,
  verifyGuardianAnswer,
  type GuardianAnswer,
  type GuardianPurpose,
  type GuardianRequestError,
  type GuardianRequest,
} from "./handover/guardian-request.ts";
export {
  isRecoveryRequestText,
  recoveryRequestToText,
  signRecoveryRequest,
  textToRecoveryRequest,
  verifyRecoveryRequest,
  type RecoveryRequest,
  type RecoveryRequestError,
  type VerifiedRecoveryRequest,
} from "./handover/recovery-request.ts";
export {
  isRecoveryStatementText,
  recoveryStatementToText,
  textToRecoveryStatement,
  type RecoveryStatementTextError,
} from "./handover/recovery-statement.ts";
export { bytesToShown, isShown, readShown, shownToBytes, type ShownTextError } from "./handover/shown-text.ts";
export {
  isPaymentRequestText,
  paymentRequestToText,
  textToPaymentRequest,
  type PaymentRequest,
  type PaymentRequestError,
} from "./handover/payment-request.ts";
export {
  decodeReceipt,
  isReceiptText,
  joinReceipt,
  receiptToText,
  signReceipt,
  textToReceipt,
  verifyReceipt,
  type Receipt,
  type ReceiptError,
  type ShownReceipt,
  type ShownReceiptError,
  type VerifiedReceipt,
} from "./handover/receipt.ts";
