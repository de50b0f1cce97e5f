/** Bounds of the document layer, with the reason beside each. What peers must agree on is in the spec, `[DOC…]`. */
import { limits } from "@amigos/core";
import type { Allowance } from "../peer/quota.ts";

/** Entries of one log document. Automerge keeps all history, so documents stay small and a log rolls to the next epoch. */
export const LOG_DOCUMENT_ENTRIES_MAX = 512;
/** Places of an account's control log that one set document serves. */
export const SET_DOCUMENT_PLACES = 64;
/** Items of one set document: its places, the inception, a proof for every session, and as many that lost their place. */
export const SET_DOCUMENT_ITEMS_MAX = 256;
/** The largest item: a proof of two entries. Control entries are smaller. */
export const ITEM_BYTES_MAX: number = 2 * limits.ENTRY_BYTES_MAX + 16;
/** What a change adds to its value: chunk header, one hash, two actors, columns, a key. In truth at most 215 bytes. */
export const CHANGE_OVERHEAD_BYTES_MAX = 256;
/** Changes in one sync message: a whole log document and its genesis. */
export const CHANGES_PER_MESSAGE_MAX: number = LOG_DOCUMENT_ENTRIES_MAX + 1;
/** Hashes in one list of a sync message. A set document has a head per item; twice that, for lists that are unions. */
export const HASHES_PER_LIST_MAX: number = 2 * LOG_DOCUMENT_ENTRIES_MAX;
/** A whole log document as a message is 610 KB at most; a link message is 1 MiB. */
export const FRAME_BYTES_MAX: number = 1024 * 1024 - 4096;
/** Messages of one document with one peer that wait for the journal. An honest peer waits for an answer after one or two. */
export const WAITING_PER_DOCUMENT_MAX = 16;
/** Bytes of messages from one peer that wait for the journal: four whole documents. */
export const WAITING_BYTES_MAX: number = 4 * 1024 * 1024;
/** What one peer may send of one document: a hundred times what bringing two replicas in step takes, and then a trickle. */
export const DOCUMENT_MESSAGES: Allowance = { burst: 1024, perSecond: 32 };
/** The same in bytes: 16 times the largest document. */
export const DOCUMENT_BYTES: Allowance = { burst: 10 * 1024 * 1024, perSecond: 256 * 1024 };
/** Documents that a peer asked for and may not have, of which that is remembered, so that it gets them once it may. */
export const DENIED_MAX = 1024;
/** The same of documents that are not here, so that it is told what comes of them. */
export const ASKED_MAX = 1024;
/** Messages with changes of a wrong form that a peer may send for one document before it is cut off from it. */
export const STRIKES_MAX = 3;
/** Messages with entries that the journal refuses. More than strikes: what vouches for them may simply not be here yet. */
export const UNADMITTED_MAX = 16;
/** A message that says what the one before said is answered this often. Two honest replicas may need one; a loop needs all. */
export const REPEATS_MAX = 2;
/** Changes beyond a fork or a full set that are remembered, so that the journal is not asked about them again and again. */
export const KEPT_BESIDE_MAX: number = 2 * LOG_DOCUMENT_ENTRIES_MAX;
