/** What a payer has to show: bytes of a carried payment after a day offline, on a ledger of some size. */
import {
  checkpointTag,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  timeMs,
  type VerifiedEntry,
  type VerifiedPayment,
} from "@amigos/core";
import { ami, createPerson, createTestNetwork, namedSigner, signPayment, START } from "@amigos/core/testing";
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import {
  carryPayment,
  createGenesisState,
  NO_HISTORY,
  proveAccount,
  reconcile,
  sealCheckpoint,
  verifyCarriedPayment,
} from "../src/index.ts";
import { withStrangers } from "../test/support/strangers.ts";

const ACCOUNTS = 10_000;
const HOUR_MS = 3_600_000;

const cases: readonly BenchCase[] = [
  {
    id: "reconcile.carried-payment-bytes",
    what: "the bytes of a payment with 10 unsettled ones before it, over 10,000 accounts; the reference is 4 KiB",
    unit: "bytes",
    bar: 1,
    rounds: 1,
    prepare: async () => {
      const bytes = await carryAfter(10);
      return { ours: () => bytes.length, reference: fixed(4096) };
    },
  },
];

export default cases;

/** Alice on a phone with limits of every kind, an hour between two payments, every one to somebody else. */
async function carryAfter(predecessors: number): Promise<Uint8Array> {
  const network = createTestNetwork(["alice"], ami(1000));
  const alice = await createPerson("alice", {
    network,
    permissions: [SEND_LIMIT_DAILY(ami(500)), SEND_LIMIT_TX(ami(100))],
    terms: { offlineLimits: [ami(300)] },
  });
  const reconciliation = reconcile({
    state: createGenesisState(network),
    inceptions: [alice.inception],
    control: [alice.grant],
    entries: [],
    history: NO_HISTORY,
    time: START,
  });
  const previous = createGenesisState(network);
  const { state, checkpoint } = await sealCheckpoint({
    reconciliation: { ...reconciliation, state: withStrangers(reconciliation.state, ACCOUNTS - 1) },
    previous,
    signer: namedSigner("authority"),
  });
  const log: VerifiedEntry[] = [];
  for (let place = 0; place <= predecessors; place += 1) {
    const payee = await createPerson(`payee ${place}`, { network });
    const after = log.at(-1);
    const time = timeMs(START + (place + 1) * HOUR_MS + place * 1237);
    const reference = { height: state.height, tag: checkpointTag(checkpoint.id) };
    const options = { network, to: payee.account, money: ami(5), time, checkpoint: reference };
    log.push(await signPayment(alice, after === undefined ? options : { ...options, after }));
  }
  const payment = log.pop() as VerifiedPayment;
  const bytes = orThrow(carryPayment({ checkpoint, proof: proveAccount(state, alice.account), before: log, payment }));
  const { verdicts } = orThrow(verifyCarriedPayment(bytes, { network, time: timeMs(START + 12 * HOUR_MS) }));
  if (verdicts.some(({ outcome }) => outcome !== "accepted"))
    throw new RangeError("every payment is within the limits");
  return bytes;
}
