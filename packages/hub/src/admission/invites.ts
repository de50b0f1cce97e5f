/**
 * Invites: whoever has one may have an account registered (spec [ADM1]). They lie in the ledger's store, by the hash of the
 * token, so nobody who reads a backup can use them. The account that one was used for is written in the same batch, so a
 * crash neither loses an admission nor gives one away twice.
 *
 *   hub/invite/<hash>       how often it was and may be used, and until when
 *   hub/admitted/<account>  the hash of the invite that it came with
 */
import { createHash, randomBytes } from "node:crypto";
import { timeMs, type AccountId, type TimeMs } from "@amigos/core";
import { StoreError, type Clock, type Store } from "@amigos/engine/ports";
import { HubError } from "../hub-error.ts";

export interface InviteTerms {
  /** How many accounts it is good for. */
  readonly uses: number;
  readonly days: number;
}

export interface Invite extends InviteTerms {
  /** Shown once, and kept by nobody but who was given it. */
  readonly token: string;
  readonly expiry: TimeMs;
}

export type InviteReply =
  | { readonly type: "admitted" }
  | { readonly type: "invite-unknown" }
  | { readonly type: "invite-expired" }
  | { readonly type: "invite-used-up" };

export const INVITE_USES_MAX = 10_000;
export const INVITE_DAYS_MAX = 3_660;
/** Those that expired make room. */
const INVITES_MAX = 4_096;
/** Beyond guessing. */
const TOKEN_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{22}$/;
const DAY_MS = 86_400_000;
const INVITE_PREFIX = "hub/invite/";

interface Row {
  readonly uses: number;
  readonly usesMax: number;
  readonly expiry: number;
}

export class Invites {
  readonly #store: Store;
  readonly #clock: Clock;
  /** One at a time, so that two accounts never share one use. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  async isAdmitted(account: AccountId): Promise<boolean> {
    return (await this.#store.get(admittedKey(account))) !== undefined;
  }

  /**
   * Makes an invite. Resolves when it is durable.
   * @throws {HubError} `option-invalid` when there are as many as there may be
   */
  create({ uses, days }: InviteTerms): Promise<Invite> {
    return this.#inTurn(async () => {
      const expired = await this.#makeRoom();
      const token = randomBytes(TOKEN_BYTES).toString("base64url");
      const expiry = timeMs(this.#clock.now() + days * DAY_MS);
      await this.#store.write([
        ...expired.map((key) => ({ type: "delete" as const, key })),
        { type: "put", key: inviteKey(token), value: encodeRow({ uses: 0, usesMax: uses, expiry }) },
      ]);
      return { token, uses, days, expiry };
    });
  }

  /**
   * Uses an invite for an account; one that is admitted already, or known to the hub, uses up nothing. Who has no invite that
   * is good, or the one that the account came with, hears nothing of the account. Resolves when that is durable.
   * @throws {StoreError} when the disk does not take it; nothing was used then
   */
  redeem(token: string, account: AccountId, { isKnown }: { readonly isKnown: boolean }): Promise<InviteReply> {
    return this.#inTurn(async () => {
      const key = TOKEN.test(token) ? inviteKey(token) : undefined;
      const bytes = key === undefined ? undefined : await this.#store.get(key);
      if (key === undefined || bytes === undefined) return { type: "invite-unknown" };
      const cameWith = await this.#store.get(admittedKey(account));
      const hash = key.slice(INVITE_PREFIX.length);
      if (cameWith !== undefined && Buffer.from(cameWith).toString() === hash) return { type: "admitted" };
      const row = decodeRow(bytes);
      if (row.expiry <= this.#clock.now()) return { type: "invite-expired" };
      if (row.uses >= row.usesMax) return { type: "invite-used-up" };
      if (isKnown || cameWith !== undefined) return { type: "admitted" };
      await this.#store.write([
        { type: "put", key, value: encodeRow({ ...row, uses: row.uses + 1 }) },
        { type: "put", key: admittedKey(account), value: Buffer.from(hash) },
      ]);
      return { type: "admitted" };
    });
  }

  /** The keys of those that have expired. */
  async #makeRoom(): Promise<readonly string[]> {
    const rows = await this.#store.list(INVITE_PREFIX);
    const expired = rows.filter(({ value }) => decodeRow(value).expiry <= this.#clock.now()).map(({ key }) => key);
    if (rows.length - expired.length >= INVITES_MAX)
      throw new HubError("option-invalid", `There are ${INVITES_MAX} invites already: let some expire first.`);
    return expired;
  }

  #inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(action);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

function inviteKey(token: string): string {
  return `${INVITE_PREFIX}${createHash("sha256").update(`amigos/invite/1\0${token}`).digest("hex")}`;
}

function admittedKey(account: AccountId): string {
  return `hub/admitted/${account}`;
}

function encodeRow(row: Row): Uint8Array {
  return Buffer.from(JSON.stringify(row));
}

function decodeRow(bytes: Uint8Array): Row {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as Row;
  } catch (error) {
    throw new StoreError("store-damaged", "An invite in the ledger cannot be read.", { cause: error });
  }
}
