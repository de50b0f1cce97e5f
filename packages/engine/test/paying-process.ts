/** A process that opens the wallet in a folder and pays without end; each payment is printed when it is acknowledged. */
import "@automerge/automerge";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { decodeNetwork, orThrow, type AccountId } from "@amigos/core";
import { openWallet } from "@amigos/engine";

const [folder = "", payee = ""] = process.argv.slice(2);

const network = orThrow(decodeNetwork(Uint8Array.from(await readFile(join(folder, "genesis.cbor")))));
const wallet = await openWallet({
  network,
  store: await openSqliteStore({ path: join(folder, "wallet.db") }),
  keys: await openFileKeyVault({ directory: join(folder, "keys") }),
  links: [],
  clock,
  random,
});
for (;;) {
  const { sequence, id } = await wallet.pay(payee as AccountId, "0.01 AMI");
  process.stdout.write(`${sequence} ${id}\n`);
}
