import { expect, it } from "vitest";
import { ami, createPerson, createTestNetwork, signOperation, signPayment } from "../testing/index.ts";
import { isOrdered, signControlEntry, type RecoveryStatement } from "../account/control-entry.ts";
import { isFloat } from "./float.ts";
import { isPayment } from "./payment.ts";

const network = createTestNetwork(["alice"]);
const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];

it("[ENT5] entries are told apart by what they do", async () => {
  const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  const float = await signOperation(alice, { type: "float", ...ami(1) }, { network });
  const release = await signOperation(alice, { type: "release", ...ami(1) }, { network });
  expect([payment, float, release].map(isPayment)).toEqual([true, false, false]);
  expect([payment, float, release].map(isFloat)).toEqual([false, true, true]);
});

it("[CTL1] control entries have a place, and statements about a recovery have none", async () => {
  const operation = { type: "recovery-veto", start: "ab".repeat(32) as never } as const;
  const statement = await signControlEntry<RecoveryStatement>(
    { version: 1, network: network.id, account: alice.account, operation },
    alice.master,
  );
  expect([isOrdered(alice.grant), isOrdered(statement)]).toEqual([true, false]);
});
