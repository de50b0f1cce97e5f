/**
 * Making an account and signing for it, through whatever interrupts that: no place of a control log is ever signed twice
 * (spec [DEV5]). What the master key signs is watched in the vault itself.
 */
import { describe, expect, it } from "vitest";
import { bytesToHex, decodeControlEntry, orThrow, timeMs, type EntryId, type SessionId } from "@amigos/core";
import { createTestNetwork } from "@amigos/core/testing";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import {
  createAccount,
  createFounder,
  joinAccount,
  masterKeyName,
  READ_ALL,
  restoreAccount,
  SEND_LIMIT_DAILY,
  StoreError,
  WalletError,
  type Account,
  type CreateAccountOptions,
  type KeyVault,
  type SessionOptions,
  type Store,
} from "@amigos/engine";
import { createWorld, fresh, openDevice, openStore } from "./devices.ts";
import { dyingAfter, refusing } from "@amigos/engine/testing";

const network = createTestNetwork();
const PHONE: SessionOptions = { device: "phone", permissions: [SEND_LIMIT_DAILY("5.00 AMI")], expiry: { days: 30 } };
const DAY_MS = 86_400_000;
const TABLET: SessionOptions = { ...PHONE, device: "tablet" };

/** A vault that remembers which ids its master keys signed. */
function watched(keys: KeyVault): { readonly keys: KeyVault; readonly signed: Set<string> } {
  const signed = new Set<string>();
  return {
    signed,
    keys: {
      create: (name) => keys.create(name),
      signer: async (name) => {
        const signer = await keys.signer(name);
        if (signer === undefined || !name.startsWith("master/")) return signer;
        return {
          publicKey: signer.publicKey,
          sign: (message) => {
            signed.add(bytesToHex(message));
            return signer.sign(message);
          },
        };
      },
    },
  };
}

/** What the store holds of control logs: `"revoke#1"`, by id. */
async function controlOn(store: Store): Promise<ReadonlyMap<EntryId, string>> {
  const rows = await store.list("control/");
  return new Map(
    rows.map(({ value }) => {
      const { entry, entryId } = orThrow(decodeControlEntry(value));
      return [entryId, `${entry.operation.type}#${entry.sequence}`];
    }),
  );
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return error instanceof WalletError ? error.detail.type : "none";
}

/** Everything that an account says, one after the other. */
async function say(account: Account): Promise<void> {
  const { session } = await account.createSession(PHONE);
  await account.revoke(session);
  await account.killSwitch();
  await account.createSession({ ...PHONE, device: "new phone" });
}

