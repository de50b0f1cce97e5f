/** The contract suites that run within a page or worker. In Node, only their titles are read. */
import { keyVaultCases, linkCases, storeCases, type ContractCase } from "@amigos/adapters/contract/cases";
import { openWebCryptoKeyVault } from "@amigos/adapters/key-vault-webcrypto";
import { openIndexedDbStore } from "@amigos/adapters/store-indexeddb";
import { heartbeatOf } from "../../helpers/heartbeat-of.ts";
import { createPairedLinks, DATA_CHANNEL_FAULTS } from "../../helpers/paired-webrtc.ts";
import { createMessagePortHarness, PORT_TROUBLES } from "../../helpers/breakable-ports.ts";

export const suites: Readonly<Record<"store" | "keyVault" | "messagePort" | "webRtc", readonly ContractCase[]>> = {
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
  webRtc: linkCases(
    async (linkCase) => {
      const { disturb, ...links } = createPairedLinks(heartbeatOf(linkCase));
      return { ...links, disturbances: { "what no link says": disturb } };
    },
    { disturbances: ["what no link says"], faults: DATA_CHANNEL_FAULTS },
  ),
  messagePort: linkCases(createMessagePortHarness, PORT_TROUBLES),
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
