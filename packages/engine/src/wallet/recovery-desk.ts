/**
 * Recovery from a wallet (spec [DEV14]): for its own account it shows what is under way and vetoes; for an account that it
 * guards it agrees to new keys; and for an account whose master key was lost it asks for them, and takes them up.
 */
import {
  assert,
  body,
  byteString,
  bytesToHex,
  compareHex,
  decodeWith,
  encodeWith,
  field,
  integer,
  keyDigest,
  limits,
  ok,
  optional,
  recoveryCode,
  recoveryRequestToText,
  signControlEntry,
  signRecoveryRequest,
  text,
  timeMs,
  textToRecoveryRequest,
  textToRecoveryStatement,
  verifyRecoveryRequest,
  type AccountId,
  type AccountKeys,
  type ControlOperation,
  type EntryId,
  type Height,
  type Network,
  type OrderedControlEntry,
  type PublicKey,
  type Recovery as WaysOfRecovery,
  type RecoveryRequest,
  type RecoveryRequestId,
  type RecoveryStatement,
  type RecoveryWay,
  type Schema,
  type SessionId,
  type Signatory,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedInception,
  type VerifiedRecoveryRequest,
} from "@amigos/core";
import { accountOf, merkleRows, type AccountState, type PendingRecovery } from "@amigos/reconcile";
import { KEY, put } from "../journal/journal.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import type { Account } from "./account.ts";
import { Agreements } from "./agreements.ts";
import { inTurn } from "./control-log.ts";
import { createKey, masterKeyName, recoveredKeyNames } from "./key-names.ts";
import { GuardianAnswers, type GuardianAnswersView, type InvitationReview } from "./guardian-answers.ts";
import { keyThatSpeaks } from "./recovery-speaker.ts";
import { recoveryRefused, WalletError } from "./wallet-error.ts";

/** What a guardian reads of a recovery request, to show before it is approved. */
export interface RecoveryReview {
  readonly id: RecoveryRequestId;
  readonly account: AccountId;
  /** `"4821 0937 1156"`: to be compared with the person who asks, by voice, or better by meeting. */
  readonly code: string;
  readonly time: TimeMs;
  /** Guardians who agreed to these keys, by whichever start and as far as is known here, and how many it takes. */
  readonly approvals: readonly AccountId[];
  readonly threshold: number;
  /** To be told before this is approved: this guardian agreed to other keys of the account, which count until one is complete. */
  readonly agreedBefore: readonly AgreedBefore[];
}

/** Other keys that a guardian agreed to: whoever holds them may still take the account. */
export interface AgreedBefore {
  readonly masterKey: PublicKey;
  /** When, by the clock of this device. Left out where another device of the guardian's agreed. */
  readonly time?: TimeMs;
  /** From when on the account can be taken with them, by ledger time. Left out like that of `RecoveryStanding`. */
  readonly due?: TimeMs;
}

/** What a recovery begins with. A key signs by itself; guardians are asked. */
export type RecoveryBeginning =
  | { readonly type: "guardians" }
  | { readonly type: "backup-key" | "time-locked-key"; readonly signer: Signer };

/** A recovery of another account, asked for here. */
export interface Recovering {
  readonly account: AccountId;
  /** For guardians: the text of one QR code, and the code that they compare. */
  readonly text: string;
  readonly request: Uint8Array;
  readonly code: string;
  /** Until when guardians take it. */
  readonly expiry: TimeMs;
}

/** How far a recovery of another account is, by everything that is known here. */
export interface RecoveryStanding {
  /** Guardians who agreed to these keys, by whichever start, and how many it takes. */
  readonly approvals: readonly AccountId[];
  readonly threshold: number;
  /** When it can be completed, by ledger time. Left out while guardians enough have not agreed, and until that is settled. */
  readonly due?: TimeMs;
  /** The ledger has given the account these keys. */
  readonly isWon: boolean;
  /** How the account stands by the ledger: what has changed of it tells why guardians' approvals count no more. */
  readonly account: RecoveredAccount;
}

