/** What is put before the ledger: what it would decide now, and nothing that it has no use for any more. */
import { describe, expect, it } from "vitest";
import {
  generation,
  keyDigest,
  sequence,
  signControlEntry,
  type OrderedControl,
  type OrderedControlEntry,
  type OrderedOperation,
  type Signer,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { createGenesisState, NO_HISTORY, reconcile } from "@amigos/reconcile";
import { Directory } from "../src/replica/directory.ts";
import { Registrations } from "../src/replica/registrations.ts";

const network = createTestNetwork();
/** What `createPerson` commits every account to. */
const next = namedSigner("alice/next");

describe("what ends a session and lost its place", () => {
  it("[CTL10] waits for the ledger while the account's present key signed it, and only then", async () => {
    const alice = await createPerson("alice", { network });
    const second = (operation: OrderedOperation, signer: Signer): Promise<OrderedControl> =>
      signControlEntry<OrderedControlEntry>(
        { ...alice.grant.entry, sequence: sequence(1), previous: alice.grant.link, operation },
        signer,
      );
    const keys = { masterKey: next.publicKey, nextKeyDigest: keyDigest(namedSigner("alice/third").publicKey) };
    const rotation = await second({ type: "rotate", ...keys }, next);
    const byThief = await second({ type: "kill-switch", generation: generation(1) }, alice.master);
    const byOwner = await second({ type: "revoke", session: alice.session }, next);
    const { state } = reconcile({
      state: createGenesisState(network),
      inceptions: [alice.inception],
      control: [alice.grant, rotation],
      entries: [],
      history: NO_HISTORY,
      time: network.genesis.time,
    });
    const waiting = (...control: readonly OrderedControl[]): readonly OrderedControl[] => {
      const directory = new Directory(network);
      const registrations = new Registrations(directory);
      directory.keep({ inceptions: [alice.inception], control: [alice.grant, rotation, ...control] });
      registrations.review([alice.account], state);
      return registrations.ready(state).control;
    };

    expect(waiting()).toEqual([]);
    expect(waiting(byThief)).toEqual([]);
    expect(waiting(byThief, byOwner)).toEqual([byOwner]);
  });
});
