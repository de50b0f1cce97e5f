/** A device that asks, or one that approves, is stopped in the middle, and goes on (spec [DEV11], [DEV12]). */
import { describe, expect, it } from "vitest";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { StoreError, type Joining, type Store } from "@amigos/engine";
import { createWorld, fresh, openDevice, openStore } from "./devices.ts";
import { dyingAfter } from "@amigos/engine/testing";
import { TERMS, HOUR_MS, blank, ask, open, ahead, aliceAndBob, refusalOf, sessionsOf } from "./joining.ts";

describe("a device that asks, and stops in the middle", () => {
  for (let writes = 0; writes <= 3; writes++)
    it(`[DEV12] after ${writes} writes: goes on with the same request and key, and one answer is enough`, async () => {
      const { network, account } = await aliceAndBob();
      const keys = createMemoryKeyVault();
      const name = fresh("tablet");
      const dying = await openStore(name);
      const shown: Joining[] = [];
      const end: unknown = await ask({ network, keys, store: dyingAfter(dying, writes) })
        .then(async (joining) => {
          shown.push(joining);
          const { answer } = await account.approveDevice(joining.text, TERMS);
          await joining.accept(joining.read(answer));
        })
        .catch((error: unknown) => error);
      // Two writes claim the store and keep the request, and one takes the offer.
      expect([shown.length, end instanceof StoreError]).toEqual([writes < 2 ? 0 : 1, writes < 3]);
      await dying.close();

      const again = { network, keys, store: await openStore(name) };
      const joining = writes < 3 ? await ask(again) : undefined;
      expect(shown.map(({ text }) => text)).toEqual(shown.map(({ text }) => joining?.text ?? text));
      if (joining !== undefined) {
        const { answer } = await account.approveDevice(joining.text, TERMS);
        await joining.accept(joining.read(answer));
      }
      expect(await refusalOf(() => ask(again))).toBe("wallet-opened");
      const wallet = await open(again);
      expect(sessionsOf(wallet)).toEqual(["alice's phone unregistered", "tablet unregistered"]);
      await wallet.close();
    });

  it("[DEV12] asks anew when its request has expired or it asks for something else, with a key of its own", async () => {
    const { network, account } = await aliceAndBob();
    const tablet = await blank(network);
    const first = await ask(tablet);
    const same = await ask(tablet, { clock: ahead(HOUR_MS - 60_000) });
    const other = await ask(tablet, { device: "laptop" });
    const late = await ask(tablet, { device: "laptop", clock: ahead(2 * HOUR_MS) });
    expect(same.id).toBe(first.id);
    expect(new Set([first.id, other.id, late.id]).size).toBe(3);
    const { answer } = await account.approveDevice(first.text, TERMS);
    expect(await refusalOf(() => late.read(answer))).toBe("device-answer-refused: answer-of-another-request");
    await tablet.store.close();
  });

  it("[DEV12] takes one offer: that of another account comes too late", async () => {
    const { network, account, bob } = await aliceAndBob();
    const tablet = await blank(network);
    const joining = await ask(tablet);
    const alices = joining.read((await account.approveDevice(joining.text, TERMS)).answer);
    const bobs = joining.read((await bob.account.approveDevice(joining.text, TERMS)).answer);
    await joining.accept(alices);
    expect((await joining.accept(alices)).session).toBe(alices.grant.session);
    expect(await refusalOf(() => joining.accept(bobs))).toBe("store-of-another");
    const wallet = await open(tablet);
    expect(wallet.account).toBe(account.id);
    await wallet.close();
  });
});

describe("a device that approves, and stops in the middle", () => {
  for (let writes = 0; writes <= 2; writes++)
    it(`[DEV11] after ${writes} writes: signs one grant for the request, and gives one answer`, async () => {
      const { network, people } = await createWorld(["alice"]);
      const name = fresh("phone");
      const joining = await ask(await blank(network));
      await (await openDevice(people.alice, network, await openStore(name), [])).close();

      let left = Infinity;
      const dying = await openStore(name);
      const phone = await openDevice(
        people.alice,
        network,
        refusingFrom(dying, () => left-- <= 0),
        [],
      );
      const account = await phone.openAccount();
      left = writes;
      const answers: Uint8Array[] = [];
      const end: unknown = await account
        .approveDevice(joining.text, TERMS)
        .then(({ answer }) => void answers.push(answer))
        .catch((error: unknown) => error);
      expect([answers.length, end instanceof StoreError]).toEqual([writes < 2 ? 0 : 1, writes < 2]);
      await phone.close().catch(() => undefined);

      const again = await openDevice(people.alice, network, await openStore(name), []);
      const { answer, session } = await (await again.openAccount()).approveDevice(joining.text, TERMS);
      for (const before of answers) expect(answer).toEqual(before);
      expect(joining.read(answer).grant.session).toBe(session);
      expect(again.view.sessions.map(({ id }) => id).filter((id) => id === session)).toHaveLength(1);
      expect(again.view.sessions).toHaveLength(2);
      await again.close();
    });
});

/** A store that takes nothing while `isFull`. */
function refusingFrom(store: Store, isFull: () => boolean): Store {
  return {
    ...dyingAfter(store, Infinity),
    write: (batch) => (isFull() ? Promise.reject(new StoreError("store-full", "no space left")) : store.write(batch)),
  };
}
