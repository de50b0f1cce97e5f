import { expect, test } from "vitest";
import {
  createSealingKey,
  openBytes,
  openSealingKey,
  openSigningKey,
  passkeyToKey,
  pinToKey,
  sealBytes,
  sealKey,
} from "./seal.ts";

/** A thousandth of what a PIN takes in use: these tests are about what opens what. */
const COST_LOG2 = 6;
const SALT = new Uint8Array(16).fill(7);
const MESSAGE = new Uint8Array(32).fill(1);

async function createSigningKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
}

test("a key is opened under the key that sealed it, and no script can read it then", async () => {
  const sealing = await createSealingKey(false);
  const { privateKey, publicKey } = await createSigningKey();
  const opened = await openSigningKey(await sealKey("pkcs8", privateKey, sealing, "session/1"), sealing, "session/1");
  const signature = await crypto.subtle.sign("Ed25519", opened, MESSAGE);
  expect(await crypto.subtle.verify("Ed25519", publicKey, signature, MESSAGE)).toBe(true);
  await expect(crypto.subtle.exportKey("pkcs8", opened)).rejects.toMatchObject({ name: "InvalidAccessError" });
  await expect(crypto.subtle.exportKey("raw", sealing)).rejects.toMatchObject({ name: "InvalidAccessError" });
});

test("nothing opens under another key, under another name, or with a byte changed", async () => {
  const [sealing, other] = [await createSealingKey(false), await createSealingKey(false)];
  const sealed = await sealBytes(MESSAGE, sealing, "entropy");
  expect(await openBytes(sealed, sealing, "entropy")).toEqual(MESSAGE);
  const changed = { ...sealed, bytes: sealed.bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) };
  await expect(openBytes(sealed, other, "entropy")).rejects.toMatchObject({ name: "OperationError" });
  await expect(openBytes(sealed, sealing, "nonce")).rejects.toMatchObject({ name: "OperationError" });
  await expect(openBytes(changed, sealing, "entropy")).rejects.toMatchObject({ name: "OperationError" });
});

test("the sealing key is opened by its PIN, however it is written, and by no other", async () => {
  const sealing = await createSealingKey(true);
  const sealed = await sealKey("raw", sealing, await pinToKey("café 1", SALT, COST_LOG2), "lock/pin");
  const data = await sealBytes(MESSAGE, sealing, "entropy");
  const opened = await openSealingKey(sealed, await pinToKey("cafe\u0301 1", SALT, COST_LOG2), "lock/pin");
  expect(await openBytes(data, opened, "entropy")).toEqual(MESSAGE);
  const wrong = await pinToKey("café 2", SALT, COST_LOG2);
  await expect(openSealingKey(sealed, wrong, "lock/pin")).rejects.toMatchObject({ name: "OperationError" });
});

test("a passkey's answer makes one key, another answer another", async () => {
  const sealed = await sealBytes(MESSAGE, await passkeyToKey(new Uint8Array(32).fill(3)), "lock/passkey");
  const again = await passkeyToKey(new Uint8Array(32).fill(3));
  expect(await openBytes(sealed, again, "lock/passkey")).toEqual(MESSAGE);
  const other = await passkeyToKey(new Uint8Array(32).fill(4));
  await expect(openBytes(sealed, other, "lock/passkey")).rejects.toMatchObject({ name: "OperationError" });
});

test("nothing is sealed twice the same", async () => {
  const sealing = await createSealingKey(false);
  const [first, second] = [await sealBytes(MESSAGE, sealing, "x"), await sealBytes(MESSAGE, sealing, "x")];
  expect(first.iv).not.toEqual(second.iv);
  expect(first.bytes).not.toEqual(second.bytes);
});
