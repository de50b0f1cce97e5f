/**
 * A hub: the always-on replica of a network, with the authority's key. Devices sync with it over WebSockets, it settles
 * what they bring into checkpoints on a cadence, gives new accounts their first money, and serves the wallet's pages.
 */
// The full build, so that Automerge is ready before a replica opens; the engine itself imports the slim one.
import "@automerge/automerge";
import type { IncomingMessage } from "node:http";
import { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer } from "@amigos/adapters/relay-server";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import type { Network, NetworkId } from "@amigos/core";
import { createReplicaLedger, Replica } from "@amigos/engine";
import type { Clock, Random, Store } from "@amigos/engine/ports";
import { openDataFolder, hubErrorOf, isOpenToOthers, type DataFolder } from "./data/data-folder.ts";
import { faucetAccount, type HubAccount } from "./data/demo-network.ts";
import { createAdminActions } from "./admin/admin-actions.ts";
import { startAdminServer } from "./admin/admin-server.ts";
import { Admission, type AdmissionRule } from "./admission/admission.ts";
import { startBackups } from "./backup/backups.ts";
import {
  DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE,
  DEFAULT_ACCOUNT_UNDECIDED_MAX,
  DEFAULT_CONNECTIONS_MAX,
  DEFAULT_HOST,
  DEFAULT_SETTLE_EVERY_MS,
} from "./defaults.ts";
import { Faucet } from "./faucet/faucet.ts";
import { addressOf } from "./http/asked-by.ts";
import { createHosts } from "./http/hosts.ts";
import { closeHttpServer, createHttpServer, listen, type AnyServer } from "./http/http-server.ts";
import { createRoutes } from "./http/routes.ts";
import { listStaticFiles } from "./http/static-files.ts";
import { readKeyPair, TlsReloading, type TlsFiles } from "./http/tls.ts";
import { HubError } from "./hub-error.ts";
import { logEvents } from "./log-events.ts";
import { silentLog, type Log } from "./log.ts";
import { SigningGuard } from "./signing-guard.ts";
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
  /** Speaks TLS with it. Default: plain HTTP, for loopback or for a proxy that ends TLS. */
  readonly tls?: TlsFiles;
  /** The origin by which it is known outside: `https://hub.example.org`. Default: it answers to loopback names alone. */
  readonly publicUrl?: string;
  /** Whether what `X-Forwarded-For` says is believed. Default: it is not, for anybody can write it. */
  readonly isProxied?: boolean;
  /** Devices at once. */
  readonly connectionsMax?: number;
  /** Devices at once of one IPv4 address or one IPv6 network of 64 bits. */
  readonly connectionsPerAddressMax?: number;
  /** The built PWA to serve. */
  readonly staticFolder?: string;
  /** The cadence of checkpoints. */
  readonly settleEveryMs?: number;
  /** Whether it is a relay too, on `/relay`. Default: it is not. */
  readonly relay?: boolean;
  /** Whose accounts it registers. Default: everybody's. */
  readonly admission?: AdmissionRule;
  /** How many entries of one account it takes in a minute, in the long run. */
  readonly accountEntriesPerMinute?: number;
  /** How many undecided entries it keeps of one account. */
  readonly accountUndecidedMax?: number;
  /** Makes copies of the data folder. Default: none. */
  readonly backups?: { readonly to: string; readonly everyMs: number; readonly kept: number };
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface Hub {
  /** `http://127.0.0.1:4680` */
  readonly url: string;
  readonly network: Network;
  readonly replica: Replica;
  /** Reads again what may change while it runs: the certificate and the allow-list. */
  readonly reload: () => Promise<void>;
  /** Ends connections, finishes writes, frees folder and port. Idempotent. */
  readonly stop: () => Promise<void>;
}

/** Where devices connect. */
const SYNC_PATH = "/sync";
/** Where they meet each other. */
const RELAY_PATH = "/relay";
/** Of one address at the relay: a household with many devices, and no more. */
const RELAY_CONNECTIONS_PER_ADDRESS_MAX = 64;
/** The same of devices, where strangers can reach it. Those of one machine are many in demos and tests, and are trusted. */
const CONNECTIONS_PER_ADDRESS_MAX = 64;
/** Sockets beside those of devices: the relay's, and requests under way. */
const OTHER_CONNECTIONS_MAX = 1536;

