/**
 * The files of the PWA. They are listed once, when the hub starts, and a request is looked up in that list: a path that
 * is not in it does not exist, so no spelling of `..` can reach anything else. They are compressed one after
 * the other, whatever is asked for meanwhile: nobody makes the hub do it twice, or all at once.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { acceptsBrotli } from "./accepts-brotli.ts";
import type { Reply } from "./reply.ts";

export interface StaticFiles {
  /** `undefined` when there is no such file and no page either. */
  readonly find: (pathname: string, asked: AskedFor) => Reply | undefined;
  /** Compresses what browsers take compressed, one file after the other, so that it is sent so. Once; never rejects. */
  readonly compress: () => Promise<void>;
  /** Compresses no more files. Resolves when it is done with the one that it is at. */
  readonly stop: () => Promise<void>;
}

/** The header fields of a request that its answer depends on. */
export interface AskedFor {
  readonly "if-none-match"?: string | undefined;
  readonly "accept-encoding"?: string | string[] | undefined;
}

interface StaticFile {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Of every variant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressible: boolean;
  /** Its bytes, compressed. Absent where it is better sent as it is, and until it is compressed. */
  brotli: Uint8Array | undefined;
}

const FILES_MAX = 4096;

/** What is kept compressed, in all: forty times our own app. What is beyond it goes out as it is. */
const COMPRESSED_BYTES_MAX: number = 64 * 1024 * 1024;
/** A file that is larger is no page's: it would be read into memory whole. */
const COMPRESSIBLE_BYTES_MAX: number = 16 * 1024 * 1024;

/** Two steps below the best, which takes twenty times as long and saves a tenth. */
const BROTLI_QUALITY = 9;

const compress = promisify(brotliCompress);

const MIME_BY_EXTENSION: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".woff2": "font/woff2",
};

/** Pictures and fonts are compressed in themselves. */
const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".wasm", ".webmanifest"]);

/** Vite puts the hash of the content into these names, so what they name never changes. */
const HASHED_NAME = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const FOREVER = "public, max-age=31536000, immutable";
/** Kept, and asked for again each time: a new version of the app must not wait for a cache. */
const ASK_AGAIN = "no-cache";

/** Rejects where there is no such folder. */
export async function listStaticFiles(folder: string, bytesMax: number = COMPRESSED_BYTES_MAX): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || files.size >= FILES_MAX) continue;
    const file = join(entry.parentPath, entry.name);
    const pathname = file.slice(folder.length).replaceAll("\\", "/").replace(/^\/*/, "/");
    files.set(pathname, await describe(file, pathname));
  }
  const stopping = new AbortController();
  let compressing = Promise.resolve();
  return {
    find: (pathname, asked) => {
      const found = files.get(pathname) ?? (isPage(pathname) ? files.get("/index.html") : undefined);
      return found && reply(found, asked);
    },
    compress: () => (compressing = compressAll(files.values(), bytesMax, stopping.signal)),
    stop: () => {
      stopping.abort();
      return compressing;
    },
  };
}

/** Paths of the app's own router name no file: every one of them is the one page. */
function isPage(pathname: string): boolean {
  return extname(pathname) === "";
}

function reply({ file, size, mtimeMs, headers, brotli }: StaticFile, asked: AskedFor): Reply {
  const body = acceptsBrotli(asked["accept-encoding"]) ? brotli : undefined;
  // Each variant has a tag of its own, for a cache may hold either (RFC 9110, section 8.8.3.3).
  const tag = `${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}${body === undefined ? "" : "-br"}`;
  const ETag = `"${tag}"`;
  if (isNamed(ETag, asked["if-none-match"])) {
    const { "Content-Type": _type, ...kept } = headers;
    return { status: 304, headers: { ...kept, ETag } };
  }
  if (body === undefined) return { status: 200, headers: { ...headers, ETag, "Content-Length": String(size) }, file };
  return { status: 200, headers: { ...headers, ETag, "Content-Encoding": "br" }, body };
}

/** By the weak comparison (RFC 9110, sections 8.8.3.2 and 13.1.2). */
function isNamed(tag: string, ifNoneMatch = ""): boolean {
  return ifNoneMatch.split(",").some((named) => {
    const text = named.trim();
    return text === "*" || text === tag || text === `W/${tag}`;
  });
}

async function compressAll(files: Iterable<StaticFile>, bytesMax: number, stopping: AbortSignal): Promise<void> {
  let bytes = 0;
  for (const file of files) {
    if (stopping.aborted) return;
    // What cannot be read now may be there when it is asked for.
    const brotli = await compressedOf(file).catch(() => undefined);
    if (brotli === undefined || bytes + brotli.length > bytesMax) continue;
    bytes += brotli.length;
    file.brotli = brotli;
  }
}

/** `undefined` for what would not be smaller, and for what is not as it was listed. */
async function compressedOf({ file, size, mtimeMs, isCompressible }: StaticFile): Promise<Uint8Array | undefined> {
  if (!isCompressible || size > COMPRESSIBLE_BYTES_MAX) return undefined;
  const bytes = await readFile(file);
  if (bytes.length !== size || (await stat(file)).mtimeMs !== mtimeMs) return undefined;
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: size };
  const smaller = await compress(bytes, { params });
  // A copy: the library's result is a view on a piece of memory that is larger than most files.
  return smaller.length < size ? Uint8Array.from(smaller) : undefined;
}

async function describe(file: string, pathname: string): Promise<StaticFile> {
  const { size, mtimeMs } = await stat(file);
  const extension = extname(file).toLowerCase();
  const isCompressible = COMPRESSIBLE.has(extension);
  return {
    file,
    size,
    mtimeMs,
    isCompressible,
    brotli: undefined,
    headers: {
      "Content-Type": MIME_BY_EXTENSION[extension] ?? "application/octet-stream",
      "Cache-Control": HASHED_NAME.test(pathname) ? FOREVER : ASK_AGAIN,
      ...(isCompressible && { Vary: "Accept-Encoding" }),
    },
  };
}
