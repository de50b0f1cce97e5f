/**
 * An account's control log, on a device that holds its master key: the one place where control entries are signed. As in
 * the session's own log (`own-log.ts`), the body with its place is durable before a signature exists, and the entry before
 * anybody hears of it; whatever interrupts that, the same body is signed again and no other (spec [DEV5]).
 *
 * Unlike a session's, this log has several writers: every device with the master key. While they do not hear of each other
 * two may write for one place. What ends sessions acts all the same (spec [CTL10]); a grant that lost its place is gone.
 */
import {
  assert,
  body,
  controlEntrySchema,
  decodeWith,
  encodeWith,
  field,
  limits,
  optional,
  signControlEntry,
  text,
  type AccountId,
  type Grant,
  type Network,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type Schema,
  type Signer,
  type TimeMs,
  type Upgrade,
} from "@amigos/core";
import { wouldAct, type AccountState } from "@amigos/reconcile";
import { KEY, put, remove } from "../journal/journal.ts";
import type { Clock } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { PreparedControl } from "../replica/replica.ts";
import { signingUnsafe, WalletError } from "./wallet-error.ts";

export interface ControlLogOptions {
  readonly network: Network;
  readonly store: Store;
  readonly clock: Clock;
  readonly account: AccountId;
  /** The account's master key. */
  readonly signer: Signer;
  readonly append: AppendControl;
}

/**
 * Runs `prepare` with nothing else in between, on the account as everything that is known of it here would make it, and
 * makes what it gives durable and known.
 */
export type AppendControl = (
  account: AccountId,
  prepare: (known: AccountState) => Promise<PreparedControl | undefined>,
) => Promise<void>;

/** What is to be said. */
export interface Statement {
  readonly operation: OrderedOperation;
  /** In the vault, of the key that a grant names. */
  readonly keyName?: string;
}

/** What was said, and is durable. */
export interface Said {
  readonly control: OrderedControl;
  readonly keyName?: string;
}

export interface AppendOptions {
  /** What to say of an account that stands so. `undefined`: nothing, for it is so already. Throws what refuses it. */
  readonly decide: (account: AccountState) => Promise<Statement | undefined>;
  /** Whether what was interrupted before is this very thing. `keyName`: where it is a grant to a key of this vault. */
  readonly isSame: (operation: OrderedOperation, keyName: string | undefined) => boolean;
}

interface Reservation {
  readonly entry: OrderedControlEntry;
  readonly keyName?: string;
}

const KEY_NAME_BYTES_MAX = 128;
const RESERVATION_BYTES_MAX: number = limits.CONTROL_ENTRY_BYTES_MAX + KEY_NAME_BYTES_MAX + 16;

const reservationSchema: Schema<Reservation> = body<Reservation>({
  entry: field(0, controlEntrySchema as Schema<OrderedControlEntry>),
  keyName: optional(1, text(KEY_NAME_BYTES_MAX)),
});

export class ControlLog {
  readonly #options: ControlLogOptions;

  constructor(options: ControlLogOptions) {
    this.#options = options;
  }

  /**
   * Signs and keeps what `decide` says, and gives nothing when that is nothing. What was interrupted before is finished
   * first.
   * @throws {WalletError} `master-key-missing` when the account has another master key by now, and what `decide` throws
   * @throws {StoreError} when the disk does not take it; when its place was reserved, the entry follows with the next one
   */
  async append({ decide, isSame }: AppendOptions): Promise<Said | undefined> {
    for (;;) {
      const { said, isNew } = await this.#step(decide);
      if (isNew || (said !== undefined && isSame(said.control.entry.operation, said.keyName))) return said;
    }
  }

  /** Finishes what a crash interrupted, but for what opens a session: only who asks for it again learns of that. */
  async resume(): Promise<void> {
    await this.#step(() => Promise.resolve(undefined), opensSession);
  }