describe("an account whose device stops after its n-th write", () => {
  // Two writes begin the store and the account, and each of four control entries is reserved and kept.
  for (let writes = 0; writes <= 10; writes++) {
    it(`[DEV5] n = ${writes}: is the same when it is made again, and no place of its log is signed twice`, async () => {
      const { keys, signed } = watched(createMemoryKeyVault());
      const founder = await createFounder({ keys, random });
      const name = fresh("alice");
      const options = { network, keys, clock, random, founder };
      const dying = await openStore(name);
      const end: unknown = await createAccount({ ...options, store: dyingAfter(dying, writes) })
        .then(say)
        .catch((error: unknown) => error);
      expect(end === undefined || end instanceof StoreError).toBe(writes < 10 ? end !== undefined : end === undefined);
      await dying.close();

      const store = await openStore(name);
      const account = await createAccount({ ...options, store });
      await say(account);

      const control = await controlOn(store);
      const said = [...control.values()];
      expect(said.map((line) => line.split("#")[1])).toEqual(said.map((_, place) => String(place)));
      expect([...signed].filter((id) => id !== account.id).toSorted()).toEqual([...control.keys()].toSorted());
      expect(said.at(-1)).toMatch(/^grant/);
      // Two are asked for each time. The one that was reserved is the one that is asked for again, if that comes next.
      expect(said.filter((line) => line.startsWith("grant"))).toHaveLength(writes < 4 ? 2 : writes < 9 ? 3 : 4);
      await store.close();
    });
  }

  it("[DEV5] a session that is asked for again after a full disk is the one that was reserved", async () => {
    const keys = createMemoryKeyVault();
    // Writes 0 and 1 begin, 2 reserves, 3 keeps.
    const store = refusing(await openStore(fresh("alice")), (write) => write === 3);
    const account = await createAccount({ network, keys, clock, random, store });
    await expect(account.createSession(PHONE)).rejects.toMatchObject({ type: "store-full" });

    const { grant, keyName } = await account.createSession(PHONE);
    const other = await account.createSession({ ...PHONE, permissions: [READ_ALL] });

    expect([grant.entry.sequence, other.grant.entry.sequence]).toEqual([0, 1]);
    expect(await keys.signer(keyName)).toMatchObject({ publicKey: (grant.entry.operation as never)["sessionKey"] });
    expect(other.earlier.map(({ id }) => id)).toEqual([grant.id]);
    await store.close();
  });

  for (const writes of [2, 3, Infinity]) {
    it(`[DEV5] n = ${writes}: a session whose key has a name is granted once, however often it is asked for`, async () => {
      const keys = createMemoryKeyVault();
      const store = refusing(await openStore(fresh("alice")), (write) => write === writes);
      const account = await createAccount({ network, keys, clock, random, store });
      const named = { ...PHONE, keyName: "session/phone" };
      const first = await account.createSession(named).catch(() => undefined);

      const second = await account.createSession(named);
      const other = await account.createSession({ ...PHONE, keyName: "session/other" });
      const third = await account.createSession({ ...named, device: "called otherwise" });

      expect(new Set([first?.session ?? second.session, second.session, third.session]).size).toBe(1);
      expect(third).toEqual(second);
      expect([second.keyName, other.keyName]).toEqual(["session/phone", "session/other"]);
      expect([...(await controlOn(store)).values()]).toEqual(["grant#0", "grant#1"]);
      await store.close();
    });
  }

  it("[DEV5] a session that was reserved for a key of no name is not the answer to one that has a name", async () => {
    const keys = createMemoryKeyVault();
    const store = refusing(await openStore(fresh("alice")), (write) => write === 3);
    const account = await createAccount({ network, keys, clock, random, store });
    await expect(account.createSession(PHONE)).rejects.toMatchObject({ type: "store-full" });
    const { keyName, grant } = await account.createSession({ ...PHONE, keyName: "session/phone" });
    expect((await keys.signer(keyName))?.publicKey).toBe((grant.entry.operation as never)["sessionKey"]);
    expect(keyName).toBe("session/phone");
    await store.close();
  });

  it("[DEV5] a session that is asked for twice at once by one name is one", async () => {
    const store = await openStore(fresh("alice"));
    const keys = createMemoryKeyVault();
    const account = await createAccount({ network, keys, clock, random, store });
    const same = await createAccount({ network, keys, clock, random, store });
    const named = { ...PHONE, keyName: "session/phone" };

    const grants = await Promise.all([account, account, same].map((each) => each.createSession(named)));

    expect(new Set(grants.map(({ session }) => session)).size).toBe(1);
    expect([...(await controlOn(store)).values()]).toEqual(["grant#0"]);
    await store.close();
  });

  const ENDS: Readonly<Record<string, (account: Account, session: SessionId) => Promise<unknown>>> = {
    "was killed": (account) => account.killSwitch(),
    "was revoked": (account, session) => account.revoke(session),
    "was revoked and killed": async (account, session) => {
      await account.revoke(session);
      await account.killSwitch();
    },
  };
  for (const [what, end] of Object.entries(ENDS))
    it(`[DEV5] a session of a name ${what}: the next is for another key, and is the answer from then on`, async () => {
      const keys = createMemoryKeyVault();
      const store = await openStore(fresh("alice"));
      const account = await createAccount({ network, keys, clock, random, store });
      const named = { ...PHONE, keyName: "session/phone" };
      const first = await account.createSession(named);
      await end(account, first.session);

      const second = await account.createSession(named);
      const third = await account.createSession(named);
      await end(account, third.session);
      const fourth = await account.createSession(named);

      expect(third).toEqual(second);
      const sessions = [first, second, fourth];
      expect(new Set(sessions.map(({ session }) => session)).size).toBe(3);
      expect(sessions.map(({ keyName }) => keyName)).toEqual(["session/phone", "session/phone#2", "session/phone#3"]);
      for (const { keyName, grant } of sessions)
        expect(grant.entry.operation).toMatchObject({ sessionKey: (await keys.signer(keyName))?.publicKey });
      await store.close();
    });

  it("[DEV5] a session of a name that has expired is not the answer any more", async () => {
    let passedMs = 0;
    const later = { ...clock, now: () => timeMs(clock.now() + passedMs) };
    const store = await openStore(fresh("alice"));
    const account = await createAccount({ network, keys: createMemoryKeyVault(), clock: later, random, store });
    const named = { ...PHONE, keyName: "session/phone" };
    const first = await account.createSession(named);
    passedMs = 31 * DAY_MS;
    const second = await account.createSession(named);
    expect(second.session).not.toBe(first.session);
    expect((await account.createSession(named)).session).toBe(second.session);
    await store.close();
  });

  it("[DEV5] a session that was reserved for the key of another device is not the answer to one for a key of this one", async () => {
    const keys = createMemoryKeyVault();
    const store = refusing(await openStore(fresh("alice")), (write) => write === 3);
    const account = await createAccount({ network, keys, clock, random, store });
    const blank = { network, keys: createMemoryKeyVault(), clock, random, store: await openStore(fresh("phone")) };
    const { device, ...terms } = PHONE;
    const asking = await joinAccount({ ...blank, device });
    await expect(account.approveDevice(asking.text, terms)).rejects.toMatchObject({ type: "store-full" });

    const { keyName, grant } = await account.createSession(PHONE);

    expect(grant.entry.operation).toMatchObject({ sessionKey: (await keys.signer(keyName))?.publicKey });
    await Promise.all([asking.close(), store.close()]);
  });

  it("refuses a name for a session's key that a vault's rows cannot hold", async () => {
    const store = await openStore(fresh("alice"));
    const account = await createAccount({ network, keys: createMemoryKeyVault(), clock, random, store });
    for (const keyName of ["", "two\nlines", "x".repeat(113)])
      await expect(account.createSession({ ...PHONE, keyName })).rejects.toMatchObject({
        detail: { type: "terms-invalid", field: "keyName" },
      });
    expect((await account.createSession({ ...PHONE, keyName: "x".repeat(112) })).keyName).toHaveLength(112);
    await store.close();
  });

  it("[DEV5] a session that is asked for again is not one for another time, nor one that has expired", async () => {
    const keys = createMemoryKeyVault();
    let passedMs = 0;
    const later = { ...clock, now: () => timeMs(clock.now() + passedMs) };
    // Writes 3 and 8 would keep what 2 and 7 reserved; 4 to 6 keep the first after all, and the second.
    const store = refusing(await openStore(fresh("alice")), (write) => write === 3 || write === 8);
    const account = await createAccount({ network, keys, clock: later, random, store });
    const forDays = async (days: number): Promise<number> => {
      const { grant } = await account.createSession({ ...PHONE, expiry: { days } });
      const { operation } = grant.entry;
      return operation.type === "grant" ? Math.round((operation.expiry - later.now()) / DAY_MS) : 0;
    };

    await expect(forDays(1)).rejects.toMatchObject({ type: "store-full" });
    expect(await forDays(365)).toBe(365);
    await expect(forDays(1)).rejects.toMatchObject({ type: "store-full" });
    passedMs = 2 * DAY_MS;
    expect(await forDays(1)).toBe(1);

    expect([...(await controlOn(store)).values()]).toEqual(["grant#0", "grant#1", "grant#2"]);
    await store.close();
  });

  it("[DEV5] a revocation that a full disk interrupted is finished before anything else", async () => {
    const { network: world, people } = await createWorld(["alice"]);
    const store = await openStore(fresh("phone"));
    const once = await openDevice(people.alice, world, store, []);
    await once.close();
    const name = fresh("phone");
    await (await openDevice(people.alice, world, await openStore(name), [])).close();
    const full = refusing(await openStore(name), (write) => write === 1);
    const phone = await openDevice(people.alice, world, full, []);
    const account = await phone.openAccount();
    await expect(account.revoke(phone.session)).rejects.toBeInstanceOf(StoreError);
    expect(phone.view.session.status).toBe("unregistered");

    const { grant } = await account.createSession(PHONE);

    expect(phone.view.session).toMatchObject({ status: "revoked", end: { revokedFrom: 0, finality: "signed" } });
    expect(grant.entry.sequence).toBe(2);
    await phone.close();
  });
});

