/**
 * The wallet's own log: where its next entry goes, and the one place where entries are signed. Reserve, then sign: the
 * body with its place is durable before a signature exists, and the entry before anyone sees it. After a crash between
 * the two, the same body is signed again and nothing else, so one sequence never gets two entries (spec [DEV1]).
 */
import {
  checkpointTag,
  decodeWith,
  encodeWith,
  entrySchema,
  firstPrevious,
  limits,
  sequence,
  signEntry,
  timeMs,
  type AccountId,
  type Entry,
  type Height,
  type Operation,
  type SessionId,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import { judgeNext, reconcile, sessionOf, type Failure } from "@amigos/reconcile";
import { KEY, put, remove } from "../journal/journal.ts";
import type { Clock } from "../ports/runtime.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";
import { WalletError } from "./wallet-error.ts";

export interface OwnLogOptions {
  readonly replica: Replica;
  readonly store: Store;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly account: AccountId;
  readonly session: SessionId;
}

export class OwnLog {
  readonly #options: OwnLogOptions;

  constructor(options: OwnLogOptions) {
    this.#options = options;
  }

  /**
   * Signs and keeps an entry that does `operation`, if every rule would accept it now.
   * What comes with it (`reserved`) is written together with the reservation, which is a promise: the entry follows, also
   * after a crash.
   * @throws {WalletError} `payment-refused`, `session-forked`, `too-many-unsettled`
   */
  append(operation: Operation, reserved: readonly StoreOperation[] = []): Promise<VerifiedEntry> {
    const { replica, store, signer } = this.#options;
    return replica.append(async () => {
      const body = this.#nextBody(operation);
      const failure = await this.#judge(body);
      if (failure !== undefined) throw refused(failure);
      await store.write([put(KEY.reservation, encodeWith(entrySchema, body)), ...reserved]);
      return { entry: await signEntry(body, signer), operations: [remove(KEY.reservation)] };
    });
  }

  /** Finishes what a crash interrupted: a place that was reserved gets the very entry it was reserved for. */
  async resume(): Promise<void> {
    const { replica, store, signer } = this.#options;
    const reserved = await store.get(KEY.reservation);
    if (reserved === undefined) return;
    const body = decodeWith(entrySchema, reserved, limits.ENTRY_BYTES_MAX);
    if (!body.ok) throw new StoreError("store-damaged", `${store.name}: the reservation cannot be read`);
    const taken = [
      ...replica.undecided.at(body.value.session, body.value.sequence),
      ...(await replica.archive.entriesAt(body.value.session, body.value.sequence)),
    ];
    if (taken.length > 0) return store.write([remove(KEY.reservation)]);
    await replica.append(async () => ({
      entry: await signEntry(body.value, signer),
      operations: [remove(KEY.reservation)],
    }));
    return undefined;
  }

  #nextBody(operation: Operation): Entry {
    const { replica, session, account, clock } = this.#options;
    const undecided = replica.undecided.ofSession(session);
    if (replica.evidence.some((proof) => proof.session === session)) {
      throw new WalletError(
        { type: "session-forked" },
        "another device signs with this session's key, so nothing was signed",
      );
    }
    if (!replica.undecided.hasRoom(session, 1)) {
      const unsettledMax = limits.UNSETTLED_PER_SESSION_MAX;
      throw new WalletError(
        { type: "too-many-unsettled", unsettledMax },
        `${unsettledMax} payments wait to be settled: sync first`,
      );
    }
    const last = undecided.at(-1);
    const settled = sessionOf(replica.settled, account, session);
    const lastTime = last?.entry.time ?? settled?.lastTime ?? 0;
    return {
      version: 1,
      network: replica.network.tag,
      account,
      session,
      sequence: sequence(last === undefined ? (settled?.nextSequence ?? 0) : last.entry.sequence + 1),
      previous: last?.link ?? settled?.head ?? firstPrevious(session),
      time: timeMs(Math.max(clock.now(), lastTime)),
      checkpoint: { height: replica.settled.height, tag: checkpointTag(replica.settled.checkpoint) },
      operation,
    };
  }

  /** The ladder that the ledger will climb later, on what this account alone has signed: incoming money may not come. */
  async #judge(body: Entry): Promise<Failure | undefined> {
    const { replica, account, clock } = this.#options;
    const { settled } = replica;
    const own = replica.undecided.ofAccount(account);
    const past = await replica.archive.historyFor(own, settled.height);
    const time = timeMs(Math.max(clock.now(), settled.time));
    const { state } = reconcile({ state: settled, ...replica.unregistered(), entries: own, history: past, time });
    // To the reconciled state, the checkpoint that it began from is a past one already, and the one that the body names.
    const newest = { id: settled.checkpoint, time: settled.time };
    const history = {
      ...past,
      checkpointAt: (height: Height) => (height === settled.height ? newest : past.checkpointAt(height)),
    };
    return judgeNext(state, body, { time, history });
  }
}

function refused(failure: Failure): WalletError {
  return new WalletError(
    { type: "payment-refused", failure },
    `the ledger would not accept this payment: ${failure.code}`,
  );
}
