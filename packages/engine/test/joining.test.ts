/**
 * A device is added: it asks with a key of its own, the device that holds the master key approves, and the answer comes by
 * hand or over whatever link there is, through whatever interrupts either (spec [DEV11], [DEV12], [PEER14]).
 */
import { describe, expect, it } from "vitest";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  createNetwork,
  decodeDeviceAnswer,
  deviceAnswerToText,
  encodeBundle,
  encodeDeviceAnswer,
  firstControlPrevious,
  generation,
  keyDigest,
  openedSession,
  orThrow,
  READ_ALL,
  sequence,
  signControlEntry,
  timeMs,
  verifyDeviceRequest,
  type EntryId,
  type Network,
  type OrderedControlEntry,
  type SessionId,
} from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { proveAccount } from "@amigos/reconcile";
import {
  joinAccount,
  openWallet,
  SEND_LIMIT_DAILY,
  StoreError,
  WalletError,
  type ApprovalOptions,
  type Clock,
  type JoinAccountOptions,
  type Joining,
  type JoiningEvent,
  type KeyVault,
  type Link,
  type SessionView,
  type Store,
  type Wallet,
} from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { dyingAfter } from "./disks.ts";

const TERMS: ApprovalOptions = { permissions: [SEND_LIMIT_DAILY("20.00 AMI"), READ_ALL], expiry: { days: 30 } };
const LAPTOP = { permissions: [SEND_LIMIT_DAILY("20.00 AMI")], expiry: { days: 30 } };
const HOUR_MS = 3_600_000;
const SKEW_MS = 300_000;

/** A device with a store and a vault of its own. */
interface Blank {
  readonly network: Network;
  readonly keys: KeyVault;
  readonly store: Store;
}

async function blank(network: Network): Promise<Blank> {
  return { network, keys: createMemoryKeyVault(), store: await openStore(fresh("tablet")) };
}

const runtime = { clock: systemClock, random: systemRandom };

function ask(device: Blank, more: Partial<JoinAccountOptions> = {}): Promise<Joining> {
  return joinAccount({ ...device, ...runtime, device: "tablet", ...more });
}

function open(device: Blank, links: readonly Link[] = []): Promise<Wallet> {
  return openWallet({ ...device, ...runtime, links });
}

/** A clock that is `aheadMs` ahead. */
function ahead(aheadMs: number): Clock {
  return { ...systemClock, now: () => timeMs(systemClock.now() + aheadMs) };
}

/** alice, who holds her master key, and bob. */
async function aliceAndBob() {
  const { network, people } = await createWorld(["alice", "bob"]);
  const { alice, bob } = people;
  return { network, alice, bob, account: alice.account, bobs: bob.grant.inception.id };
}

/** `"device-request-refused: request-expired"`. */
async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    if (!(error instanceof WalletError)) throw error;
    const { detail } = error;
    return "error" in detail ? `${detail.type}: ${detail.error.type}` : detail.type;
  }
}

/** The sessions that a wallet's account has opened: `"tablet unregistered"`. */
function sessionsOf({ view }: Wallet): readonly string[] {
  return view.sessions.map(({ device, status }) => `${device} ${status}`);
}

