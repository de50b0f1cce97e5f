/** What persons do, in a word each, and a pen that writes it into their logs one entry after another. */
import type { AccountId, ImportId, Money, Operation, VerifiedEntry } from "@amigos/core";
import { signOperation, type EntryOptions, type Person } from "@amigos/core/testing";
import type { TestLedger } from "./ledger.ts";

interface Holder {
  readonly account: AccountId;
}

export const pay = ({ account }: Holder, money: Money): Operation => ({ type: "pay", to: account, ...money });
export const float = (money: Money): Operation => ({ type: "float", ...money });
export const release = (money: Money): Operation => ({ type: "release", ...money });
export const stake = ({ account }: Holder, money: Money): Operation => ({
  type: "stake",
  validator: account,
  ...money,
});
export const unstake = ({ account }: Holder, money: Money): Operation => ({
  type: "unstake",
  validator: account,
  ...money,
});
/** An import is paid into the account whose id is the import's. */
export const execute = ({ account }: Holder, { asset, amount }: Money): Operation => ({
  type: "execute",
  import: account as string as ImportId,
  method: "translate",
  asset,
  fee: amount,
});
export const attest = ({ entry, link }: VerifiedEntry): Operation => ({
  type: "attest",
  account: entry.account,
  session: entry.session,
  sequence: entry.sequence,
  head: link,
});

export interface PenOptions extends Partial<Omit<EntryOptions, "network" | "after">> {
  /** The entry to go on from: the last one that this pen wrote, if left out; `null` is the beginning of the log. */
  readonly onto?: VerifiedEntry | null;
}

export type Pen = (operation: Operation, options?: PenOptions) => Promise<VerifiedEntry>;

/** Writes a session's log. */
export function penOf({ network }: Pick<TestLedger, "network">, person: Person): Pen {
  let last: VerifiedEntry | undefined;
  return async (operation, { onto, ...options } = {}) => {
    const after = onto === undefined ? last : (onto ?? undefined);
    last = await signOperation(person, operation, { network, ...(after === undefined ? {} : { after }), ...options });
    return last;
  };
}
