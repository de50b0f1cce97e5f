import { encodeEvidence, verifyEvidence, type EquivocationProof, type PublicKey, type SessionId } from "@amigos/core";
import type { World } from "../world/world.ts";
import type { Checker } from "./checker.ts";

/** Every proof that somebody holds convinces a stranger who knows the session's key and nothing else. */
export const evidence: Checker = {
  name: "evidence",
  what: "every proof convinces a stranger who knows nothing but the session's key",
  atEnd: (world) => {
    // A simulated signature convinces nobody, for it is none.
    if (world.settings.crypto !== "real") return undefined;
    const keys = new Map<SessionId, PublicKey>(
      [...world.population.people, ...world.population.cheats].map(({ session, signer }) => [
        session,
        signer.publicKey,
      ]),
    );
    for (const proof of proofsOf(world)) {
      const key = keys.get(proof.session);
      const { tag } = world.population.network;
      if (key === undefined || !verifyEvidence(encodeEvidence(proof), { network: tag, key }).ok)
        return { check: "evidence", detail: `a proof of ${proof.sequence} convinces nobody` };
    }
    return undefined;
  },
};

/** Nobody who is honest is ever proven to be a cheat: not after a crash, not with a clock that is off. */
export const honesty: Checker = {
  name: "honesty",
  what: "no honest session ever signs a place twice",
  atEnd: (world) => {
    const honest = new Map<SessionId, string>(world.population.people.map(({ session, name }) => [session, name]));
    for (const proof of proofsOf(world)) {
      const name = honest.get(proof.session);
      if (name !== undefined) return { check: "honesty", detail: `${name} signed ${proof.sequence} twice` };
    }
    return undefined;
  },
};

function* proofsOf({ devices }: World): Generator<EquivocationProof> {
  const seen = new Set<SessionId>();
  for (const { pocket } of devices)
    for (const proof of pocket.evidence) {
      if (seen.has(proof.session)) continue;
      seen.add(proof.session);
      yield proof;
    }
}