/** What of an account its recoveries hang on. */
export interface RecoveredAccount {
  readonly masterKey: PublicKey | undefined;
  readonly ways: WaysOfRecovery | undefined;
  /** Whatever ends what is under way raises it (spec [RCV2]): a veto, a rotation, other ways, a recovery that was completed. */
  readonly round: number;
}

export interface RecoveryDesk {
  /**
   * Asks for new keys of an account, made in this device's vault. With a key it starts at once; with guardians each of them is
   * shown the text. Called again for the account, it goes on with the same keys until the ledger has given it those, and with a
   * new text and code when guardians take the old one no more. What was won is taken up first (`standing`, `openRecovered`): to
   * begin once more is for other keys, and gives those up.
   * @throws {WalletError} `recovery-refused` when the account has not chosen that way, or the ledger would not take it
   */
  readonly begin: (account: AccountId, way: RecoveryBeginning) => Promise<Recovering>;

  /** Reads what somebody shows who asks a guardian, and what he agreed to before. @throws {WalletError} `recovery-refused` */
  readonly review: (request: Uint8Array | string) => RecoveryReview;

  /**
   * Agrees, as a guardian, also where he agreed to other keys before. Resolves with what was signed, for whoever takes it further
   * by hand; over links it goes by itself. Called again before the ledger has it, it resolves with the same.
   * @throws {WalletError} `recovery-refused` when this account is no guardian, has agreed to these keys before and that is
   * settled, or neither this session nor the vault may speak for it; with `recovery-pending` when it has begun as many as it may,
   * and no other guardian has begun one for these keys
   */
  readonly approve: (request: Uint8Array | string) => Promise<Uint8Array>;

  /**
   * Ends what is under way for this wallet's account. Called again before the ledger has it, it resolves with what was signed.
   * @throws {WalletError} `recovery-refused` when nothing of that start is under way, or neither this session nor the vault
   * may speak for the account
   */
  readonly veto: (start: EntryId) => Promise<Uint8Array>;

  /**
   * Takes what was signed elsewhere and came by hand, about this wallet's account, one that it guards or one that it recovers.
   * @throws {WalletError} `recovery-refused`
   */
  readonly take: (statement: Uint8Array | string) => Promise<void>;

  /**
   * How far it is that this wallet was given new keys of an account.
   * @throws {WalletError} `recovery-refused` with `recovery-unknown` where it never asked for any
   */
  readonly standing: (account: AccountId) => Promise<RecoveryStanding>;

  /** Accounts that have chosen this one as a guardian, as far as is settled here, in ascending order. */
  readonly guarded: () => readonly AccountId[];

  /**
   * Takes up the new keys when the delay is over by the ledger: all sessions of before end.
   * @throws {WalletError} `recovery-refused` with `recovery-waiting` and when it is due, or `recovery-unknown`
   */
  readonly complete: (account: AccountId) => Promise<void>;

  /**
   * The account that was recovered here, once the ledger has given it the new keys: to grant this device a session, on a store
   * of its own. It takes the account's inception, from a backup or from whoever knows the account; by the id alone it is the
   * one that is known here.
   * @throws {WalletError} `recovery-refused` with `recovery-unknown` before that, and with `account-unknown` where the inception
   * is not known here, for this wallet started later (spec [DEV6]): `loadHistory` brings it
   */
  readonly openRecovered: (account: AccountId | VerifiedInception) => Promise<Account>;

  /**
   * Invites guardians: a text for whoever is to be one. Nothing comes of it but that `view.recovery.invitation` shows who would,
   * for `account.setRecovery` to name them. Called again, a new invitation takes the place of the old one and its answers.
   */
  readonly invite: () => Promise<string>;

  /** Reads an invitation. @throws {WalletError} `recovery-refused` */
  readonly reviewInvitation: (invitation: string) => InvitationReview;

  /**
   * Says that this account would be a guardian, with a text for who asks, by the key that would speak in a recovery.
   * @throws {WalletError} `recovery-refused`
   */
  readonly acceptInvitation: (invitation: string) => Promise<string>;

  /** Takes what somebody who was invited answered. @throws {WalletError} `recovery-refused` */
  readonly takeAcceptance: (acceptance: string) => Promise<void>;

