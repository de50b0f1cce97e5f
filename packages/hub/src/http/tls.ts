/**
 * The certificate that a hub shows when it speaks TLS itself. It is read again when its files change or when the hub is told
 * to, for certificates are renewed every few weeks and connections are not ended for it; a pair that does not fit together,
 * as while one file is written and the other is not, changes nothing.
 */
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { unwatchFile, watchFile } from "node:fs";
import type { Server as TlsServer } from "node:https";
import { HubError } from "../hub-error.ts";
import type { Log } from "../log.ts";

export interface TlsFiles {
  /** PEM: the certificate, then those that vouch for it. */
  readonly cert: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What older ones are is broken. A new certificate is shown with it again: a secure context of its own has its own bound. */
export const TLS_VERSION_MIN = "TLSv1.2";

/** How often the files are looked at. Asking a file system for two times costs nothing. */
const WATCH_MS = 2_000;

/** @throws {HubError} `option-invalid` when the files are not a certificate and its key */
export async function readKeyPair(files: TlsFiles): Promise<KeyPair> {
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, "utf8"), readFile(files.key, "utf8")]);
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new HubError(
      "option-invalid",
      `${files.cert} and ${files.key} cannot be used for TLS (${problem}): name a certificate and its key as PEM files that this user may read.`,
      { cause: error },
    );
  }
  throw new HubError(
    "option-invalid",
    `${files.key} is not the key of the certificate in ${files.cert}: name the two that belong together.`,
  );
}

export interface TlsReloadingOptions {
  readonly server: TlsServer;
  readonly files: TlsFiles;
  /** What the server shows already. */
  readonly shown: KeyPair;
  readonly log: Log;
}

/** Keeps a server's certificate that of the files. */
export class TlsReloading {
  readonly #options: TlsReloadingOptions;
  #shown: KeyPair;
  /** One at a time, so that what was read later is shown later. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: TlsReloadingOptions) {
    this.#options = options;
    this.#shown = options.shown;
    for (const path of [options.files.cert, options.files.key])
      watchFile(path, { interval: WATCH_MS, persistent: false }, this.#onChange);
  }

  /** Never rejects: what cannot be used is said in the log, and what was shown before is shown still. */
  reload(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#reload());
    return this.#queue;
  }

  async #reload(): Promise<void> {
    const { server, files, log } = this.#options;
    try {
      const pair = await readKeyPair(files);
      if (pair.cert === this.#shown.cert && pair.key === this.#shown.key) return;
      server.setSecureContext({ ...pair, minVersion: TLS_VERSION_MIN });
      this.#shown = pair;
      log("info", "certificate-reloaded", { validTo: new X509Certificate(pair.cert).validTo });
    } catch (error) {
      log("error", "certificate-not-reloaded", { problem: error instanceof Error ? error.message : String(error) });
    }
  }

  stop(): void {
    for (const path of [this.#options.files.cert, this.#options.files.key]) unwatchFile(path, this.#onChange);
  }

  readonly #onChange = (): void => void this.reload();
}
