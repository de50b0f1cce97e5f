/**
 * Noise against what others made: the pattern as noise-c has it, the vectors that two libraries publish, and both kinds of
 * primitives under one table.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bytesToHex, concatBytes, hexToBytes, orThrow, sha256 } from "@amigos/core";
import { describe, expect, it } from "vitest";
import { createEphemeral, initiate, respond, type Ephemeral } from "../src/noise/noise-nn.ts";
import { primitives as nodePrimitives } from "../src/noise/primitives.node.ts";
import { primitives as portablePrimitives } from "../src/noise/primitives.portable.ts";

interface Vector {
  readonly prologue: string;
  readonly initiatorSecret: string;
  readonly responderSecret: string;
  readonly handshakeHash: string | undefined;
  /** Two of the handshake, then by turns from the initiator and from the responder; in hex, as all of this. */
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

/** What the vectors of others call these. */
interface PublishedVector {
  readonly init_prologue: string;
  readonly init_ephemeral: string;
  readonly resp_ephemeral: string;
  readonly handshake_hash?: string;
  readonly messages: Vector["messages"];
}

interface WycheproofX25519 {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly public: string;
      readonly private: string;
      readonly shared: string;
      readonly flags: readonly string[];
    }[];
  }[];
}

const externalFolder = resolve(import.meta.dirname, "../../../../shared/vectors-external");

function readExternal<Data>(file: string): { readonly data: Data | undefined; readonly note: string } {
  const path = join(externalFolder, file);
  return existsSync(path)
    ? { data: JSON.parse(readFileSync(path, "utf8")) as Data, note: "" }
    : { data: undefined, note: ` (ABSENT, not checked: ${file} beside this checkout)` };
}

/** What two libraries publish for this pattern. Where they are from, and under which licence, stands in the file. */
const published = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/noise-nn.json"), "utf8")) as Readonly<
  Record<"cacophony" | "snow", readonly PublishedVector[]>
>;
const wycheproof = readExternal<WycheproofX25519>("wycheproof-x25519.json");

function hexOf(text: string): string {
  return Buffer.from(text).toString("hex");
}

/** The secret is the SHA-256 of the name. */
function ephemeralOf(name: string): Ephemeral {
  return createEphemeral(sha256(Buffer.from(name)));
}

/** Made with noise-c (rweather, 40b64ab8) as noise-c.wasm 0.4.0 has it. */
const ofNoiseC: readonly Vector[] = [
  {
    prologue: hexOf("amigos/noise/2"),
    initiatorSecret: bytesToHex(ephemeralOf("alice").secret),
    responderSecret: bytesToHex(ephemeralOf("bob").secret),
    handshakeHash: "0b3c5366f3d2a143466e61d69f92a94d7f9ba8da251ae76d48d50abe73e30154",
    messages: [
      { payload: "", ciphertext: "2e8b2883c27b391359d7d0c15d00815a6693290a38dd8eba341cc07ddaa8ed4d" },
      {
        payload: "",
        ciphertext: "c0b126b5aa134b84e64625256b8de8973787612b1f3839d2c60526d2114e886d712e7abc9dcaca4685e9454bb88dfbd3",
      },
      { payload: hexOf("to bob"), ciphertext: "d9ed5e8ca08825d6eb86848e18de37f3cf326ca0fb52" },
      { payload: hexOf("to alice"), ciphertext: "f2b72c9a0cb05034f1439f5d33cf42d9c3234d6920919229" },
      { payload: "", ciphertext: "b47b56749ba04b5edd28ccb06b12db3a" },
      { payload: "", ciphertext: "9443e983ad2fc947a15ea36a898ee569" },
      { payload: hexOf("a third to bob"), ciphertext: "6c876638cf01060451e3c3220af380bc4ff13d86de2b0e5d86fdd145bd61" },
    ],
  },
  {
    prologue: "",
    initiatorSecret: bytesToHex(ephemeralOf("alice").secret),
    responderSecret: bytesToHex(ephemeralOf("bob").secret),
    handshakeHash: "1a8c2a35c046b787534d89fa0bc91cb22131ade04a247488f554df80d831c91a",
    messages: [
      {
        payload: hexOf("a payload of the first"),
        ciphertext:
          "2e8b2883c27b391359d7d0c15d00815a6693290a38dd8eba341cc07ddaa8ed4d61207061796c6f6164206f6620746865206669727374",
      },
      {
        payload: hexOf("a payload of the second"),
        ciphertext:
          "c0b126b5aa134b84e64625256b8de8973787612b1f3839d2c60526d2114e886d09795b80ebef08aca3ba345e5e4b2d358a3798fe81147dc82d732a977fdf2fc3aa149e333d5685",
      },
      { payload: hexOf("to bob"), ciphertext: "d9ed5e8ca08825d6eb86848e18de37f3cf326ca0fb52" },
      { payload: hexOf("to alice"), ciphertext: "f2b72c9a0cb05034f1439f5d33cf42d9c3234d6920919229" },
    ],
  },
];

