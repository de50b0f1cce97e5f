/**
 * The files of the PWA. They are listed once, when the hub starts, and a request is looked up in that list: a path that
 * is not in it does not exist, so no spelling of `..` can reach anything else. What browsers take compressed is compressed when
 * it is first asked for, and kept so.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { acceptsBrotli } from "./accepts-brotli.ts";
import type { Reply } from "./reply.ts";

export interface StaticFiles {
  /** `undefined` when there is no such file and no page either. Rejects when the file was taken away. */
  readonly find: (pathname: string, asked: AskedFor) => Promise<Reply | undefined>;
}

/** The header fields of a request that its answer depends on. */
export interface AskedFor {
  readonly "if-none-match"?: string | undefined;
  readonly "accept-encoding"?: string | string[] | undefined;
}

interface StaticFile {
  readonly file: string;
  readonly size: number;
  /** Of its bytes as they lie there, without the quotes of the header. */
  readonly tag: string;
  /** Of every variant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressible: boolean;
}

const FILES_MAX = 4096;

/** What is kept compressed, in all: forty times our own app. What is beyond it goes out as it is. */
const COMPRESSED_BYTES_MAX: number = 64 * 1024 * 1024;

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

export async function listStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || files.size >= FILES_MAX) continue;
    const file = join(entry.parentPath, entry.name);
    const pathname = file.slice(folder.length).replaceAll("\\", "/").replace(/^\/*/, "/");
    files.set(pathname, await describe(file, pathname));
  }
  const compressed = new CompressedFiles();
  return {
    find: async (pathname, asked) => {
      const found = files.get(pathname) ?? (isPage(pathname) ? files.get("/index.html") : undefined);
      return found && reply(found, asked, compressed);
    },
  };
}

/** Paths of the app's own router name no file: every one of them is the one page. */
function isPage(pathname: string): boolean {
  return extname(pathname) === "";
}

async function reply(found: StaticFile, asked: AskedFor, compressed: CompressedFiles): Promise<Reply> {
  const { file, size, tag, headers, isCompressible } = found;
  const isWanted = isCompressible && acceptsBrotli(asked["accept-encoding"]);
  const body = isWanted ? await compressed.of(found) : undefined;
  // Each variant has a tag of its own, for a cache may hold either (RFC 9110, section 8.8.3.3).
  const ETag = body === undefined ? `"${tag}"` : `"${tag}-br"`;
  if (asked["if-none-match"] === ETag) return { status: 304, headers: { ...headers, ETag } };
  if (body === undefined) return { status: 200, headers: { ...headers, ETag, "Content-Length": String(size) }, file };
  return { status: 200, headers: { ...headers, ETag, "Content-Encoding": "br" }, body };
}

/** Whoever asks for a file while it is being compressed waits for the same. */
class CompressedFiles {
  readonly #byFile = new Map<string, Promise<Uint8Array | undefined>>();
  #bytesLeft = COMPRESSED_BYTES_MAX;

  /** `undefined` for a file that is better sent as it is. */
  async of({ file, size }: StaticFile): Promise<Uint8Array | undefined> {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    if (size > this.#bytesLeft) return undefined;
    this.#bytesLeft -= size;
    const compressing = this.#compress(file, size);
    this.#byFile.set(file, compressing);
    // It may be there again when it is asked for again.
    compressing.catch(() => this.#byFile.delete(file));
    return compressing;
  }

  async #compress(file: string, size: number): Promise<Uint8Array | undefined> {
    let kept = 0;
    try {
      const bytes = await readFile(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: size };
      const smaller = await compress(bytes, { params });
      if (smaller.length >= size) return undefined;
      kept = smaller.length;
      return smaller;
    } finally {
      this.#bytesLeft += size - kept;
    }
  }
}

async function describe(file: string, pathname: string): Promise<StaticFile> {
  const { size, mtimeMs } = await stat(file);
  const extension = extname(file).toLowerCase();
  const isCompressible = COMPRESSIBLE.has(extension);
  return {
    file,
    size,
    tag: `${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}`,
    isCompressible,
    headers: {
      "Content-Type": MIME_BY_EXTENSION[extension] ?? "application/octet-stream",
      "Cache-Control": HASHED_NAME.test(pathname) ? FOREVER : ASK_AGAIN,
      ...(isCompressible && { Vary: "Accept-Encoding" }),
    },
  };
}
