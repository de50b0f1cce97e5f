/** The contracts as plain lists of cases: for any test runner, and for running inside a browser page. */
export { ContractBroken, type ContractCase } from "./contract-case.ts";
export { keyVaultCases, type KeyVaultHarness } from "./key-vault-cases.ts";
export { linkCases, type LinkCase, type LinkHarness } from "./link-cases.ts";
export { storeCases, type StoreHarness } from "./store-cases.ts";