describe("a store", () => {
  const openOn = (store: Store, more: Partial<CreateAccountOptions> = {}): Promise<Account> =>
    createAccount({ network, keys: createMemoryKeyVault(), clock, random, store, ...more });

  it("holds one account, which is made once", async () => {
    const keys = createMemoryKeyVault();
    const store = await openStore(fresh("alice"));
    const account = await openOn(store, { keys });
    const founder = await createFounder({ keys, random });

    expect((await openOn(store, { keys })).id).toBe(account.id);
    expect(await errorOf(openOn(store, { keys, founder }))).toBe("store-of-another");
    expect(await errorOf(openOn(store))).toBe("master-key-missing");
    await store.close();
  });

  it("[DEV5] on which an account is made twice at once holds one", async () => {
    const keys = createMemoryKeyVault();
    const store = await openStore(fresh("alice"));

    const [once, twice] = await Promise.all([openOn(store, { keys }), openOn(store, { keys })]);

    expect(twice.id).toBe(once.id);
    expect(await store.list("inception/")).toHaveLength(1);
    await store.close();
  });

  it("[DEV5] whose account says two things at once, each where it was made, has a place for each", async () => {
    const keys = createMemoryKeyVault();
    const store = await openStore(fresh("alice"));
    const [one, other] = [await openOn(store, { keys }), await openOn(store, { keys })];

    await Promise.all([one.createSession(PHONE), other.createSession(TABLET)]);

    expect([...(await controlOn(store)).values()]).toEqual(["grant#0", "grant#1"]);
    await store.close();
  });

  // Steps of its opening that a wallet is ahead of what is still said where the account was made.
  for (const lead of [0, 1, 2])
    it(`[DEV5] whose wallet opens while a session is granted, ${lead} steps ahead, signs no place twice`, async () => {
      const keys = createMemoryKeyVault();
      const name = fresh("alice");
      const store = await openStore(name);
      const account = await openOn(store, { keys });
      const grant = await account.createSession(PHONE);

      const opening = openDevice({ name, keys, account, grant }, network, store, []);
      for (let step = 0; step < lead; step++) await Promise.resolve();
      const late = errorOf(account.createSession(TABLET));
      const phone = await opening;
      await (await phone.openAccount()).killSwitch();

      expect(await late).toBe("wallet-opened");
      expect([...(await controlOn(store)).values()]).toEqual(["grant#0", "kill-switch#1"]);
      await phone.close();
    });

  it("[DEV5] on which an account was made opens no wallet of another", async () => {
    const store = await openStore(fresh("alice"));
    const alice = await openOn(store);
    const keys = createMemoryKeyVault();
    const name = fresh("bob");
    const account = await openOn(await openStore(name), { keys });
    const grant = await account.createSession(PHONE);

    expect(await errorOf(openDevice({ name, keys, account, grant }, network, store, []))).toBe("store-of-another");

    expect((await alice.createSession(PHONE)).session).not.toBe(grant.session);
    await store.close();
  });

  it("[DEV5] with what another account reserved signs none of it", async () => {
    const alices = await openStore(fresh("alice"));
    const alice = await openOn(refusing(alices, (write) => write === 3));
    await expect(alice.killSwitch()).rejects.toMatchObject({ type: "store-full" });
    const value = (await alices.get("meta/control-reservation")) ?? new Uint8Array();
    const store = await openStore(fresh("bob"));
    const bob = await openOn(store);
    await store.write([{ type: "put", key: "meta/control-reservation", value }]);

    const { grant } = await bob.createSession(PHONE);

    expect(grant.entry).toMatchObject({ account: bob.id, sequence: 0 });
    expect([...(await controlOn(store)).values()]).toEqual(["grant#0"]);
    await Promise.all([alices.close(), store.close()]);
  });

  it("that has a wallet gives its account through the wallet alone", async () => {
    const keys = createMemoryKeyVault();
    const name = fresh("alice");
    const store = await openStore(name);
    const account = await openOn(store, { keys });
    const grant = await account.createSession(PHONE);
    const phone = await openDevice({ name, keys, account, grant }, network, store, []);

    expect(await errorOf(openOn(store, { keys }))).toBe("wallet-opened");
    expect(await errorOf(account.createSession(PHONE))).toBe("wallet-opened");
    expect(await errorOf(account.revoke(grant.session))).toBe("wallet-opened");

    const same = await phone.openAccount();
    expect(same.id).toBe(account.id);
    expect((await same.createSession(PHONE)).grant.entry.sequence).toBe(1);
    await phone.close();
    expect(await errorOf(phone.openAccount())).toBe("wallet-closed");
    for (const late of [same.createSession(PHONE), same.revoke(grant.session), same.killSwitch()])
      expect(await errorOf(late)).toBe("wallet-closed");
  });

  it("without the master key in the vault has a wallet and no account", async () => {
    const { network: world, people } = await createWorld(["alice"]);
    const { keys, grant } = people.alice;
    const session: KeyVault = {
      create: (name) => keys.create(name),
      signer: async (name) => (name === grant.keyName ? keys.signer(name) : undefined),
    };
    const phone = await openDevice({ ...people.alice, keys: session }, world, await openStore(fresh("phone")), []);
    expect(await errorOf(phone.openAccount())).toBe("master-key-missing");
    await phone.close();
  });
});

