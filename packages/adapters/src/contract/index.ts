/**
 * The contracts as vitest suites: whoever writes a store, a key vault, a link or a ledger of their own runs the suite of its port.
 *
 * ```ts
 * storeContract("my store", async () => {
 *   const directory = await mkdtemp(join(tmpdir(), "store-"));
 *   return {
 *     open: () => openMyStore(directory),
 *     destroy: () => rm(directory, { recursive: true }),
 *   };
 * });
 *
 * // What a harness can do to its carrier, the link has to bear.
 * const troubles = { faults: ["loss", "silence"] } as const;
 * linkContract("my link", async () => {
 *   const carrier = new FaultyCarrier();
 *   const [left, right] = createMyLinks({ post: (parcel) => carrier.carry(parcel) });
 *   const suffer = async (fault: CarrierFault | undefined) => carrier.suffer(fault);
 *   return { left, right, suffer, cut: async () => carrier.close("all"), disturbances: {}, destroy: async () => {} };
 * }, troubles);
 * ```
 */
import { describe, test } from "vitest";
import type { ContractCase } from "./contract-case.ts";
import { keyVaultCases, type KeyVaultHarness } from "./key-vault-cases.ts";
import { ledgerCases, type LedgerHarness } from "./ledger-cases.ts";
import { linkCases, type LinkCase, type LinkHarness, type LinkTroubles } from "./link-cases.ts";
import { storeCases, type StoreHarness } from "./store-cases.ts";
import type { StoreTroubles } from "./store-trouble-cases.ts";

export type { KeyVaultHarness } from "./key-vault-cases.ts";
export { FaultyCarrier, type CarrierFault, type Direction, type Parcel } from "./faulty-carrier.ts";
export type { LedgerHarness, LedgerOpening } from "./ledger-cases.ts";
export type { LinkCase, LinkHarness, LinkTroubles } from "./link-cases.ts";
export type { StoreHarness } from "./store-cases.ts";
export type { StoreElsewhere, StoreTroubles } from "./store-trouble-cases.ts";

/** `troubles`: those of its disk and its owners that each harness can make. */
export function storeContract(
  title: string,
  createHarness: () => Promise<StoreHarness>,
  troubles: readonly (keyof StoreTroubles)[] = [],
): void {
  suite(`${title} keeps the store contract`, storeCases(createHarness, troubles));
}

export function keyVaultContract(title: string, createHarness: () => Promise<KeyVaultHarness>): void {
  suite(`${title} keeps the key vault contract`, keyVaultCases(createHarness));
}

/** `troubles`: what each harness can do to its links, and what carries them. */
export function linkContract(
  title: string,
  createHarness: (linkCase: LinkCase) => Promise<LinkHarness>,
  troubles: LinkTroubles = {},
): void {
  suite(`${title} keeps the link contract`, linkCases(createHarness, troubles));
}

/** For whoever settles on something else than a replica's store, such as a ledger that several validators replicate. */
export function ledgerContract(title: string, createHarness: () => Promise<LedgerHarness>): void {
  suite(`${title} keeps the settlement ledger contract`, ledgerCases(createHarness));
}

function suite(title: string, cases: readonly ContractCase[]): void {
  describe(title, () => {
    for (const { title: caseTitle, run } of cases) test(caseTitle, run);
  });
}
