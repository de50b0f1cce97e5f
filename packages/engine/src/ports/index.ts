/** The ports alone, for adapters: what a store, a key vault, a link and a runtime must do. */
export { KeyVaultError, type KeyVault } from "./key-vault.ts";
export {
  MESSAGE_BYTES_MAX,
  SEND_BUFFER_BYTES_MAX,
  type CloseReason,
  type Connection,
  type ConnectionHandlers,
  type Link,
} from "./link.ts";
export type { Clock, Random } from "./runtime.ts";
export type {
  AccountProof,
  LedgerEvent,
  LedgerHead,
  SettlementLedger,
  Submitted,
  SubmitRefusal,
  Waiting,
} from "./settlement-ledger.ts";
export { StoreError, type Store, type StoreEntry, type StoreOperation } from "./store.ts";
