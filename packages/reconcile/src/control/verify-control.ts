/**
 * From bytes to verified control entries, for a reader who knows some of the keys that an account has or had. Which of them
 * counts is judged later, at the entry's place: here it only has to be one that the signer may have (spec [CTL1]).
 */
import {
  err,
  signerOfControl,
  verifyControlEntry,
  type AccountId,
  type ControlEntry,
  type ControlEntryError,
  type ControlSigner,
  type NetworkId,
  type PublicKey,
  type Recovery,
  type Result,
  type Sequence,
  type SessionId,
  type VerifiedControlEntry,
} from "@amigos/core";

/** What the reader knows. Several keys where an account has changed them. */
export interface KnownKeys {
  readonly network: NetworkId;
  /** Every master key that the account has or had. For an entry `at` a place of its log, the likeliest first. */
  readonly mastersOf: (account: AccountId, at?: Sequence) => readonly PublicKey[];
  readonly recoveriesOf: (account: AccountId) => readonly Recovery[];
  readonly sessionKeyOf: (account: AccountId, session: SessionId) => PublicKey | undefined;
  /** Whether a key that an entry brings itself may be the account's next, as far as the reader knows. */
  readonly mayBecomeMaster: (
    account: AccountId,
    signer: Extract<ControlSigner, { readonly key: PublicKey }>,
  ) => boolean;
}

/** `entry` is what `bytes` decode to. */
export function verifyControlWith(
  known: KnownKeys,
  bytes: Uint8Array,
  entry: ControlEntry,
): Result<VerifiedControlEntry, ControlEntryError> {
  const { account } = entry;
  const signer = signerOfControl(entry.operation);
  let outcome: Result<VerifiedControlEntry, ControlEntryError> = err({ type: "signer-unknown", signer });
  for (const key of keysOf(known, entry, signer)) {
    outcome = verifyControlEntry(bytes, { id: account, network: known.network, keyOf: () => key });
    if (outcome.ok || outcome.error.type !== "signature-invalid") return outcome;
  }
  return outcome;
}

function keysOf(known: KnownKeys, { account, sequence }: ControlEntry, signer: ControlSigner): readonly PublicKey[] {
  switch (signer.type) {
    case "master":
      return known.mastersOf(account, sequence);
    case "next":
    case "recovered":
      return known.mayBecomeMaster(account, signer) ? [signer.key] : [];
    case "session":
      return listOf(known.sessionKeyOf(account, signer.session));
    case "guardian":
      return signer.session === undefined
        ? known.mastersOf(signer.account)
        : listOf(known.sessionKeyOf(signer.account, signer.session));
    case "time-locked-key":
      return known.recoveriesOf(account).flatMap(({ timeLockedKey }) => listOf(timeLockedKey?.key));
    case "backup-key":
      return known.recoveriesOf(account).flatMap(({ backupKey }) => listOf(backupKey?.key));
  }
}

function listOf(key: PublicKey | undefined): readonly PublicKey[] {
  return key === undefined ? [] : [key];
}
