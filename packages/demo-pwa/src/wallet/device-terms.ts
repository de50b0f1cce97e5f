/** What a new device may do, as its owner ticks it. */
import type { Money } from "@amigos/core";

export interface DeviceTerms {
  readonly device: string;
  /** What it may pay in a day. Left out: nothing. */
  readonly daily?: Money;
  /** Whether it sees the balance and the history. */
  readonly mayView: boolean;
  readonly days: number;
}
