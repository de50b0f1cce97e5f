/**
 * What a long past costs a wallet: until a fresh one is usable, and for one more payment. The references are the same on
 * a short past.
 */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { orThrow } from "@amigos/core";
import { openWallet, Replica, type Link, type Store, type Wallet } from "@amigos/engine";
import { balanceOf } from "@amigos/reconcile";
import type { BenchCase, Measure } from "../../../scripts/bench/bench-case.ts";
import { pair } from "../test/devices.ts";
import { createLongLedger, freshStore, hubOf, type Holder, type LongLedger } from "./support/long-ledger.ts";

/** In one measurement: a wallet holds at most 256 undecided ones, and every round of a bench signs anew. */
const PAYMENTS = 10;

const cases: readonly BenchCase[] = [
  {
    id: "engine.fresh-wallet",
    what: "a fresh wallet opens on an account with 100,000 settled payments, until it shows its balance and may pay; the reference is the same with 100",
    unit: "ms",
    bar: 2,
    prepare: async () => {
      const [long, short] = [await freshOn(100_000), await freshOn(100)];
      return {
        ours: long.measure,
        reference: short.measure,
        close: async () => void (await Promise.all([long.close(), short.close()])),
      };
    },
  },
  {
    id: "engine.pay-after-many",
    what: "pay() until the payee has verified, stored and judged it, where both replayed 100,000 settled payments of the payer's account to the payee's; the reference is the same with 1,000",
    unit: "ms a payment",
    bar: 1.2,
    prepare: async () => {
      const [long, short] = [await payingAfter(100_000), await payingAfter(1_000)];
      return {
        ours: long.measure,
        reference: short.measure,
        close: async () => void (await Promise.all([long.close(), short.close()])),
      };
    },
  },
];

export default cases;

interface Measured {
  readonly measure: Measure;
  readonly close: () => Promise<void>;
}

async function freshOn(payments: number): Promise<Measured> {
  const ledger = await createLongLedger(payments);
  const link = pair("hub", "phone");
  const hub = await hubOf(ledger, link.left);
  return { measure: () => openFresh(ledger, link.right), close: () => hub.close() };
}

async function openFresh(ledger: LongLedger, link: Link): Promise<number> {
  const store = await freshStore();
  const start = performance.now();
  const wallet = await open(ledger, ledger.alice, store, link);
  await wallet.when((view) => (view.session.status === "active" && has(wallet, ledger, view)) || undefined);
  const passedMs = performance.now() - start;
  await wallet.close();
  return passedMs;
}

function has({ account }: Wallet, { state }: LongLedger, { balances, ledger }: Wallet["view"]): boolean {
  const [balance] = balances;
  return (
    ledger.height === state.height &&
    balance !== undefined &&
    balance.available === balanceOf(state, account, balance.asset)
  );
}

async function payingAfter(payments: number): Promise<Measured> {
  const ledger = await createLongLedger(payments);
  const link = pair("alice", "bob");
  const alice = await open(ledger, ledger.alice, await replayed(ledger, ledger.alice), link.left);
  const bob = await open(ledger, ledger.bob, await replayed(ledger, ledger.bob), link.right);
  return {
    measure: () => payAndArrive(alice, bob),
    close: async () => void (await Promise.all([alice.close(), bob.close()])),
  };
}

/** A store on which the whole ledger was replayed. */
async function replayed({ network, records }: LongLedger, { keys, phone }: Holder): Promise<Store> {
  const signer = await keys.signer(phone.keyName);
  if (signer === undefined) throw new RangeError("the phone's key is missing");
  const store = await freshStore();
  const keptOpen: Store = { ...bound(store), close: async () => undefined };
  const replica = await Replica.load({
    network,
    store: keptOpen,
    links: [],
    clock: systemClock,
    random: systemRandom,
    signer,
    account: phone.inception.id,
    session: phone.session,
    isProvisional: false,
  });
  for (const record of records) orThrow(await replica.applyCheckpoint(record));
  await replica.close();
  return store;
}

function bound(store: Store): Store {
  return {
    name: store.name,
    isPersistent: store.isPersistent,
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    write: (batch) => store.write(batch),
    close: () => store.close(),
  };
}

async function payAndArrive(alice: Wallet, bob: Wallet): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < PAYMENTS; count++) {
    const { id } = await alice.pay(bob.account, "0.01 AMI");
    await bob.when((view) => view.payments.find((payment) => payment.id === id && payment.outcome === "accepted"));
  }
  return (performance.now() - start) / PAYMENTS;
}

function open({ network }: LongLedger, { keys, phone }: Holder, store: Store, link: Link): Promise<Wallet> {
  return openWallet({ network, session: phone, store, keys, links: [link], clock: systemClock, random: systemRandom });
}
