#!/usr/bin/env node
/**
 * Does what a new user does: clones the newest commit and runs the README's commands with the Node and npm that the
 * machine has, no pnpm, and nothing in any cache. Prints how long each took; fails when one does.
 *
 *     node scripts/fresh-clone.mjs              headless demo, demo, tests
 *     node scripts/fresh-clone.mjs headless     only this one (also: demo, test)
 *     node scripts/fresh-clone.mjs --keep       leave the clone where it is and say where
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed. Of the user's npm configuration
 * only what names and opens the registry is kept, so that the commands meet the same registry and an empty rest.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const repository = resolve(fileURLToPath(import.meta.url), "../..");
const commandMsMax = 20 * 60_000;
const stopMsMax = 20_000;

const commands = {
  headless: () => runToTheEnd(["demo", "--headless"]),
  demo: () => startAndStop(["demo"]),
  test: () => runToTheEnd(["test"]),
};

const wanted = process.argv.slice(2).filter((option) => option !== "--keep");
const unknown = wanted.filter((name) => !Object.hasOwn(commands, name));
if (unknown.length > 0) {
  console.error(`No such command: ${unknown.join(", ")}. There are: ${Object.keys(commands).join(", ")}.`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "amigos-fresh-"));
const clone = join(folder, "amigos-edge");
const home = join(folder, "home");
const environment = emptyEnvironment();
const results = [];

try {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", repository, clone], { stdio: "inherit" });
  const commit = execFileSync("git", ["log", "-1", "--format=%h %s"], { cwd: clone, encoding: "utf8" }).trim();
  console.log(`${commit}\nNode ${execFileSync("node", ["--version"], { env: environment, encoding: "utf8" }).trim()}`);
  for (const [name, command] of Object.entries(commands)) {
    if (wanted.length === 0 || wanted.includes(name)) results.push({ name, ...(await command()) });
  }
} finally {
  if (process.argv.includes("--keep")) console.log(`\nThe clone is in ${clone}`);
  else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

console.log("");
for (const { name, seconds, problem } of results) {
  console.log(
    `${problem === undefined ? "ok  " : "FAIL"} ${name.padEnd(9)} ${seconds.padStart(6)} s  ${problem ?? ""}`,
  );
}
const failed = results.filter(({ problem }) => problem !== undefined).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** A command that ends by itself. */
async function runToTheEnd(args) {
  const started = start(args);
  const code = await withLimit(started.ended, commandMsMax);
  if (code === undefined) await stop(started);
  const seconds = started.secondsSince();
  if (code === 0) return { seconds };
  return { seconds, problem: code === undefined ? "did not end" : `ended with code ${code}` };
}

/** The demo: wait for the addresses, open each, press Ctrl-C, and see that nothing is left. */
async function startAndStop(args) {
  const started = start(args);
  const addresses = await withLimit(Promise.race([started.addresses, started.ended.then(() => [])]), commandMsMax);
  const seconds = started.secondsSince();
  try {
    if (addresses === undefined || addresses.length === 0) return { seconds, problem: "printed no addresses" };
    for (const address of addresses) {
      const { status, body } = await fetchPage(address);
      if (status !== 200 || !/<html/i.test(body)) return { seconds, problem: `${address} answered ${status}` };
      console.log(`> opened ${address}: ${body.length} characters of page`);
    }
  } catch (error) {
    return { seconds, problem: `cannot open the page: ${error.message}` };
  } finally {
    started.isStopped = await stop(started);
  }
  if (!started.isStopped) return { seconds, problem: "did not stop on Ctrl-C" };
  const isGone = await fetchPage(addresses[0]).then(
    () => false,
    () => true,
  );
  return isGone ? { seconds } : { seconds, problem: "still answers after Ctrl-C" };
}

/** Starts one of the README's commands in a process group of its own, as a terminal does, and shows its output. */
function start(args) {
  console.log(`\n> npx --yes pnpm@12 ${args.join(" ")}`);
  const since = Date.now();
  const child = spawn("npx", ["--yes", "pnpm@12", ...args], {
    cwd: clone,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const ended = new Promise((done) => {
    child.on("error", () => done(1));
    child.on("close", (code) => done(code ?? 1));
  });
  const addresses = new Promise((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        process.stdout.write(text);
        output += text;
        const found = [...new Set(output.match(/http:\/\/[a-z]+\.localhost:\d+(?!\d)(?=.)/gs))];
        if (found.length >= 2) done(found);
      });
    }
  });
  return { child, ended, addresses, secondsSince: () => ((Date.now() - since) / 1000).toFixed(1) };
}

/** Ctrl-C: every process of the group is told. True when all of them are gone in time; what is left is ended. */
async function stop({ child }) {
  const isAlive = () => signal(child.pid, 0);
  signal(child.pid, "SIGINT");
  for (const deadline = Date.now() + stopMsMax; isAlive() && Date.now() < deadline;) await sleep(100);
  if (!isAlive()) return true;
  signal(child.pid, "SIGKILL");
  return false;
}

/** Signals a process group. False when nobody is in it any more. */
function signal(group, name) {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}

/** Fetches a page of `*.localhost` from loopback itself: not every system resolves these names, every browser does. */
function fetchPage(address) {
  const { host, port } = new URL(address);
  return new Promise((done, fail) => {
    const request = get({ host: "127.0.0.1", port, path: "/", headers: { host, accept: "text/html" } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text));
      response.on("end", () => done({ status: response.statusCode, body }));
    });
    request.on("error", fail).setTimeout(10_000, () => request.destroy(new Error("no answer in 10 s")));
  });
}

async function withLimit(promise, ms) {
  const limit = new AbortController();
  try {
    return await Promise.race([promise, sleep(ms, undefined, { signal: limit.signal })]);
  } finally {
    limit.abort();
  }
}

/** The environment of someone who has just installed Node: no caches, no stores, no tools of this workspace. */
function emptyEnvironment() {
  mkdirSync(home);
  writeFileSync(join(home, ".npmrc"), registryConfiguration());
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|pnpm_|XDG_|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$|CI$|CHROMIUM_PATH$)/i.test(name),
  );
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => !/node_modules|[/\\]\.?pnpm/i.test(entry));
  return { ...Object.fromEntries(kept), HOME: home, PATH: path.join(delimiter) };
}

function registryConfiguration() {
  const file = process.env.npm_config_userconfig ?? join(homedir(), ".npmrc");
  if (!existsSync(file)) return "";
  const isOfRegistry = /^\s*(?:(?:@[^:]+:)?registry|\/\/.*|(?:https?-)?proxy|noproxy|ca|cafile|strict-ssl)\s*=/;
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => isOfRegistry.test(line))
    .map((line) => `${line}\n`)
    .join("");
}