function vectorOf(vector: PublishedVector): Vector {
  return {
    prologue: vector.init_prologue,
    initiatorSecret: vector.init_ephemeral,
    responderSecret: vector.resp_ephemeral,
    handshakeHash: vector.handshake_hash,
    messages: vector.messages,
  };
}

/** The vector as both our ends say it, and what each made of what the other said. */
function replay(vector: Vector): { readonly said: Vector; readonly heard: readonly string[] } {
  const prologue = hexToBytes(vector.prologue);
  const [first, second, ...rest] = vector.messages.map(({ payload }) => hexToBytes(payload));
  const initiator = initiate({
    prologue,
    ephemeral: createEphemeral(hexToBytes(vector.initiatorSecret)),
    payload: first as Uint8Array,
  });
  const there = orThrow(
    respond(
      { prologue, ephemeral: createEphemeral(hexToBytes(vector.responderSecret)), payload: second as Uint8Array },
      initiator.message,
    ),
  );
  const here = orThrow(initiator.finish(there.answer));
  const sent = rest.map((payload, index) => {
    const [from, to] = index % 2 === 0 ? [here, there] : [there, here];
    const sealed = from.send.seal(payload) as Uint8Array;
    return { sealed, opened: to.receive.open(sealed) as Uint8Array };
  });
  expect(there.handshakeHash).toEqual(here.handshakeHash);
  const ciphertexts = [initiator.message, there.answer, ...sent.map(({ sealed }) => sealed)];
  return {
    said: {
      ...vector,
      handshakeHash: vector.handshakeHash && bytesToHex(here.handshakeHash),
      messages: vector.messages.map(({ payload }, index) => ({
        payload,
        ciphertext: bytesToHex(ciphertexts[index] as Uint8Array),
      })),
    },
    heard: [there.payload, here.payload, ...sent.map(({ opened }) => opened)].map(bytesToHex),
  };
}

function expectAsSaid(vector: Vector): void {
  const { said, heard } = replay(vector);
  expect(said).toEqual(vector);
  expect(heard).toEqual(vector.messages.map(({ payload }) => payload));
}

describe("Noise_NN_25519_ChaChaPoly_SHA256", () => {
  it("[NOI1] says what noise-c says, byte for byte, with payloads and without", () => {
    ofNoiseC.forEach(expectAsSaid);
  });

  it("[NOI1] says what the vectors of cacophony and snow say", () => {
    const vectors = [published.cacophony, published.snow].flat();
    expect(vectors).toHaveLength(2);
    vectors.map(vectorOf).forEach(expectAsSaid);
  });

  it("[NOI1] another prologue, another key and a payload that was altered end it", () => {
    const [alice, bob, mallory] = [ephemeralOf("alice"), ephemeralOf("bob"), ephemeralOf("mallory")];
    const options = { prologue: Buffer.from("one"), payload: new Uint8Array(3) };
    const failed = { ok: false, error: { type: "encryption-failed" } };
    const { message, finish } = initiate({ ...options, ephemeral: alice });
    const answerOf = (prologue: string, toWhom = message): Uint8Array =>
      orThrow(respond({ ...options, prologue: Buffer.from(prologue), ephemeral: bob }, toWhom)).answer;
    expect(finish(answerOf("another"))).toEqual(failed);

    const again = (): typeof finish => initiate({ ...options, ephemeral: alice }).finish;
    const answer = answerOf("one");
    expect(again()(answer).ok).toBe(true);
    expect(again()(answer.with(33, (answer[33] ?? 0) ^ 1))).toEqual(failed);
    expect(again()(concatBytes(mallory.publicKey, answer.subarray(32)))).toEqual(failed);
    // Mallory altered what the initiator sent along with its key.
    expect(again()(answerOf("one", message.with(33, 1)))).toEqual(failed);
    expect(again()(answer.subarray(0, 31))).toEqual(failed);
    expect(respond({ ...options, ephemeral: bob }, message.subarray(0, 31))).toEqual(failed);
  });
});

