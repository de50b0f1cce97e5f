/**
 * One example of everything that an account can say about itself and of everything that an entry can do, each signed by
 * whom it must be. Alice's control log is one that could have happened: the tests of signers and the vectors share it.
 */
import { compareHex } from "../../src/bytes.ts";
import {
  ACCOUNT_RECOVER,
  assetCode,
  firstControlPrevious,
  generation,
  IMPORT_EXECUTE,
  keyDigest,
  keyOfAccount,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  sequence,
  signControlEntry,
  STAKE_MANAGE,
  timeMs,
  type ControlEntry,
  type ControlSigner,
  type ImportId,
  type KeyOf,
  type Link,
  type OrderedOperation,
  type Recovery,
  type RecoveryOperation,
  type RecoveryWay,
  type RequestId,
  type SessionId,
  type SessionTerms,
  type Signatory,
  type Signer,
  type VerifiedControlEntry,
  type VerifiedEntry,
} from "../../src/index.ts";
import type { Region } from "../../src/session/region.ts";
import {
  ami,
  createPerson,
  createTestNetwork,
  namedSigner,
  signOperation,
  signPayment,
  START,
} from "../../src/testing/index.ts";

const DAY_MS = 86_400_000;

export const network = createTestNetwork(["alice", "bob"]);
export const alice = await createPerson("alice", {
  network,
  permissions: [READ_ALL, SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(50))],
});
export const bob = await createPerson("bob", { network });
export const carol = await createPerson("carol", { network });

/** Everybody who might sign something of alice's, the wrong ones too. */
export const SIGNERS = {
  "alice/master": alice.master,
  "alice/phone": alice.signer,
  "alice/next": namedSigner("alice/next"),
  "alice/time-locked": namedSigner("alice/time-locked"),
  "alice/backup": namedSigner("alice/backup"),
  "alice/recovered": namedSigner("alice/recovered"),
  "bob/master": bob.master,
  "bob/phone": bob.signer,
  "carol/master": carol.master,
  "carol/phone": carol.signer,
  "mallory/master": namedSigner("mallory/master"),
} as const satisfies Readonly<Record<string, Signer>>;

export type SignerName = keyof typeof SIGNERS;

/** Every way of recovery. */
export const recovery: Recovery = {
  guardians: { accounts: [bob.account, carol.account].toSorted(compareHex), threshold: 2, delayMs: 2 * DAY_MS },
  timeLockedKey: { key: SIGNERS["alice/time-locked"].publicKey, delayMs: 90 * DAY_MS },
  backupKey: { key: SIGNERS["alice/backup"].publicKey, delayMs: 7 * DAY_MS },
};

/** Terms with every field. */
export const fullTerms: SessionTerms = {
  sessionKey: namedSigner("alice/laptop").publicKey,
  device: "alice's laptop",
  permissions: [READ_ALL, SEND_LIMIT_DAILY(ami(50)), STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER],
  notBefore: START,
  expiry: timeMs(START + 30 * DAY_MS),
  generation: generation(0),
  offlineLimits: [ami(30), { asset: assetCode("GOLD"), amount: ami(1).amount }],
  regions: ["CH-ZH", "DE"] as Region[],
  recipients: [bob.account, carol.account].toSorted(compareHex),
};

export interface ControlExample {
  readonly name: string;
  readonly control: VerifiedControlEntry;
  /** Who has to sign it, and did. */
  readonly signer: SignerName;
}

/** The operations with a place, in their order, and who signs each. */
async function makeLog(wonBy: VerifiedControlEntry): Promise<readonly ControlExample[]> {
  const upgrade = { type: "upgrade", ...fullTerms, replaces: alice.session, lastHonoured: sequence(3) } as const;
  const laptop = await signControlEntry(ordered(upgrade, alice.grant), alice.master);
  const made: ControlExample[] = [
    { name: "a grant to alice's phone", control: alice.grant, signer: "alice/master" },
    { name: "alice's laptop takes the place of her phone", control: laptop, signer: "alice/master" },
  ];
  const next = async (name: string, signer: SignerName, operation: OrderedOperation): Promise<void> => {
    const entry = ordered(operation, made.at(-1)?.control);
    made.push({ name, control: await signControlEntry(entry, SIGNERS[signer]), signer });
  };
  await next("alice's phone is revoked: nothing of it is honoured", "alice/master", {
    type: "revoke",
    session: alice.session,
  });
  await next("alice's laptop is revoked: eight of its entries are honoured", "alice/master", {
    type: "revoke",
    session: laptop.id as string as SessionId,
    lastHonoured: sequence(7),
  });
  await next("alice chooses every way of recovery", "alice/master", { type: "set-recovery", recovery });
  await next("alice chooses no way of recovery", "alice/master", { type: "set-recovery" });
  await next("alice pulls her kill switch", "alice/master", { type: "kill-switch", generation: generation(1) });
  await next("alice's account gets the key that it committed to", "alice/next", {
    type: "rotate",
    masterKey: SIGNERS["alice/next"].publicKey,
    nextKeyDigest: keyDigest(namedSigner("alice/next but one").publicKey),
  });
  await next("alice takes up her new keys", "alice/recovered", {
    type: "recovery-complete",
    ...recoveredKeys,
    start: wonBy.id,
  });
  return made;
}

const recoveredKeys = {
  masterKey: SIGNERS["alice/recovered"].publicKey,
  nextKeyDigest: keyDigest(namedSigner("alice/recovered next").publicKey),
} as const;

