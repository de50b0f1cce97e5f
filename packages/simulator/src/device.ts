/** A phone in the simulated world: a replica, and the session that signs on it, as a wallet would (see the engine's). */
import {
  checkpointTag,
  firstPrevious,
  sequence,
  signEntry,
  type Entry,
  type Operation,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { judgeNext, sessionOf, type Failure } from "@amigos/reconcile";
import type { Person } from "./people.ts";
import type { SimulatedReplica } from "./replica.ts";

export type PayOutcome =
  | { readonly type: "signed"; readonly entry: VerifiedEntry }
  | { readonly type: "refused"; readonly code: Failure["code"] | "session-forked" };

export class Device {
  readonly owner: Person;
  readonly replica: SimulatedReplica;

  constructor(owner: Person, replica: SimulatedReplica) {
    this.owner = owner;
    this.replica = replica;
  }

  /** Signs what the rules would accept now, as far as this device knows; refuses the rest. */
  async pay(operation: Operation, time: TimeMs): Promise<PayOutcome> {
    const { replica, owner } = this;
    if (replica.hasForked(owner.session)) return { type: "refused", code: "session-forked" };
    const own = replica.undecided.filter(({ entry }) => entry.account === owner.account);
    const body = this.#nextBody(operation, own.at(-1), time);
    const { settled } = replica;
    const newest = { id: settled.checkpoint, time: settled.time };
    const past = replica.history;
    const failure = judgeNext(replica.reconcile(own, time).state, body, {
      time,
      history: {
        ...past,
        checkpointAt: (height) => (height === settled.height ? newest : past.checkpointAt(height)),
      },
    });
    if (failure !== undefined) return { type: "refused", code: failure.code };
    const entry = await signEntry(body, owner.signer);
    replica.keep(entry);
    return { type: "signed", entry };
  }

  #nextBody(operation: Operation, last: VerifiedEntry | undefined, time: TimeMs): Entry {
    const { replica, owner } = this;
    const session = sessionOf(replica.settled, owner.account, owner.session);
    return {
      version: 1,
      network: replica.settled.network.tag,
      account: owner.account,
      session: owner.session,
      sequence: sequence(last === undefined ? (session?.nextSequence ?? 0) : last.entry.sequence + 1),
      previous: last?.link ?? session?.head ?? firstPrevious(owner.session),
      time,
      checkpoint: { height: replica.settled.height, tag: checkpointTag(replica.settled.checkpoint) },
      operation,
    };
  }
}
