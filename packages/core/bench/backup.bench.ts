/** How long a password holds a page up: scrypt in portable code, as browsers run it, beside that of Node. */
import { scryptSync } from "node:crypto";
import { hexToBytes } from "@amigos/core";
import { encryptBackup, type AccountBackup } from "@amigos/core/backup";
import { createPerson, createTestNetwork } from "@amigos/core/testing";
import { timed, type BenchCase } from "../../../scripts/bench/bench-case.ts";

const PASSWORD = "three herons on a pier";

const cases: readonly BenchCase[] = [
  {
    id: "core.backup-by-password",
    what: "one account sealed by a password at the cost that wallets use; the reference is the same scrypt of node:crypto",
    unit: "ms",
    bar: 4,
    rounds: 3,
    prepare: async () => {
      const network = createTestNetwork();
      const alice = await createPerson("alice", { network });
      const backup: AccountBackup = {
        version: 1,
        network: network.id,
        record: { inception: alice.inception.bytes, control: [alice.grant.bytes] },
      };
      return {
        ours: timed(() => seal(backup)),
        reference: timed(() => scryptSync(PASSWORD, hexToBytes("00".repeat(16)), 32, NODE_OPTIONS)),
      };
    },
  },
];

export default cases;

/** Node counts the memory a little differently and asks to be allowed more than the table. */
const NODE_OPTIONS = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

async function seal(backup: AccountBackup): Promise<void> {
  const random = { bytes: (length: number) => new Uint8Array(length) };
  const sealed = await encryptBackup(backup, { secret: { type: "password", password: PASSWORD }, random });
  if (!sealed.ok) throw new RangeError(`not sealed: ${sealed.error.type}`);
}
