/**
 * What a history is made of: small records of what somebody signs and when the ledger settles. Every number in them picks
 * something that exists when the action is played, whatever was cut out of the history before, so any part can be left out.
 */
import type { PolicyName } from "./cast.ts";

/** Somebody's device signs an entry. */
export interface SignAction {
  readonly type: "sign";
  /** Which device, of those that were ever granted, the ones of the cast first. */
  readonly who: number;
  readonly does: Deed;
  /** How far the claimed time is from the true one, or a time that the log cannot have. */
  readonly clockOffsetMs: number;
  /**
   * `tip` is honest; `beside-tip` forks at the tip's place; a number picks any entry of the log, `start` none, `nowhere` one
   * that does not exist.
   */
  readonly after: "tip" | "beside-tip" | "start" | "nowhere" | number;
  /** A number picks one of those that there were. */
  readonly checkpoint: "newest" | "genesis" | "ahead" | "invented" | "predecessor" | number;
  /** Picks of entries signed by anybody before, or the newest; -1 stands for one that does not exist. */
  readonly dependencies: readonly (number | "newest")[];
  readonly region?: string;
  /** Names a second signature on its predecessor, which arrives with it. */
  readonly isOnVariant?: true;
}

export type Deed =
  /** `to` counts devices from the signer on: 0 is the signer's own account. */
  | { readonly type: "pay"; readonly to: number | "pool"; readonly amount: bigint; readonly asset: AssetName }
  | { readonly type: "float" | "release"; readonly amount: bigint; readonly asset: AssetName }
  /** `validator` picks an account, from 8 on one that nobody has. */
  | {
      readonly type: "stake" | "unstake";
      readonly validator: number;
      readonly amount: bigint;
      readonly asset: AssetName;
    }
  /** The service is an account of the cast, so that fees come round. */
  | { readonly type: "execute"; readonly service: number; readonly fee: bigint; readonly asset: AssetName }
  /** `what` counts back from the newest entry signed by anybody. `ahead` places further than that entry stands. */
  | {
      readonly type: "attest";
      readonly what: number;
      /** `of another account`: its head, but it says the session is somebody else's. */
      readonly head: "its" | "twin" | "invented" | "of another account";
      readonly ahead: number;
    };

export type AssetName = "AMI" | "GLD" | "EUR";

/** Somebody signs what an account says about itself. */
export interface ControlAction {
  readonly type: "control";
  /** Picks an account. */
  readonly whose: number;
  readonly says: Saying;
  /** `settled` follows what the ledger has; `tip` what was signed last; `beside-tip` signs twice for one place. */
  readonly after: "settled" | "tip" | "beside-tip" | "gap";
  /** With which key: the one that fits, the one before it, or a stranger's. */
  readonly key: "right" | "old" | "stranger";
}

export type Saying =
  | { readonly type: "grant"; readonly terms: number; readonly generation: number; readonly isKeyReused: boolean }
  | {
      readonly type: "upgrade";
      readonly terms: number;
      readonly replaces: number;
      readonly honoured: number;
    }
  /** `session` picks a device of the account, -1 the newest; `honoured` is the last place honoured, -1 for none. */
  | { readonly type: "revoke"; readonly session: number; readonly honoured: number }
  /** `generation` is above the settled one by so much. */
  | { readonly type: "kill-switch"; readonly generation: number }
  /** Reveals the key after so many others. */
  | { readonly type: "rotate"; readonly skip: number }
  | { readonly type: "set-recovery"; readonly ways: number }
  /** `by` picks the account that speaks, `isByDevice` lets a device of it sign. */
  | {
      readonly type: "recovery-start";
      readonly way: "guardians" | "time-locked-key" | "backup-key";
      readonly by: number;
      readonly isByDevice: boolean;
      /** From the settled one. */
      readonly round: number;
      /** For the keys of the start that was signed before it; for new ones, if left out. */
      readonly areKeysAgain?: boolean;
    }
  /** `start` counts back from the newest start signed for the account. */
  | { readonly type: "recovery-approve"; readonly start: number; readonly by: number; readonly isByDevice: boolean }
  | { readonly type: "recovery-veto"; readonly start: number; readonly isByDevice: boolean }
  | { readonly type: "recovery-complete"; readonly start: number; readonly areKeysOthers: boolean };

/** The ledger makes a checkpoint. */
export interface SettleAction {
  readonly type: "settle";
  readonly advanceMs: number;
  /** Since the beginning of everything: not before that. */
  readonly untilMs?: number;
  /** Which undecided entries do not arrive this time. */
  readonly withheld: readonly number[];
  /** Which decided ones arrive again. */
  readonly repeated: readonly number[];
  /** Which grants of the cast are known from now on. */
  readonly granted: readonly number[];
  /** Which undecided control entries do not arrive this time. */
  readonly controlWithheld?: readonly number[];
  /** Which control entries arrive again, decided or not. */
  readonly controlRepeated?: readonly number[];
}

export type Action = SignAction | ControlAction | SettleAction;
export type Script = readonly Action[];

export interface History {
  readonly policy: PolicyName;
  /** Whether the witnesses have staked before it begins. */
  readonly isStaked: boolean;
  readonly script: Script;
}
