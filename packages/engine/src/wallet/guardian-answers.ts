/**
 * What an owner asks guardians before it matters (spec [DEV15], [DEV17]): whether somebody would be one, and whether those who
 * are would answer. Requests and answers go by hand; nothing of them reaches a ledger.
 */
import {
  bytesToHex,
  decodeGuardianAnswer,
  decodeGuardianRequest,
  encodeGuardianRequest,
  guardianAnswerToText,
  guardianRequestToText,
  signGuardianAnswer,
  textToGuardianAnswer,
  textToGuardianRequest,
  limits,
  verifyGuardianAnswer,
  type AccountId,
  type Network,
  type GuardianRequest,
  type GuardianPurpose,
  type GuardianRequestId,
  type Signatory,
  type Signer,
  type TimeMs,
} from "@amigos/core";
import { accountOf } from "@amigos/reconcile";
import { KEY, put, remove } from "../journal/journal.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import { keyThatSpeaks } from "./recovery-speaker.ts";
import { recoveryRefused } from "./wallet-error.ts";

export interface GuardianAnswersOptions {
  readonly purpose: GuardianPurpose["type"];
  readonly replica: Replica;
  readonly network: Network;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: AccountId;
  /** Who speaks for this wallet's account. */
  readonly speaker: () => Promise<{ readonly by: Signatory; readonly signer: Signer }>;
}

/** Who answered the newest request of one purpose. */
export interface GuardianAnswersView {
  readonly askedAt: TimeMs;
  /** The request, to be shown to whoever has not answered. */
  readonly text: string;
  readonly answers: readonly { readonly guardian: AccountId; readonly answeredAt: TimeMs }[];
}

/** What somebody reads who is asked to be a guardian. */
export interface InvitationReview {
  /** Who asks. */
  readonly account: AccountId;
  readonly time: TimeMs;
}

interface Asked {
  readonly id: GuardianRequestId;
  readonly request: GuardianRequest;
  readonly answers: ReadonlyMap<AccountId, TimeMs>;
}

const NONCE_BYTES = 16;

export class GuardianAnswers {
  readonly #options: GuardianAnswersOptions;
  readonly #keys: (typeof KEY)["guardianAnswers"][GuardianPurpose["type"]];
  #asked: Asked | undefined;

  constructor(options: GuardianAnswersOptions) {
    this.#options = options;
    this.#keys = KEY.guardianAnswers[options.purpose];
  }

  /** What cannot be read is as good as not asked: nothing rests on it. */
  async load(): Promise<void> {
    const { store, network } = this.#options;
    const row = await store.get(this.#keys.request);
    const asked = row === undefined ? undefined : decodeGuardianRequest(row, network.tag);
    if (asked?.ok !== true) return;
    const answers = new Map<AccountId, TimeMs>();
    for (const { value } of await store.list(this.#keys.answers)) {
      const answer = decodeGuardianAnswer(value, network.tag);
      if (answer.ok && answer.value.answer.request === asked.value.id)
        answers.set(answer.value.answer.by.account, answer.value.answer.time);
    }
    this.#asked = { ...asked.value, answers };
  }

  get view(): GuardianAnswersView | undefined {
    if (this.#asked === undefined) return undefined;
    const { request, answers } = this.#asked;
    return {
      askedAt: request.time,
      text: guardianRequestToText(encodeGuardianRequest(request)),
      answers: [...answers].map(([guardian, answeredAt]) => ({ guardian, answeredAt })),
    };
  }

  /** A new request, and with it no answers. Resolves with its text. */
  async begin(): Promise<string> {
    const { store, network, clock, random, account, replica, purpose } = this.#options;
    if (purpose === "practice" && accountOf(replica.settled, account)?.recovery?.guardians === undefined)
      throw recoveryRefused({ type: "way-not-chosen" });
    const nonce = bytesToHex(random.bytes(NONCE_BYTES));
    const terms = { version: 1, network: network.tag, account, nonce, time: clock.now() } as const;
    const bytes = encodeGuardianRequest({ ...terms, purpose: { type: purpose } });
    const before = await store.list(this.#keys.answers);
    await store.write([put(this.#keys.request, bytes), ...before.map(({ key }) => remove(key))]);
    await this.load();
    return guardianRequestToText(bytes);
  }

  /** What a text asks. */
  review(shown: string): InvitationReview {
    const { account, time } = this.#read(shown).request;
    return { account, time };
  }

  /** As a guardian, or as who would be one. Resolves with the text of the answer. */
  async answer(shown: string): Promise<string> {
    const { network, clock } = this.#options;
    const { id, request } = this.#read(shown);
    if (!this.#mayAnswer(this.#options.account, request.account)) throw recoveryRefused({ type: "no-guardian" });
    const { by, signer } = await this.#options.speaker();
    const answer = { version: 1, network: network.tag, request: id, by, time: clock.now() } as const;
    return guardianAnswerToText(await signGuardianAnswer(answer, signer));
  }

  /** To the newest request. */
  async take(shown: string): Promise<void> {
    const { network, store, clock, account, replica } = this.#options;
    const bytes = textToGuardianAnswer(shown);
    if (!bytes.ok) throw recoveryRefused(bytes.error);
    const claimed = decodeGuardianAnswer(bytes.value, network.tag);
    if (!claimed.ok) throw recoveryRefused(claimed.error);
    const { by, request } = claimed.value.answer;
    if (this.#asked?.id !== request) throw recoveryRefused({ type: "answer-of-another-request" });
    if (!this.#mayAnswer(by.account, account)) throw recoveryRefused({ type: "no-guardian" });
    const { answers } = this.#asked;
    if (answers.size >= limits.GUARDIANS_MAX && !answers.has(by.account))
      throw recoveryRefused({ type: "guardians-full" });
    const key = keyThatSpeaks(replica.settled, by, clock.now());
    if (key === undefined) throw recoveryRefused({ type: "may-not-speak" });
    const verified = verifyGuardianAnswer(bytes.value, { network: network.tag, key });
    if (!verified.ok) throw recoveryRefused(verified.error);
    await store.write([put(`${this.#keys.answers}${by.account}`, bytes.value)]);
    await this.load();
  }

  #read(shown: string): { readonly id: GuardianRequestId; readonly request: GuardianRequest } {
    const { network, purpose } = this.#options;
    const bytes = textToGuardianRequest(shown);
    if (!bytes.ok) throw recoveryRefused(bytes.error);
    const asked = decodeGuardianRequest(bytes.value, network.tag);
    if (!asked.ok) throw recoveryRefused(asked.error);
    const found = asked.value.request.purpose.type;
    if (found !== purpose) throw recoveryRefused({ type: "asks-something-else", found });
    return asked.value;
  }

  /** Anybody else may be a guardian; practice is for those who are. */
  #mayAnswer(guardian: AccountId, account: AccountId): boolean {
    if (this.#options.purpose === "invitation") return guardian !== account;
    const { settled } = this.#options.replica;
    return accountOf(settled, account)?.recovery?.guardians?.accounts.includes(guardian) === true;
  }
}
