/** What a hub answers over HTTP. Everything else that devices say goes over `/sync`, a WebSocket. */
import type { IncomingMessage } from "node:http";
import {
  err,
  formatMoney,
  height as toHeight,
  textToAccount,
  type AccountId,
  type Network,
  type Result,
} from "@amigos/core";
import type { Replica } from "@amigos/engine";
import { StoreError, type SettlementLedger } from "@amigos/engine/ports";
import { verifyCheckpoint } from "@amigos/reconcile";
import type { Admission } from "../admission/admission.ts";
import type { InviteReply } from "../admission/invites.ts";
import { FAUCET_MONEY, type Faucet, type FaucetReply } from "../faucet/faucet.ts";
import type { SigningGuard } from "../signing-guard.ts";
import { accountProofDocument } from "./account-proof.ts";
import { createMetrics } from "./metrics.ts";
import { isOwnOrigin, type Hosts } from "./hosts.ts";
import { readJson, type BodyError } from "./read-json.ts";
import { errorReply, jsonReply, type Reply } from "./reply.ts";
import type { StaticFiles } from "./static-files.ts";

export interface RoutesOptions {
  readonly ledger: SettlementLedger;
  readonly replica: Replica;
  /** Absent on a network whose genesis gives none money to give away. */
  readonly faucet: Faucet | undefined;
  readonly admission: Admission;
  readonly guard: SigningGuard;
  readonly files: StaticFiles | undefined;
  readonly hosts: Hosts;
}

/** An account in a JSON object is 80 bytes, an invite 30 more. */
const ACCOUNT_BODY_BYTES_MAX = 1024;

const CHECKPOINT_PATH = /^\/checkpoint\/(\d{1,15})$/;
const CHECKPOINT_BYTES_PATH = /^\/checkpoint(?:\/(\d{1,15}))?\.cbor$/;
const PROOF_PATH = /^\/proof\/([0-9a-z]{1,100})$/;

type Method = "GET" | "POST";

type Route = Partial<Record<Method, (request: IncomingMessage) => Promise<Reply> | Reply>>;

type Routes = Readonly<Record<string, Route>>;

export function createRoutes(options: RoutesOptions): (request: IncomingMessage, pathname: string) => Promise<Reply> {
  const { ledger, replica, admission } = options;
  const routes: Routes = {
    "/network": { GET: () => networkReply(ledger.network) },
    "/checkpoint": { GET: () => newestCheckpoint(ledger) },
    "/health": {
      GET: () =>
        jsonReply(200, {
          status: "ok",
          height: ledger.head.height,
          undecided: ledger.waitingEntries,
          equivocations: replica.evidence.length,
        }),
    },
    "/ready": { GET: () => readyReply(options.guard) },
    "/metrics": { GET: createMetrics(replica) },
    "/faucet": { POST: (request) => faucetReply(request, options) },
    "/admission": {
      GET: () => jsonReply(200, { admission: admission.rule }),
      POST: (request) => admissionReply(request, options),
    },
  };
  return async (request, pathname) => {
    const route: Route | undefined = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    const method = request.method === "HEAD" ? "GET" : request.method;
    const answer = method === "GET" || method === "POST" ? route?.[method] : undefined;
    if (answer !== undefined) return answer(request);
    if (route !== undefined || method !== "GET") return methodReply(route);
    const height = CHECKPOINT_PATH.exec(pathname)?.[1];
    if (height !== undefined) return checkpointReply(ledger, Number(height));
    const bytes = CHECKPOINT_BYTES_PATH.exec(pathname);
    if (bytes !== null) return checkpointBytesReply(ledger, Number(bytes[1] ?? ledger.head.height));
    const account = PROOF_PATH.exec(pathname)?.[1];
    if (account !== undefined) return proofReply(ledger, account);
    return options.files?.find(pathname, request.headers) ?? notFound(pathname);
  };
}

function networkReply({ bytes }: Network): Reply {
  return cborReply(bytes, "no-cache");
}

function cborReply(bytes: Uint8Array, cacheControl: string): Reply {
  return { status: 200, headers: { "Content-Type": "application/cbor", "Cache-Control": cacheControl }, body: bytes };
}

/** For whoever sends people here only while it does its work. That it answers at all says that it lives. */
function readyReply({ blockers }: SigningGuard): Reply {
  return jsonReply(blockers.length === 0 ? 200 : 503, { ready: blockers.length === 0, blockers });
}

function newestCheckpoint({ head }: SettlementLedger): Reply {
  return jsonReply(200, head);
}

/** The signed bytes. */
async function checkpointBytesReply(ledger: SettlementLedger, height: number): Promise<Reply> {
  const bytes = await signedCheckpoint(ledger, height);
  return bytes === undefined ? noCheckpoint(ledger) : cborReply(bytes, "no-cache");
}

