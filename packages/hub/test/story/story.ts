/**
 * The story that Amigos Edge is about, on real parts: a hub process that is really killed, wallets on real disks and real
 * sockets, and a thief with a byte-for-byte copy of a phone. Each chapter checks what it tells and throws `StoryFailed`
 * where it does not hold; the demo prints the timeline, the integration test looks closer after every chapter.
 */
import { join } from "node:path";
import { formatMoney, type AccountId, type Money, type Network } from "@amigos/core";
import { READ_ALL, SEND_LIMIT_DAILY, WalletError, type ConflictSide } from "@amigos/engine";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { askFaucet, fetchCheckpoint, fetchHealth, fetchNetwork, type CheckpointInfo } from "./hub-client.ts";
import { Phone } from "./phone.ts";
import { waitUntil } from "./wait-until.ts";

export type Actor = "alice" | "bob" | "carol" | "mallory" | "hub" | "all";

export interface TimelineLine {
  readonly actor: Actor;
  readonly text: string;
  readonly mood: "plain" | "good" | "bad";
}

export type DeviceName = "alice" | "bob" | "carol" | "mallory";

export interface StoryOptions {
  /** An empty folder for every device's disk. */
  readonly folder: string;
  readonly report: (line: TimelineLine) => void;
  /** In which order the devices meet the hub again. The verdict on a conflict may depend on it, agreement never does. */
  readonly syncOrder?: readonly DeviceName[];
}

/** What one device says in the end. */
export interface DeviceRow {
  readonly device: DeviceName | "hub";
  readonly height: number;
  readonly checkpoint: string;
  readonly stateRoot: string;
  /** By payee; the hub's are in its checkpoint, whose id commits to them. */
  readonly verdicts: { readonly bob: string; readonly carol: string } | undefined;
  readonly aliceSession: string | undefined;
}

class StoryFailed extends Error {
  override readonly name = "StoryFailed";
}

const SYNC_ORDER: readonly DeviceName[] = ["bob", "carol", "mallory", "alice"];
const SETTLE_EVERY_MS = 200;
/** So close to midnight, the day's limit could renew in the middle of the story. */
const MIDNIGHT_MARGIN_MS = 60_000;
const DAY_MS = 86_400_000;

export class Story {
  readonly #options: StoryOptions;
  readonly #phones = new Map<DeviceName, Phone>();
  #hub: HubProcess | undefined;
  #network: Network | undefined;
  #settledBefore: readonly CheckpointInfo[] = [];

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  /** All chapters, in order. */
  async tell(): Promise<readonly DeviceRow[]> {
    try {
      await this.hubStarts();
      await this.everyoneGetsMoney();
      await this.alicesPhoneIsCopied();
      await this.hubGoesAway();
      await this.alicePaysBob();
      await this.aliceIsRefused();
      await this.malloryPaysCarol();
      await this.hubComesBack();
      await this.everyoneSyncs();
      return await this.everyoneAgrees();
    } finally {
      await this.end();
    }
  }

  async hubStarts(): Promise<void> {
    await this.#waitForMidnight();
    this.#hub = await this.#startHub();
    this.#network = await fetchNetwork(this.hub.url);
    this.#say("hub", `starts: network ${this.network.tag}, ledger in SQLite, process ${this.hub.pid}`);
  }

