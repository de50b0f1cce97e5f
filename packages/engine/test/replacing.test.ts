/** A session that takes the place of another (spec [DEV11], [DEV12]). */
import { describe, expect, it } from "vitest";
import { openedSession, sequence, type SessionId } from "@amigos/core";
import type { Joining, SessionView } from "@amigos/engine";
import { fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { TERMS, LAPTOP, blank, ask, open, aliceAndBob, refusalOf, sessionsOf, type Blank } from "./joining.ts";

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
