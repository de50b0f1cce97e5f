import { describe, expect, it } from "vitest";
import type { Recovery, VerifiedControlEntry } from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import {
  approve,
  complete,
  grant,
  rotate,
  signOrdered,
  signStatement,
  start,
  veto,
} from "../../test/support/control.ts";
import { bend } from "../../test/support/bend.ts";
import { verifyControlWith, type KnownKeys } from "./verify-control.ts";

const network = createTestNetwork();
const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
const next = namedSigner("alice/next");
const backup = namedSigner("alice/backup");
const locked = namedSigner("alice/locked");
const recovery: Recovery = {
  timeLockedKey: { key: locked.publicKey, delayMs: 2 },
  backupKey: { key: backup.publicKey, delayMs: 1 },
};

/** What a reader knows who has seen alice's account under two master keys, and bob's. */
const known: KnownKeys = {
  network: network.id,
  mastersOf: (account) =>
    account === alice.account ? [alice.master.publicKey, next.publicKey] : [bob.master.publicKey],
  recoveriesOf: (account) => (account === alice.account ? [recovery] : []),
  sessionKeyOf: (_account, session) => [alice, bob].find((person) => person.session === session)?.signer.publicKey,
  mayBecomeMaster: (_account, { key }) => key === next.publicKey,
};

function outcome({ bytes, entry }: VerifiedControlEntry, reader: KnownKeys = known): string {
  const verified = verifyControlWith(reader, bytes, entry);
  return verified.ok ? "verified" : verified.error.type;
}

describe("verifying control entries with the keys that a reader knows", () => {
  it("[CTL1] takes any key that the account had, and says under which it verified", async () => {
    const byOld = await signOrdered(alice, grant(alice, "tablet"), { network });
    const byNew = await signOrdered(alice, grant(alice, "tablet"), { network, signer: next });
    expect([byOld, byNew].map((control) => outcome(control))).toEqual(["verified", "verified"]);
    const verified = verifyControlWith(known, byNew.bytes, byNew.entry);
    expect(verified).toMatchObject({ ok: true, value: { key: next.publicKey, link: byNew.link } });
    const byMallory = await signOrdered(alice, grant(alice, "tablet"), { network, signer: namedSigner("mallory") });
    expect(outcome(byMallory)).toBe("signature-invalid");
    expect(outcome({ ...byOld, bytes: bend(byOld.bytes) })).toBe("signature-invalid");
  });

  it("[CTL1] asks for the key of whoever has to sign: the next, the guardian's, the session's, the way's", async () => {
    const rotation = await signOrdered(alice, rotate(next, backup), { network, signer: next });
    const toOwn = await signOrdered(alice, rotate(backup, next), { network, signer: backup });
    const statement = (operation: Parameters<typeof signStatement>[1], signer = bob.master) =>
      signStatement(alice, operation, { network, signer });
    const begun = await statement(start({ type: "guardians", by: { account: bob.account } }, next));
    const byBackup = start({ type: "backup-key" }, next);
    const byLocked = start({ type: "time-locked-key" }, next);
    const bobsPhone = { account: bob.account, session: bob.session };
    const signed = {
      rotation,
      toOwn,
      begun,
      backup: await statement(byBackup, backup),
      locked: await statement(byLocked, locked),
      mixedUp: await statement(byBackup, locked),
      approval: await statement(approve(begun, bobsPhone), bob.signer),
      approvalByMaster: await statement(approve(begun, bobsPhone)),
      veto: await statement(veto(begun), alice.master),
      vetoBySession: await statement(veto(begun, alice.session), alice.signer),
      completion: await signOrdered(alice, complete(begun), { network, signer: next }),
    };
    expect(Object.entries(signed).map(([name, control]) => `${name} ${outcome(control)}`)).toEqual([
      "rotation verified",
      "toOwn signer-unknown",
      "begun verified",
      "backup verified",
      "locked verified",
      "mixedUp signature-invalid",
      "approval verified",
      "approvalByMaster signature-invalid",
      "veto verified",
      "vetoBySession verified",
      "completion verified",
    ]);
  });

  it("[CTL1] does not judge by keys that it does not know", async () => {
    const nobody: KnownKeys = {
      ...known,
      mastersOf: () => [],
      recoveriesOf: () => [],
      sessionKeyOf: () => undefined,
      mayBecomeMaster: () => false,
    };
    expect(outcome(alice.grant, nobody)).toBe("signer-unknown");
    const begun = await signStatement(alice, start({ type: "backup-key" }, next), { network, signer: backup });
    const bySession = await signStatement(alice, veto(begun, alice.session), { network, signer: alice.signer });
    expect([outcome(begun, nobody), outcome(bySession, nobody)]).toEqual(["signer-unknown", "signer-unknown"]);
    const elsewhere = createTestNetwork([], undefined, "elsewhere");
    expect(outcome(alice.grant, { ...known, network: elsewhere.id })).toBe("wrong-network");
  });
});
