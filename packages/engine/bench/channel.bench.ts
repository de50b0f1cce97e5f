/**
 * What encryption costs a connection. The references are what cannot be saved: OpenSSL's own time for the bytes, and the
 * verification of the signature that a payment's message carries anyway.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { orThrow, sha256, verifySignature } from "@amigos/core";
import { createTestNetwork, namedSigner } from "@amigos/core/testing";
import type { BenchCase, BenchSides } from "../../../scripts/bench/bench-case.ts";
import { shakeHands, type Channel } from "../src/peer/handshake.ts";

const MIB = 1024 * 1024;
const BULK_MESSAGES = 32;
/** A payment with what vouches for it. */
const PAYMENT_BYTES = 700;
const PAYMENTS = 500;
const NONCE = new Uint8Array(12);

const cases: readonly BenchCase[] = [
  {
    id: "engine.channel-bulk",
    what: "messages of 1 MiB sealed, over a memory link, opened and put together; the reference is OpenSSL alone sealing and opening as many bytes",
    unit: "ms",
    bar: 5,
    prepare: () => channelSides(BULK_MESSAGES, new Uint8Array(MIB).fill(7), openSslAlone),
  },
  {
    id: "engine.channel-message",
    what: "a message of a payment's size sealed, over a memory link and opened; the reference is the verification of one signature",
    unit: "ms a message",
    bar: 1,
    prepare: () => channelSides(PAYMENTS, new Uint8Array(PAYMENT_BYTES).fill(7), signaturesAlone),
  },
];

export default cases;

async function channelSides(
  messages: number,
  message: Uint8Array,
  prepareReference: (messages: number, message: Uint8Array) => Promise<() => void>,
): Promise<BenchSides> {
  const { left, right } = createMemoryConnectionPair();
  const options = { network: createTestNetwork().id, clock: systemClock, random: systemRandom };
  const [sender, receiver] = (
    await Promise.all([
      shakeHands({ ...options, connection: left, identity: { signer: namedSigner("alice") } }),
      shakeHands({ ...options, connection: right, identity: { signer: namedSigner("bob") } }),
    ])
  ).map(orThrow) as [Channel, Channel];
  let arrived = (_message: Uint8Array): void => undefined;
  receiver.start({ onMessage: (received) => arrived(received), onClose: () => undefined });
  sender.start({ onMessage: () => undefined, onClose: () => undefined });
  const reference = await prepareReference(messages, message);
  return {
    ours: async () => {
      const start = performance.now();
      for (let count = 0; count < messages; count++) {
        await new Promise<void>((resolve, reject) => {
          arrived = (received) =>
            received.length === message.length ? resolve() : reject(new TypeError("another message arrived"));
          sender.send(message);
        });
      }
      return (performance.now() - start) / messages;
    },
    reference: () => {
      const start = performance.now();
      reference();
      return (performance.now() - start) / messages;
    },
    close: () => sender.close("closed-here"),
  };
}

async function openSslAlone(messages: number, message: Uint8Array): Promise<() => void> {
  const key = systemRandom.bytes(32);
  const options = { authTagLength: 16 };
  return () => {
    for (let count = 0; count < messages; count++) {
      const cipher = createCipheriv("chacha20-poly1305", key, NONCE, options);
      const sealed = cipher.update(message);
      cipher.final();
      const decipher = createDecipheriv("chacha20-poly1305", key, NONCE, options).setAuthTag(cipher.getAuthTag());
      decipher.update(sealed);
      decipher.final();
    }
  };
}

async function signaturesAlone(messages: number): Promise<() => void> {
  const signer = namedSigner("alice");
  const hash = sha256(Uint8Array.of(1));
  const signature = await signer.sign(hash);
  return () => {
    for (let count = 0; count < messages; count++) {
      if (!verifySignature(signature, hash, signer.publicKey)) throw new TypeError("it does not hold");
    }
  };
}