  async everyoneGetsMoney(): Promise<void> {
    for (const name of ["alice", "bob", "carol"] as const) {
      const phone = new Phone({
        name,
        folder: join(this.#options.folder, name),
        network: this.network,
        hubUrl: this.hub.syncUrl,
      });
      this.#phones.set(name, phone);
      await phone.setUp([SEND_LIMIT_DAILY("50.00 AMI"), READ_ALL]);
      await phone.hubSwitch.turnOn();
      await waitUntil(`${name} is connected`, () => phone.isConnectedTo("hub"));
      this.#mustBe(await askFaucet(this.hub.url, phone.wallet.account), 202, "the faucet's answer");
      await waitUntil(`${name}'s money is settled`, () => this.#available(phone) === "100.00 AMI");
      await waitUntil(`${name}'s session is registered`, () => phone.wallet.view.session.status === "active");
      this.#say(name, "has an account, a session (50.00 AMI a day), and 100.00 AMI from the faucet, settled", "good");
    }
  }

  /** Made while the wallet is closed, so that every file is whole; before she pays, so that the copy knows nothing of it. */
  async alicesPhoneIsCopied(): Promise<void> {
    const alice = this.phone("alice");
    await alice.close();
    this.#phones.set("mallory", await alice.copyTo("mallory", join(this.#options.folder, "mallory")));
    this.#say("mallory", "copies alice's switched-off phone, byte for byte, keys and all", "bad");
  }

  async hubGoesAway(): Promise<void> {
    const { height } = await fetchCheckpoint(this.hub.url);
    this.#settledBefore = await this.#checkpointsUpTo(height);
    await this.hub.kill();
    for (const name of ["bob", "carol"] as const) {
      const phone = this.phone(name);
      await waitUntil(`${name} notices`, () => !phone.isConnectedTo("hub"));
      await phone.close();
      await phone.hubSwitch.turnOff();
      await phone.open({ listen: true });
    }
    await this.phone("alice").hubSwitch.turnOff();
    this.#say("hub", `is killed (SIGKILL) at checkpoint ${height}: nobody has a ledger now`, "bad");
  }

  async alicePaysBob(): Promise<void> {
    const [alice, bob] = [this.phone("alice"), this.phone("bob")];
    await alice.open({ dial: bob });
    await waitUntil("alice and bob are in touch", () => alice.isConnectedTo("wallet") && bob.isConnectedTo("wallet"));
    await this.#payDirectly(alice, bob);
  }

  async aliceIsRefused(): Promise<void> {
    const [alice, bob] = [this.phone("alice"), this.phone("bob")];
    const before = alice.wallet.view.payments.length;
    const refusal = await alice.wallet.pay(bob.wallet.account, "20.00 AMI").catch((error: unknown) => error);
    if (!(refusal instanceof WalletError) || refusal.detail.type !== "payment-refused")
      throw failed("20.00 over the limit was not refused");
    const { failure } = refusal.detail;
    if (failure.code !== "limit-per-day") throw failed(`refused for ${failure.code} instead of the daily limit`);
    this.#mustBe(alice.wallet.view.payments.length, before, "payments on alice's phone");
    const limit = this.#text({ asset: failure.asset, amount: failure.limit });
    const left = this.#text({ asset: failure.asset, amount: failure.left });
    this.#say("alice", `alice→bob 20.00 AMI refused before signing: daily limit ${limit}, ${left} left`, "good");
  }

  async malloryPaysCarol(): Promise<void> {
    const [mallory, carol] = [this.phone("mallory"), this.phone("carol")];
    await mallory.open({ dial: carol });
    await waitUntil(
      "mallory and carol are in touch",
      () => mallory.isConnectedTo("wallet") && carol.isConnectedTo("wallet"),
    );
    this.#mustBe(mallory.wallet.session, this.phone("alice").wallet.session, "the session that mallory signs with");
    await this.#payDirectly(mallory, carol);
  }

  async hubComesBack(): Promise<void> {
    await this.hubComesBackAt(this.#settledBefore.length);
  }

  /** On the port it had, with everything that was settled. */
  async hubComesBackAt(height: number): Promise<void> {
    this.#hub = await this.#startHub(Number(new URL(this.hub.url).port));
    this.#mustBe(this.hub.network, this.network.id, "the network after the restart");
    this.#mustBe((await fetchCheckpoint(this.hub.url)).height, height, "the hub's height after the restart");
    this.#say("hub", `is back on its data at checkpoint ${height}, process ${this.hub.pid}`, "good");
  }

  async everyoneSyncs(): Promise<void> {
    for (const name of this.#options.syncOrder ?? SYNC_ORDER) {
      const phone = this.phone(name);
      await phone.hubSwitch.turnOn();
      await waitUntil(`${name} is connected`, () => phone.isConnectedTo("hub"));
      await waitUntil(`${name} has synced`, async () => (await phone.wallet.sync()).reachedHub);
      await waitUntil(`${name}'s payments are settled`, () =>
        phone.wallet.view.payments.every(({ finality }) => finality === "settled"),
      );
      this.#sayWhatSyncBrought(name);
    }
  }

  async everyoneAgrees(): Promise<readonly DeviceRow[]> {
    const rows = await waitUntil("all devices are at the hub's checkpoint", async () => {
      const current = await this.rows();
      return new Set(current.map(({ checkpoint }) => checkpoint)).size === 1 && current;
    });
    this.#mustBe(new Set(rows.map(({ stateRoot }) => stateRoot)).size, 1, "the number of state roots");
    const devices = rows.filter(({ device }) => device !== "hub");
    this.#mustBe(
      new Set(devices.map(({ verdicts }) => JSON.stringify(verdicts))).size,
      1,
      "the number of opinions on the verdicts",
    );
    const outcomes = Object.values(devices[0]?.verdicts ?? {}).map((verdict) => verdict.split(":")[0]);
    this.#mustBe(
      outcomes.toSorted(byText).join(" + "),
      "accepted, settled + rejected, settled",
      "what became of the two payments",
    );
    await this.#evidenceIsEverywhere();
    await this.#historyHasNotChanged();
    this.#say(
      "all",
      `agree: checkpoint ${rows[0]?.height}, one state root, the proof of two signatures, alice's session frozen`,
      "good",
    );
    return rows;
  }

