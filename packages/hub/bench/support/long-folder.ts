/**
 * A hub's folder whose ledger has very many settled payments, made cheaply: the faucet pays one cent each time, and of each
 * checkpoint only the last entry is signed, which by the chain of links vouches for all before it (spec [LOG2]).
 */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  decodeEntry,
  encodeWith,
  entrySchema,
  firstPrevious,
  genesisReference,
  hexToBytes,
  joinSigned,
  orThrow,
  sequence,
  type AccountId,
  type DecodedEntry,
  type Entry,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { Replica } from "@amigos/engine";
import { encodeCheckpointRecord, NO_HISTORY, reconcile, recordOf, sealCheckpoint } from "@amigos/reconcile";
import { openDataFolder } from "../../src/data/data-folder.ts";
import { faucetAccount, type HubAccount } from "../../src/data/demo-network.ts";

const PAYEE = "0c".repeat(32) as AccountId;
/** As many as a hub settles at once. */
const ENTRIES_PER_CHECKPOINT = 4096;

/** Makes the folder and leaves it to a hub. */
export async function makeLongFolder(path: string, payments: number): Promise<void> {
  const { network, store, keys, authority } = await openDataFolder({ path, clock: systemClock });
  const faucet = await faucetAccount(network, keys);
  if (faucet === undefined) throw new RangeError("the network has no faucet");
  const options = { network, store, links: [], clock: systemClock, random: systemRandom, signer: authority };
  const replica = await Replica.open({ ...options, isProvisional: false });
  await replica.introduce({ inceptions: [faucet.inception], control: [faucet.grant] });
  await replica.settle(systemClock.now(), authority);
  let last: DecodedEntry | undefined;
  for (let done = 0; done < payments;) {
    const entries = await payOn(network, faucet, last, Math.min(ENTRIES_PER_CHECKPOINT, payments - done));
    last = entries.at(-1);
    done += entries.length;
    const given = { inceptions: [], control: [], entries };
    const previous = replica.settled;
    const reconciliation = reconcile({ state: previous, ...given, history: NO_HISTORY, time: systemClock.now() });
    const { checkpoint } = await sealCheckpoint({ reconciliation, previous, signer: authority });
    orThrow(await replica.applyCheckpoint(encodeCheckpointRecord(recordOf(reconciliation, checkpoint, given))));
  }
  // As after a SIGKILL, it is not closed in order, which would keep the newest state: the store is.
  await replica.abandon();
  await store.close();
}

async function payOn(
  network: Network,
  faucet: HubAccount,
  before: DecodedEntry | undefined,
  count: number,
): Promise<readonly VerifiedEntry[]> {
  const entries: DecodedEntry[] = [];
  while (entries.length < count) {
    const unsigned = encodeWith(entrySchema, bodyAfter(entries.at(-1) ?? before, network, faucet));
    const draft = decoded(joinSigned(unsigned, new Uint8Array(64)), network);
    const isLast = entries.length === count - 1;
    entries.push(
      isLast ? decoded(joinSigned(unsigned, await faucet.signer.sign(hexToBytes(draft.id))), network) : draft,
    );
  }
  // As a replay of the record will find.
  return entries as readonly DecodedEntry[] as readonly VerifiedEntry[];
}

function bodyAfter(before: DecodedEntry | undefined, network: Network, faucet: HubAccount): Entry {
  return {
    version: 1,
    network: network.tag,
    account: faucet.inception.id,
    session: faucet.session,
    sequence: sequence(before === undefined ? 0 : before.entry.sequence + 1),
    previous: before?.link ?? firstPrevious(faucet.session),
    time: systemClock.now(),
    checkpoint: genesisReference(network),
    operation: { type: "pay", to: PAYEE, ...ami(0, 1) },
  };
}

function decoded(bytes: Uint8Array, network: Network): DecodedEntry {
  return orThrow(decodeEntry(bytes, network.tag));
}
