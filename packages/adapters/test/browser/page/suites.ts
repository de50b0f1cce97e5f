/** The contract suites that run within a page or worker. In Node, only their titles are read. */
import { keyVaultCases, storeCases, type ContractCase } from "@amigos/adapters/contract/cases";
import { openWebCryptoKeyVault } from "@amigos/adapters/key-vault-webcrypto";
import { openIndexedDbStore } from "@amigos/adapters/store-indexeddb";

export const suites: Readonly<Record<"store" | "keyVault", readonly ContractCase[]>> = {
  store: storeCases(async () => {
    const name = crypto.randomUUID();
    return {
      open: () => openIndexedDbStore({ name }),
      destroy: () => deleteDatabase(`amigos-store/${name}`),
    };
  }),
  keyVault: keyVaultCases(async () => {
    const name = crypto.randomUUID();
    return {
      open: () => openWebCryptoKeyVault({ name }),
      destroy: () => deleteDatabase(`amigos-keys/${name}`),
    };
  }),
};

export type SuiteName = keyof typeof suites;

export async function runCase(suite: SuiteName, title: string): Promise<void> {
  const found = suites[suite].find((candidate) => candidate.title === title);
  if (found === undefined) throw new Error(`no such case: ${title}`);
  await found.run();
}

/** Resolves when it is gone, which it is only when nobody has it open any more. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.addEventListener("success", () => resolve());
    deleting.addEventListener("error", () => reject(deleting.error as DOMException));
  });
}