async function signedCheckpoint(
  { head, checkpoint }: SettlementLedger,
  height: number,
): Promise<Uint8Array | undefined> {
  if (height < 1 || height > head.height) return undefined;
  const bytes = await checkpoint(toHeight(height));
  if (bytes === undefined) throw new StoreError("store-damaged", `checkpoint ${height} is not there`);
  return bytes;
}

async function proofReply(ledger: SettlementLedger, text: string): Promise<Reply> {
  const account = textToAccount(text);
  if (!account.ok)
    return errorReply(400, { type: "account-malformed", message: `This is no account: ${account.error.type}.` });
  const document = await accountProofDocument(ledger, account.value);
  return document === undefined ? noCheckpoint(ledger) : cborReply(document, "no-store");
}

function noCheckpoint({ head: { height } }: SettlementLedger): Reply {
  const message = height === 0 ? "There is no checkpoint yet." : `Checkpoints here are 1 to ${height}.`;
  return errorReply(404, { type: "checkpoint-unknown", message });
}

async function checkpointReply(ledger: SettlementLedger, height: number): Promise<Reply> {
  const bytes = await signedCheckpoint(ledger, height);
  if (bytes === undefined) return noCheckpoint(ledger);
  const verified = verifyCheckpoint(bytes, ledger.network);
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

async function faucetReply(request: IncomingMessage, options: RoutesOptions): Promise<Reply> {
  const { faucet, ledger, hosts, admission, replica } = options;
  if (!isOwnOrigin(request, hosts)) return foreignReply("ask its faucet");
  if (faucet === undefined) return errorReply(404, { type: "faucet-off", message: "This hub has no faucet." });
  const body = await readJson(request, ACCOUNT_BODY_BYTES_MAX);
  if (!body.ok) return bodyErrorReply(body.error);
  const account = accountIn(body.value);
  if (!account.ok) return account.error;
  if (!(await admission.isWelcome(account.value, replica)))
    return errorReply(403, {
      type: "account-not-admitted",
      message: "This hub takes only accounts that its operator lets in.",
    });
  return repliedBy(await faucet.pay(account.value), ledger.network);
}

/**
 * Whoever has an invite may have an account registered; the device then syncs as any other. Nobody else hears here whether an
 * account was let in.
 */
async function admissionReply(request: IncomingMessage, options: RoutesOptions): Promise<Reply> {
  const { hosts, admission, replica } = options;
  if (!isOwnOrigin(request, hosts)) return foreignReply("use its invites");
  const body = await readJson(request, ACCOUNT_BODY_BYTES_MAX);
  if (!body.ok) return bodyErrorReply(body.error);
  const account = accountIn(body.value);
  if (!account.ok) return account.error;
  const isKnown = await admission.isWelcome(account.value, replica);
  if (admission.rule !== "invite" && isKnown) return jsonReply(200, { type: "admitted" });
  if (admission.rule !== "invite")
    return errorReply(403, {
      type: "account-not-admitted",
      message: "This hub takes only accounts that its operator lets in.",
    });
  const invite = textIn(body.value, "invite");
  if (invite === undefined)
    return errorReply(400, { type: "invite-malformed", message: 'Expected {"account": "amigo1…", "invite": "…"}.' });
  const reply = await admission.invites.redeem(invite, account.value, { isKnown });
  return reply.type === "admitted"
    ? jsonReply(200, { type: "admitted" })
    : errorReply(403, { type: reply.type, message: INVITE_REFUSALS[reply.type] });
}

const INVITE_REFUSALS: Readonly<Record<Exclude<InviteReply["type"], "admitted">, string>> = {
  "invite-unknown": "This hub has made no such invite.",
  "invite-expired": "This invite has expired.",
  "invite-used-up": "This invite was used as often as it may be.",
};

function foreignReply(what: string): Reply {
  return errorReply(403, { type: "origin-not-allowed", message: `Only this hub's own pages may ${what}.` });
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

function accountIn(body: unknown): Result<AccountId, Reply> {
  const text = textIn(body, "account");
  const account = text === undefined ? undefined : textToAccount(text);
  if (account?.ok === true) return account;
  const found = account === undefined ? "no account" : account.error.type;
  return err(errorReply(400, { type: "account-malformed", message: `Expected {"account": "amigo1…"}: ${found}.` }));
}

function textIn(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const text = (value as Readonly<Record<string, unknown>>)[name];
  return typeof text === "string" ? text : undefined;
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

function methodReply(route: Route | undefined): Reply {
  const methods = route === undefined ? ["GET"] : Object.keys(route);
  const allow = methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
  return errorReply(405, { type: "method-not-allowed", message: `Allowed here: ${allow}.` }, { Allow: allow });
}

function notFound(pathname: string): Reply {
  return errorReply(404, { type: "not-found", message: `Nothing is at ${pathname.slice(0, 100)}.` });
}
