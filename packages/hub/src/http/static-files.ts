/**
 * The files of the PWA. They are listed once, when the hub starts, and a request is looked up in that list: a path that
 * is not in it does not exist, so no spelling of `..` can reach anything else.
 */
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Reply } from "./reply.ts";

export interface StaticFiles {
  /** `undefined` when there is no such file and no page either. */
  readonly find: (pathname: string, ifNoneMatch: string | undefined) => Reply | undefined;
}

interface StaticFile {
  readonly file: string;
  readonly headers: Readonly<Record<string, string>>;
}

const FILES_MAX = 4096;

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
  return { find: (pathname, ifNoneMatch) => find(files, pathname, ifNoneMatch) };
}

function find(
  files: ReadonlyMap<string, StaticFile>,
  pathname: string,
  ifNoneMatch: string | undefined,
): Reply | undefined {
  const found = files.get(pathname) ?? (isPage(pathname) ? files.get("/index.html") : undefined);
  if (found === undefined) return undefined;
  const { ETag, "Cache-Control": cacheControl } = found.headers as {
    readonly ETag: string;
    readonly "Cache-Control": string;
  };
  if (ifNoneMatch === ETag) return { status: 304, headers: { ETag, "Cache-Control": cacheControl } };
  return { status: 200, headers: found.headers, file: found.file };
}

/** Paths of the app's own router name no file: every one of them is the one page. */
function isPage(pathname: string): boolean {
  return extname(pathname) === "";
}

async function describe(file: string, pathname: string): Promise<StaticFile> {
  const { size, mtimeMs } = await stat(file);
  return {
    file,
    headers: {
      "Content-Type": MIME_BY_EXTENSION[extname(file).toLowerCase()] ?? "application/octet-stream",
      "Content-Length": String(size),
      "Cache-Control": HASHED_NAME.test(pathname) ? FOREVER : ASK_AGAIN,
      ETag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`,
    },
  };
}