describe("a device that is added by hand", () => {
  it("[DEV11] [DEV12] shows the code that its owner sees where it is approved, and pays with a key that nobody else has", async () => {
    const { network, alice, account, bobs } = await aliceAndBob();
    const tablet = await blank(network);
    const joining = await ask(tablet, { permissions: [READ_ALL] });

    const review = await account.reviewDevice(joining.text);
    expect(review).toMatchObject({ device: "tablet", code: joining.code, permissions: [READ_ALL] });
    const { answer, session, terms } = await account.approveDevice(joining.text, {
      ...TERMS,
      offlineLimits: ["10.00 AMI"],
      recipients: [bobs],
    });
    const offer = joining.read(deviceAnswerToText(answer));
    expect(offer).toMatchObject({ account: account.id, device: "tablet" });
    expect(offer.terms.map(({ key }) => key)).toEqual([
      "may-send-per-day",
      "may-view",
      "at-most-unsettled",
      "only-to",
      "until",
    ]);
    const { keyName } = await joining.accept(offer);
    expect((await tablet.keys.signer(keyName))?.publicKey).toBe(terms.sessionKey);
    expect(await alice.keys.signer(keyName)).toBeUndefined();
    await joining.close();

    const toHub = pair("hub", "tablet");
    const hub = await openHub(network, fresh("hub"), [toHub.left]);
    const wallet = await open(tablet, [toHub.right]);
    expect(wallet.session).toBe(session);
    await wallet.pay(bobs, "10.00 AMI");
    expect(await refusalOf(() => wallet.pay(bobs, "1.00 AMI"))).toBe("payment-refused");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("it is settled", () => wallet.view.ledger.height === 1);
    expect([wallet.view.session.status, ...paymentsOf(wallet)]).toEqual(["active", "out 10.00 AMI settled accepted"]);
    await Promise.all([wallet.close(), hub.close()]);
  });

  it("[DEV11] is denied: nothing is signed, and it may still be approved", async () => {
    const { network, account } = await aliceAndBob();
    const tablet = await blank(network);
    const joining = await ask(tablet);

    const denial = await account.denyDevice(joining.request);
    expect(await refusalOf(() => joining.read(denial))).toBe("device-answer-refused: device-denied");
    const { answer, session } = await account.approveDevice(joining.request, TERMS);
    expect(joining.read(answer).grant.session).toBe(session);
    expect(joining.read(answer).grant.grant.entry.sequence, "no place was taken by the denial").toBe(1);
    await tablet.store.close();
  });

  it("[DEV11] is approved once: again, on other terms and after a restart, the answer is the same session", async () => {
    const { network, alice, account } = await aliceAndBob();
    const tablet = await blank(network);
    const joining = await ask(tablet);
    const once = await account.approveDevice(joining.text, TERMS);
    const again = await account.approveDevice(joining.text, { ...TERMS, permissions: [], device: "other" });
    expect([again.session, again.terms]).toEqual([once.session, once.terms]);
    expect(again.answer).toEqual(once.answer);

    const phone = await openDevice({ ...alice, grant: alice.grant }, network, await openStore(fresh("phone")), []);
    await phone.receive(bundleOf(once.answer, network));
    const later = await (await phone.openAccount()).approveDevice(joining.text, TERMS);
    expect(later.session).toBe(once.session);
    await Promise.all([phone.close(), tablet.store.close()]);
  });

  it("[DEV11] requests that are damaged, of another network, too old, too early, or for another account, are refused by name", async () => {
    const { network, alice, bob, account } = await aliceAndBob();
    const elsewhere = createNetwork({ ...network.genesis, name: "elsewhere" });
    const [tablet, foreign, named] = [await blank(network), await blank(elsewhere), await blank(network)];
    const joining = await ask(tablet);
    const atBobs = await ask(named, { account: bob.account.id });
    const late = await ask(await blank(network), { clock: ahead(-2 * HOUR_MS) });
    const early = await ask(await blank(network), { clock: ahead(HOUR_MS) });
    const nearly = await ask(await blank(network), { clock: ahead(SKEW_MS - 60_000) });

    const flipped = joining.request.map((byte, index) => (index === joining.request.length - 1 ? byte ^ 1 : byte));
    const cases: readonly (readonly [request: Uint8Array | string, refusal: string])[] = [
      ["hello", "not-a-device-request"],
      [deviceAnswerToText(new Uint8Array(4)), "not-a-device-request"],
      [joining.text.slice(0, -20), "malformed"],
      [flipped, "signature-invalid"],
      [(await ask(foreign)).text, "wrong-network"],
      [late.text, "request-expired"],
      [early.text, "request-from-future"],
      [atBobs.text, "request-of-another-account"],
    ];
    for (const [request, refusal] of cases) {
      expect(await refusalOf(() => account.reviewDevice(request))).toBe(`device-request-refused: ${refusal}`);
      expect(await refusalOf(() => account.approveDevice(request, TERMS))).toBe(`device-request-refused: ${refusal}`);
      expect(await refusalOf(() => account.denyDevice(request))).toBe(`device-request-refused: ${refusal}`);
    }
    expect((await account.reviewDevice(nearly.text)).device, "clocks differ a little").toBe("tablet");
    expect(await refusalOf(() => account.approveDevice(joining.text, { ...TERMS, recipients: [] }))).toBe(
      "terms-invalid",
    );
    expect((await alice.account.approveDevice(joining.text, TERMS)).terms.device).toBe("tablet");
  });

  it("[DEV12] answers that are damaged, to another request, of another account, or that let nobody in, are refused by name", async () => {
    const { network, account, bob } = await aliceAndBob();
    const elsewhere = createNetwork({ ...network.genesis, name: "elsewhere" });
    const joining = await ask(await blank(network), { account: account.id });
    const other = await ask(await blank(network));
    const { answer } = await account.approveDevice(joining.text, TERMS);
    const others = (await account.approveDevice(other.text, TERMS)).answer;
    const bobs = (await bob.account.approveDevice(other.text, TERMS)).answer;
    const { record, ...rest } = orThrow(decodeDeviceAnswer(answer, network.tag));
    const readdressed = (bytes: Uint8Array): Uint8Array =>
      encodeDeviceAnswer({ ...orThrow(decodeDeviceAnswer(bytes, network.tag)), request: joining.id });
    const forged = record?.control.map((bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)));

    const cases: readonly (readonly [answer: Uint8Array | string, refusal: string])[] = [
      ["hello", "not-a-device-answer"],
      [joining.text, "not-a-device-answer"],
      [deviceAnswerToText(answer).slice(0, -20), "malformed"],
      [answer.subarray(1), "malformed"],
      [encodeDeviceAnswer({ ...rest, network: elsewhere.tag }), "wrong-network"],
      [others, "answer-of-another-request"],
      [readdressed(bobs), "answer-of-another-account"],
      [
        encodeDeviceAnswer({ ...rest, record: { inception: record?.inception ?? answer, control: [] } }),
        "session-not-granted",
      ],
      [
        encodeDeviceAnswer({ ...rest, record: { inception: record?.inception ?? answer, control: forged ?? [] } }),
        "signature-invalid",
      ],
      [encodeDeviceAnswer(rest), "device-denied"],
    ];
    for (const [bytes, refusal] of cases)
      expect(await refusalOf(() => joining.read(bytes))).toBe(`device-answer-refused: ${refusal}`);

    const late = await ask(await blank(network), { clock: ahead(-40 * 24 * HOUR_MS) });
    expect(await refusalOf(() => account.approveDevice(late.text, TERMS))).toContain("request-expired");
  });

  it("[DRQ3] [DEV12] who says that he has recovered the account, and nobody else does, answers for nobody", async () => {
    const { network, alice, bob, account } = await aliceAndBob();
    const joining = await ask(await blank(network), { account: account.id });
    const mallory = namedSigner("mallory");
    const { inception } = alice.grant;
    const first = await signControlEntry<OrderedControlEntry>(
      {
        version: 1,
        network: network.id,
        account: account.id,
        sequence: sequence(0),
        previous: firstControlPrevious(account.id),
        operation: {
          type: "recovery-complete",
          masterKey: mallory.publicKey,
          nextKeyDigest: keyDigest(mallory.publicKey),
          start: "11".repeat(32) as EntryId,
        },
      },
      mallory,
    );
    const terms = orThrow(verifyDeviceRequest(joining.request, network.tag)).request;
    const granted = openedSession(alice.grant.grant)?.terms;
    if (granted === undefined) throw new Error("alice's grant opens a session");
    const second = await signControlEntry<OrderedControlEntry>(
      {
        version: 1,
        network: network.id,
        account: account.id,
        sequence: sequence(1),
        previous: first.link,
        operation: { type: "grant", ...granted, sessionKey: terms.sessionKey, generation: generation(1) },
      },
      mallory,
    );
    const record = { inception: inception.bytes, control: [first.bytes, second.bytes] };
    const forged = { version: 1, network: network.tag, request: joining.id, record } as const;

    // A hub that knows nothing of it, and its checkpoint with the row of alice, and of bob.
    const hub = await openHub(network, fresh("hub"), []);
    await hub.introduce({ inceptions: [inception], control: [alice.grant.grant] });
    await settle(hub);
    const checkpoint = await hub.archive.signedCheckpoint(hub.settled.height);
    if (checkpoint === undefined) throw new Error("the hub has signed one");
    const standings = [
      undefined,
      { checkpoint, proof: proveAccount(hub.settled, account.id) },
      { checkpoint, proof: proveAccount(hub.settled, bob.account.id) },
      { checkpoint: checkpoint.subarray(1), proof: proveAccount(hub.settled, account.id) },
    ];
    for (const standing of standings) {
      const answer = encodeDeviceAnswer({ ...forged, ...(standing === undefined ? {} : { standing }) });
      expect(await refusalOf(() => joining.read(answer))).toBe("device-answer-refused: recovery-unproven");
    }
    expect(joining.read((await account.approveDevice(joining.text, TERMS)).answer).account).toBe(account.id);
    await hub.close();
  });

  it("[DEV11] [DEV12] a session that was ended before it was taken lets nobody in, and its request gets no other", async () => {
    const { network, account } = await aliceAndBob();
    const joining = await ask(await blank(network));
    const { session, answer } = await account.approveDevice(joining.text, TERMS);
    await account.revoke(session);
    expect(await refusalOf(() => account.approveDevice(joining.text, TERMS))).toBe(
      "device-request-refused: session-ended",
    );
    // What was answered before says nothing of it yet; whoever is told more knows better.
    expect(joining.read(answer).grant.session).toBe(session);
    const killed = await ask(await blank(network));
    const { answer: granted } = await account.approveDevice(killed.text, TERMS);
    await account.killSwitch();
    const next = await ask(await blank(network));
    const { answer: newest } = await account.approveDevice(next.text, TERMS);
    const { record } = orThrow(decodeDeviceAnswer(newest, network.tag));
    const withIts = orThrow(decodeDeviceAnswer(granted, network.tag));
    expect(record).toBeDefined();
    for (const [device, request] of [
      [joining, joining.id],
      [killed, killed.id],
    ] as const) {
      const told = encodeDeviceAnswer({ ...withIts, request, ...(record === undefined ? {} : { record }) });
      expect(await refusalOf(() => device.read(told))).toBe("device-answer-refused: session-ended");
    }
    expect(next.read(newest).grant.grant.entry.operation).toMatchObject({ generation: 1 });
  });

  it("[DEV12] whose session is over by its clock does not take it", async () => {
    const { network, account } = await aliceAndBob();
    const tablet = await blank(network);
    const { text } = await ask(tablet, { validMs: 24 * HOUR_MS });
    const { answer } = await account.approveDevice(text, { ...TERMS, expiry: { days: 0.5 } });
    const later = await ask(tablet, { clock: ahead(13 * HOUR_MS) });
    expect(await refusalOf(() => later.read(answer))).toBe("device-answer-refused: session-expired");
  });
});

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

