/** Opening and closing: what fails half way leaves nothing running, and what is closed is quiet, however busy it was. */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { openWallet, Replica, StoreError, type Link, type Store } from "@amigos/engine";
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { orThrow } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { shakeHands } from "../src/peer/handshake.ts";
import { describe, expect, it } from "vitest";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";

interface WatchedLink extends Link {
  readonly state: () => string;
}

function watchedLink(start: "works" | "fails", stop: "works" | "fails" = "works"): WatchedLink {
  let state = "idle";
  return {
    name: "watched",
    state: () => state,
    start: async () => {
      if (start === "fails") throw new StoreError("store-failed", "the port is in use");
      state = "running";
    },
    stop: async () => {
      if (state === "running") state = "stopped";
      if (stop === "fails") throw new TypeError("the link does not stop");
    },
  };
}

/** A store whose writes can be held up, and which says when it was written to after its end. */
function slow(store: Store): { readonly store: Store; readonly hold: () => void; readonly release: () => void } {
  let gate: Promise<void> = Promise.resolve();
  let open: () => void = () => undefined;
  return {
    store: {
      name: store.name,
      isPersistent: store.isPersistent,
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      close: () => store.close(),
      write: async (batch) => {
        await gate;
        await store.write(batch);
      },
    },
    hold: () => {
      gate = new Promise((resolve) => (open = resolve));
    },
    release: () => open(),
  };
}

describe("opening", () => {
  it("[DEV4] that fails at the second link stops the first, and leaves the store to its owner", async () => {
    const { network, people } = await createWorld(["alice"]);
    const name = fresh("alice");
    const store = await openStore(name);
    const [first, second] = [watchedLink("works"), watchedLink("fails")];

    await expect(openDevice(people.alice, network, store, [first, second])).rejects.toBeInstanceOf(StoreError);

    expect([first.state(), second.state()]).toEqual(["stopped", "idle"]);
    const again = await openDevice(people.alice, network, store, []);
    await again.close();
    await (await openStore(name)).close();
  });

  it("[DEV4] without the session's key starts nothing", async () => {
    const { network, people } = await createWorld(["alice"]);
    const store = await openStore(fresh("alice"));
    const link = watchedLink("works");
    const opening = openWallet({
      network,
      session: people.alice.grant,
      store,
      keys: createMemoryKeyVault(),
      links: [link],
      clock: systemClock,
      random: systemRandom,
    });
    await expect(opening).rejects.toMatchObject({ detail: { type: "key-missing" } });
    expect(link.state()).toBe("idle");
    await store.close();
  });

  it("[DEV4] nobody is heard before everything is loaded and finished", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [toAlice, name] = [pair("hub", "alice"), fresh("alice")];
    const hub = await openHub(network, fresh("hub"), [toAlice.left]);
    const first = await openDevice(people.alice, network, await openStore(name), [toAlice.right]);
    for (let payments = 0; payments < 3; payments++) {
      await first.pay(people.bob.grant.inception.id, "1.00 AMI");
      await until("the hub has it", () => hub.undecided.size === 1);
      await settle(hub);
    }
    await first.close();
    // A connection that is there in the moment the link starts.
    const again = await openDevice(people.alice, network, await openStore(name), [toAlice.right]);
    await until("alice follows", () => again.view.ledger.height === 3);
    expect(again.view.payments.map(({ settledAt }) => settledAt)).toEqual([3, 2, 1]);
    await Promise.all([again.close(), hub.close()]);
  });
});

