/**
 * The journal: the truth on a device. What it holds is durable before anybody is shown or sent it, and everything else
 * (documents, provisional view, connections) can be made again from it. It keeps, on any `Store`:
 *
 *   meta/network                            genesis bytes, so that a store of another network is refused
 *   meta/account                            the account that was made here, until its wallet is opened
 *   meta/joining                            the device request of a device that has no session yet (spec [DEV12])
 *   meta/session                            whose wallet this is
 *   meta/reservation                        the one entry that is being signed right now (spec [DEV1])
 *   meta/control-reservation                the one control entry that is being signed right now (spec [DEV5])
 *   meta/circle                             the accounts that this wallet carries for
 *   meta/acceptance                         what its owner takes without a network (spec [CAR10])
 *   own-head/<session>                      the last entry that this device signed itself in a log
 *   witnessed/<session>                     the last entry that this device attested of another's log (spec [DEV10])
 *   device-note/<session>                   what its owner alone sees of a session of the account (spec [DEV13])
 *   contradiction                           a checkpoint that the authority signed beside one that is followed here
 *   inception/<account>                     what vouches for sessions,
 *   control/<account>/<sequence>/<link>     signed bytes as they arrived
 *   practice                                the newest request to practise a recovery (spec [DEV15]),
 *   practice-answer/<account>               and the guardians' answers to it
 *   invitation                              the newest invitation to be a guardian (spec [DEV17]),
 *   invitation-answer/<account>             and who would be one
 *   recovering/<account>                    the new keys that this device asks for, for an account that it recovers
 *   agreed/<account>/<key>/<next digest>    when this device agreed to these new keys of an account that it guards (spec [DEV14])
 *   recovery/<account>/<link>               what is said about its recovery that no checkpoint has settled (spec [PEER15])
 *   undecided/<session>/<sequence>/<link>   entries that no checkpoint has decided
 *   checkpoint/<height>/<piece>             checkpoint records: everything decided, as it travels, cut into pieces
 *   header/<height>                         id and time of a checkpoint
 *   places/<session>/<row>                  where in the records lies what was decided at some places of a log
 *   ids/<group>/<height>                    the same for entries by the first digits of their ids
 *   verdict/<entry>                         how an entry was decided that was not accepted
 *   payment/<height>/<offset>               decided payments of this wallet, with their verdicts, for its history
 *   float/<height>/<offset>                 the same for what was set aside and given back
 *   carried/<entry>                         what a payer showed that is newer than the ledger here (spec [CAR10])
 *   receipt/<entry>                         a payee's receipt for an undecided payment (spec [PEER13])
 *   evidence/<session>/<sequence>           one equivocation proof for each forked place
 *   start                                   a state and its checkpoint, where what was before was not replayed (spec [DEV6])
 *   loading                                 how far what was before the start is replayed by now (spec [DEV8])
 *   past-checkpoint/<height>                a checkpoint of before the start, which something since names
 *   past-entry/<session>/<sequence>/<link>  an entry that was settled before the start, at a place that something since names
 *   past-settled/<height>/<entry>           an entry on which one of this height depends, and which was settled before the start
 *   snapshot                                a settled state, so that opening need not replay from genesis
 *   meta/repair                             that the journal is to be repaired before it is read (spec [DEV7])
 *   quarantine/<key>                        rows that could not be read, with what was wrong
 */
import {
  bytesToHex,
  type AccountId,
  type AccountKeys,
  type EntryId,
  type Height,
  type Link,
  type Sequence,
  type SessionId,
} from "@amigos/core";
import type { Store, StoreOperation } from "../ports/store.ts";

/** Version of this layout. Another number in a store means: written by another version of this software. */
export const JOURNAL_VERSION = 3;
/** The one before, which is written anew when it is opened. */
export const MIGRATED_VERSION = 2;

const DIGITS = 16;
/** Of a number within one record. */
const SHORT_DIGITS = 8;
/**
 * Of an id, in the key of the row that leads to its entry: a checkpoint of thousands has 256 such rows, and of a million settled
 * entries a lookup reads four thousand positions.
 */
const ID_DIGITS = 2;

/** Keys sort as their numbers do. */
function padded(value: number, digits: number = DIGITS): string {
  return value.toString().padStart(digits, "0");
}

