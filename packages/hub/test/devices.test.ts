/** One person's two devices and a real hub: real sockets, SQLite on both sides, keys in files. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { formatMoney, type AccountId } from "@amigos/core";
import {
  createAccount,
  openWallet,
  SEND_LIMIT_DAILY,
  type KeyVault,
  type SessionGrant,
  type SessionOptions,
  type Wallet,
} from "@amigos/engine";
import { createHub, type Hub } from "@amigos/hub";
import { temporaryFolders } from "./folders.ts";
import { askFaucet } from "./story/hub-client.ts";
import { createSwitchLink, type SwitchLink } from "./story/switch-link.ts";

const SLOW_MACHINE_MS = 60_000;
const RETRY = { retryMs: 50, retryMsMax: 200 } as const;
const BOB = "0b".repeat(32) as AccountId;
const TERMS = { permissions: [SEND_LIMIT_DAILY("50.00 AMI")], expiry: { days: 30 } } as const;
const TABLET: SessionOptions = { ...TERMS, device: "tablet" };

interface Device {
  readonly wallet: Wallet;
  readonly line: SwitchLink;
}

const folders = temporaryFolders();
let folder: string;
let hub: Hub;
let keys: KeyVault;
let phone: Device;
let tablet: Device;

async function start(name: string, grant?: SessionGrant): Promise<Device> {
  const store = await openSqliteStore({ path: join(folder, `${name}.db`) });
  const url = hub.url.replace("http", "ws");
  const line = createSwitchLink("hub", () => createWebSocketClientLink({ url: `${url}/sync`, ...RETRY }));
  const session =
    grant ??
    (await (
      await createAccount({ network: hub.network, store, keys, clock, random })
    ).createSession({ ...TERMS, device: name }));
  const wallet = await openWallet({ network: hub.network, session, store, keys, links: [line], clock, random });
  await line.turnOn();
  return { wallet, line };
}

/** `"phone active"`, `"tablet revoked, settled"` */
function sessionsOf({ wallet: { view } }: Device): readonly string[] {
  return view.sessions.map(({ device, status, end }) =>
    [`${device} ${status}`, end?.finality].filter(Boolean).join(", "),
  );
}

function paymentsOf({ wallet: { view, network } }: Device): readonly string[] {
  return view.payments
    .filter(({ direction }) => direction === "out")
    .map(({ finality, outcome, failure, ...money }) =>
      [formatMoney(money, network.genesis.assets), finality, outcome, failure?.code].filter(Boolean).join(" "),
    );
}

/** Resolves when a device shows something. */
function seen({ wallet }: Device, isSo: (device: Device) => boolean): Promise<unknown> {
  return wallet.when(() => (isSo({ wallet } as Device) ? true : undefined));
}

/** It has followed the ledger to where its session is settled, and its money. */
function mayPayAll({ wallet: { view } }: Device): boolean {
  return view.balances[0]?.available === 100_00n && view.session.status === "active";
}

beforeEach(async () => {
  folder = await folders.make();
  hub = await createHub({ data: join(folder, "hub"), port: 0, settleEveryMs: 50 });
  keys = await openFileKeyVault({ directory: join(folder, "keys") });
  phone = await start("phone");
  tablet = await start("tablet", await (await phone.wallet.openAccount()).createSession(TABLET));
  expect(await askFaucet(hub.url, phone.wallet.account)).toBe(202);
  for (const device of [phone, tablet]) await seen(device, mayPayAll);
}, SLOW_MACHINE_MS);

afterEach(async () => {
  await Promise.all([phone.wallet.close(), tablet.wallet.close()]);
  await hub.stop();
}, SLOW_MACHINE_MS);

describe("a person with two devices", { timeout: SLOW_MACHINE_MS }, () => {
  it("sets money aside, and pays from it offline whatever the other device does", async () => {
    await phone.wallet.setAside("30.00 AMI");
    await seen(phone, ({ wallet: { view } }) => view.balances[0]?.setAsideSettled === 30_00n);
    await seen(tablet, ({ wallet: { view } }) => view.balances[0]?.available === 70_00n);
    await Promise.all([phone.line.turnOff(), tablet.line.turnOff()]);

    await phone.wallet.pay(BOB, "25.00 AMI");
    await tablet.wallet.pay(BOB, "50.00 AMI");
    await tablet.wallet.setAside("20.00 AMI");
    const refusal = await tablet.wallet.setAside("0.01 AMI").catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      detail: { type: "float-refused", failure: { code: "insufficient-funds", left: 0n } },
    });
    await Promise.all([phone.line.turnOn(), tablet.line.turnOn()]);
    await seen(
      phone,
      () => paymentsOf(phone).toSorted().join() === "25.00 AMI settled accepted,50.00 AMI settled accepted",
    );
    await seen(phone, ({ wallet: { view } }) => view.balances[0]?.reserved === 20_00n);
    expect(phone.wallet.view.balances[0]).toMatchObject({ available: 5_00n, setAside: 5_00n, setAsideSettled: 5_00n });
  });

  it("[REV1] revokes the lost one offline, and what a thief pays with it is rejected, there too", async () => {
    await phone.line.turnOff();
    await tablet.line.turnOff();
    await (await phone.wallet.openAccount()).revoke(tablet.wallet.session);
    expect(sessionsOf(phone)).toEqual(["phone active", "tablet revoked, signed"]);
    await tablet.wallet.pay(BOB, "5.00 AMI");

    await phone.line.turnOn();
    await seen(phone, () => sessionsOf(phone)[1] === "tablet revoked, settled");
    await tablet.line.turnOn();

    await seen(tablet, () => sessionsOf(tablet)[1] === "tablet revoked, settled");
    await seen(tablet, () => paymentsOf(tablet)[0] === "5.00 AMI settled rejected session-revoked");
    expect(tablet.wallet.view.session.status).toBe("revoked");
    await seen(phone, ({ wallet: { view } }) => view.balances[0]?.available === 100_00n);
  });

  it("[KIL1] pulls the kill switch offline, syncs, and goes on with a new session", async () => {
    await phone.line.turnOff();
    const account = await phone.wallet.openAccount();
    await account.killSwitch();
    const grant = await account.createSession({ ...TERMS, device: "new phone" });
    await phone.wallet.close();
    phone = await start("new phone", grant);

    await seen(
      tablet,
      () => sessionsOf(tablet).join() === "phone killed, settled,tablet killed, settled,new phone active",
    );

    await seen(phone, mayPayAll);
    await phone.wallet.pay(BOB, "1.00 AMI");
    await seen(phone, () => paymentsOf(phone)[0] === "1.00 AMI settled accepted");
    await expect(tablet.wallet.pay(BOB, "1.00 AMI")).rejects.toMatchObject({
      detail: { type: "payment-refused", failure: { code: "session-killed" } },
    });
  });
});