describe.each([
  { name: "portable", primitives: portablePrimitives, other: nodePrimitives },
  { name: "Node's", primitives: nodePrimitives, other: portablePrimitives },
])("primitives: $name", ({ primitives, other }) => {
  const key = Uint8Array.from({ length: 32 }, (_unused, index) => 0x80 + index);
  const nonce = hexToBytes("070000004041424344454647");
  const associatedData = hexToBytes("50515253c0c1c2c3c4c5c6c7");
  const box = { key, nonce, associatedData };

  it("[NOI1] seal what RFC 8439 §2.8.2 seals", () => {
    const sealed = primitives.seal(
      box,
      Buffer.from(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
      ),
    );
    expect(bytesToHex(sealed.subarray(0, 16))).toBe("d31a8d34648e60db7b86afbc53ef7ec2");
    expect(bytesToHex(sealed.subarray(-16))).toBe("1ae10b594f09e26a7e902ecbd0600691");
  });

  it("[NOI1] seal alike, open what the other sealed, and nothing else", () => {
    for (const size of [0, 1, 15, 16, 17, 1000, 65_519]) {
      const plaintext = new Uint8Array(size).fill(size);
      const sealed = other.seal(box, plaintext);
      expect(primitives.seal(box, plaintext)).toEqual(sealed);
      expect(primitives.open(box, sealed)).toEqual(plaintext);
      expect(primitives.open(box, sealed.with(sealed.length - 1, (sealed.at(-1) ?? 0) ^ 1))).toBe(undefined);
      expect(primitives.open(box, sealed.subarray(1))).toBe(undefined);
      expect(primitives.open({ ...box, associatedData: nonce }, sealed)).toBe(undefined);
      expect(primitives.open({ ...box, key: key.with(0, 0) }, sealed)).toBe(undefined);
      expect(primitives.open({ ...box, nonce: nonce.with(11, 0) }, sealed)).toBe(undefined);
    }
    for (const size of [0, 15]) expect(primitives.open(box, new Uint8Array(size))).toBe(undefined);
  });

  it("[NOI1] agree on keys, and on none that are of no use", () => {
    for (let index = 0; index < 20; index++) {
      const [here, there] = [sha256(Uint8Array.of(index)), sha256(Uint8Array.of(index, 1))];
      const shared = primitives.sharedSecret(here, other.publicKeyOf(there));
      expect(primitives.publicKeyOf(here)).toEqual(other.publicKeyOf(here));
      expect(shared).toEqual(other.sharedSecret(there, primitives.publicKeyOf(here)));
      expect(shared?.constructor).toBe(Uint8Array);
    }
    expect(primitives.sharedSecret(key, new Uint8Array(32))).toBe(undefined);
  });

  it(`[NOI1] agree with Wycheproof on X25519${wycheproof.note}`, () => {
    const tests = (wycheproof.data?.testGroups ?? []).flatMap((group) => group.tests);
    expect(tests.length > 500).toBe(wycheproof.data !== undefined);
    const wrong = tests.filter((test) => {
      const shared = primitives.sharedSecret(hexToBytes(test.private), hexToBytes(test.public));
      const expected = test.flags.includes("ZeroSharedSecret") ? undefined : test.shared;
      return (shared && bytesToHex(shared)) !== expected;
    });
    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  });
});
