/** What whoever runs a hub lets in: which accounts, and how much of one. Real wallets, a real hub, a policy by hand. */
import { afterEach, describe, expect, it } from "vitest";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { decodeBundle, orThrow, type AccountId, type Network } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { openWallet, Replica, type IntakePolicy, type Link, type Store, type Wallet } from "@amigos/engine";
import { refusing } from "@amigos/engine/testing";
import { createWorld, fresh, openStore, pair, settle, until, type Identity } from "./devices.ts";

const opened: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

class Policy implements IntakePolicy {
  readonly welcome = new Set<AccountId>();
  heldPerAccountMax = 1_000;
  /** Entries of any account that may still come. */
  left = 1_000;

  async admits(account: AccountId): Promise<boolean> {
    return this.welcome.has(account);
  }

  spend(entriesByAccount: ReadonlyMap<AccountId, number>): AccountId | undefined {
    for (const [account, entries] of entriesByAccount) if (entries > this.left) return account;
    for (const entries of entriesByAccount.values()) this.left -= entries;
    return undefined;
  }

  giveBack(entriesByAccount: ReadonlyMap<AccountId, number>): void {
    for (const entries of entriesByAccount.values()) this.left += entries;
  }
}

async function openHub(
  network: Network,
  policy: IntakePolicy,
  links: readonly Link[] = [],
  disk = (store: Store): Store => store,
): Promise<Replica> {
  const hub = await Replica.open({
    network,
    store: disk(await openStore(fresh("hub"))),
    links,
    clock: systemClock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
    policy,
  });
  opened.push(hub);
  return hub;
}

/** With the refusals that it was told. */
async function openPhone(
  { grant, keys, name }: Identity,
  network: Network,
  links: readonly Link[],
): Promise<{ readonly wallet: Wallet; readonly told: readonly string[] }> {
  const told: string[] = [];
  const wallet = await openWallet({
    network,
    session: grant,
    store: await openStore(fresh(name)),
    keys,
    links,
    clock: systemClock,
    random: systemRandom,
    onEvent: (event) => event.type === "refused" && told.push(event.code),
  });
  opened.push(wallet);
  return { wallet, told };
}

describe("admission", () => {
  it("[ADM1] shows a device out whose account is not admitted, keeps nothing of it, and takes it when it is", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const { inception } = people.alice.grant;
    const policy = new Policy();
    // Who is shown out comes again at once: with pauses, so that others have a turn.
    const line = createMemoryLinkPair({ schedule: setImmediate });
    const hub = await openHub(network, policy, [line.right]);
    const { wallet, told } = await openPhone(people.alice, network, [line.left]);
    await until("alice is told", () => told.includes("there: account-not-admitted"));
    expect([hub.peers.length, hub.directory.inception(inception.id), hub.unregistered().inceptions]).toEqual([
      0,
      undefined,
      [],
    ]);

    line.unplug();
    policy.welcome.add(inception.id);
    line.plug();
    await until("alice is let in", () => hub.peers.length === 1);
    await settle(hub);
    await wallet.pay(people.bob.grant.inception.id, "1.00 AMI");
    await until("her payment is there", () => hub.undecided.size === 1);

    line.unplug();
    policy.welcome.clear();
    line.plug();
    await until("she stays let in", () => hub.peers.length === 1);
  });

  it("[ADM1] refuses a bundle of such an account, whoever brings it, until it is admitted", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const policy = new Policy();
    const hub = await openHub(network, policy);
    const { wallet } = await openPhone(people.alice, network, []);
    const payment = await wallet.pay(people.bob.grant.inception.id, "1.00 AMI");
    const bundle = orThrow(decodeBundle(wallet.handover(payment.id), network.tag));
    const account = people.alice.grant.inception.id;
    expect(await hub.ingestBundle(bundle, undefined)).toEqual({
      ok: false,
      error: { type: "account-not-admitted", account },
    });
    expect([hub.undecided.size, hub.directory.inception(account)]).toEqual([0, undefined]);
    policy.welcome.add(account);
    expect(await hub.ingestBundle(bundle, undefined)).toMatchObject({ ok: true });
    expect(hub.undecided.size).toBe(1);
  });

  it("[ADM2] [PEER16] counts nothing of what the disk did not take, alone or with others", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const policy = new Policy();
    const bundles: Uint8Array[] = [];
    const sessions: string[] = [];
    let full: readonly string[] = [];
    const hub = await openHub(network, policy, [], (store) =>
      refusing(store, (_writes, batch) => full.some((session) => batch.some(({ key }) => key.includes(session)))),
    );
    for (const [payer, payee] of [
      [people.alice, people.bob],
      [people.bob, people.alice],
    ] as const) {
      const { inception, grant } = payer.grant;
      policy.welcome.add(inception.id);
      await hub.introduce({ inceptions: [inception], control: [grant] });
      const { wallet } = await openPhone(payer, network, []);
      const payment = await wallet.pay(payee.grant.inception.id, "1.00 AMI");
      bundles.push(wallet.handover(payment.id));
      sessions.push(wallet.session);
    }
    const ingest = () => Promise.allSettled(bundles.map((bundle) => hub.ingest(bundle)));
    full = sessions.map((session) => `undecided/${session}`);
    await ingest();
    expect([hub.undecided.size, policy.left]).toEqual([0, 1_000]);
    full = full.slice(1);
    await ingest();
    expect([hub.undecided.size, policy.left], "one of them fits").toEqual([1, 999]);
    full = [];
    await ingest();
    expect([hub.undecided.size, policy.left]).toEqual([2, 998]);
  });

  it("[ADM2] takes of an account what it may have at once, and the rest when it comes again", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const policy = new Policy();
    policy.welcome.add(people.alice.grant.inception.id);
    policy.left = 0;
    const line = pair("alice", "hub");
    const hub = await openHub(network, policy, [line.right]);
    const { wallet, told } = await openPhone(people.alice, network, [line.left]);
    const pay = () => wallet.pay(people.bob.grant.inception.id, "1.00 AMI");
    await until("alice is let in", () => hub.peers.length === 1);
    await pay();
    await until("alice is told to wait", () => told.includes("there: account-too-fast"));
    expect(hub.undecided.size).toBe(0);
    policy.left = 1_000;
    await settle(hub);
    await until("it came again after the checkpoint", () => hub.undecided.size === 1);

    policy.heldPerAccountMax = 1;
    await pay();
    await until("there is no room for another", () => told.includes("there: account-full"));
    expect(hub.undecided.size).toBe(1);
    await settle(hub);
    await until("there is when the first is settled", () => hub.undecided.size === 1 && hub.settled.height === 2);
    await settle(hub);
    await until("both are settled", () => wallet.view.payments.every(({ finality }) => finality === "settled"));
  });
});
