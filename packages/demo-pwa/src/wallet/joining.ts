/** A device that asks an account to let it in, as page and worker speak of it. */
import type { AccountId, SessionLine, TimeMs } from "@amigos/core";

export interface JoiningState {
  readonly type: "joining";
  /** For one code, which the account's other device scans. */
  readonly request: string;
  /** `"4821 0937 1156"`: the other device shows the same. */
  readonly code: string;
  readonly expiry: TimeMs;
  /** The other device said no. It may still change its mind. */
  readonly isDenied: boolean;
  /** What the account would let this device do. Nothing is taken until its owner says so here, too. */
  readonly offer?: JoinOffer;
}

export interface JoinOffer {
  readonly account: AccountId;
  readonly device: string;
  readonly terms: readonly SessionLine[];
  readonly expiry: TimeMs;
}