/** @throws {HubError} naming the way out, with folder and port free again */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { clock = systemClock, random = systemRandom, log = silentLog, host = DEFAULT_HOST, network } = options;
  const folder = await openDataFolder({ path: options.data, clock, ...(network === undefined ? {} : { network }) });
  /** Ends what was begun, last first. */
  const endings: (() => Promise<void>)[] = [() => folder.store.close()];
  try {
    const parts = await openParts({ ...options, clock, random, log, host }, folder, endings);
    if (options.tls === undefined && options.publicUrl === undefined && !isLoopback(host))
      log("warning", "pages-in-the-clear", { host, problem: "pages are served without TLS, and no proxy is named" });
    if (await isOpenToOthers(folder.path))
      log("warning", "data-open-to-others", {
        data: folder.path,
        problem: "other users of this machine can open it: chmod 700",
      });
    if (options.isProxied === true && !isLoopback(host))
      log("warning", "proxy-believed-from-anywhere", {
        host,
        problem:
          "whoever reaches this address without the proxy writes in X-Forwarded-For what he likes: let only the proxy reach it",
      });
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

interface Parts {
  readonly url: string;
  readonly replica: Replica;
  readonly reload: () => Promise<void>;
}

type ResolvedOptions = HubOptions & Required<Pick<HubOptions, "clock" | "random" | "log" | "host">>;

async function openParts(
  options: ResolvedOptions,
  folder: DataFolder,
  endings: (() => Promise<void>)[],
): Promise<Parts> {
  const { clock, random, log, host, settleEveryMs: everyMs = DEFAULT_SETTLE_EVERY_MS } = options;
  const { connectionsMax = DEFAULT_CONNECTIONS_MAX, isProxied = false, publicUrl } = options;
  const { network, store, authority } = folder;
  const files = options.staticFolder === undefined ? undefined : await staticFilesOf(options.staticFolder);
  endings.push(async () => files?.stop());
  const tls = options.tls === undefined ? undefined : await readKeyPair(options.tls);
  const scheme = tls === undefined ? "http" : "https";

  // Nothing reaches the server before it listens, which comes last.
  const hosts = createHosts({
    host,
    port: () => listeningAt(server)?.port,
    scheme,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  const server = createHttpServer({
    log,
    hosts,
    answer: (request, pathname) => answer(request, pathname),
    isSecure: tls !== undefined || publicUrl?.startsWith("https:") === true,
    connectionsMax: connectionsMax + OTHER_CONNECTIONS_MAX,
    ...(tls === undefined ? {} : { tls }),
  });
  const door = {
    on: server,
    isOriginAllowed: hosts.isOriginAllowed,
    addressOf: (request: IncomingMessage) => addressOf(request, { isProxied }),
  };
  const link = createWebSocketServerLink({
    ...door,
    path: SYNC_PATH,
    connectionsMax,
    connectionsPerAddressMax: options.connectionsPerAddressMax ?? perAddressMax(host, isProxied),
  });

  // Doors are closed first, and the last guest is waited for after the link has shown everybody out.
  let serverClosed: Promise<void> = Promise.resolve();
  endings.push(() => serverClosed);

  const account = await faucetAccount(network, folder.keys);
  const admission = await Admission.open({
    rule: options.admission ?? { type: "open" },
    store,
    clock,
    log,
    ownAccount: account?.inception.id,
    entriesPerMinute: options.accountEntriesPerMinute ?? DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE,
    heldPerAccountMax: options.accountUndecidedMax ?? DEFAULT_ACCOUNT_UNDECIDED_MAX,
  });

  const replica = await Replica.open({
    network,
    store,
    links: [link],
    clock,
    random,
    signer: authority,
    isProvisional: false,
    policy: admission.policy,
  });
  endings.push(() => replica.close());
  logEvents(replica, log, clock);
  const guard = new SigningGuard({ folder, replica, clock, log });
  const maySign = (): boolean => guard.blockers.length === 0;
  const ledger = createReplicaLedger({ replica, authority });
  const settlement = startSettlement({ ledger, clock, log, everyMs, maySign });
  endings.push(() => settlement.stop());
  // What it signed after a copy was made is not in the copy: it would sign for the same places again.
  const hasFaucet = account !== undefined && folder.copied === undefined;
  const faucet = hasFaucet ? await openFaucet(account, { replica, store, clock, settlement }) : undefined;
  const answer = createRoutes({ ledger, replica, faucet, admission, guard, files, hosts });
  const actions = createAdminActions({ folder, admission, guard, clock });
  endings.push(await startAdminServer({ data: folder.path, actions, log }));
  if (options.backups !== undefined) endings.push(startBackups({ ...options.backups, folder, clock, log }));

  if (options.relay === true) {
    const relay = createRelayServer({
      door: createWebSocketServerLink({
        ...door,
        path: RELAY_PATH,
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
  void files?.compress();
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const reloading =
    server instanceof TlsServer && tls !== undefined && options.tls !== undefined
      ? new TlsReloading({ server, files: options.tls, shown: tls, log })
      : undefined;
  endings.push(async () => reloading?.stop());
  const reload = async (): Promise<void> => {
    await reloading?.reload();
    await admission.reload();
  };
  return { url: `${scheme}://${name}:${address.port}`, replica, reload };
}

function listeningAt(server: AnyServer): AddressInfo | undefined {
  return (server.address() as AddressInfo | null) ?? undefined;
}

/** Of a proxy that is not believed everybody has the address, and on loopback everybody is the machine's owner. */
function perAddressMax(host: string, isProxied: boolean): number {
  return isProxied || !isLoopback(host) ? CONNECTIONS_PER_ADDRESS_MAX : Number.POSITIVE_INFINITY;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** The faucet pays as any session does, so its account is settled before it is asked for the first time. */
async function openFaucet(
  account: HubAccount,
  options: {
    readonly replica: Replica;
    readonly store: Store;
    readonly clock: Clock;
    readonly settlement: Settlement;
  },
): Promise<Faucet> {
  const { replica, settlement } = options;
  if (replica.directory.inception(account.inception.id) === undefined) {
    await replica.introduce({ inceptions: [account.inception], control: [account.grant] });
  }
  await settlement.settle();
  return Faucet.open({ ...options, account });
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
  readonly reload: () => Promise<void>;
  readonly #end: () => Promise<void>;
  #ended: Promise<void> | undefined;

  constructor(parts: Parts & { readonly network: Network; readonly end: () => Promise<void> }) {
    this.url = parts.url;
    this.network = parts.network;
    this.replica = parts.replica;
    this.reload = parts.reload;
    this.#end = parts.end;
  }

  stop(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }
}