  async end(): Promise<void> {
    for (const phone of this.#phones.values()) await phone.close();
    await this.#hub?.stop();
  }

  // — for a closer look ———————————————————————————————————————————————————

  get hub(): HubProcess {
    if (this.#hub === undefined) throw failed("the hub was never started");
    return this.#hub;
  }

  get network(): Network {
    if (this.#network === undefined) throw failed("the network is not known yet");
    return this.#network;
  }

  phone(name: DeviceName): Phone {
    const phone = this.#phones.get(name);
    if (phone === undefined) throw failed(`${name} has no phone yet`);
    return phone;
  }

  async rows(): Promise<readonly DeviceRow[]> {
    const hub = await fetchCheckpoint(this.hub.url);
    const hubRow: DeviceRow = {
      device: "hub",
      height: hub.height,
      checkpoint: hub.id,
      stateRoot: hub.stateRoot,
      verdicts: undefined,
      aliceSession: undefined,
    };
    return [...(["alice", "bob", "carol", "mallory"] as const).map((device) => this.#row(device)), hubRow];
  }

  // — helpers —————————————————————————————————————————————————————————————

  #row(device: DeviceName): DeviceRow {
    const { view } = this.phone(device).wallet;
    const sides = view.conflicts[0]?.sides ?? [];
    const verdictFor = (payee: AccountId): string => {
      const side = sides.find((shown) => shown.type === "pay" && shown.to === payee);
      return side === undefined ? "unknown" : verdictText(side);
    };
    return {
      device,
      height: view.ledger.height,
      checkpoint: view.ledger.checkpoint,
      stateRoot: view.ledger.stateRoot,
      verdicts: {
        bob: verdictFor(this.phone("bob").wallet.account),
        carol: verdictFor(this.phone("carol").wallet.account),
      },
      aliceSession: view.account === this.phone("alice").wallet.account ? view.session.status : undefined,
    };
  }

  #sayWhatSyncBrought(name: DeviceName): void {
    const { view } = this.phone(name).wallet;
    const [payment] = view.payments;
    if (view.account === this.phone("alice").wallet.account) {
      return view.session.status === "frozen"
        ? this.#say(name, "syncs: two payments signed for one place, the session is frozen", "bad")
        : this.#say(name, "syncs: the payment is settled", "good");
    }
    if (payment === undefined) throw failed(`${name} has no payment`);
    const mood = payment.outcome === "accepted" ? "good" : "bad";
    return this.#say(name, `syncs: alice→${name} ${this.#text(payment)} ${verdictText(payment)}`, mood);
  }

  async #payDirectly(payer: Phone, payee: Phone): Promise<void> {
    const known = payee.wallet.view.payments.length;
    const begun = performance.now();
    const { id, finality } = await payer.wallet.pay(payee.wallet.account, "40.00 AMI");
    this.#mustBe(finality, "signed", "the payment's finality");
    const seen = await waitUntil(`${payee.name} sees the payment`, () =>
      payee.wallet.view.payments.find((payment) => payment.id === id),
    );
    const tookMs = Math.round(performance.now() - begun);
    this.#mustBe(`${seen.outcome}, ${seen.finality}`, "accepted, signed", "what the payee makes of it");
    this.#mustBe(payee.wallet.view.payments.length, known + 1, `payments on ${payee.name}'s phone`);
    await waitUntil(`${payer.name} has the receipt`, () =>
      payer.wallet.view.payments.some((payment) => payment.id === id && payment.finality === "delivered"),
    );
    const who = payer.name === "mallory" ? " (signed by mallory's copy)" : "";
    this.#say(
      payer.name as DeviceName,
      `alice→${payee.name} 40.00 AMI received, not settled${who}: direct link, ${tookMs} ms`,
    );
  }

  async #evidenceIsEverywhere(): Promise<void> {
    this.#mustBe((await fetchHealth(this.hub.url)).equivocations, 1, "proven equivocations at the hub");
    for (const name of ["alice", "bob", "carol", "mallory"] as const) {
      const { wallet } = this.phone(name);
      this.#mustBe(wallet.view.conflicts.length, 1, `proven equivocations on ${name}'s phone`);
    }
    for (const name of ["alice", "mallory"] as const) {
      const { wallet } = this.phone(name);
      this.#mustBe(wallet.view.session.status, "frozen", `alice's session on ${name}'s phone`);
      const refusal = await wallet.pay(this.phone("bob").wallet.account, "1.00 AMI").catch((error: unknown) => error);
      if (!(refusal instanceof WalletError)) throw failed(`${name} could still sign with the frozen session`);
    }
  }

