/**
 * What an account can say about itself, one operation a control entry. Most take the next place of the control log. The
 * three by which a recovery is asked for, approved and vetoed have no place, for their signers do not hold the master key
 * and cannot know where its log stands (spec [CTL7]).
 */
import { body, field, id, integer, oneOf, optional, type Schema } from "../encoding/schema.ts";
import type { AccountId, EntryId, Generation, KeyDigest, PublicKey, Sequence, SessionId } from "../ids.ts";
import { sessionTermsFields, termsOf, type SessionTerms } from "../session/session-terms.ts";
import type { AccountKeys } from "./account-keys.ts";
import { keysOfRecovery, recoverySchema, type Recovery } from "./recovery.ts";

/** Makes a device's key a session of the account. The session id is the control entry's id. */
export interface Grant extends SessionTerms {
  readonly type: "grant";
}

/** Opens a session in another's stead. */
export interface Upgrade extends SessionTerms {
  readonly type: "upgrade";
  readonly replaces: SessionId;
  /** The last sequence of the replaced session that is honoured; left out: none is. */
  readonly lastHonoured?: Sequence;
}

/** Ends a session. */
export interface Revoke {
  readonly type: "revoke";
  readonly session: SessionId;
  /** The last sequence that is honoured; left out: none is. */
  readonly lastHonoured?: Sequence;
}

/** Raises the account's generation: every session of a lower one is dead at once. */
export interface KillSwitch {
  readonly type: "kill-switch";
  readonly generation: Generation;
}

/** Reveals the key whose digest was committed to before, and commits to the next. Signed by the revealed key. */
export interface Rotate extends AccountKeys {
  readonly type: "rotate";
}

/** Chooses how the account may be recovered; left out: not at all. */
export interface SetRecovery {
  readonly type: "set-recovery";
  readonly recovery?: Recovery;
}

/** Takes up what a recovery has won: its new keys. Signed by the new master key. */
export interface RecoveryComplete extends AccountKeys {
  readonly type: "recovery-complete";
  /** The `recovery-start` that it completes, which names the same keys. */
  readonly start: EntryId;
}

/** Who speaks for an account: its master key, or a session of it with ACCOUNT_RECOVER. */
export interface Signatory {
  readonly account: AccountId;
  /** Left out: the master key. */
  readonly session?: SessionId;
}

/** Asks for new keys, in one of the ways that the account has chosen. */
export interface RecoveryStart extends AccountKeys {
  readonly type: "recovery-start";
  /** The account's recovery round: whatever ends a recovery raises it, so that no old start can be used again. */
  readonly round: number;
  readonly way: RecoveryWay;
}

export type RecoveryWay =
  /** The guardian who asks approves with it. */
  | { readonly type: "guardians"; readonly by: Signatory }
  | { readonly type: "time-locked-key" }
  | { readonly type: "backup-key" };

/** A guardian agrees. */
export interface RecoveryApprove {
  readonly type: "recovery-approve";
  readonly start: EntryId;
  readonly by: Signatory;
}

/** The account disagrees. */
export interface RecoveryVeto {
  readonly type: "recovery-veto";
  readonly start: EntryId;
  /** A session of the account with ACCOUNT_RECOVER; left out: the master key. */
  readonly session?: SessionId;
}

/** Operations that take a place in the control log. */
export type OrderedOperation = Grant | Upgrade | Revoke | KillSwitch | Rotate | SetRecovery | RecoveryComplete;
/** Operations that have no place. */
export type RecoveryOperation = RecoveryStart | RecoveryApprove | RecoveryVeto;
export type ControlOperation = OrderedOperation | RecoveryOperation;

const keysFields = {
  masterKey: field(1, id<PublicKey>()),
  nextKeyDigest: field(2, id<KeyDigest>()),
} as const;

export const signatorySchema: Schema<Signatory> = body<Signatory>({
  account: field(0, id<AccountId>()),
  session: optional(1, id<SessionId>()),
});

const recoveryWaySchema: Schema<RecoveryWay> = oneOf<RecoveryWay>({
  guardians: { kind: 0, schema: body<{ readonly by: Signatory }>({ by: field(1, signatorySchema) }) },
  "time-locked-key": { kind: 1, schema: body<object>({}) },
  "backup-key": { kind: 2, schema: body<object>({}) },
});

type Body<Operation> = Omit<Operation, "type">;

export const controlOperationSchema: Schema<ControlOperation> = oneOf<ControlOperation>({
  grant: { kind: 0, schema: termsOf(body<Body<Grant>>(sessionTermsFields)) },
  revoke: {
    kind: 1,
    schema: body<Body<Revoke>>({
      session: field(1, id<SessionId>()),
      lastHonoured: optional(2, integer<Sequence>()),
    }),
  },
  "kill-switch": { kind: 2, schema: body<Body<KillSwitch>>({ generation: field(1, integer<Generation>()) }) },
  rotate: { kind: 3, schema: body<Body<Rotate>>(keysFields) },
  "set-recovery": { kind: 4, schema: body<Body<SetRecovery>>({ recovery: optional(1, recoverySchema) }) },
  "recovery-start": {
    kind: 5,
    schema: body<Body<RecoveryStart>>({
      ...keysFields,
      round: field(3, integer()),
      way: field(4, recoveryWaySchema),
    }),
  },
  "recovery-approve": {
    kind: 6,
    schema: body<Body<RecoveryApprove>>({ start: field(1, id<EntryId>()), by: field(2, signatorySchema) }),
  },
  "recovery-veto": {
    kind: 7,
    schema: body<Body<RecoveryVeto>>({ start: field(1, id<EntryId>()), session: optional(2, id<SessionId>()) }),
  },
  "recovery-complete": {
    kind: 8,
    schema: body<Body<RecoveryComplete>>({ ...keysFields, start: field(3, id<EntryId>()) }),
  },
  upgrade: {
    kind: 9,
    schema: termsOf(
      body<Body<Upgrade>>({
        ...sessionTermsFields,
        replaces: field(10, id<SessionId>()),
        lastHonoured: optional(11, integer<Sequence>()),
      }),
    ),
  },
});

export function hasPlace(operation: ControlOperation): operation is OrderedOperation {
  const { type } = operation;
  return type !== "recovery-start" && type !== "recovery-approve" && type !== "recovery-veto";
}

/** The keys that an operation registers; each must be one that may be registered (spec [SIG2]). */
export function keysRegisteredBy(operation: ControlOperation): readonly PublicKey[] {
  if ("sessionKey" in operation) return [operation.sessionKey];
  if ("masterKey" in operation) return [operation.masterKey];
  return operation.type === "set-recovery" ? keysOfRecovery(operation.recovery) : [];
}