  /**
   * Practises: asks this account's guardians whether they would answer, with a text that each of them is shown. Nothing comes
   * of it but that `view.recovery.practice` shows who did.
   * @throws {WalletError} `recovery-refused` with `way-not-chosen` when the account has no guardians, as far as is settled here
   */
  readonly practise: () => Promise<string>;

  /** Answers, as a guardian, with a text for the account's owner. @throws {WalletError} `recovery-refused` */
  readonly answerPractice: (request: string) => Promise<string>;

  /** Takes what a guardian answered. @throws {WalletError} `recovery-refused` */
  readonly takePractice: (answer: string) => Promise<void>;
}

export interface RecoveryDeskOptions {
  readonly replica: Replica;
  readonly network: Network;
  readonly store: Store;
  readonly keys: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly signer: Signer;
  /** The master key's name in the vault, where a recovery won it. */
  readonly masterKeyName?: string;
  readonly mustBeOpen: () => void;
  /** What a view shows has changed. */
  readonly onChanged: () => void;
  /** Opens an account whose master key has this name in the vault. */
  readonly openAccount: (inception: VerifiedInception, masterKeyName: string) => Promise<Account>;
}

/**
 * For how long guardians take a request after its time: to meet them takes a day, and whoever wants to put another request
 * with the same code in its place has no longer (spec [RRQ1]).
 */
const REQUEST_VALID_MS = 86_400_000;

/** Of one account that is recovered here. */
interface RecoveringRow {
  readonly request: Uint8Array;
  /** From which the names of its keys in the vault are made. */
  readonly name: string;
  /** When it was seen here that the ledger had given the account these keys: they are never asked for again. */
  readonly wonAt?: TimeMs;
}

interface Asked extends Omit<RecoveringRow, "request"> {
  readonly verified: VerifiedRecoveryRequest;
}

const NAME_BYTES = 16;
const recoveringRowSchema: Schema<RecoveringRow> = body<RecoveringRow>({
  request: field(0, byteString(limits.RECOVERY_REQUEST_BYTES_MAX)),
  name: field(1, text(2 * NAME_BYTES)),
  wonAt: optional(2, integer<TimeMs>()),
});
const ROW_BYTES_MAX: number = limits.RECOVERY_REQUEST_BYTES_MAX + 2 * NAME_BYTES + 32;

export class WalletRecoveries implements RecoveryDesk {
  readonly #options: RecoveryDeskOptions;
  readonly #practice: GuardianAnswers;
  readonly #invitation: GuardianAnswers;
  readonly #agreements: Agreements;
  #joining: Promise<void> = Promise.resolve();
  /** Starts that were tried to be joined at this height, of which not more are tried than are under way. */
  readonly #tried = new Set<EntryId>();
  #triedAt: Height | undefined;

  constructor(options: RecoveryDeskOptions) {
    this.#options = options;
    this.#agreements = new Agreements(options.store);
    const speaker = () => this.#speaker();
    this.#practice = new GuardianAnswers({ ...options, speaker, purpose: "practice" });
    this.#invitation = new GuardianAnswers({ ...options, speaker, purpose: "invitation" });
  }

  async load(): Promise<void> {
    await this.#practice.load();
    await this.#invitation.load();
    await this.#agreements.load();
  }

  /**
   * Guardians who agreed to the same keys apart, each by a start of his own, agree to the same start: that of the lowest id.
   * Nobody is asked, for these are the keys that were agreed to. One that cannot be signed now is tried again after the next
   * checkpoint.
   */
  joinStarts(): Promise<void> {
    this.#joining = this.#joining.then(() => this.#joinStarts());
    return this.#joining;
  }