  async #historyHasNotChanged(): Promise<void> {
    const now = await this.#checkpointsUpTo(this.#settledBefore.length);
    this.#mustBe(JSON.stringify(now), JSON.stringify(this.#settledBefore), "what was settled before");
    for (const name of ["alice", "bob", "carol", "mallory"] as const) {
      const { payments } = this.phone(name).wallet.view;
      const faucet = payments.find(
        ({ settledAt }) => settledAt !== undefined && settledAt <= this.#settledBefore.length,
      );
      this.#mustBe(
        faucet && `${faucet.outcome} ${this.#text(faucet)}`,
        "accepted 100.00 AMI",
        `${name}'s first payment`,
      );
    }
  }

  async #checkpointsUpTo(height: number): Promise<readonly CheckpointInfo[]> {
    return Promise.all(Array.from({ length: height }, (_, index) => fetchCheckpoint(this.hub.url, index + 1)));
  }

  #startHub(port?: number): Promise<HubProcess> {
    return startHubProcess({
      data: join(this.#options.folder, "hub"),
      settleEveryMs: SETTLE_EVERY_MS,
      ...(port === undefined ? {} : { port }),
    });
  }

  async #waitForMidnight(): Promise<void> {
    const isEarlyEnough = (): boolean => Date.now() % DAY_MS < DAY_MS - MIDNIGHT_MARGIN_MS;
    if (isEarlyEnough()) return;
    this.#say("all", "wait for midnight (UTC), when daily limits renew");
    await new Promise((resolve) => setTimeout(resolve, DAY_MS - (Date.now() % DAY_MS)));
  }

  #available(phone: Phone): string | undefined {
    const [balance] = phone.wallet.view.balances;
    return balance && this.#text({ asset: balance.asset, amount: balance.available });
  }

  #text(money: Money): string {
    return formatMoney(money, this.network.genesis.assets);
  }

  #say(actor: Actor, text: string, mood: TimelineLine["mood"] = "plain"): void {
    this.#options.report({ actor, text, mood });
  }

  #mustBe(found: string | number | undefined, expected: string | number, what: string): void {
    if (found !== expected) throw failed(`${what}: expected ${expected}, found ${found}`);
  }
}

function verdictText({ outcome, finality, failure }: Pick<ConflictSide, "outcome" | "finality" | "failure">): string {
  const words = `${outcome}, ${finality === "settled" ? "settled" : "not settled"}`;
  return failure === undefined ? words : `${words}: ${failure.code}`;
}

function byText(a: string | undefined = "", b: string | undefined = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function failed(message: string): StoryFailed {
  return new StoryFailed(message);
}
