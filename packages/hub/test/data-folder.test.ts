/** Data folders that a hub must not open, each refused with its type and the way out, and left as it was. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createHub, type HubError, type HubOptions } from "@amigos/hub";
import type { NetworkId } from "@amigos/core";
import { startHubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();

/** A folder that a hub has used before. */
async function usedFolder(): Promise<string> {
  const data = join(await folders.make(), "hub");
  await (await createHub({ data, port: 0 })).stop();
  return data;
}

/** `"type: message"`, with the folder's path as `DATA`. */
async function refusal(options: Omit<HubOptions, "port"> & { readonly port?: number }): Promise<string> {
  const outcome: unknown = await createHub({ port: 0, ...options }).catch((error: unknown) => error);
  const { type, message } = outcome as HubError;
  return `${type}: ${message}`.replaceAll(options.data, "DATA");
}

describe("a hub's data folder", { timeout: 60_000 }, () => {
  it("keeps its network from one start to the next", async () => {
    const data = await usedFolder();
    const first = await createHub({ data, port: 0 });
    await first.stop();
    const again = await createHub({ data, port: 0, network: first.network.id });
    expect(again.network.id).toBe(first.network.id);
    expect(again.replica.settled.height).toBe(1);
    await again.stop();
  });

  it("is refused while another hub has it, and by the second process too", async () => {
    const data = await usedFolder();
    const hub = await startHubProcess({ data });
    expect(await refusal({ data })).toBe(
      "data-in-use: DATA is in use by another hub: stop that one first, or choose another folder.",
    );
    await expect(startHubProcess({ data })).rejects.toMatchObject({ type: "data-in-use" });
    expect((await fetch(`${hub.url}/health`)).status).toBe(200);
    await hub.stop();
    expect(await hub.exited).toBe(0);
  });

  it("of another network is refused, by its id and by its ledger", async () => {
    const data = await usedFolder();
    const other = "ab".repeat(32) as NetworkId;
    expect(await refusal({ data, network: other })).toMatch(
      /^data-of-another-network: DATA belongs to network [0-9a-f]{64}, not to (ab){32}: choose that network's folder, or an empty one\.$/,
    );
    const foreign = await usedFolder();
    await cp(join(foreign, "genesis.cbor"), join(data, "genesis.cbor"));
    expect(await refusal({ data })).toMatch(
      /^data-of-another-network: .* restore the key and genesis\.cbor that belong together\.$/,
    );
    await rm(join(data, "keys"), { recursive: true });
    await cp(join(foreign, "keys"), join(data, "keys"), { recursive: true });
    expect(await refusal({ data })).toMatch(/^data-of-another-network: .*belongs to another network/);
  });

  it("of another version is refused and stays as it was", async () => {
    const data = await usedFolder();
    await writeFile(join(data, "format"), "amigos-hub-data 2\n");
    expect(await refusal({ data })).toBe(
      "data-of-another-version: DATA has data of version 2 and this hub knows version 1: run the hub that wrote it, or choose another folder.",
    );
    expect(await readFile(join(data, "format"), "utf8")).toBe("amigos-hub-data 2\n");
  });

  it("that holds something else is refused and stays as it was", async () => {
    const data = await folders.make();
    await writeFile(join(data, "holiday.jpg"), "not ours");
    expect(await refusal({ data })).toBe(
      "data-not-a-hubs: DATA holds other files (holiday.jpg, …): choose an empty folder for the hub's data.",
    );
    await mkdir(join(data, "sub"));
    await writeFile(join(data, "sub", "format"), "something else\n");
    expect(await refusal({ data: join(data, "sub") })).toMatch(/^data-not-a-hubs: /);
  });

  it("with a lost or damaged genesis is refused, not begun anew", async () => {
    const data = await usedFolder();
    await writeFile(join(data, "genesis.cbor"), "no cbor");
    expect(await refusal({ data })).toMatch(
      /^data-damaged: DATA\/genesis\.cbor cannot be read \(malformed\): restore it from a copy\.$/,
    );
    await rm(join(data, "genesis.cbor"));
    expect(await refusal({ data })).toBe(
      "data-damaged: DATA: there is a ledger and no genesis.cbor: restore that file from a copy.",
    );
  });

  it("that is a file is refused", async () => {
    const data = join(await folders.make(), "file");
    await writeFile(data, "");
    expect(await refusal({ data })).toMatch(/^data-damaged: DATA cannot be used: /);
  });

  it("is free again after a start that failed for another reason", async () => {
    const data = await usedFolder();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ data, port })).toBe(
      `port-in-use: Another program listens on 127.0.0.1:${port} already: choose another port.`,
    );
    await expect(startHubProcess({ data, port })).rejects.toMatchObject({ type: "port-in-use" });
    other.close();
    await (await createHub({ data, port: 0 })).stop();
  });
});
