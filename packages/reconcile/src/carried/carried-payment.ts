/**
 * What a payer shows a stranger when neither has a network (spec [CAR2]): the newest settled checkpoint that it knows, the proof
 * of its own row in it, and every entry of its session since, the payment last. From this alone `verifyCarriedPayment` computes
 * what the ledger would say and what is left. Here is its form, and how a payer's wallet makes it.
 */
import {
  accountRecordSchema,
  body,
  byteString,
  bytesToShown,
  checkpointTag,
  decodeWith,
  encodeWith,
  err,
  field,
  hexBytes,
  id,
  isShown,
  limits,
  list,
  ok,
  optional,
  readShown,
  refined,
  version,
  type AccountRecord,
  type DecodeError,
  type DecodedEntry,
  type EntryId,
  type Height,
  type Link,
  type NetworkTag,
  type Result,
  type Schema,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import { rowOf } from "../checkpoint/account-proof.ts";
import { CHECKPOINT_BYTES_MAX, type VerifiedCheckpoint } from "../checkpoint/checkpoint.ts";
import { decodeMerkleProof } from "../merkle/merkle-proof.ts";
import type { SessionState } from "../state/session-state.ts";
import { carriedEntrySchema, shorten, type CarriedEntry, type Standing } from "./carried-entry.ts";

/** Entries of the log since the checkpoint: as many as may be unsettled. */
const CARRIED_ENTRIES_MAX: number = limits.UNSETTLED_PER_SESSION_MAX;
/** Older checkpoints that these name. Whoever hears of more without being settled by any has a ledger that does not answer. */
const EARLIER_CHECKPOINTS_MAX = 32;
/** As much as a bundle: 256 entries at their bound, an account with 64 sessions on wordy terms, and the checkpoints. */
const CARRIED_PAYMENT_BYTES_MAX: number = limits.BUNDLE_BYTES_MAX;

const CARRIED_PREFIX = "AMIGOS:C";

export interface CarriedBody {
  readonly version: 1;
  readonly network: NetworkTag;
  /** Signed bytes of the newest one. */
  readonly checkpoint: Uint8Array;
  /** Signed bytes of older ones that entries name, in order of heights. */
  readonly earlier?: readonly Uint8Array[];
  /** Of the payer's row. */
  readonly proof: Uint8Array;
  readonly session: SessionId;
  readonly entries: readonly CarriedEntry[];
  /** What vouches for the session, for whoever hands the entries on. Says nothing to who judges them. */
  readonly account?: AccountRecord;
}

export interface CarryInput {
  readonly checkpoint: VerifiedCheckpoint;
  /** Older ones that the payer knows; those that an entry names are carried along. */
  readonly earlier?: readonly VerifiedCheckpoint[];
  /** Of the payer's account in `checkpoint`, as `proveAccount` gives it. */
  readonly proof: Uint8Array;
  /** Every entry of the session between the checkpoint and the payment, in order of the log. */
  readonly before?: readonly VerifiedEntry[];
  readonly payment: VerifiedPayment;
  /** What vouches for the session. */
  readonly account?: AccountRecord;
}

export type CarryError =
  | DecodeError
  /** The proof shows no row, or no such session in it: the checkpoint does not know it yet. */
  | { readonly type: "session-unknown"; readonly session: SessionId }
  /** An entry is not at the place after the one before, or the first one not where the checkpoint's log ends. */
  | {
      readonly type: "entries-not-in-chain";
      readonly entry: EntryId;
      readonly expected: { readonly sequence: Sequence; readonly previous: Link };
    }
  /** An entry names a checkpoint that was not given. */
  | { readonly type: "checkpoint-missing"; readonly height: Height }
  | {
      readonly type: "too-many";
      readonly what: "entries" | "checkpoints";
      readonly count: number;
      readonly max: number;
    };

export type CarriedTextError = DecodeError | { readonly type: "not-a-carried-payment" };

const carriedSchema: Schema<CarriedBody> = body<CarriedBody>({
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  checkpoint: field(2, byteString(CHECKPOINT_BYTES_MAX)),
  earlier: optional(3, notEmpty(list(byteString(CHECKPOINT_BYTES_MAX), EARLIER_CHECKPOINTS_MAX))),
  proof: field(4, byteString(CARRIED_PAYMENT_BYTES_MAX)),
  session: field(5, id<SessionId>()),
  entries: field(6, notEmpty(list(carriedEntrySchema, CARRIED_ENTRIES_MAX))),
  account: optional(7, accountRecordSchema),
});

function notEmpty<Item>(schema: Schema<readonly Item[]>): Schema<readonly Item[]> {
  return refined(schema, ({ length }) => (length > 0 ? undefined : "at least one"));
}

/** The bytes that a payer shows. Refuses what no payee could make sense of. */
export function carryPayment(input: CarryInput): Result<Uint8Array, CarryError> {
  const { checkpoint, proof, before = [], payment, account } = input;
  const { network, session: sessionId } = payment.entry;
  const entries = [...before, payment];
  const session = sessionOfProof(proof, sessionId);
  if (!session.ok) return session;
  const standing = standingOf(session.value, network, checkpoint);
  const stray = findStray(entries, standing);
  if (stray !== undefined) return err(stray);
  const earlier = checkpointsNamed(entries, input);
  if (!earlier.ok) return earlier;
  const excess = findExcess(entries, earlier.value);
  if (excess !== undefined) return err(excess);
  const bytes = encodeCarried({
    version: 1,
    network,
    checkpoint: checkpoint.bytes,
    ...(earlier.value.length === 0 ? {} : { earlier: earlier.value }),
    proof,
    session: sessionId,
    entries: shorten(entries, standing),
    ...(account === undefined ? {} : { account }),
  });
  const sizeMax = CARRIED_PAYMENT_BYTES_MAX;
  return bytes.length <= sizeMax ? ok(bytes) : err({ type: "too-large", size: bytes.length, sizeMax });
}

export function encodeCarried(carried: CarriedBody): Uint8Array {
  return encodeWith(carriedSchema, carried);
}

/** Form and network alone. Nothing of it is authentic yet. */
export function decodeCarried(bytes: Uint8Array, network: NetworkTag): Result<CarriedBody, DecodeError> {
  const decoded = decodeWith(carriedSchema, bytes, CARRIED_PAYMENT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { network: found } = decoded.value;
  return found === network ? decoded : err({ type: "wrong-network", expected: network, found });
}

/** Whether bytes have the form of one, of this network. */
export function isCarried(bytes: Uint8Array, network: NetworkTag): boolean {
  return decodeCarried(bytes, network).ok;
}

/** `AMIGOS:C…` */
export function carriedToText(bytes: Uint8Array): string {
  return bytesToShown(CARRIED_PREFIX, bytes);
}

export function isCarriedText(text: string): boolean {
  return isShown(CARRIED_PREFIX, text);
}

/** The bytes that a text stands for. Nothing of them is read yet. */
export function textToCarried(text: string): Result<Uint8Array, CarriedTextError> {
  return readShown(text, {
    prefix: CARRIED_PREFIX,
    sizeMax: CARRIED_PAYMENT_BYTES_MAX,
    otherwise: "not-a-carried-payment",
  });
}

/** Where the carried entries of a session begin: where its log stands in the checkpoint. */
export function standingOf(
  { account, id: session, nextSequence: sequence, head: previous }: SessionState,
  network: NetworkTag,
  { id: checkpointId, checkpoint: { height, time } }: VerifiedCheckpoint,
): Standing {
  const checkpoint = { height, tag: checkpointTag(checkpointId) };
  return { network, account, session, sequence, previous, time, checkpoint };
}

/** Heights below the newest checkpoint's, and above the genesis, that entries name; in order, each once. */
export function heightsNamed(entries: readonly DecodedEntry[], newest: Height): readonly Height[] {
  const heights = new Set(entries.map(({ entry }) => entry.checkpoint.height));
  return [...heights].filter((height) => height > 0 && height < newest).toSorted((a, b) => a - b);
}

function sessionOfProof(bytes: Uint8Array, session: SessionId): Result<SessionState, CarryError> {
  const proof = decodeMerkleProof(bytes);
  if (!proof.ok) return proof;
  const row = rowOf(proof.value);
  if (row?.ok === false) return row;
  const known = row?.value.sessions.get(session);
  return known === undefined ? err({ type: "session-unknown", session }) : ok(known);
}

function findStray(entries: readonly DecodedEntry[], standing: Standing): CarryError | undefined {
  let expected: Pick<Standing, "sequence" | "previous"> = standing;
  for (const { id: entryId, link, entry } of entries) {
    const { sequence, previous } = expected;
    const isInPlace = entry.session === standing.session && entry.sequence === sequence && entry.previous === previous;
    if (!isInPlace || entry.account !== standing.account)
      return { type: "entries-not-in-chain", entry: entryId, expected: { sequence, previous } };
    expected = { sequence: (sequence + 1) as Sequence, previous: link };
  }
  return undefined;
}

function checkpointsNamed(
  entries: readonly DecodedEntry[],
  { checkpoint: newest, earlier = [] }: CarryInput,
): Result<readonly Uint8Array[], CarryError> {
  const byHeight = new Map(earlier.map((known) => [known.checkpoint.height, known]));
  const named: Uint8Array[] = [];
  for (const height of heightsNamed(entries, newest.checkpoint.height)) {
    const known = byHeight.get(height);
    if (known === undefined) return err({ type: "checkpoint-missing", height });
    named.push(known.bytes);
  }
  return ok(named);
}

function findExcess(entries: readonly DecodedEntry[], earlier: readonly Uint8Array[]): CarryError | undefined {
  if (entries.length > CARRIED_ENTRIES_MAX)
    return { type: "too-many", what: "entries", count: entries.length, max: CARRIED_ENTRIES_MAX };
  return earlier.length > EARLIER_CHECKPOINTS_MAX
    ? { type: "too-many", what: "checkpoints", count: earlier.length, max: EARLIER_CHECKPOINTS_MAX }
    : undefined;
}
