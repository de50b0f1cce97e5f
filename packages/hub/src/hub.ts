/**
 * A hub: the always-on replica of a network, with the authority's key. Devices sync with it over WebSockets, it settles
 * what they bring into checkpoints on a cadence, gives new accounts their first money, and serves the wallet's pages.
 */
// The full build, so that Automerge is ready before a replica opens; the engine itself imports the slim one.
import "@automerge/automerge";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer } from "@amigos/adapters/relay-server";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import type { Network, NetworkId } from "@amigos/core";
import { Replica } from "@amigos/engine";
import type { Clock, Random } from "@amigos/engine/ports";
import { openDataFolder, hubErrorOf, type DataFolder } from "./data/data-folder.ts";
import { faucetAccount } from "./data/demo-network.ts";
import { Faucet } from "./faucet/faucet.ts";
import { createHosts } from "./http/hosts.ts";
import { closeHttpServer, createHttpServer, listen } from "./http/http-server.ts";
import { createRoutes } from "./http/routes.ts";
import { listStaticFiles } from "./http/static-files.ts";
import { HubError } from "./hub-error.ts";
import { logEvents } from "./log-events.ts";
import { silentLog, type Log } from "./log.ts";
import { startSettlement, type Settlement } from "./settlement.ts";

export interface HubOptions {
  /** The data folder. An empty or missing one becomes a new network. */
  readonly data: string;
  /** Accept the data of this network only. */
  readonly network?: NetworkId;
  /** Default: loopback. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The built PWA to serve. */
  readonly staticFolder?: string;
  /** The cadence of checkpoints. */
  readonly settleEveryMs?: number;
  /** Whether it is a relay too, on `/relay`. Default: it is not. */
  readonly relay?: boolean;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface Hub {
  /** `http://127.0.0.1:4680` */
  readonly url: string;
  readonly network: Network;
  readonly replica: Replica;
  /** Ends connections, finishes writes, frees folder and port. Idempotent. */
  readonly stop: () => Promise<void>;
}

export const DEFAULT_HOST = "127.0.0.1";
/** A payee at a counter waits about this long for a checkpoint. */
export const DEFAULT_SETTLE_EVERY_MS = 1_000;
/** Where devices connect. */
const SYNC_PATH = "/sync";
/** Where they meet each other. */
const RELAY_PATH = "/relay";
/** Of one address at the relay: a household with many devices, and no more. */
const RELAY_CONNECTIONS_PER_ADDRESS_MAX = 64;

/** @throws {HubError} naming the way out, with folder and port free again */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { clock = systemClock, random = systemRandom, log = silentLog, host = DEFAULT_HOST, network } = options;
  const folder = await openDataFolder({ path: options.data, clock, ...(network === undefined ? {} : { network }) });
  /** Ends what was begun, last first. */
  const endings: (() => Promise<void>)[] = [() => folder.store.close()];
  try {
    const parts = await openParts({ ...options, clock, random, log, host }, folder, endings);
    log("info", "listening", {
      url: parts.url,
      network: folder.network.id,
      data: folder.path,
      height: parts.replica.settled.height,
    });
    return new RunningHub({ ...parts, network: folder.network, end: () => endAll(endings) });
  } catch (error) {
    await endAll(endings);
    throw hubErrorOf(error, folder.path);
  }
}

type ResolvedOptions = HubOptions & Required<Pick<HubOptions, "clock" | "random" | "log" | "host">>;

async function openParts(
  options: ResolvedOptions,
  folder: DataFolder,
  endings: (() => Promise<void>)[],
): Promise<{ readonly url: string; readonly replica: Replica }> {
  const { clock, random, log, host, settleEveryMs: everyMs = DEFAULT_SETTLE_EVERY_MS } = options;
  const { network, store, authority } = folder;
  const files = options.staticFolder === undefined ? undefined : await staticFilesOf(options.staticFolder);

  // Nothing reaches the server before it listens, which comes last.
  const hosts = createHosts({ host, port: () => addressOf(server)?.port });
  const server = createHttpServer({ log, hosts, answer: (request, pathname) => answer(request, pathname) });
  const link = createWebSocketServerLink({ on: server, path: SYNC_PATH, isOriginAllowed: hosts.isOriginAllowed });

  // Doors are closed first, and the last guest is waited for after the link has shown everybody out.
  let serverClosed: Promise<void> = Promise.resolve();
  endings.push(() => serverClosed);

  const replica = await Replica.open({
    network,
    store,
    links: [link],
    clock,
    random,
    signer: authority,
    isProvisional: false,
  });
  endings.push(() => replica.close());
  logEvents(replica, log, clock);
  const settlement = startSettlement({ replica, authority, clock, log, everyMs });
  endings.push(() => settlement.stop());
  const faucet = await openFaucet(folder, { replica, clock, settlement });
  const answer = createRoutes({ network, replica, faucet, files, hosts });

  if (options.relay === true) {
    const relay = createRelayServer({
      door: createWebSocketServerLink({
        on: server,
        path: RELAY_PATH,
        isOriginAllowed: hosts.isOriginAllowed,
        connectionsPerAddressMax: RELAY_CONNECTIONS_PER_ADDRESS_MAX,
      }),
      clock,
    });
    await relay.start();
    endings.push(() => relay.stop());
  }

  endings.push(async () => {
    serverClosed = closeHttpServer(server);
  });
  const address = await listen(server, { host, port: options.port });
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return { url: `http://${name}:${address.port}`, replica };
}

function addressOf(server: Server): AddressInfo | undefined {
  return (server.address() as AddressInfo | null) ?? undefined;
}

/** The faucet pays as any session does, so its account is settled before it is asked for the first time. */
async function openFaucet(
  { network, keys, store }: DataFolder,
  { replica, clock, settlement }: { readonly replica: Replica; readonly clock: Clock; readonly settlement: Settlement },
): Promise<Faucet | undefined> {
  const account = await faucetAccount(network, keys);
  if (account === undefined) return undefined;
  if (replica.directory.inception(account.inception.id) === undefined) {
    await replica.introduce({ inceptions: [account.inception], control: [account.grant] });
  }
  await settlement.settle();
  return Faucet.open({ replica, store, clock, account });
}

async function staticFilesOf(folder: string): ReturnType<typeof listStaticFiles> {
  try {
    return await listStaticFiles(folder);
  } catch (error) {
    throw new HubError("option-invalid", `No files to serve in ${folder}: build the PWA first, or start without it.`, {
      cause: error,
    });
  }
}

async function endAll(endings: (() => Promise<void>)[]): Promise<void> {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
}

class RunningHub implements Hub {
  readonly url: string;
  readonly network: Network;
  readonly replica: Replica;
  readonly #end: () => Promise<void>;
  #ended: Promise<void> | undefined;

  constructor(parts: {
    readonly url: string;
    readonly network: Network;
    readonly replica: Replica;
    readonly end: () => Promise<void>;
  }) {
    this.url = parts.url;
    this.network = parts.network;
    this.replica = parts.replica;
    this.#end = parts.end;
  }

  stop(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }
}