  async #step(
    decide: AppendOptions["decide"],
    isLeft: (reserved: OrderedOperation) => boolean = () => false,
  ): Promise<{ readonly said: Said | undefined; readonly isNew: boolean }> {
    let said: Said | undefined;
    let isNew = true;
    await this.#options.append(this.#options.account, async (account) => {
      this.#mustBeMaster(account);
      const reserved = await this.#read();
      isNew = reserved === undefined;
      if (reserved !== undefined && !this.#isStillToSay(reserved.entry, account)) {
        await this.#options.store.write([remove(KEY.controlReservation)]);
        return undefined;
      }
      if (reserved !== undefined && isLeft(reserved.entry.operation)) return undefined;
      const reservation = reserved ?? (await this.#begin(account, decide));
      if (reservation === undefined) return undefined;
      const control = await signControlEntry(reservation.entry, this.#options.signer);
      said = { ...reservation, control };
      return { control, operations: [remove(KEY.controlReservation)] };
    });
    return { said, isNew };
  }

  async #begin(account: AccountState, decide: AppendOptions["decide"]): Promise<Reservation | undefined> {
    const statement = await decide(account);
    if (statement === undefined) return undefined;
    const { operation, keyName } = statement;
    const { nextSequence, head } = account.control;
    const reservation: Reservation = {
      entry: {
        version: 1,
        network: this.#options.network.id,
        account: account.id,
        sequence: nextSequence,
        previous: head,
        operation,
      },
      ...(keyName === undefined ? {} : { keyName }),
    };
    const row = encodeWith(reservationSchema, reservation);
    assert(row.length <= RESERVATION_BYTES_MAX, "what is reserved can be read again");
    await this.#options.store.write([put(KEY.controlReservation, row)]);
    return reservation;
  }

  async #read(): Promise<Reservation | undefined> {
    const { store } = this.#options;
    const row = await store.get(KEY.controlReservation);
    if (row === undefined) return undefined;
    const decoded = decodeWith(reservationSchema, row, RESERVATION_BYTES_MAX);
    if (decoded.ok) return decoded.value;
    throw signingUnsafe(store.name);
  }

  #isStillToSay(entry: OrderedControlEntry, account: AccountState): boolean {
    const { network, clock } = this.#options;
    // What another account left on the store is not for this one's key to sign.
    const isOurs = entry.account === account.id && entry.network === network.id;
    return isOurs && isOfUse(entry, account, clock.now());
  }

  #mustBeMaster({ keys }: AccountState): void {
    if (keys?.masterKey !== this.#options.signer.publicKey) throw masterKeyMissing();
  }
}

const turns = new WeakMap<Store, Promise<unknown>>();

/** Runs `work` after all that was begun on the store before, so that what it reads still holds when it writes. */
export function inTurn<Value>(store: Store, work: () => Promise<Value>): Promise<Value> {
  const turn = (turns.get(store) ?? Promise.resolve()).then(work);
  turns.set(
    store,
    turn.catch(() => undefined),
  );
  return turn;
}

export function masterKeyMissing(): WalletError {
  return new WalletError(
    { type: "master-key-missing" },
    "the account's master key is not in this device's vault: use the device that holds it",
  );
}

/** Whether an operation opens a session, and so is nothing that anybody else waits for. */
export function opensSession(operation: OrderedOperation): operation is Grant | Upgrade {
  return operation.type === "grant" || operation.type === "upgrade";
}

/** @throws {WalletError} `sessions-full` */
export function mustHaveRoom(sessions: AccountState["sessions"]): void {
  const sessionsMax = limits.SESSIONS_PER_ACCOUNT_MAX;
  if (sessions.size >= sessionsMax)
    throw new WalletError({ type: "sessions-full", sessionsMax }, `an account has ${sessionsMax} sessions at most`);
}

/**
 * Whether what was reserved is signed still; nobody was shown it. What ends a session acts from wherever it stands, while it
 * ends any. Anything else is of no use once another device has the place, and what opens a session once that has expired.
 */
function isOfUse({ sequence, previous, operation }: OrderedControlEntry, account: AccountState, now: TimeMs): boolean {
  if (operation.type === "revoke" || operation.type === "kill-switch") return wouldAct(operation, account);
  if (opensSession(operation) && operation.expiry <= now) return false;
  return sequence === account.control.nextSequence && previous === account.control.head;
}
