/**
 * Entries: what a session signs. An entry names its place (session, sequence, previous), what its signer knew (time,
 * checkpoint, dependencies) and one operation. With its signature a plain payment is at most 256 bytes, so that it fits
 * one QR code (spec [ENT1]).
 */
import {
  body,
  checked,
  field,
  hexBytes,
  id,
  idSet,
  integer,
  optional,
  tuple,
  version,
  type Schema,
} from "../encoding/schema.ts";
import {
  checkpointTag,
  height,
  type AccountId,
  type CheckpointId,
  type CheckpointTag,
  type EntryId,
  type Height,
  type Link,
  type NetworkTag,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "../ids.ts";
import { DEPENDENCIES_MAX } from "../limits.ts";
import type { Network } from "../network/genesis.ts";
import { regionSchema, type Region } from "../session/region.ts";
import { operationSchema, type Operation } from "./operation.ts";

/** The newest settled checkpoint that a signer knew. */
export interface CheckpointReference {
  readonly height: Height;
  readonly tag: CheckpointTag;
}

export interface Entry {
  readonly version: 1;
  readonly network: NetworkTag;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly sequence: Sequence;
  /** The predecessor's link; the session id for sequence 0. */
  readonly previous: Link;
  /** Claimed by the signer: gives no right, see spec [TIME1]. */
  readonly time: TimeMs;
  readonly checkpoint: CheckpointReference;
  /** Unsettled incoming payments that this one builds on, in ascending order. Left out when there are none. */
  readonly dependencies?: readonly EntryId[];
  readonly operation: Operation;
  /** Where the signer says that it is; left out when it does not say. */
  readonly region?: Region;
}

export const entrySchema: Schema<Entry> = checked(
  body<Entry>({
    version: field(0, version(1)),
    network: field(1, hexBytes<NetworkTag>(4)),
    account: field(2, id<AccountId>()),
    session: field(3, id<SessionId>()),
    sequence: field(4, integer<Sequence>()),
    previous: field(5, id<Link>()),
    time: field(6, integer<TimeMs>()),
    checkpoint: field(7, tuple<CheckpointReference>({ height: integer<Height>(), tag: hexBytes<CheckpointTag>(8) })),
    dependencies: optional(8, idSet<EntryId>(DEPENDENCIES_MAX)),
    operation: field(9, operationSchema),
    region: optional(10, regionSchema),
  }),
);

/** A link that stands for "there is no predecessor": the session itself. */
export function firstPrevious(session: SessionId): Link {
  return session as string as Link;
}

/** What the signer of an entry names before any settlement: genesis is the checkpoint of height 0, and its id the network's. */
export function genesisReference(network: Pick<Network, "id">): CheckpointReference {
  return { height: height(0), tag: checkpointTag(network.id as string as CheckpointId) };
}

/** The account that an entry moves value to: a payment's payee. */
export function payeeOf({ operation }: Entry): AccountId | undefined {
  return operation.type === "pay" ? operation.to : undefined;
}
