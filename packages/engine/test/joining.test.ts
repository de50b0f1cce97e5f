/**
 * A device is added by hand: it asks with a key of its own, the device that holds the master key approves, and the answer comes
 * back as text (spec [DEV11], [DEV12], [DRQ3]).
 */
import { describe, expect, it } from "vitest";
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
  verifyDeviceRequest,
  type EntryId,
  type OrderedControlEntry,
  type Network,
} from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { proveAccount } from "@amigos/reconcile";
import { fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { TERMS, HOUR_MS, SKEW_MS, blank, ask, open, ahead, aliceAndBob, refusalOf } from "./joining.ts";

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
    expect(await refusalOf(() => account.approveDevice(killed.text, TERMS))).toBe(
      "device-request-refused: session-ended",
    );
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
