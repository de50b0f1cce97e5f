/** A hub in a process of its own, and wallets connected to it that pay as fast, or as evenly, as they are told. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@amigos/adapters/runtime";
import { encodeBundle, type AccountId, type Network, type VerifiedEntry } from "@amigos/core";
import { ami, createPerson, signPayment, type Person } from "@amigos/core/testing";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { identityOf, RawPeer } from "../../test/hostile/raw-peer.ts";
import { askFaucet, fetchHealth, fetchNetwork } from "../../test/story/hub-client.ts";
import { waitUntil } from "../../test/story/wait-until.ts";
import { runtimeSigner } from "./runtime-signer.ts";

const PAYEE = "0c".repeat(32) as AccountId;
/** What the faucet gives at once, and how long it then takes for one more. */
const FAUCET_PAUSE_MS = 1_050;

/** A wallet as the hub sees it: a connection, and payments that it has signed and not sent. */
interface Payer {
  readonly person: Person;
  readonly peer: RawPeer;
  last: VerifiedEntry | undefined;
  ready: VerifiedEntry[];
}

export interface LoadedHub {
  readonly hub: HubProcess;
  readonly network: Network;
  readonly payers: readonly Payer[];
  /** How many payments of theirs are settled, and by which time the hub had said so: one for each checkpoint. */
  readonly checkpoints: readonly { readonly settled: number; readonly atMs: number }[];
  readonly close: () => Promise<void>;
}

/** With money, registered and connected, each by a key and an account of its own. */
export async function startLoadedHub(options: { readonly payers: number }): Promise<LoadedHub> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const checkpoints: { settled: number; atMs: number }[] = [];
  let settled = 0;
  const hub = await startHubProcess({
    data: join(folder, "hub"),
    onLogLine: (line) => {
      const said = JSON.parse(line) as { readonly event: string; readonly accepted: number; readonly rejected: number };
      if (said.event !== "settled") return;
      if (said.rejected > 0) throw new RangeError(`${said.rejected} payments were rejected`);
      settled += said.accepted;
      checkpoints.push({ settled, atMs: performance.now() });
    },
  });
  const network = await fetchNetwork(hub.url);
  const payers: Payer[] = [];
  for (let index = 0; index < options.payers; index++) {
    const person = { ...(await createPerson(`payer ${index}`, { network, notBefore: network.genesis.time })) };
    const signer = runtimeSigner(`payer ${index}/phone`);
    const peer = await RawPeer.meet(hub.syncUrl, network, identityOf({ ...person, signer }));
    payers.push({ person: { ...person, signer }, peer, last: undefined, ready: [] });
  }
  for (const { person } of payers)
    while ((await askFaucet(hub.url, person.account)) !== 202)
      await new Promise((resolve) => setTimeout(resolve, FAUCET_PAUSE_MS));
  await waitUntil("everybody has money", async () => (await fetchHealth(hub.url)).undecided === 0);
  settled = 0;
  checkpoints.length = 0;
  return {
    hub,
    network,
    payers,
    checkpoints,
    close: async () => {
      for (const { peer } of payers) peer.close();
      await hub.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Signs so many payments of everybody, one cent each, so that measuring has only to send them. */
export async function signAhead({ network, payers }: LoadedHub, each: number): Promise<void> {
  for (const payer of payers) {
    for (let count = 0; count < each; count++) {
      const { last } = payer;
      const time = systemClock.now();
      const payment = { network, to: PAYEE, money: ami(0, 1), time, ...(last === undefined ? {} : { after: last }) };
      payer.last = await signPayment(payer.person, payment);
      payer.ready.push(payer.last);
    }
  }
}

/** Sends the next payments of everybody, those of one payer in one bundle, without what vouches: its hello said it. */
export function send({ network, payers }: LoadedHub, each: number): void {
  for (const payer of payers) {
    const entries = payer.ready.splice(0, each).map(({ bytes }) => bytes);
    if (entries.length < each) throw new RangeError("nothing is signed to be sent");
    const bundle = encodeBundle({ version: 1, network: network.tag, accounts: [], entries });
    payer.peer.say({ type: "bundle", bundle });
  }
}

/** Resolves when so many of theirs are settled, counted from the beginning. */
export async function settledBy({ checkpoints, payers }: LoadedHub, count: number): Promise<void> {
  await waitUntil(`${count} are settled`, () => {
    const refusal = payers.flatMap(({ peer }) => peer.refusals)[0];
    if (refusal !== undefined) throw new RangeError(`the hub refused: ${refusal}`);
    return (checkpoints.at(-1)?.settled ?? 0) >= count;
  });
}
