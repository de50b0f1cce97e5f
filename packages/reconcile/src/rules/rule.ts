/**
 * What a rule is. A rule looks at one entry, at what the ledger holds at its place, and at the moment of judging, and says
 * nothing or why the entry fails. One rule, one file, one page of the spec (spec [LAD1]).
 */
import type { CheckpointFact } from "../history.ts";
import type { AccountState } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import type { Failure, FailureCode } from "../verdict.ts";
import type { Entry, EntryId, Height, Network, Sequence, TimeMs } from "@amigos/core";

/** What is known before anything else about the place that an entry names. */
export interface PlaceView {
  /** Whether this very entry is settled. */
  readonly isSettled: boolean;
  readonly account: AccountState | undefined;
  readonly session: SessionState | undefined;
}

/** What the ledger holds for an entry whose account and session it knows. */
export interface EntryView {
  readonly account: AccountState;
  readonly session: SessionState;
  /** `undefined` while it is not decided. */
  readonly predecessor: Predecessor | undefined;
  readonly missingDependency: EntryId | undefined;
  /** The ledger's checkpoint at the height that the entry names, when there is one and it is known here. */
  readonly checkpoint: CheckpointFact | undefined;
  /** Whether the place is settled and what settled there is not kept here. */
  readonly isPlaceForgotten: boolean;
  /** Where the fork is that this very call proves, for an entry at or beyond it that the policy does not honour. */
  readonly dishonouredFrom: Sequence | undefined;
  /** The session's `lastCheckpoint` when the call began. */
  readonly settledCheckpoint: Height;
}

/** What a decided entry claimed, rejected or not. */
export interface Predecessor {
  readonly time: TimeMs;
  readonly checkpoint: Height;
}

/** What stands before the first entry of a log. */
export const BEGINNING: Predecessor = { time: 0 as TimeMs, checkpoint: 0 as Height };

/** The moment of judging: the same for every entry of a checkpoint. */
export interface Moment {
  readonly network: Network;
  /** Of the newest settled checkpoint. */
  readonly height: Height;
  /** Ledger time of the checkpoint in the making. */
  readonly time: TimeMs;
}

export type Judged = "ignored" | "deferred" | "rejected";

export interface Rule<View> {
  readonly code: FailureCode;
  readonly outcome: Judged;
  /** Its id in the spec. Its page there is `docs/spec/rules/`, its code, `.md`. */
  readonly id: string;
  readonly check: (view: View, entry: Entry, moment: Moment) => Failure | undefined;
}

export type PlaceRule = Rule<PlaceView>;
export type EntryRule = Rule<EntryView>;