  async #joinStarts(): Promise<void> {
    const { replica, clock } = this.#options;
    if (this.#triedAt !== replica.settled.height) this.#tried.clear();
    this.#triedAt = replica.settled.height;
    for (const account of replica.recoveries.stirred(replica.settled, clock.now())) {
      const agreed = this.#lastAgreed(account);
      const start = agreed && startToJoin(account, agreed, this.#options.account);
      if (start === undefined || this.#tried.has(start)) continue;
      this.#tried.add(start);
      try {
        const { by, signer } = await this.#speaker();
        await this.#say(account.id, { type: "recovery-approve", start, by }, signer);
      } catch (error) {
        if (!(error instanceof WalletError)) throw error;
      }
    }
  }

  /**
   * Of the keys that this guardian agreed to those that he agreed to last, on this device; or the only ones. To older ones he
   * adds nothing: their device was lost since.
   */
  #lastAgreed({ id, recoveries }: AccountState): AccountKeys | undefined {
    const agreed = recoveries.filter(({ approvals }) => approvals.includes(this.#options.account));
    const [only] = agreed;
    if (only === undefined || agreed.every((other) => areSameKeys(other, only))) return only;
    const timed = agreed.flatMap((keys) => {
      const time = this.#agreements.timeOf(id, keys);
      return time === undefined ? [] : [{ keys, time }];
    });
    return timed.toSorted((one, other) => other.time - one.time)[0]?.keys;
  }

  /** After a checkpoint: which keys that were asked for here the ledger has given. */
  async noteWon(): Promise<void> {
    const { replica, store } = this.#options;
    for (const account of [...replica.recoveries.recovering]) {
      const masterKey = accountOf(replica.settled, account)?.keys?.masterKey;
      await inTurn(store, async () => {
        const asked = await this.#askedBefore(account);
        if (asked?.verified.request.masterKey === masterKey) await this.#keepWon(asked);
      });
    }
  }

  async #keepWon(asked: Asked | undefined): Promise<void> {
    if (asked === undefined) return;
    const { replica, store, clock } = this.#options;
    const { account } = asked.verified.request;
    if (asked.wonAt === undefined)
      await store.write([put(KEY.recovering(account), encodeAsked({ ...asked, wonAt: clock.now() }))]);
    replica.recoveries.endRecovering(account);
  }

  get practice(): GuardianAnswersView | undefined {
    return this.#practice.view;
  }

  get invitation(): GuardianAnswersView | undefined {
    return this.#invitation.view;
  }

  practise(): Promise<string> {
    return this.#begin(this.#practice);
  }

  invite(): Promise<string> {
    return this.#begin(this.#invitation);
  }

  reviewInvitation(invitation: string): InvitationReview {
    return this.#invitation.review(invitation);
  }

  async acceptInvitation(invitation: string): Promise<string> {
    this.#options.mustBeOpen();
    return this.#invitation.answer(invitation);
  }

  takeAcceptance(acceptance: string): Promise<void> {
    return this.#takeAnswer(this.#invitation, acceptance);
  }

  async answerPractice(request: string): Promise<string> {
    this.#options.mustBeOpen();
    return this.#practice.answer(request);
  }

  takePractice(answer: string): Promise<void> {
    return this.#takeAnswer(this.#practice, answer);
  }

  async #begin(answers: GuardianAnswers): Promise<string> {
    this.#options.mustBeOpen();
    const asked = await answers.begin();
    this.#options.onChanged();
    return asked;
  }

  async #takeAnswer(answers: GuardianAnswers, answer: string): Promise<void> {
    this.#options.mustBeOpen();
    await answers.take(answer);
    this.#options.onChanged();
  }

