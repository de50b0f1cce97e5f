import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { TestLedger } from "../test/support/ledger.ts";
import { explain, type ExplanationKey } from "./explain.ts";
import { LADDER } from "./rules/index.ts";

/** As an app would have its texts: the compiler asks for one of every key. */
const sentences = {
  accepted: "It is accepted.",
  duplicate: "It is settled already.",
  "account-unknown": "The ledger does not know this account.",
  "session-unknown": "The ledger does not know this device.",
  "session-killed": "The account has stopped all its devices.",
  "session-revoked": "The account has stopped this device.",
  "session-frozen": "This device has signed twice for one place.",
  "history-missing-settled-entry": "What was settled here is not kept.",
  "history-missing-checkpoint": "The checkpoint that it names is not kept.",
  "previous-missing": "The one before is missing.",
  "dependency-missing": "A payment that it builds on is missing.",
  "time-in-future": "It claims a time that has not come.",
  "checkpoint-ahead": "It names a checkpoint that is not known yet.",
  "session-not-yet-valid": "The device was not allowed to pay yet.",
  "session-expired-signed-late": "The device was not allowed to pay any more.",
  "session-expired-settled-late": "It came too late to be settled.",
  "permission-missing": "The device may not do this.",
  "region-not-allowed-not-said": "The device has to say where it is.",
  "region-not-allowed-outside": "The device may not pay there.",
  "recipient-not-allowed": "The device may not pay this account.",
  "time-went-backwards-before-previous": "Its time is before that of the one before.",
  "time-went-backwards-before-checkpoint": "Its time is before that of its checkpoint.",
  "checkpoint-unknown": "The checkpoint that it names does not exist.",
  "checkpoint-went-backwards": "It names an older checkpoint than the one before.",
  "offline-too-long": "The device was offline for too long.",
  "asset-unknown": "There is no such asset.",
  "amount-invalid-zero": "The amount is nothing.",
  "amount-invalid-to-self": "It pays itself.",
  "limit-per-transaction": "It is above the limit of one payment.",
  "limit-per-day": "It is above the limit of the day.",
  "limit-offline": "Too much is unsettled.",
  "float-exceeded": "So much is not set aside.",
  "stake-rules-other-asset": "This asset cannot be staked.",
  "stake-rules-not-staked": "So much is not staked.",
  "stake-rules-too-many-validators": "It stakes behind too many already.",
  "stake-rules-too-many-unbonding": "Too many withdrawals are waiting.",
  "insufficient-funds": "There is not that much.",
  "sequence-taken": "Something else was said in its place.",
  "signer-not-current": "Who signed it may not say this.",
  "generation-mismatch": "The account has moved on.",
  "key-in-use": "Another device has this key.",
  "sessions-full": "The account has too many devices.",
  "recovery-over": "This recovery is over.",
  "recovery-not-allowed-way-not-chosen": "The account has not chosen this way.",
  "recovery-not-allowed-no-guardian": "Who signed it is no guardian.",
  "recovery-pending": "Another recovery is under way.",
  "recovery-unknown": "There is no such recovery.",
  "recovery-waiting": "The recovery has to wait.",
} satisfies Readonly<Record<ExplanationKey, string>>;

describe("explain", () => {
  it("[VER3] gives a key and values: the code, its reason where there is one, and the numbers", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const toSelf = await signPayment(alice, { network, to: alice.account, money: ami(1), after: first });
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500), after: toSelf });
    const { verdicts, control } = ledger.look([first, toSelf, tooMuch]);
    const explained = [first, toSelf, tooMuch].map(({ id }) =>
      verdicts.filter(({ entry }) => entry === id).map(explain),
    );
    expect(explained.flat()).toEqual([
      { key: "accepted", values: {} },
      { key: "amount-invalid-to-self", values: { amount: 100n } },
      { key: "insufficient-funds", values: { asset: "AMI", asked: 50000n, left: 9900n } },
    ]);
    expect(control.map(explain)[0]).toEqual({ key: "accepted", values: {} });
  });

  it("[VER3] has a key for every code of the ladder", () => {
    const keys = Object.keys(sentences);
    const isSaid = (code: string): boolean => keys.some((key) => key === code || key.startsWith(`${code}-`));
    expect(LADDER.map(({ code }) => code).filter((code) => !isSaid(code))).toEqual([]);
  });
});