describe("an account that is restored", () => {
  /** Alice's account with a phone, her record, and a vault that has her master key and nothing else. */
  async function lost() {
    const keys = createMemoryKeyVault();
    const founder = await createFounder({ keys, random });
    const first = await createAccount({
      network,
      store: await openStore(fresh("phone")),
      keys,
      random,
      clock,
      founder,
    });
    await first.createSession(PHONE);
    const master = await keys.signer(masterKeyName(founder.nonce));
    const spare = createMemoryKeyVault();
    const restored: KeyVault = {
      create: (name) => spare.create(name),
      signer: async (name) => (name === masterKeyName(founder.nonce) ? master : spare.signer(name)),
    };
    return { first, record: await first.record(), restored };
  }

  it("[DEV16] grants the next session from its record, on an empty store", async () => {
    const { first, record, restored } = await lost();
    const store = await openStore(fresh("new phone"));
    const again = await restoreAccount({ network, store, keys: restored, random, clock, record });
    expect(again.id).toBe(first.id);
    const { grant, earlier } = await again.createSession(TABLET);
    expect([...earlier, grant].map(({ entry }) => `${entry.operation.type}#${entry.sequence}`)).toEqual([
      "grant#0",
      "grant#1",
    ]);
    expect((await again.record()).control.length).toBe(2);
  });

  it("[DEV16] goes on where it was, and takes no other account's record on the same store", async () => {
    const { record, restored } = await lost();
    const store = await openStore(fresh("new phone"));
    const options = { network, store, keys: restored, random, clock };
    await restoreAccount({ ...options, record });
    await restoreAccount({ ...options, record });
    const others = (await lost()).record;
    await expect(restoreAccount({ ...options, record: others })).rejects.toMatchObject({
      detail: { type: "store-of-another" },
    });
  });

  it("[DEV16] is refused by a record that is not authentic, and without its key", async () => {
    const { record, restored } = await lost();
    const options = { network, keys: restored, random, clock };
    const damaged = {
      ...record,
      inception: record.inception.map((byte, at) => (at === record.inception.length - 1 ? byte ^ 1 : byte)),
    };
    await expect(
      restoreAccount({ ...options, store: await openStore(fresh("new phone")), record: damaged }),
    ).rejects.toMatchObject({ detail: { type: "record-refused" } });
    await expect(
      restoreAccount({ ...options, store: await openStore(fresh("new phone")), keys: createMemoryKeyVault(), record }),
    ).rejects.toMatchObject({ detail: { type: "master-key-missing" } });
  });
});