function ordered(operation: OrderedOperation, after: VerifiedControlEntry | undefined): ControlEntry {
  return {
    version: 1,
    network: network.id,
    account: alice.account,
    sequence: sequence(after === undefined ? 0 : (after.entry.sequence ?? 0) + 1),
    previous: after?.link ?? firstControlPrevious(alice.account),
    operation,
  };
}

export function statement(operation: RecoveryOperation): ControlEntry {
  return { version: 1, network: network.id, account: alice.account, operation };
}

const asked = async (name: string, signer: SignerName, operation: RecoveryOperation): Promise<ControlExample> => ({
  name,
  control: await signControlEntry(statement(operation), SIGNERS[signer]),
  signer,
});

function start(way: RecoveryWay): RecoveryOperation {
  return { type: "recovery-start", ...recoveredKeys, round: 0, way };
}

const bobsMaster: Signatory = { account: bob.account };
const bobsPhone: Signatory = { account: bob.account, session: bob.session };
const carolsMaster: Signatory = { account: carol.account };
const carolsPhone: Signatory = { account: carol.account, session: carol.session };

const bobAsks = await asked(
  "bob asks for new keys of alice's account",
  "bob/master",
  start({ type: "guardians", by: bobsMaster }),
);
const about = { start: bobAsks.control.id } as const;

const log = await makeLog(bobAsks.control);

/** The operations without a place. */
const statements: readonly ControlExample[] = [
  bobAsks,
  await asked(
    "bob's phone asks for new keys of alice's account",
    "bob/phone",
    start({ type: "guardians", by: bobsPhone }),
  ),
  await asked("alice's time-locked key asks for new keys", "alice/time-locked", start({ type: "time-locked-key" })),
  await asked("alice's backup key asks for new keys", "alice/backup", start({ type: "backup-key" })),
  await asked("carol approves", "carol/master", { type: "recovery-approve", ...about, by: carolsMaster }),
  await asked("carol's phone approves", "carol/phone", { type: "recovery-approve", ...about, by: carolsPhone }),
  await asked("alice vetoes", "alice/master", { type: "recovery-veto", ...about }),
  await asked("alice's phone vetoes", "alice/phone", { type: "recovery-veto", ...about, session: alice.session }),
];

export const CONTROL_EXAMPLES: readonly ControlExample[] = [...log, ...statements];

/** What a reader knows who has alice's account, her guardians' and the start of her recovery before it. */
export const aliceKeyOf: KeyOf = (signer) => keyOfAccount(alice.inception.inception)(signer) ?? otherKey(signer);

function otherKey(signer: ControlSigner): Signer["publicKey"] | undefined {
  switch (signer.type) {
    case "session":
      return signer.session === alice.session ? alice.signer.publicKey : undefined;
    case "guardian": {
      const guardian = [bob, carol].find(({ account }) => account === signer.account);
      if (signer.session === undefined) return guardian?.master.publicKey;
      return signer.session === guardian?.session ? guardian.signer.publicKey : undefined;
    }
    case "time-locked-key":
      return recovery.timeLockedKey?.key;
    case "backup-key":
      return recovery.backupKey?.key;
    case "recovered":
      return signer.start === about.start && signer.key === recoveredKeys.masterKey ? signer.key : undefined;
    default:
      return undefined;
  }
}

export interface EntryExample {
  readonly name: string;
  readonly entry: VerifiedEntry;
}

/** The hash of what runs. */
const translator = "7a".repeat(32) as ImportId;

async function makeEntries(): Promise<readonly EntryExample[]> {
  const first = await signPayment(alice, { network, to: bob.account, money: ami(5), memo: "two coffees ☕" });
  const second = await signPayment(alice, { network, to: carol.account, money: ami(7, 50), after: first });
  const made: EntryExample[] = [
    { name: "alice pays bob 5.00 with a memo", entry: first },
    { name: "alice pays carol 7.50 next", entry: second },
  ];
  const next = async (name: string, operation: VerifiedEntry["entry"]["operation"], region?: Region): Promise<void> => {
    const after = made.at(-1)?.entry ?? second;
    const options = { network, after, ...(region === undefined ? {} : { region }) };
    made.push({ name, entry: await signOperation(alice, operation, options) });
  };
  const request = "c0ffee".padEnd(32, "0") as RequestId;
  await next(
    "alice answers bob's request, in Zürich",
    { type: "pay", to: bob.account, ...ami(5), memo: "two coffees", request },
    "CH-ZH" as Region,
  );
  await next("alice puts 10.00 behind carol", { type: "stake", validator: carol.account, ...ami(10) });
  await next("alice takes 4.00 of it back", { type: "unstake", validator: carol.account, ...ami(4) });
  await next("alice sets 20.00 aside for this session", { type: "float", ...ami(20) });
  await next("alice gives 5.00 of it back", { type: "release", ...ami(5) });
  await next("alice has something translated for 0.10", {
    type: "execute",
    import: translator,
    method: "translate",
    asset: ami(0, 10).asset,
    fee: ami(0, 10).amount,
  });
  await next("alice saw bob's first entry", {
    type: "attest",
    account: bob.account,
    session: bob.session,
    sequence: sequence(0),
    head: "be".repeat(32) as Link,
  });
  return made;
}

export const ENTRY_EXAMPLES: readonly EntryExample[] = await makeEntries();