  async begin(account: AccountId, way: RecoveryBeginning): Promise<Recovering> {
    this.#options.mustBeOpen();
    const state = this.#expected(account);
    if (state.recovery === undefined || !hasWay(state, way.type)) throw recoveryRefused({ type: "way-not-chosen" });
    const { verified } = await inTurn(this.#options.store, () => this.#asked(account, state));
    if (way.type !== "guardians" && pendingsOf(state, verified.request).every((pending) => pending.way !== way.type))
      await this.#say(account, startOf(verified, state, { type: way.type }), way.signer);
    return {
      account,
      text: recoveryRequestToText(verified.bytes),
      request: verified.bytes,
      code: recoveryCode(verified),
      expiry: expiryOf(verified),
    };
  }

  review(shown: Uint8Array | string): RecoveryReview {
    const verified = this.#read(shown);
    const { account, time } = verified.request;
    const state = this.#guarded(account);
    return {
      id: verified.id,
      account,
      code: recoveryCode(verified),
      time,
      approvals: agreeingTo(pendingsOf(state, verified.request)),
      threshold: state.recovery?.guardians?.threshold ?? 0,
      agreedBefore: this.#agreedBefore(verified),
    };
  }

  /** What the ledger has not ended yet, whatever is said here that will. */
  #agreedBefore({ request }: VerifiedRecoveryRequest): readonly AgreedBefore[] {
    const { replica, clock, account: own } = this.#options;
    const { settled } = replica;
    const { underWay } = replica.recoveries.underWay(request.account, settled, clock.now());
    const agreed = underWay.filter((pending) => pending.approvals.includes(own) && !areSameKeys(pending, request));
    const firstOfEach = agreed.filter((pending, at) => agreed.findIndex((one) => areSameKeys(one, pending)) === at);
    return firstOfEach.map((keys) => {
      const time = this.#agreements.timeOf(request.account, keys);
      const due = nearestOf(pendingsOf(accountOf(settled, request.account), keys))?.due;
      return {
        masterKey: keys.masterKey,
        ...(time === undefined ? {} : { time }),
        ...(due === undefined ? {} : { due }),
      };
    });
  }

  async approve(shown: Uint8Array | string): Promise<Uint8Array> {
    this.#options.mustBeOpen();
    const verified = this.#read(shown);
    const { request } = verified;
    const { account } = request;
    const state = this.#guarded(account);
    const pendings = pendingsOf(state, request);
    const said = this.#saidBefore(account, (operation) => agrees(operation, this.#options.account, pendings));
    if (said !== undefined) return said;
    const { by, signer } = await this.#speaker();
    const pending = toAgreeTo(pendings);
    const operation =
      pending === undefined
        ? startOf(verified, state, { type: "guardians", by })
        : ({ type: "recovery-approve", start: pending.start, by } as const);
    const hasAgreed = agreeingTo(pendings).includes(this.#options.account);
    return hasAgreed
      ? this.#say(account, operation, signer)
      : this.#noting(request, () => this.#say(account, operation, signer));
  }

  /** What is agreed to here is known with its time: that is noted before it is signed, and not left where nothing is said. */
  async #noting(request: RecoveryRequest, say: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const { account, masterKey, nextKeyDigest } = request;
    const { replica, clock } = this.#options;
    const time = clock.now();
    const { underWay } = replica.recoveries.underWay(account, replica.settled, time);
    await this.#agreements.note({ account, masterKey, nextKeyDigest, time }, underWay);
    try {
      return await say();
    } catch (error) {
      if (error instanceof WalletError) await this.#agreements.forget(account, request);
      throw error;
    }
  }

