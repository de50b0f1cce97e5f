/**
 * Practising a recovery (spec [DEV15]): the account's owner sees that guardians answer before it matters. Requests and answers
 * go by hand; nothing of them reaches a ledger.
 */
import {
  bytesToHex,
  decodePracticeAnswer,
  decodePracticeRequest,
  encodePracticeRequest,
  practiceAnswerToText,
  practiceRequestToText,
  signPracticeAnswer,
  textToPracticeAnswer,
  textToPracticeRequest,
  verifyPracticeAnswer,
  type AccountId,
  type Network,
  type PracticeRequest,
  type PracticeRequestId,
  type Signatory,
  type Signer,
  type TimeMs,
} from "@amigos/core";
import { accountOf } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import type { Clock, Random } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import { keyThatSpeaks } from "./recovery-speaker.ts";
import { recoveryRefused } from "./wallet-error.ts";

export interface RecoveryPracticeOptions {
  readonly replica: Replica;
  readonly network: Network;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly account: AccountId;
  /** Who speaks for this wallet's account. */
  readonly speaker: () => Promise<{ readonly by: Signatory; readonly signer: Signer }>;
}

/** Which guardians answered the newest request to practise. */
export interface PracticeView {
  readonly askedAt: TimeMs;
  readonly answers: readonly { readonly guardian: AccountId; readonly answeredAt: TimeMs }[];
}

interface Practice {
  readonly id: PracticeRequestId;
  readonly request: PracticeRequest;
  readonly answers: ReadonlyMap<AccountId, TimeMs>;
}

const NONCE_BYTES = 16;

export class RecoveryPractice {
  readonly #options: RecoveryPracticeOptions;
  #practice: Practice | undefined;

  constructor(options: RecoveryPracticeOptions) {
    this.#options = options;
  }

  /** What cannot be read is as good as not asked: nothing rests on it. */
  async load(): Promise<void> {
    const { store, network } = this.#options;
    const row = await store.get(KEY.practice);
    const asked = row === undefined ? undefined : decodePracticeRequest(row, network.tag);
    if (asked?.ok !== true) return;
    const answers = new Map<AccountId, TimeMs>();
    for (const { value } of await store.list(PREFIX.practiceAnswer)) {
      const answer = decodePracticeAnswer(value, network.tag);
      if (answer.ok && answer.value.answer.request === asked.value.id)
        answers.set(answer.value.answer.by.account, answer.value.answer.time);
    }
    this.#practice = { ...asked.value, answers };
  }

  get view(): PracticeView | undefined {
    if (this.#practice === undefined) return undefined;
    const { request, answers } = this.#practice;
    return {
      askedAt: request.time,
      answers: [...answers].map(([guardian, answeredAt]) => ({ guardian, answeredAt })),
    };
  }

  /** A new request, and with it no answers. Resolves with its text. */
  async begin(): Promise<string> {
    const { store, network, clock, random, account, replica } = this.#options;
    if (accountOf(replica.settled, account)?.recovery?.guardians === undefined)
      throw recoveryRefused({ type: "way-not-chosen" });
    const nonce = bytesToHex(random.bytes(NONCE_BYTES));
    const bytes = encodePracticeRequest({ version: 1, network: network.tag, account, nonce, time: clock.now() });
    const before = await store.list(PREFIX.practiceAnswer);
    await store.write([put(KEY.practice, bytes), ...before.map(({ key }) => remove(key))]);
    await this.load();
    return practiceRequestToText(bytes);
  }

  /** As a guardian. Resolves with the text of the answer. */
  async answer(shown: string): Promise<string> {
    const { network, clock, account: own, replica } = this.#options;
    const bytes = textToPracticeRequest(shown);
    if (!bytes.ok) throw recoveryRefused(bytes.error);
    const asked = decodePracticeRequest(bytes.value, network.tag);
    if (!asked.ok) throw recoveryRefused(asked.error);
    const { id, request } = asked.value;
    const guardians = accountOf(replica.settled, request.account)?.recovery?.guardians;
    if (guardians?.accounts.includes(own) !== true) throw recoveryRefused({ type: "no-guardian" });
    const { by, signer } = await this.#options.speaker();
    const answer = { version: 1, network: network.tag, request: id, by, time: clock.now() } as const;
    return practiceAnswerToText(await signPracticeAnswer(answer, signer));
  }

  /** By a guardian, to the newest request. */
  async take(shown: string): Promise<void> {
    const { network, store, clock, account, replica } = this.#options;
    const bytes = textToPracticeAnswer(shown);
    if (!bytes.ok) throw recoveryRefused(bytes.error);
    const claimed = decodePracticeAnswer(bytes.value, network.tag);
    if (!claimed.ok) throw recoveryRefused(claimed.error);
    const { by, request } = claimed.value.answer;
    if (this.#practice?.id !== request) throw recoveryRefused({ type: "answer-of-another-request" });
    const guardians = accountOf(replica.settled, account)?.recovery?.guardians;
    if (guardians?.accounts.includes(by.account) !== true) throw recoveryRefused({ type: "no-guardian" });
    const key = keyThatSpeaks(replica.settled, by, clock.now());
    if (key === undefined) throw recoveryRefused({ type: "may-not-speak" });
    const verified = verifyPracticeAnswer(bytes.value, { network: network.tag, key });
    if (!verified.ok) throw recoveryRefused(verified.error);
    await store.write([put(KEY.practiceAnswer(by.account), bytes.value)]);
    await this.load();
  }
}
