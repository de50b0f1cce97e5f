#!/usr/bin/env node
/**
 * The hub as a process. Says what it does as JSON lines on standard output; ends gracefully on SIGINT and SIGTERM, and
 * when the process that started it with a channel to itself is gone, so that no demo leaves a hub behind.
 */
import { systemClock } from "@amigos/adapters/runtime";
import { parseConfig, type Config } from "./config/config.ts";
import { USAGE } from "./config/options.ts";
import { createHub, type Hub, type HubOptions } from "./hub.ts";
import { backupHub } from "./backup/backup-hub.ts";
import { inviteToHub } from "./invite.ts";
import { resumeHub } from "./resume.ts";
import { HubError, type HubErrorType } from "./hub-error.ts";
import { createJsonLog } from "./log.ts";
import type { ParentMessage } from "./process/parent-message.ts";
import { verifyHub } from "./verify.ts";

/** What went wrong, for scripts: 1 is a running hub that could not, 2 the command line, 3 the data folder, 4 the address. */
const EXIT_CODE: Readonly<Record<HubErrorType, number>> = {
  "option-invalid": 2,
  "data-in-use": 3,
  "data-not-a-hubs": 3,
  "data-of-another-version": 3,
  "data-of-another-network": 3,
  "data-damaged": 3,
  "command-failed": 1,
  "port-in-use": 4,
  "listen-failed": 4,
};

/** The ledger does not hold. */
const FAULT_EXIT_CODE = 5;

const log = createJsonLog({ now: () => Date.now(), write: (line) => process.stdout.write(line) });

async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2), process.env);
  if (!config.ok) {
    process.stderr.write(USAGE);
    throw new HubError("option-invalid", config.error.message);
  }
  switch (config.value.command) {
    case "serve":
      return serve(config.value);
    case "verify":
      return verify(config.value);
    case "invite":
      return log("info", "invited", await inviteToHub({ ...config.value, clock: systemClock }));
    case "backup":
      return log(
        "info",
        "backed-up",
        await backupHub({ ...config.value, to: config.value.to ?? "", clock: systemClock }),
      );
    case "resume":
      return log("info", "resumed", await resumeHub(config.value));
  }
}

async function serve(config: Config): Promise<void> {
  // A renewal that comes while it starts must not end it, as the signal otherwise would.
  let isToReload = false;
  let reload = (): void => {
    isToReload = true;
  };
  process.on("SIGHUP", () => reload());
  log("info", "configured", { ...config });
  const hub = await createHub({ ...hubOptionsOf(config), log });
  stopOnSignals(hub);
  reload = () => void hub.reload();
  if (isToReload) reload();
  tellParent({ type: "listening", url: hub.url, network: hub.network.id });
}

function hubOptionsOf({
  tlsCert: cert,
  tlsKey: key,
  trustProxy: isProxied,
  allowList,
  ...options
}: Config): HubOptions {
  const { admission, backupTo, backupEveryS, backupsKept } = options;
  return {
    ...options,
    isProxied,
    admission: admission === "allow-list" ? { type: admission, path: allowList ?? "" } : { type: admission },
    ...(backupTo === undefined ? {} : { backups: { to: backupTo, everyMs: backupEveryS * 1000, kept: backupsKept } }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
  };
}

async function verify({ data, network }: Config): Promise<void> {
  const wanted = network === undefined ? {} : { network };
  const { fault } = await verifyHub({ data, log, clock: systemClock, ...wanted });
  if (fault !== undefined) process.exitCode = FAULT_EXIT_CODE;
}

function stopOnSignals(hub: Hub): void {
  const stop = (reason: string): void => {
    log("info", "stopping", { reason });
    void hub.stop().then(() => {
      log("info", "stopped");
      process.exit(0);
    });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(signal));
  if (process.send !== undefined) process.once("disconnect", () => stop("parent-gone"));
}

function tellParent(message: ParentMessage): void {
  process.send?.(message);
}

function refuse(error: unknown): void {
  if (!(error instanceof HubError)) throw error;
  const { type, message } = error;
  log("error", "refused-to-start", { type, message });
  tellParent({ type: "refused", error: { type, message } });
  process.exitCode = EXIT_CODE[type];
  process.disconnect?.();
}

main().catch(refuse);
