/**
 * A ledger on which one account has settled very many payments, made cheaply: of each log the last entry of a checkpoint is
 * signed, and by the chain of links it vouches for all before it (spec [LOG2]).
 */
import "@automerge/automerge";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import {
  createNetwork,
  decodeEntry,
  encodeWith,
  entrySchema,
  firstPrevious,
  genesisReference,
  hexToBytes,
  joinSigned,
  orThrow,
  sequence,
  timeMs,
  type AccountId,
  type DecodedEntry,
  type Entry,
  type Link as EntryLink,
  type Network,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, createTestNetwork, namedSigner } from "@amigos/core/testing";
import {
  createAccount,
  createFounder,
  Replica,
  SEND_UNLIMITED,
  type KeyVault,
  type Link,
  type SessionGrant,
  type Store,
} from "@amigos/engine";
import {
  createGenesisState,
  encodeCheckpointRecord,
  NO_HISTORY,
  reconcile,
  recordOf,
  sealCheckpoint,
  type LedgerState,
} from "@amigos/reconcile";

/** Devices of the account that have paid so often. */
const TILLS = 16;
/** Of one checkpoint, as many as a hub settles at once. */
const ENTRIES_PER_CHECKPOINT = 4096;

export interface Holder {
  readonly keys: KeyVault;
  /** Of a device that has paid nothing. */
  readonly phone: SessionGrant;
}

export interface LongLedger {
  readonly network: Network;
  /** Whose devices have paid, each payment to bob. */
  readonly alice: Holder;
  readonly bob: Holder;
  /** Encoded, from height 1 on. */
  readonly records: readonly Uint8Array[];
  readonly state: LedgerState;
}

export async function createLongLedger(payments: number): Promise<LongLedger> {
  const [aliceKeys, bobKeys] = [createMemoryKeyVault(), createMemoryKeyVault()];
  const [aliceFounder, bobFounder] = [
    await createFounder({ keys: aliceKeys, random: systemRandom }),
    await createFounder({ keys: bobKeys, random: systemRandom }),
  ];
  const network = createNetwork({
    ...createTestNetwork().genesis,
    time: timeMs(systemClock.now() - 60_000),
    allocations: [
      { founder: aliceFounder, ...ami(1_000_000) },
      { founder: bobFounder, ...ami(100) },
    ],
  });
  const open = async (keys: KeyVault, founder: typeof aliceFounder, devices: number): Promise<SessionGrant[]> => {
    const store = await freshStore();
    const account = await createAccount({ network, store, keys, random: systemRandom, clock: systemClock, founder });
    const grants: SessionGrant[] = [];
    for (let device = 0; device < devices; device++) {
      const permissions = [SEND_UNLIMITED];
      grants.push(await account.createSession({ device: `device ${device}`, permissions, expiry: { days: 30 } }));
    }
    return grants;
  };
  const [phone, ...tills] = (await open(aliceKeys, aliceFounder, TILLS + 1)) as [SessionGrant, ...SessionGrant[]];
  const [bob] = (await open(bobKeys, bobFounder, 1)) as [SessionGrant];

  const ledger = new Ledger(network);
  await ledger.seal({
    inceptions: [phone.inception, bob.inception],
    control: [phone.grant, ...tills.map(({ grant }) => grant), bob.grant],
    entries: [],
  });
  const logs = await Promise.all(
    tills.map(async (till) => new TillLog(network, till, await signerOf(aliceKeys, till))),
  );
  for (let done = 0; done < payments;) {
    const now = Math.min(ENTRIES_PER_CHECKPOINT, payments - done);
    const entries: VerifiedEntry[] = [];
    for (const [index, log] of logs.entries()) {
      const each = Math.floor(now / TILLS) + (index < now % TILLS ? 1 : 0);
      entries.push(...(await log.pay(bob.inception.id, each)));
    }
    await ledger.seal({ inceptions: [], control: [], entries });
    done += now;
  }
  return {
    network,
    alice: { keys: aliceKeys, phone },
    bob: { keys: bobKeys, phone: bob },
    records: ledger.records,
    state: ledger.state,
  };
}

/** A hub that follows the ledger of these records, on this link. */
export async function hubOf({ network, records }: LongLedger, link: Link): Promise<Replica> {
  const hub = await Replica.load({
    network,
    store: await freshStore(),
    links: [link],
    clock: systemClock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
  });
  for (const record of records) orThrow(await hub.applyCheckpoint(record));
  await hub.connect();
  return hub;
}

export function freshStore(): Promise<Store> {
  return openMemoryStore({ name: "fresh", disk: new MemoryDisk() });
}

async function signerOf(keys: KeyVault, { keyName }: SessionGrant): Promise<Signer> {
  return (await keys.signer(keyName)) as Signer;
}

class Ledger {
  readonly records: Uint8Array[] = [];
  state: LedgerState;

  constructor(network: Network) {
    this.state = createGenesisState(network);
  }

  async seal(given: Parameters<typeof recordOf>[2]): Promise<void> {
    const reconciliation = reconcile({
      state: this.state,
      ...given,
      history: NO_HISTORY,
      time: systemClock.now(),
    });
    const signer = namedSigner("authority");
    const sealed = await sealCheckpoint({ reconciliation, previous: this.state, signer });
    this.records.push(encodeCheckpointRecord(recordOf(reconciliation, sealed.checkpoint, given)));
    this.state = sealed.state;
  }
}

class TillLog {
  readonly #network: Network;
  readonly #till: SessionGrant;
  readonly #signer: Signer;
  #next = 0;
  #head: EntryLink;

  constructor(network: Network, till: SessionGrant, signer: Signer) {
    this.#network = network;
    this.#till = till;
    this.#signer = signer;
    this.#head = firstPrevious(till.session);
  }

  /** One cent each. */
  async pay(to: AccountId, amount: number): Promise<readonly VerifiedEntry[]> {
    const entries: DecodedEntry[] = [];
    while (entries.length < amount) {
      const unsigned = encodeWith(entrySchema, this.#body(to));
      const draft = this.#decoded(joinSigned(unsigned, new Uint8Array(64)));
      const isLast = entries.length === amount - 1;
      const entry = isLast ? this.#decoded(joinSigned(unsigned, await this.#signer.sign(hexToBytes(draft.id)))) : draft;
      entries.push(entry);
      this.#head = entry.link;
      this.#next++;
    }
    // As a replay of the record will find.
    return entries as readonly DecodedEntry[] as readonly VerifiedEntry[];
  }

  #body(to: AccountId): Entry {
    return {
      version: 1,
      network: this.#network.tag,
      account: this.#till.inception.id,
      session: this.#till.session,
      sequence: sequence(this.#next),
      previous: this.#head,
      time: systemClock.now(),
      checkpoint: genesisReference(this.#network),
      operation: { type: "pay", to, ...ami(0, 1) },
    };
  }

  #decoded(bytes: Uint8Array): DecodedEntry {
    return orThrow(decodeEntry(bytes, this.#network.tag));
  }
}
