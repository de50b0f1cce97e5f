/** What a wallet app asks a hub over HTTP. */
import { accountToText, decodeNetwork, orThrow, type AccountId, type Network } from "@amigos/core";

export interface CheckpointInfo {
  readonly height: number;
  readonly id: string;
  readonly stateRoot: string;
}

export interface Health {
  readonly status: string;
  readonly height: number;
  /** Entries that no checkpoint has decided. */
  readonly undecided: number;
  /** Sessions that are proven to have signed twice. */
  readonly equivocations: number;
}

export async function fetchHealth(url: string): Promise<Health> {
  return (await (await fetch(`${url}/health`)).json()) as Health;
}

export async function fetchNetwork(url: string): Promise<Network> {
  const response = await fetch(`${url}/network`);
  return orThrow(decodeNetwork(new Uint8Array(await response.arrayBuffer())));
}

/** The newest, or the one of a height. */
export async function fetchCheckpoint(url: string, height?: number): Promise<CheckpointInfo> {
  const response = await fetch(`${url}/checkpoint${height === undefined ? "" : `/${height}`}`);
  return (await response.json()) as CheckpointInfo;
}

export async function askFaucet(url: string, account: AccountId): Promise<number> {
  const response = await fetch(`${url}/faucet`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ account: accountToText(account) }),
  });
  await response.text();
  return response.status;
}