  async veto(start: EntryId): Promise<Uint8Array> {
    this.#options.mustBeOpen();
    const { account } = this.#options;
    const said = this.#saidBefore(
      account,
      (operation) => operation.type === "recovery-veto" && operation.start === start,
    );
    if (said !== undefined) return said;
    const { by, signer } = await this.#speaker();
    const session = by.session === undefined ? {} : { session: by.session };
    return this.#say(account, { type: "recovery-veto", start, ...session }, signer);
  }

  /** What was signed and no checkpoint has settled: to be shown again to whoever takes it further. */
  #saidBefore(account: AccountId, isIt: (operation: ControlOperation) => boolean): Uint8Array | undefined {
    return this.#options.replica.recoveries.of(account).find(({ entry }) => isIt(entry.operation))?.bytes;
  }

  async take(statement: Uint8Array | string): Promise<void> {
    this.#options.mustBeOpen();
    const bytes = typeof statement === "string" ? textToRecoveryStatement(statement) : ok(statement);
    if (!bytes.ok) throw recoveryRefused(bytes.error);
    await this.#ingest(bytes.value);
  }

  async standing(account: AccountId): Promise<RecoveryStanding> {
    this.#options.mustBeOpen();
    const asked = await this.#askedBefore(account);
    if (asked === undefined) throw recoveryRefused({ type: "recovery-unknown" });
    const settled = accountOf(this.#options.replica.settled, account);
    const pendings = pendingsOf(settled, asked.verified.request);
    // From when the delay counts is known once it is settled; and what ends it is said here sooner than it does.
    const due = nearestOf(pendings)?.due;
    return {
      approvals: agreeingTo([...pendings, ...pendingsOf(this.#expected(account), asked.verified.request)]),
      threshold: settled?.recovery?.guardians?.threshold ?? 0,
      ...(due === undefined ? {} : { due }),
      isWon: asked.wonAt !== undefined || settled?.keys?.masterKey === asked.verified.request.masterKey,
      account: {
        masterKey: settled?.keys?.masterKey,
        ways: settled?.recovery,
        round: settled?.recoveryRound ?? 0,
      },
    };
  }

  guarded(): readonly AccountId[] {
    const { replica, account: own } = this.#options;
    return [...merkleRows(replica.settled.accounts)]
      .flatMap(([, { id, recovery }]) => (recovery?.guardians?.accounts.includes(own) === true ? [id] : []))
      .toSorted(compareHex);
  }

  async complete(account: AccountId): Promise<void> {
    this.#options.mustBeOpen();
    const { network, keys, replica } = this.#options;
    const asked = await this.#askedBefore(account);
    const state = accountOf(replica.settled, account);
    if (asked === undefined || state === undefined) throw recoveryRefused({ type: "recovery-unknown" });
    const { verified, name } = asked;
    const { masterKey, nextKeyDigest } = verified.request;
    const pending = nearestOf(pendingsOf(state, verified.request));
    if (pending === undefined && state.keys?.masterKey === masterKey) return;
    if (pending === undefined) throw recoveryRefused({ type: "recovery-unknown" });
    const now = Math.max(replica.settled.time, this.#options.clock.now());
    if (pending.due === undefined || pending.due > now)
      throw recoveryRefused({ type: "recovery-waiting", ...(pending.due === undefined ? {} : { due: pending.due }) });
    const signer = await keys.signer(recoveredKeyNames(name).master);
    if (signer === undefined) throw recoveryRefused({ type: "recovery-unknown" });
    const entry: OrderedControlEntry = {
      version: 1,
      network: network.id,
      account,
      sequence: state.control.nextSequence,
      previous: state.control.head,
      operation: { type: "recovery-complete", masterKey, nextKeyDigest, start: pending.start },
    };
    await this.#ingest((await signControlEntry(entry, signer)).bytes, { isOwn: true });
  }

  async openRecovered(of: AccountId | VerifiedInception): Promise<Account> {
    this.#options.mustBeOpen();
    const inception = typeof of === "string" ? this.#options.replica.directory.inception(of) : of;
    if (inception === undefined) throw recoveryRefused({ type: "account-unknown", account: of as AccountId });
    const asked = await this.#askedBefore(inception.id);
    const keys = accountOf(this.#options.replica.settled, inception.id)?.keys;
    if (asked === undefined || keys?.masterKey !== asked.verified.request.masterKey)
      throw recoveryRefused({ type: "recovery-unknown" });
    // To introduce what is known would be news, and who asks again at each news would ask for ever.
    if (this.#options.replica.directory.inception(inception.id) === undefined)
      await this.#options.replica.introduce({ inceptions: [inception], control: [] });
    return this.#options.openAccount(inception, recoveredKeyNames(asked.name).master);
  }

  /** The account with everything that is said of its recovery here. */
  #expected(account: AccountId): AccountState {
    const { replica, clock } = this.#options;
    const state = replica.recoveries.expected(account, replica.settled, clock.now());
    if (state?.keys === undefined) throw recoveryRefused({ type: "account-unknown", account });
    return state;
  }

  /** One that this wallet's account guards. */
  #guarded(account: AccountId): AccountState {
    const state = this.#expected(account);
    if (state.recovery?.guardians?.accounts.includes(this.#options.account) !== true)
      throw recoveryRefused({ type: "no-guardian" });
    return state;
  }

  #read(shown: Uint8Array | string): VerifiedRecoveryRequest {
    const { network, clock } = this.#options;
    const verified =
      typeof shown === "string" ? textToRecoveryRequest(shown, network.tag) : verifyRecoveryRequest(shown, network.tag);
    if (!verified.ok) throw recoveryRefused(verified.error);
    const { time } = verified.value.request;
    const now = clock.now();
    const { clockSkewMs } = network.genesis.parameters;
    const expiry = expiryOf(verified.value);
    if (expiry + clockSkewMs <= now) throw recoveryRefused({ type: "request-expired", expiry, now });
    if (time > now + clockSkewMs) throw recoveryRefused({ type: "request-from-future", time, now });
    return verified.value;
  }

  /**
   * Who speaks for this wallet's account: its session where the ledger would take that now, and otherwise its master key where
   * the vault has it. A clock that is ahead ends no session that is the only one who may.
   */
  async #speaker(): Promise<{ readonly by: Signatory; readonly signer: Signer }> {
    const { replica, account, session, signer, keys, clock } = this.#options;
    const { settled } = replica;
    const bySession = { by: { account, session }, signer };
    const speaksAt = (time: TimeMs): boolean => keyThatSpeaks(settled, bySession.by, time) === signer.publicKey;
    if (speaksAt(timeMs(Math.max(clock.now(), settled.time)))) return bySession;
    const nonce = replica.directory.inception(account)?.inception.nonce ?? "";
    const master = await keys.signer(this.#options.masterKeyName ?? masterKeyName(nonce));
    const present = accountOf(settled, account)?.keys?.masterKey ?? master?.publicKey;
    if (master !== undefined && master.publicKey === present) return { by: { account }, signer: master };
    if (speaksAt(settled.time)) return bySession;
    throw recoveryRefused({ type: "may-not-speak" });
  }

  async #say(account: AccountId, operation: RecoveryStatement["operation"], signer: Signer): Promise<Uint8Array> {
    const { network } = this.#options;
    const statement: RecoveryStatement = { version: 1, network: network.id, account, operation };
    const { bytes } = await signControlEntry(statement, signer);
    await this.#ingest(bytes, { isOwn: true });
    return bytes;
  }

  async #ingest(bytes: Uint8Array, options: { readonly isOwn?: boolean } = {}): Promise<VerifiedControlEntry> {
    const report = await this.#options.replica.ingestRecovery(bytes, options);
    if (report.ok) return report.value;
    throw recoveryRefused(report.error);
  }

  async #askedBefore(account: AccountId): Promise<Asked | undefined> {
    const { store, network } = this.#options;
    const row = await store.get(KEY.recovering(account));
    const decoded = row === undefined ? undefined : decodeWith(recoveringRowSchema, row, ROW_BYTES_MAX);
    if (decoded?.ok !== true) return undefined;
    const verified = verifyRecoveryRequest(decoded.value.request, network.tag);
    return verified.ok ? { ...decoded.value, verified: verified.value } : undefined;
  }

  /** With keys of its own, durable before anybody sees them. Those that an account has or had are lost with it: new ones. */
  async #asked(account: AccountId, { keys: ofAccount }: AccountState): Promise<Asked> {
    const before = await this.#askedBefore(account);
    const isSpent = before?.wonAt !== undefined || before?.verified.request.masterKey === ofAccount?.masterKey;
    const { keys, random, clock } = this.#options;
    const going = isSpent ? undefined : before;
    if (going !== undefined && isWithin(going.verified, clock.now())) return going;
    const present = going && (await keys.signer(recoveredKeyNames(going.name).master));
    if (going !== undefined && present !== undefined) return this.#ask(going.verified.request, going.name, present);
    const name = bytesToHex(random.bytes(NAME_BYTES));
    const names = recoveredKeyNames(name);
    const master = await createKey(keys, names.master);
    const next = await createKey(keys, names.next);
    const wanted = { account, masterKey: master.publicKey, nextKeyDigest: keyDigest(next.publicKey) };
    return this.#ask(wanted, name, master);
  }

  async #ask(
    { account, masterKey, nextKeyDigest }: Pick<RecoveryRequest, "account" | "masterKey" | "nextKeyDigest">,
    name: string,
    master: Signer,
  ): Promise<Asked> {
    const { store, network, clock, replica } = this.#options;
    const verified = await signRecoveryRequest(
      { version: 1, network: network.tag, account, masterKey, nextKeyDigest, time: clock.now() },
      master,
    );
    await store.write([put(KEY.recovering(account), encodeAsked({ verified, name }))]);
    replica.recoveries.noteRecovering(account);
    return { verified, name };
  }
}

