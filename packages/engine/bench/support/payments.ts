/** Payments of the first of a ledger's people to the second, appended on the payer's replica one after the other. */
import { checkpointTag, type VerifiedEntry } from "@amigos/core";
import { ami, signPayment, type Person } from "@amigos/core/testing";
import type { Replica } from "@amigos/engine";
import type { Ledger } from "./ledger.ts";

export function payments({ network, people, entries }: Ledger, payer: Replica): () => Promise<VerifiedEntry> {
  const [alice, bob] = people as [Person, Person];
  let last = entries.findLast(({ entry }) => entry.session === alice.session);
  return async () => {
    const { height, checkpoint: id } = payer.settled;
    const checkpoint = { height, tag: checkpointTag(id) };
    const after = last === undefined ? {} : { after: last };
    last = await payer.append(async () => ({
      entry: await signPayment(alice, { network, to: bob.account, money: ami(1), checkpoint, ...after }),
      operations: [],
    }));
    return last;
  };
}
