/**
 * `@amigos/engine`: the embeddable wallet, and the replica under it that hub and simulator share. Ports alone, for
 * adapters: `@amigos/engine/ports`.
 */
export { JournalRefused, type JournalError } from "./journal/journal.ts";
export type { HandshakeError } from "./peer/handshake.ts";
export { PROTOCOL_VERSION } from "./peer/opening.ts";
export type { Party } from "./replica/access.ts";
export type { PeerSummary } from "./replica/peers.ts";
export type { Portion, SyncProgress } from "./replica/progress.ts";
export type { Outlook } from "./replica/outlook.ts";
export {
  Replica,
  type CheckpointRefusal,
  type HistoryReport,
  type Contradiction,
  type IngestError,
  type PreparedControl,
  type PreparedEntry,
  type ReplicaCounts,
  type ReplicaEvent,
  type ReplicaOptions,
} from "./replica/replica.ts";

export { createReplicaLedger, type ReplicaLedgerOptions } from "./replica/replica-ledger.ts";
export type { IngestReport } from "./replica/taking-in.ts";
export type { IntakePolicy, PolicyRefusal } from "./replica/intake-policy.ts";
export { verifyArchive, type ArchiveFault, type ArchiveReport } from "./replica/verify-archive.ts";
export type { DocumentInfo } from "./replication/replicator.ts";
export {
  KeyVaultError,
  MESSAGE_BYTES_MAX,
  SEND_BUFFER_BYTES_MAX,
  StoreError,
  type Clock,
  type CloseReason,
  type Connection,
  type ConnectionHandlers,
  type KeyVault,
  type Link,
  type Random,
  type SettlementLedger,
  type Store,
  type StoreEntry,
  type StoreOperation,
} from "./ports/index.ts";
export {
  createFounder,
  type Account,
  type KillSwitchReport,
  type RevokeOptions,
  type RevokeReport,
  type SessionGrant,
} from "./wallet/account.ts";
export type { SessionOptions, TermsOptions } from "./wallet/session-options.ts";
export type { ApprovalOptions, DeviceApproval, DeviceReview } from "./wallet/device-approvals.ts";
export type { DeviceOffer } from "./wallet/device-offer.ts";
export type {
  AgreedBefore,
  Recovering,
  RecoveryBeginning,
  RecoveryDesk,
  RecoveryReview,
  RecoveredAccount,
  RecoveryStanding,
} from "./wallet/recovery-desk.ts";
export type { GuardianAnswersView, InvitationReview } from "./wallet/guardian-answers.ts";
export type { RecoveryOptions } from "./wallet/recovery-options.ts";
export type { RecoveryRefusal } from "./replica/recoveries.ts";
export {
  joinAccount,
  type JoinAccountOptions,
  type Joining,
  type JoiningEvent,
  type Replaced,
} from "./wallet/join-account.ts";
export {
  createAccount,
  restoreAccount,
  type CreateAccountOptions,
  type RestoreAccountOptions,
} from "./wallet/create-account.ts";
export { masterKeyName } from "./wallet/key-names.ts";
export {
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  type PermissionRequest,
} from "./wallet/permission-request.ts";
export { OwnLog, type OwnEntry, type OwnLogOptions, type OwnOperation } from "./wallet/own-log.ts";
export { openWallet, type OpenWalletOptions } from "./wallet/open-wallet.ts";
export type {
  AcceptanceOptions,
  HistoryOptions,
  PaymentWeighing,
  ReceiveReport,
  SyncReport,
  Wallet,
} from "./wallet/wallet.ts";
export {
  WalletError,
  type RecoveryRefusedDetail,
  type DeviceAnswerRefusal,
  type DeviceRequestRefusal,
  type HandoverError,
  type WalletErrorDetail,
} from "./wallet/wallet-error.ts";
export type { AcceptanceRefusal } from "./wallet/acceptance-refusals.ts";
export type { WeighedBy } from "./wallet/weighing.ts";
export type { CarryingError } from "./wallet/carrying.ts";
export type { AcceptancePolicy } from "./journal/acceptance-row.ts";
export type {
  BalanceView,
  CircleView,
  ConflictSide,
  ConflictView,
  ConnectionView,
  DeviceRequestView,
  RecoveryUnderWay,
  RecoveryView,
  EntryView,
  Finality,
  FloatView,
  PaymentView,
  SessionEnd,
  SessionView,
  StakeView,
  StakingView,
  WalletView,
} from "./wallet/wallet-view.ts";
