/** What a new device may do, as its owner ticks it. */
import type { Money } from "@amigos/core";

export interface DeviceTerms {
  readonly device: string;
  /** What it may pay in a day. Left out: nothing. */
  readonly daily?: Money;
  /** Whether it sees the balance and the history. */
  readonly mayView: boolean;
  /** Whether it speaks for the account in a recovery: of its own account, which it may stop, and of those that it guards. */
  readonly mayRecover: boolean;
  readonly days: number;
}