/** What an answer vouches with, as it travels otherwise. */
function bundleOf(answer: Uint8Array, network: Network): Uint8Array {
  const { record } = orThrow(decodeDeviceAnswer(answer, network.tag));
  return encodeBundle({
    version: 1,
    network: network.tag,
    accounts: record === undefined ? [] : [record],
    entries: [],
  });
}

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

describe("a session that takes the place of another", () => {
  it("[DEV11] [DEV12] counts what that one signed, and ends it", async () => {
    const { network, alice, account, bobs } = await aliceAndBob();
    const toHub = pair("hub", "phone");
    const hub = await openHub(network, fresh("hub"), [toHub.left]);
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), []);
    await phone.pay(bobs, "5.00 AMI");
    await phone.pay(bobs, "6.00 AMI");
    const replaces = phone.endOfLog();
    expect(replaces).toEqual({ account: account.id, session: phone.session, lastHonoured: 1 });
    const unsettled = phone.handover(phone.view.payments[0]?.id as never);
    await phone.close();

    const renewed: Blank = { network, keys: alice.keys, store: await openStore(fresh("phone")) };
    const joining = await ask(renewed, { device: "alice's phone", replaces });
    expect(await account.reviewDevice(joining.text)).toMatchObject({ replaces: phone.session, lastHonoured: 1 });
    const { answer } = await account.approveDevice(joining.text, { ...TERMS, replaces: phone.session });
    await joining.accept(joining.read(answer));
    const wallet = await open(renewed, [toHub.right]);
    await wallet.receive(unsettled);
    await wallet.pay(bobs, "7.00 AMI");
    await until("the hub has all", () => hub.undecided.size === 3);
    await settle(hub);
    await until("it is settled", () => wallet.view.ledger.height === 1);
    expect(sessionsOf(wallet)).toEqual(["alice's phone revoked", "alice's phone active"]);
    expect(paymentsOf(wallet)).toEqual([
      "out 7.00 AMI settled accepted",
      "out 6.00 AMI settled accepted",
      "out 5.00 AMI settled accepted",
    ]);
    await Promise.all([wallet.close(), hub.close()]);
  });

  it("[DEV11] ends no session that whoever approves has not named, and leaves none that can pay without end", async () => {
    const { network, alice, account } = await aliceAndBob();
    const { session } = alice.grant;
    const asking = async (lastHonoured: number): Promise<Joining> =>
      ask(await blank(network), { replaces: { account: account.id, session, lastHonoured: sequence(lastHonoured) } });

    const [honest, greedy] = [await asking(255), await asking(Number.MAX_SAFE_INTEGER)];
    expect(await refusalOf(() => account.approveDevice(honest.text, TERMS))).toBe(
      "device-request-refused: replaced-not-named",
    );
    for (const claiming of [greedy, await asking(256)])
      expect(await refusalOf(() => account.approveDevice(claiming.text, { ...TERMS, replaces: session }))).toBe(
        "device-request-refused: last-honoured-out-of-reach",
      );
    const { answer } = await account.approveDevice(honest.text, { ...TERMS, replaces: session });
    expect(honest.read(answer).grant.grant.entry.sequence, "nothing else was signed").toBe(1);
  });

  it("[DEV11] has not ended while places of it are honoured, and can be ended at once", async () => {
    const { network, alice } = await aliceAndBob();
    const toHub = pair("hub", "phone");
    const hub = await openHub(network, fresh("hub"), [toHub.left]);
    const phone = await openDevice(alice, network, await openStore(fresh("phone")), [toHub.right]);
    const account = await phone.openAccount();
    const { session } = await account.createSession({ device: "laptop", ...LAPTOP });
    const replaces = { account: account.id, session, lastHonoured: sequence(9) };
    const joining = await ask(await blank(network), { replaces });
    await account.approveDevice(joining.text, { ...TERMS, replaces: session });
    await until("the hub has all", () => hub.unregistered().control.length === 3);
    await settle(hub);
    await until("it is settled", () => phone.view.ledger.height === 1);
    expect(sessionsOf(phone)).toEqual(["alice's phone active", "laptop active", "tablet active"]);
    const laptop = (): SessionView | undefined => phone.view.sessions.find(({ id }) => id === session);
    expect(laptop()?.end).toEqual({ revokedFrom: 10, placesLeft: 10, finality: "settled" });

    expect((await account.revoke(session)).type).toBe("revoked");
    expect([laptop()?.status, laptop()?.end?.placesLeft]).toEqual(["revoked", undefined]);
    await Promise.all([phone.close(), hub.close()]);
  });

  it("[DEV11] is one that the account has, and whoever approves may name it", async () => {
    const { network, alice, account } = await aliceAndBob();
    const joining = await ask(await blank(network));
    const none = "00".repeat(32) as SessionId;
    expect(await refusalOf(() => account.approveDevice(joining.text, { ...TERMS, replaces: none }))).toBe(
      "session-unknown",
    );
    const { answer } = await account.approveDevice(joining.text, { ...TERMS, replaces: alice.grant.session });
    const { grant } = joining.read(answer).grant;
    expect(grant.entry.operation).toMatchObject({ type: "upgrade", replaces: alice.grant.session });
    expect(openedSession(grant)?.terms.device).toBe("tablet");
  });
});
