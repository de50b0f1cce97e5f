/** What the page of the bench offers, as `payer`: a wallet on IndexedDB with keys of WebCrypto that pays, and the bare writes of it. */
import { automergeWasmBase64 } from "@automerge/automerge/automerge.wasm.base64";
import { initializeBase64Wasm } from "@automerge/automerge/slim";
import { openWebCryptoKeyVault } from "@amigos/adapters/key-vault-webcrypto";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { openIndexedDbStore } from "@amigos/adapters/store-indexeddb";
import { createNetwork, READ_ALL, SEND_UNLIMITED, timeMs, type AccountId } from "@amigos/core";
import { ami, createTestNetwork } from "@amigos/core/testing";
import { createAccount, createFounder, openWallet, type Store, type Wallet } from "@amigos/engine";

const PAYEE = "ab".repeat(32) as AccountId;
const ENTRY_BYTES = 256;

let wallet: Wallet | undefined;
let bare: Store | undefined;

const page = {
  open: async (): Promise<void> => {
    await initializeBase64Wasm(automergeWasmBase64);
    const keys = await openWebCryptoKeyVault({ name: "bench" });
    const founder = await createFounder({ keys, random });
    const { genesis } = createTestNetwork();
    const time = timeMs(clock.now() - 60_000);
    const network = createNetwork({ ...genesis, time, allocations: [{ founder, ...ami(1000) }] });
    const store = await openIndexedDbStore({ name: "wallet" });
    const account = await createAccount({ network, store, keys, founder, clock, random });
    const permissions = [SEND_UNLIMITED, READ_ALL];
    const session = await account.createSession({ device: "phone", permissions, expiry: { days: 30 } });
    wallet = await openWallet({ network, session, store, keys, links: [], clock, random });
    bare = await openIndexedDbStore({ name: "bare" });
  },
  /** The median of so many payments, in milliseconds. */
  pay: async (payments: number): Promise<number> =>
    median(payments, async () => {
      await wallet?.pay(PAYEE, "0.01 AMI");
    }),
  /** The median of as many pairs of durable writes. */
  write: async (payments: number): Promise<number> =>
    median(payments, async (count) => {
      for (const key of ["reserve", "sign"])
        await bare?.write([{ type: "put", key: `${key}/${count}`, value: new Uint8Array(ENTRY_BYTES) }]);
    }),
};

declare global {
  var payer: typeof page;
}

async function median(times: number, action: (count: number) => Promise<void>): Promise<number> {
  const durations: number[] = [];
  for (let count = 0; count < times; count++) {
    const start = performance.now();
    await action(count);
    durations.push(performance.now() - start);
  }
  return durations.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

globalThis.payer = page;
