/** More devices of one person. */
import { sequence, signControlEntry, type Grant, type OrderedControl, type OrderedControlEntry } from "@amigos/core";
import { namedSigner, type Person } from "@amigos/core/testing";

/** Grants of one account, one after the other, to the keys `name/1` and so on; with the same terms but for `terms`. */
export async function grants(
  person: Person,
  amount: number,
  terms: Partial<Grant> = {},
): Promise<readonly OrderedControl[]> {
  const chain = [person.grant];
  while (chain.length <= amount) {
    const last = chain.at(-1) ?? person.grant;
    chain.push(
      await signControlEntry<OrderedControlEntry>(
        {
          ...last.entry,
          sequence: sequence(chain.length),
          previous: last.link,
          operation: {
            ...(last.entry.operation as Grant),
            ...terms,
            sessionKey: namedSigner(`${person.name}/${chain.length}`).publicKey,
          },
        },
        person.master,
      ),
    );
  }
  return chain.slice(1);
}
