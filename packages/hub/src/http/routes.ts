/** What a hub answers over HTTP. Everything else that devices say goes over `/sync`, a WebSocket. */
import type { IncomingMessage } from "node:http";
import { formatMoney, height as toHeight, textToAccount, type Network } from "@amigos/core";
import type { Replica } from "@amigos/engine";
import { StoreError } from "@amigos/engine/ports";
import { stateRoot, verifyCheckpoint } from "@amigos/reconcile";
import { FAUCET_MONEY, type Faucet, type FaucetReply } from "../faucet/faucet.ts";
import { createMetrics } from "./metrics.ts";
import { isOwnOrigin, type Hosts } from "./hosts.ts";
import { readJson, type BodyError } from "./read-json.ts";
import { errorReply, jsonReply, type Reply } from "./reply.ts";
import type { StaticFiles } from "./static-files.ts";

export interface RoutesOptions {
  readonly network: Network;
  readonly replica: Replica;
  /** Absent on a network whose genesis gives none money to give away. */
  readonly faucet: Faucet | undefined;
  readonly files: StaticFiles | undefined;
  readonly hosts: Hosts;
}

/** An account in a JSON object is 80 bytes. */
const FAUCET_BODY_BYTES_MAX = 1024;

const CHECKPOINT_PATH = /^\/checkpoint\/(\d{1,15})$/;

type Routes = Readonly<
  Record<
    string,
    { readonly method: "GET" | "POST"; readonly answer: (request: IncomingMessage) => Promise<Reply> | Reply }
  >
>;

export function createRoutes(options: RoutesOptions): (request: IncomingMessage, pathname: string) => Promise<Reply> {
  const routes: Routes = {
    "/network": { method: "GET", answer: () => networkReply(options.network) },
    "/checkpoint": { method: "GET", answer: () => newestCheckpoint(options.replica) },
    "/health": {
      method: "GET",
      answer: () =>
        jsonReply(200, {
          status: "ok",
          height: options.replica.settled.height,
          undecided: options.replica.undecided.size,
          equivocations: options.replica.evidence.length,
        }),
    },
    "/metrics": { method: "GET", answer: createMetrics(options.replica) },
    "/faucet": { method: "POST", answer: (request) => faucetReply(request, options) },
  };
  return async (request, pathname) => {
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (method !== (route?.method ?? "GET")) return methodReply(route?.method ?? "GET");
    if (route !== undefined) return route.answer(request);
    const height = CHECKPOINT_PATH.exec(pathname)?.[1];
    if (height !== undefined) return checkpointReply(options.replica, Number(height));
    return options.files?.find(pathname, request.headers["if-none-match"]) ?? notFound(pathname);
  };
}

function networkReply({ bytes }: Network): Reply {
  return { status: 200, headers: { "Content-Type": "application/cbor", "Cache-Control": "no-cache" }, body: bytes };
}

function newestCheckpoint({ settled }: Replica): Reply {
  return jsonReply(200, {
    height: settled.height,
    id: settled.checkpoint,
    stateRoot: stateRoot(settled),
    time: settled.time,
  });
}

async function checkpointReply({ settled, archive, network }: Replica, height: number): Promise<Reply> {
  if (height < 1 || height > settled.height) {
    return errorReply(404, { type: "checkpoint-unknown", message: `Checkpoints here are 1 to ${settled.height}.` });
  }
  const verified = verifyCheckpoint((await archive.record(toHeight(height))).checkpoint, network);
  if (!verified.ok) throw new StoreError("store-damaged", `checkpoint ${height} is not authentic`);
  const { id, checkpoint } = verified.value;
  return jsonReply(200, {
    height,
    id,
    stateRoot: checkpoint.stateRoot,
    verdictsRoot: checkpoint.verdictsRoot,
    time: checkpoint.time,
  });
}

async function faucetReply(request: IncomingMessage, { faucet, network, hosts }: RoutesOptions): Promise<Reply> {
  if (!isOwnOrigin(request, hosts))
    return errorReply(403, { type: "origin-not-allowed", message: "Only this hub's own pages may ask its faucet." });
  if (faucet === undefined) return errorReply(404, { type: "faucet-off", message: "This hub has no faucet." });
  const body = await readJson(request, FAUCET_BODY_BYTES_MAX);
  if (!body.ok) return bodyErrorReply(body.error);
  const text = accountText(body.value);
  const account = text === undefined ? undefined : textToAccount(text);
  if (account?.ok !== true) {
    const found = account === undefined ? "no account" : account.error.type;
    return errorReply(400, { type: "account-malformed", message: `Expected {"account": "amigo1…"}: ${found}.` });
  }
  return repliedBy(await faucet.pay(account.value), network);
}

function repliedBy(reply: FaucetReply, network: Network): Reply {
  switch (reply.type) {
    case "paid":
      return jsonReply(202, { paid: formatMoney(reply.money, network.genesis.assets) });
    case "already-paid":
      return errorReply(409, {
        type: reply.type,
        message: `This account has had its ${formatMoney(FAUCET_MONEY, network.genesis.assets)}.`,
      });
    case "faucet-busy":
      return errorReply(
        429,
        { type: reply.type, message: "Too many ask at once. Ask again in a moment." },
        { "Retry-After": String(Math.ceil(reply.retryInMs / 1000)) },
      );
    case "faucet-empty":
      return errorReply(503, { type: reply.type, message: "The faucet has given away all it had." });
  }
}

function accountText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { account } = value as { readonly account?: unknown };
  return typeof account === "string" ? account : undefined;
}

function bodyErrorReply(error: BodyError): Reply {
  switch (error.type) {
    case "content-type-unsupported":
      return errorReply(415, { type: error.type, message: "Send application/json." });
    case "body-too-large":
      return errorReply(
        413,
        { type: error.type, message: `The body may have ${error.sizeMax} bytes.` },
        { Connection: "close" },
      );
    case "body-malformed":
      return errorReply(400, { type: error.type, message: "The body is not JSON." });
    case "request-aborted":
      return errorReply(400, { type: error.type, message: "The request ended early." }, { Connection: "close" });
  }
}

function methodReply(allowed: "GET" | "POST"): Reply {
  const allow = allowed === "GET" ? "GET, HEAD" : allowed;
  return errorReply(405, { type: "method-not-allowed", message: `Allowed here: ${allow}.` }, { Allow: allow });
}

function notFound(pathname: string): Reply {
  return errorReply(404, { type: "not-found", message: `Nothing is at ${pathname.slice(0, 100)}.` });
}
