/** The demo with a real hub process: it says what it does, keeps its data, gives way on a port, and leaves nothing behind. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveDemo, type ServeOptions } from "./serve.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amigos-demo-test-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Amigos</title>");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A port that is free now, and a server that takes it when wanted. */
async function listenSomewhere(): Promise<{ readonly port: number; readonly free: () => Promise<void> }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const free = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  return { port, free };
}

interface Show {
  readonly said: string[];
  readonly port: number;
  readonly stop: () => Promise<number>;
}

/** Resolves when the demo has said its last line before it waits. */
async function startShow(options: Pick<ServeOptions, "port"> & Partial<ServeOptions>): Promise<Show> {
  const said: string[] = [];
  let interrupt: () => void = () => undefined;
  let announced: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
  const isAnnounced = new Promise<void>((resolve) => (announced = resolve));
  const exitCode = serveDemo({
    reset: false,
    dataFolder: join(folder, "data"),
    buildWallet: () => Promise.resolve(folder),
    interrupted,
    say: (line) => {
      said.push(line);
      if (line.startsWith("Stop with")) announced();
    },
    ...options,
  });
  await Promise.race([isAnnounced, exitCode]);
  const address = /http:\/\/alice\.localhost:(\d+)/.exec(said.join("\n"))?.[1];
  return {
    said,
    port: Number(address),
    stop: () => {
      interrupt();
      return exitCode;
    },
  };
}

async function networkAt(port: number): Promise<string> {
  return Buffer.from(await (await fetch(`http://127.0.0.1:${port}/network`)).arrayBuffer()).toString("hex");
}

describe("pnpm demo", { timeout: 60_000 }, () => {
  it("prints two addresses, serves the wallet, and continues with the same data until it is reset", async () => {
    const { port, free } = await listenSomewhere();
    await free();
    const first = await startShow({ port });
    expect(first.said.join("\n")).toContain(
      `alice's phone  http://alice.localhost:${port}\n  bob's phone    http://bob.localhost:${port}`,
    );
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain("Amigos");
    expect(first.said.join("\n")).toContain(`http://localhost:${port}/demo`);
    expect(await (await fetch(`http://127.0.0.1:${port}/demo?story=wrong-clock`)).text()).toContain("Amigos");
    const network = await networkAt(port);
    expect(await first.stop()).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");

    const second = await startShow({ port });
    expect(await networkAt(port)).toBe(network);
    expect(await second.stop()).toBe(0);

    const third = await startShow({ port, reset: true });
    expect(third.said[0]).toBe("Forgot everything of the demo before.");
    expect(await networkAt(port)).not.toBe(network);
    expect(await third.stop()).toBe(0);
  });

  it("says that a port is taken and takes the next", async () => {
    const { port, free } = await listenSomewhere();
    const show = await startShow({ port });
    expect(show.said[0]).toBe(`Port ${port} is taken, so the next one.`);
    expect(show.port).toBeGreaterThan(port);
    await show.stop();
    await free();
  });

  it("refuses to run twice on the same data, also to reset it", async () => {
    const { port, free } = await listenSomewhere();
    await free();
    const running = await startShow({ port });
    for (const reset of [false, true]) {
      const other = await startShow({ port: port + 1, reset });
      expect(other.said).toEqual(["The demo runs already. Stop that one first, with Ctrl-C in its terminal."]);
      expect(await other.stop()).toBe(1);
    }
    expect(await networkAt(port)).not.toBe("");
    expect(await running.stop()).toBe(0);
  });

  it("says the way out when its data is of another version", async () => {
    const dataFolder = await mkdtemp(join(folder, "old-"));
    await writeFile(join(dataFolder, "format"), "amigos-hub-data 99\n");
    const { port, free } = await listenSomewhere();
    await free();
    const refused = await startShow({ port, dataFolder });
    expect(refused.said.at(-1)).toBe("`pnpm demo --reset` forgets the demo's data and starts anew.");
    expect(await refused.stop()).toBe(1);
    const reset = await startShow({ port, dataFolder, reset: true });
    expect(await reset.stop()).toBe(0);
  });
});