export const KEY = {
  version: "meta/version",
  network: "meta/network",
  account: "meta/account",
  joining: "meta/joining",
  session: "meta/session",
  reservation: "meta/reservation",
  controlReservation: "meta/control-reservation",
  circle: "meta/circle",
  acceptance: "meta/acceptance",
  repair: "meta/repair",
  snapshot: "snapshot",
  start: "start",
  loading: "loading",
  contradiction: "contradiction",
  ownHead: (session: SessionId): string => `own-head/${session}`,
  /** A request, and where the answers to it are, each by the account of who answered. */
  guardianAnswers: {
    practice: { request: "practice", answers: "practice-answer/" },
    invitation: { request: "invitation", answers: "invitation-answer/" },
  },
  recovering: (account: AccountId): string => `${PREFIX.recovering}${account}`,
  agreed: (account: AccountId, { masterKey, nextKeyDigest }: AccountKeys): string =>
    `${PREFIX.agreed}${account}/${masterKey}/${nextKeyDigest}`,
  recovery: (account: AccountId, link: Link): string => `${PREFIX.recovery}${account}/${link}`,
  deviceNote: (session: SessionId): string => `${PREFIX.deviceNote}${session}`,
  witnessed: (session: SessionId): string => `${PREFIX.witnessed}${session}`,
  /** A store's key has 512 characters at most, and ours have well below 256. */
  quarantine: (key: string): string => `${PREFIX.quarantine}${key}`,
  inception: (account: AccountId): string => `inception/${account}`,
  control: (account: AccountId, sequence: Sequence, link: Link): string =>
    `control/${account}/${padded(sequence)}/${link}`,
  undecided: (session: SessionId, sequence: Sequence, link: Link): string =>
    `undecided/${session}/${padded(sequence)}/${link}`,
  checkpoint: (height: Height, piece: number): string => `checkpoint/${padded(height)}/${padded(piece, SHORT_DIGITS)}`,
  pastCheckpoint: (height: Height): string => `${PREFIX.pastCheckpoint}${padded(height)}`,
  pastEntry: (session: SessionId, sequence: Sequence, link: Link): string =>
    `${PREFIX.pastEntry(session, sequence)}${link}`,
  pastSettled: (height: Height, entry: EntryId): string => `${PREFIX.pastSettled(height)}${entry}`,
  header: (height: Height): string => `header/${padded(height)}`,
  places: (session: SessionId, row: number): string => `places/${session}/${padded(row)}`,
  ids: (group: string, height: Height): string => `${PREFIX.ids(group)}${padded(height)}`,
  verdict: (entry: EntryId): string => `verdict/${entry}`,
  payment: (height: Height, offset: number): string => `payment/${padded(height)}/${padded(offset, SHORT_DIGITS)}`,
  float: (height: Height, offset: number): string => `float/${padded(height)}/${padded(offset, SHORT_DIGITS)}`,
  carried: (payment: EntryId): string => `${PREFIX.carried}${payment}`,
  receipt: (payment: EntryId): string => `${PREFIX.receipt}${payment}`,
  evidence: (session: SessionId, sequence: Sequence): string => `evidence/${session}/${padded(sequence)}`,
} as const;

export const PREFIX = {
  /** All pieces of one record. */
  checkpoint: (height: Height): string => `checkpoint/${padded(height)}/`,
  /** Whatever height decided them. */
  ids: (group: string): string => `ids/${group}/`,
  /** Of one place. */
  pastEntry: (session: SessionId, sequence: Sequence): string => `${PREFIX.pastEntries}${session}/${padded(sequence)}/`,
  pastEntries: "past-entry/",
  pastCheckpoint: "past-checkpoint/",
  /** What a record of this height depends on. */
  pastSettled: (height: Height): string => `${PREFIX.allPastSettled}${padded(height)}/`,
  allPastSettled: "past-settled/",
  deviceNote: "device-note/",
  recovering: "recovering/",
  agreed: "agreed/",
  recovery: "recovery/",
  inception: "inception/",
  control: "control/",
  undecided: "undecided/",
  header: "header/",
  payment: "payment/",
  float: "float/",
  carried: "carried/",
  receipt: "receipt/",
  witnessed: "witnessed/",
  evidence: "evidence/",
  quarantine: "quarantine/",
} as const;

/** Which ids share a row with an entry's. */
export function groupOfId(id: EntryId): string {
  return id.slice(0, ID_DIGITS);
}

/** The height in a key of ids. */
export function heightOfIds(key: string): Height {
  return Number(key.split("/").at(-1)) as Height;
}

export function put(key: string, value: Uint8Array): StoreOperation {
  return { type: "put", key, value };
}

export function remove(key: string): StoreOperation {
  return { type: "delete", key };
}

export type JournalError =
  | { readonly type: "journal-of-another-version"; readonly found: number; readonly expected: number }
  | { readonly type: "journal-of-another-network"; readonly found: string; readonly expected: string };

/** What an opened store turns out to be when it is not ours. `message` names the way out. */
export class JournalRefused extends Error {
  override readonly name = "JournalRefused";
  readonly detail: JournalError;
  constructor(detail: JournalError, message: string) {
    super(message);
    this.detail = detail;
  }
}

interface Owner {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Whether a store is anybody's. @throws {JournalRefused} where it is another network's or another version's */
export async function isClaimed(store: Store, network: Owner): Promise<boolean> {
  const version = await store.get(KEY.version);
  if (version === undefined) return false;
  const found = version[0] ?? 0;
  if (found !== JOURNAL_VERSION) {
    const wayOut =
      found === MIGRATED_VERSION
        ? "open it once with this software, which writes it anew"
        : "open it with the software that wrote it, or start with an empty store";
    throw new JournalRefused(
      { type: "journal-of-another-version", found, expected: JOURNAL_VERSION },
      `${store.name} was written by version ${found} of the journal and this is version ${JOURNAL_VERSION}: ${wayOut}`,
    );
  }
  await checkNetwork(store, network);
  return true;
}

/** @throws {JournalRefused} where a claimed store is another network's */
export async function checkNetwork(store: Store, network: Owner): Promise<void> {
  const genesis = await store.get(KEY.network);
  if (genesis === undefined || bytesToHex(genesis) !== bytesToHex(network.bytes)) {
    throw new JournalRefused(
      { type: "journal-of-another-network", found: genesis === undefined ? "none" : "another", expected: network.id },
      `${store.name} belongs to another network: open it with that network's genesis, or start with an empty store`,
    );
  }
}