function expiryOf({ request }: VerifiedRecoveryRequest): TimeMs {
  return timeMs(request.time + REQUEST_VALID_MS);
}

function isWithin(verified: VerifiedRecoveryRequest, now: TimeMs): boolean {
  return verified.request.time <= now && now < expiryOf(verified);
}

function encodeAsked({ verified, name, wonAt }: Asked): Uint8Array {
  const won = wonAt === undefined ? {} : { wonAt };
  const row = encodeWith(recoveringRowSchema, { request: verified.bytes, name, ...won });
  assert(row.length <= ROW_BYTES_MAX, "what is asked for can be read again");
  return row;
}

function hasWay({ recovery }: AccountState, way: RecoveryBeginning["type"]): boolean {
  if (way === "guardians") return recovery?.guardians !== undefined;
  return (way === "backup-key" ? recovery?.backupKey : recovery?.timeLockedKey) !== undefined;
}

/** What is under way for these keys. Several guardians, or a guardian and a key, may have begun it. */
function pendingsOf(account: AccountState | undefined, keys: AccountKeys): readonly PendingRecovery[] {
  return (account?.recoveries ?? []).filter((pending) => areSameKeys(pending, keys));
}

function areSameKeys(one: AccountKeys, other: AccountKeys): boolean {
  return one.masterKey === other.masterKey && one.nextKeyDigest === other.nextKeyDigest;
}

