/** The contracts as plain lists of cases: for any test runner, and for running inside a browser page. */
export { ContractBroken, type ContractCase } from "./contract-case.ts";
export { keyVaultCases, type KeyVaultHarness } from "./key-vault-cases.ts";
export { FaultyCarrier, type CarrierFault, type Direction, type Parcel } from "./faulty-carrier.ts";
export { ledgerCases, type LedgerHarness, type LedgerOpening } from "./ledger-cases.ts";
export { linkCases, type LinkCase, type LinkHarness, type LinkTroubles } from "./link-cases.ts";
export { storeCases, type StoreHarness } from "./store-cases.ts";
export type { StoreElsewhere, StoreTroubles } from "./store-trouble-cases.ts";
