/** What the ledger holds about one session: its terms, where its log stands, and every counter that a rule reads (spec [STA4]). */
import type {
  AccountId,
  Amount,
  AssetCode,
  Generation,
  Height,
  Link,
  Money,
  Permission,
  PublicKey,
  Region,
  Sequence,
  SessionId,
  TimeMs,
} from "@amigos/core";
import type { UtcDay } from "../utc-day.ts";

export interface SessionState {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly key: PublicKey;
  readonly device: string;
  readonly permissions: readonly Permission[];
  readonly notBefore: TimeMs;
  readonly expiry: TimeMs;
  readonly generation: Generation;
  readonly offlineLimits: readonly Money[];
  readonly regions: readonly Region[] | undefined;
  readonly recipients: readonly AccountId[] | undefined;
  /** The place after the newest decided entry. */
  readonly nextSequence: Sequence;
  /** Link of the newest decided entry; the session id before the first. */
  readonly head: Link;
  /** Time that the head claims, rejected or not; 0 before the first. */
  readonly lastTime: TimeMs;
  /** Height of the checkpoint that the head names; 0 before the first. */
  readonly lastCheckpoint: Height;
  /** The UTC day up to which the session has got; days before it are closed (spec [LIM5]). */
  readonly openDay: UtcDay;
  /** What was spent of each asset with a daily limit, by UTC day. At rest: the open day alone. */
  readonly spentByDay: SpentByDay;
  /** What was spent of assets with an offline limit, in order of heights, then asset codes (spec [LIM7]). */
  readonly outstanding: readonly OutstandingRow[];
  /** What is set aside for this session alone. Without rows of zero. */
  readonly float: ReadonlyMap<AssetCode, Amount>;
  /** Attestations of what is not decided here yet, in order of sequences, then witnesses (spec [WIT5]). */
  readonly attested: readonly KeptAttestation[];
  /** Lowest sequence with two entries, or of a second attestation: from here on the session is frozen. */
  readonly frozenFrom: Sequence | undefined;
  /** The first sequence that is not honoured any more. */
  readonly revokedFrom: Sequence | undefined;
}

export type SpentByDay = ReadonlyMap<UtcDay, ReadonlyMap<AssetCode, Amount>>;

/** What was accepted in the checkpoint of a height. */
export interface OutstandingRow extends Money {
  readonly height: Height;
}

export interface KeptAttestation {
  /** The place that it is about. */
  readonly sequence: Sequence;
  readonly head: Link;
  /** The account that attested. */
  readonly witness: AccountId;
  /** Where its attestation stands. */
  readonly session: SessionId;
  readonly place: Sequence;
}
