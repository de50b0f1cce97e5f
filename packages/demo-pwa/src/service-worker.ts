/**
 * Keeps the app on the device, so that it opens with the server stopped. Everything that the build made is put into one
 * cache named after its contents when a version is installed; from then on pages and parts come from there alone. What
 * is not part of the build (the network's genesis, the faucet, the sync socket) is never touched.
 *
 * A new version waits until the page says so: it must not replace the worker's code in the middle of a payment.
 */
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

/** Written by the build: every file of this version, and a name that changes whenever one of them does. */
declare const PRECACHE_VERSION: string;
declare const PRECACHE_PATHS: readonly string[];

const CACHE_PREFIX = "amigos-app-";
const cacheName = CACHE_PREFIX + PRECACHE_VERSION;
const paths: ReadonlySet<string> = new Set(PRECACHE_PATHS);
const PAGE = "/index.html";

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", (event) => {
  if (event.data === "activate") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const path = ownPath(event.request);
  if (path !== undefined) event.respondWith(fromCache(path, event.request));
});

async function precache(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(PRECACHE_PATHS.map((path) => new Request(path, { cache: "no-cache" })));
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== cacheName).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

/** The path in the cache that answers a request, or `undefined` when it is not ours to answer. */
function ownPath(request: Request): string | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return undefined;
  if (request.mode === "navigate") return PAGE;
  return paths.has(pathname) ? pathname : undefined;
}

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