describe("closing", () => {
  it("[DEV4] waits for what began, lets nothing begin, and every call waits for the end", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const name = fresh("alice");
    const disk = slow(await openStore(name));
    const alice = await openDevice(people.alice, network, disk.store, []);
    disk.hold();
    const begun = alice.pay(people.bob.grant.inception.id, "1.00 AMI");
    const queued = alice.pay(people.bob.grant.inception.id, "2.00 AMI").catch((error: unknown) => error);
    await Promise.resolve();
    let isClosed = false;
    const closing = alice.close();
    const second = alice.close().then(() => (isClosed = true));
    const late = alice.pay(people.bob.grant.inception.id, "3.00 AMI");
    await expect(late).rejects.toMatchObject({ detail: { type: "wallet-closed" } });
    expect(isClosed).toBe(false);
    disk.release();
    await Promise.all([closing, second]);

    const acknowledged = (await begun).id;
    await queued;
    const again = await openDevice(people.alice, network, await openStore(name), []);
    expect(again.view.payments.map(({ id }) => id)).toContain(acknowledged);
    await again.close();
  });

  it("[DEV4] frees the store also when a link does not stop", async () => {
    const { network, people } = await createWorld(["alice"]);
    const name = fresh("alice");
    const alice = await openDevice(people.alice, network, await openStore(name), [watchedLink("works", "fails")]);
    await expect(alice.close()).rejects.toThrow("the link does not stop");
    await (await openStore(name)).close();
  });

  it("[DEV4] ends a sync that waits for a hub, on this side and on the other", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [toAlice, toBob] = [pair("hub", "alice"), pair("hub", "bob")];
    const disk = slow(await openStore(fresh("hub")));
    const hub = await Replica.open({
      network,
      store: disk.store,
      links: [toAlice.left, toBob.left],
      clock: systemClock,
      random: systemRandom,
      signer: namedSigner("authority"),
      isProvisional: false,
    });
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [toAlice.right]);
    const bob = await openDevice(people.bob, network, await openStore(fresh("bob")), [toBob.right]);
    await until("both are there", () => hub.peers.length === 2);
    disk.hold();
    await alice.pay(bob.account, "1.00 AMI");
    await bob.pay(alice.account, "1.00 AMI");
    const began = Date.now();
    const [ofAlice, ofBob] = [alice.sync(), bob.sync()];

    toAlice.unplug();
    await expect(ofAlice).resolves.toMatchObject({ reachedHub: false });
    const closing = bob.close();
    await expect(ofBob).resolves.toMatchObject({ reachedHub: false });

    expect(Date.now() - began).toBeLessThan(5_000);
    disk.release();
    await Promise.all([closing, alice.close(), hub.close()]);
  });

  it("a listener that throws keeps nobody else from hearing, and the replica in order", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const loud: unknown[] = [];
    const listen = (error: unknown): void => void loud.push(error);
    const before = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", listen);
    try {
      const hub = await openHub(network, fresh("hub"), []);
      hub.subscribe(() => {
        throw new TypeError("a defect of the listener");
      });
      const heard: string[] = [];
      hub.subscribe(({ type }) => heard.push(type));
      await settle(hub);
      await settle(hub);
      expect(hub.settled.height).toBe(2);
      expect(heard.filter((type) => type === "settled").length).toBe(2);
      await until("the defect is loud", () => loud.length >= 2);
      await hub.close();
    } finally {
      process.off("unhandledRejection", listen);
      for (const listener of before) process.on("unhandledRejection", listener);
    }
    expect(people.alice.name).toBe("alice");
  });

  it("a connection whose peer cannot be written down is ended", async () => {
    const { network, people } = await createWorld(["alice"]);
    const store = await openStore(fresh("hub"));
    const { left, right } = createMemoryConnectionPair();
    let isFull = false;
    const hub = await Replica.open({
      network,
      store: {
        name: store.name,
        isPersistent: store.isPersistent,
        get: (key) => store.get(key),
        list: (prefix) => store.list(prefix),
        close: () => store.close(),
        write: (batch) => (isFull ? Promise.reject(new StoreError("store-full", "no space left")) : store.write(batch)),
      },
      links: [{ name: "a wire", start: async (onConnection) => onConnection(left), stop: async () => undefined }],
      clock: systemClock,
      random: systemRandom,
      signer: namedSigner("authority"),
      isProvisional: false,
    });
    isFull = true;
    const { inception, grant, keyName } = people.alice.grant;
    const signer = await people.alice.keys.signer(keyName);
    if (signer === undefined) throw new TypeError("no key");
    const account = { inception: inception.bytes, control: [grant.bytes] };
    const shaken = await shakeHands({
      connection: right,
      network: network.id,
      identity: { signer, account },
      clock: systemClock,
      random: systemRandom,
    });
    let isEnded = false;
    orThrow(shaken).start({ onMessage: () => undefined, onClose: () => (isEnded = true) });
    await until("the end of the connection", () => isEnded);
    expect(hub.peers).toEqual([]);
    await hub.close();
  });
});
