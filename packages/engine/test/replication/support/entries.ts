/** Logs of persons, for replication tests. */
import type { Network, VerifiedEntry } from "@amigos/core";
import { ami, signPayment, type Person } from "@amigos/core/testing";

/** `count` payments to bob, after another or from the start. */
export async function signLog(
  network: Network,
  from: Person,
  to: Person,
  count: number,
  after?: VerifiedEntry,
  memo?: string,
): Promise<VerifiedEntry[]> {
  const log: VerifiedEntry[] = [];
  for (let index = 0; index < count; index++) {
    const previous = log.at(-1) ?? after;
    log.push(
      await signPayment(from, {
        network,
        to: to.account,
        money: ami(1),
        ...(previous === undefined ? {} : { after: previous }),
        ...(memo === undefined ? {} : { memo }),
      }),
    );
  }
  return log;
}
