/** A device that is added over whatever link there is, with all that goes wrong on it (spec [DEV12], [PEER14]). */
import { describe, expect, it } from "vitest";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemRandom } from "@amigos/adapters/runtime";
import type { JoiningEvent, KeyVault, Wallet } from "@amigos/engine";
import { fresh, openDevice, openHub, openStore, pair, until } from "./devices.ts";
import { TERMS, HOUR_MS, blank, ask, open, ahead, aliceAndBob, refusalOf, sessionsOf } from "./joining.ts";

describe("a device that is added over a link", () => {
  it("[PEER14] [DEV12] is seen where it may be approved, and takes its answer from there", async () => {
    const { network, alice } = await aliceAndBob();
    const link = pair("phone", "tablet");
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [link.left]);
    const tablet = await blank(network);
    const joining = await ask(tablet, { links: [link.right] });

    const request = await phone.when(({ deviceRequests: [first] }) => first);
    expect(request).toMatchObject({ id: joining.id, device: "tablet", link: "memory phone" });
    const account = await phone.openAccount();
    expect((await account.reviewDevice(request.request)).code).toBe(joining.code);
    const denied = refusalOf(() => joining.offered());
    await account.denyDevice(request.request);
    expect(await denied).toBe("device-answer-refused: device-denied");
    expect(phone.view.deviceRequests).toEqual([]);

    await account.approveDevice(request.request, TERMS);
    await joining.accept(await joining.offered());
    await joining.close();
    const wallet = await open(tablet, [link.right]);
    await until("the two are in touch", () => phone.view.connections.length === 1);
    expect(sessionsOf(phone)).toEqual(sessionsOf(wallet));
    await Promise.all([phone.close(), wallet.close()]);
  });

  it("[PEER14] takes its answer from the hub, when what it asked was scanned from its screen", async () => {
    const { network, alice } = await aliceAndBob();
    const [toPhone, toTablet] = [pair("hub", "phone"), pair("hub", "tablet")];
    const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [toPhone.right]);
    const tablet = await blank(network);
    const joining = await ask(tablet, { links: [toTablet.right] });
    await until("it asks", () => hub.askingDevices.length === 1);
    expect(hub.peers.map(({ party }) => party.role)).toEqual(["wallet"]);

    await (await phone.openAccount()).approveDevice(joining.text, TERMS);
    const offer = await joining.offered();
    await joining.accept(offer);
    await joining.close();
    await until("it is gone", () => hub.askingDevices.length === 0);

    // One that asks again after a restart, too.
    const other = await blank(network);
    const before = await ask(other);
    await (await phone.openAccount()).approveDevice(before.text, TERMS);
    await phone.sync();
    const late = await ask(other, { links: [toTablet.right] });
    expect((await late.offered()).account).toBe(alice.account.id);
    await late.close();
    await Promise.all([phone.close(), hub.close(), tablet.store.close(), other.store.close()]);
  });

  it("[PEER14] has access to nothing, and is told when its request is of no use", async () => {
    const { network, alice } = await aliceAndBob();
    // Whoever is shown the door dials again, at once over this link: not so often that nothing else runs.
    const toTablet = createMemoryLinkPair({ schedule: (deliver) => void setImmediate(deliver) });
    const toPhone = pair("hub", "phone");
    const hub = await openHub(network, fresh("hub"), [toPhone.left, toTablet.left]);
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [toPhone.right]);
    const account = await phone.openAccount();
    const told: string[] = [];
    const links = [toTablet.right];
    const onEvent = (event: JoiningEvent): void => void (event.type === "refused" && told.push(event.code));

    const stale = await ask(await blank(network), { clock: ahead(-2 * HOUR_MS), links, onEvent });
    await until("it is told", () => told.includes("request-expired"));
    await stale.close();
    const ended = await blank(network);
    const joining = await ask(ended);
    const { session } = await account.approveDevice(joining.text, TERMS);
    await account.revoke(session);
    await phone.sync();
    const late = await ask(ended, { links, onEvent });
    await until("it is told", () => told.includes("session-ended"));
    await late.close();
    expect(await refusalOf(() => late.offered())).toBe("joining-closed");
    expect(hub.peers).toHaveLength(1);
    await Promise.all([phone.close(), hub.close()]);
  });

  it("[DEV12] whose vault or random source fails says so, closes that connection, and goes on asking", async () => {
    const { network, alice } = await aliceAndBob();
    const link = pair("phone", "tablet");
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [link.left]);
    const tablet = await blank(network);
    let failing: "vault" | "random" | "nothing" = "vault";
    const failWhen = (part: typeof failing): void => {
      if (failing === part) throw new Error(`the ${part} fails`);
    };
    const keys: KeyVault = {
      create: (name) => tablet.keys.create(name),
      signer: async (name) => {
        const signer = await tablet.keys.signer(name);
        return signer && { ...signer, sign: async (message) => (failWhen("vault"), signer.sign(message)) };
      },
    };
    // What it needs to begin it has by now.
    await ask(tablet);
    const joining = await ask(
      { ...tablet, keys },
      {
        random: { bytes: (length) => (failWhen("random"), systemRandom.bytes(length)) },
        links: [link.right],
        onEvent: ({ type }) => {
          if (type === "handshake-failed" && failing === "vault") failing = "random";
          if (type === "connection-failed") failing = "nothing";
        },
      },
    );
    await until("it asks", () => phone.view.deviceRequests.length === 1);
    await joining.close();
    await Promise.all([phone.close(), tablet.store.close()]);
  });

  it("[DEV12] shows the offers of accounts in turn, and what its owner has declined no more", async () => {
    const { network, alice, bob, account } = await aliceAndBob();
    const [toBob, toAlice] = [pair("bob", "tablet"), pair("alice", "tablet")];
    const bobs = await openDevice(bob, network, await openStore(fresh("bob")), [toBob.left]);
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [toAlice.left]);
    const tablet = await blank(network);
    const joining = await ask(tablet, { links: [toBob.right, toAlice.right] });
    const asked = (wallet: Wallet): unknown => wallet.view.deviceRequests[0];
    await until("it asks both", () => asked(bobs) !== undefined && asked(phone) !== undefined);
    const bobsAccount = await bobs.openAccount();
    await bobsAccount.approveDevice(joining.text, TERMS);
    const first = await joining.offered();
    await (await phone.openAccount()).approveDevice(joining.text, TERMS);
    expect([first.account, (await joining.offered()).account]).toEqual([bob.account.id, bob.account.id]);

    joining.decline(first);
    const second = await joining.offered();
    expect(second.account).toBe(account.id);
    // He offers again, and she after him, as soon as they meet anew.
    toBob.unplug();
    toBob.plug();
    joining.decline({ account: account.id });
    toAlice.unplug();
    toAlice.plug();
    const none = refusalOf(() => joining.offered());
    await bobsAccount.approveDevice(joining.text, TERMS);
    await until("they have answered", () => asked(bobs) === undefined && asked(phone) === undefined);
    expect(joining.read((await bobsAccount.approveDevice(joining.text, TERMS)).answer).account, "by hand").toBe(
      bob.account.id,
    );
    await joining.accept(second);
    await joining.close();
    expect(await none).toBe("joining-closed");
    await Promise.all([bobs.close(), phone.close(), tablet.store.close()]);
  });

  /** A pair that loses the connection with its `n`-th message, once, and is there again after. */
  function breaking(
    names: readonly [string, string],
    n: number,
  ): { readonly link: MemoryLinkPair; readonly sent: () => number } {
    let sent = 0;
    const link = createMemoryLinkPair({
      names,
      schedule: (deliver) => {
        const isLost = sent++ === n;
        queueMicrotask(() => {
          if (!isLost) return deliver();
          link.unplug();
          queueMicrotask(() => link.plug());
        });
      },
    });
    return { link, sent: () => sent };
  }

  it("[DEV12] [PEER14] with each message of it lost in turn: is added, once, however often it has to dial", async () => {
    const { network, alice } = await aliceAndBob();
    let lost = 0;
    // Bounded, so that a defect ends it.
    for (let isOver = false; !isOver && lost < 30; lost++) {
      const { link, sent } = breaking(["phone", "tablet"], lost);
      const phone = await openDevice(alice, network, await openStore(fresh("phone")), [link.left]);
      const tablet = await blank(network);
      const joining = await ask(tablet, { links: [link.right] });
      const { request } = await until("it asks", () => phone.view.deviceRequests[0]);
      await (await phone.openAccount()).approveDevice(request, TERMS);
      await joining.accept(await joining.offered());
      isOver = sent() <= lost;
      await joining.close();
      const wallet = await open(tablet);
      expect(sessionsOf(phone)).toEqual(["alice's phone unregistered", "tablet unregistered"]);
      expect(sessionsOf(wallet)).toEqual(sessionsOf(phone));
      await Promise.all([phone.close(), wallet.close()]);
    }
    expect(lost, "openings, the answer to one, hellos, and the device answer").toBeGreaterThanOrEqual(6);
    expect(lost).toBeLessThan(30);
  });
});
