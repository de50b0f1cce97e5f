/** What a person hands over: entries, with what vouches for their session. */
import { encodeBundle, type AccountRecord } from "../handover/bundle.ts";
import type { OrderedControl } from "../account/control-entry.ts";
import type { Network } from "../network/genesis.ts";
import type { Person } from "./people.ts";

type Vouching = Pick<Person, "inception" | "grant">;

/** What vouches for a person's session; `more`: what the account said since. */
export function recordOf({ inception, grant }: Vouching, more: readonly OrderedControl[] = []): AccountRecord {
  return { inception: inception.bytes, control: [grant, ...more].map(({ bytes }) => bytes) };
}

/** Entries, or bytes that are not any, of a person, as a bundle. */
export function bundleOf(
  network: Pick<Network, "tag">,
  person: Vouching,
  entries: readonly (Uint8Array | { readonly bytes: Uint8Array })[],
  more: readonly OrderedControl[] = [],
): Uint8Array {
  return encodeBundle({
    version: 1,
    network: network.tag,
    accounts: [recordOf(person, more)],
    entries: entries.map((entry) => (entry instanceof Uint8Array ? entry : entry.bytes)),
  });
}