/** Of these, which is complete first: what is due first, and while none is, what most agree to. */
function nearestOf(pendings: readonly PendingRecovery[]): PendingRecovery | undefined {
  const dueOf = ({ due }: PendingRecovery): number => due ?? Infinity;
  return pendings.reduce<PendingRecovery | undefined>((nearest, other) => {
    if (nearest === undefined || dueOf(other) < dueOf(nearest)) return other;
    if (dueOf(other) > dueOf(nearest)) return nearest;
    return other.approvals.length > nearest.approvals.length ? other : nearest;
  }, undefined);
}

/** Whoever agreed to any of these. */
function agreeingTo(pendings: readonly PendingRecovery[]): readonly AccountId[] {
  return [...new Set(pendings.flatMap(({ approvals }) => approvals))].toSorted(compareHex);
}

/** Whether a guardian says by it that he agrees to these. */
function agrees(operation: ControlOperation, guardian: AccountId, pendings: readonly PendingRecovery[]): boolean {
  if (operation.type === "recovery-approve")
    return operation.by.account === guardian && pendings.some(({ start }) => start === operation.start);
  if (operation.type !== "recovery-start" || operation.way.type !== "guardians") return false;
  return operation.way.by.account === guardian && pendings.some((pending) => areSameKeys(pending, operation));
}

/** Of these by guardians, the one in which they come together: what is due, and otherwise that of the lowest id. */
function toAgreeTo(pendings: readonly PendingRecovery[]): PendingRecovery | undefined {
  const byGuardians = pendings.filter(({ way }) => way === "guardians");
  return byGuardians.find(({ due }) => due !== undefined) ?? byGuardians[0];
}

/** Of these keys, to which the guardian has agreed by another start, while none is due: the start to agree to as well. */
function startToJoin({ recoveries }: AccountState, keys: AccountKeys, guardian: AccountId): EntryId | undefined {
  const same = recoveries.filter((other) => other.way === "guardians" && areSameKeys(other, keys));
  const joined = toAgreeTo(same);
  return joined?.due === undefined && joined?.approvals.includes(guardian) === false ? joined.start : undefined;
}

function startOf(
  { request: { masterKey, nextKeyDigest } }: VerifiedRecoveryRequest,
  { recoveryRound: round }: AccountState,
  way: RecoveryWay,
): RecoveryStatement["operation"] {
  return { type: "recovery-start", masterKey, nextKeyDigest, round, way };
}
