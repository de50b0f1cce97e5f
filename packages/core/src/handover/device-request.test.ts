import { describe, expect, it } from "vitest";
import { alice, bob, network } from "../../test/support/operations.ts";
import { AssertionFailed } from "../assert.ts";
import { timeMs } from "../ids.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork, START } from "../testing/index.ts";
import { decodeDeviceAnswer, deviceAnswerToText, encodeDeviceAnswer, textToDeviceAnswer } from "./device-answer.ts";
import { deviceCode } from "./device-code.ts";
import {
  deviceRequestToText,
  isDeviceRequestText,
  signDeviceRequest,
  textToDeviceRequest,
  verifyDeviceRequest,
  type DeviceRequest,
} from "./device-request.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const request: DeviceRequest = {
  version: 1,
  network: network.tag,
  sessionKey: alice.signer.publicKey,
  device: "tablet",
  nonce: "00".repeat(16),
  time: START,
  expiry: timeMs(START + 3_600_000),
};
const signed = await signDeviceRequest(request, alice.signer);

describe("device requests", () => {
  it("[DRQ1] a device asks for a session for the key that it signs with, and for no other", async () => {
    expect(orThrow(verifyDeviceRequest(signed.bytes, network.tag))).toEqual(signed);
    await expect(signDeviceRequest(request, bob.signer)).rejects.toBeInstanceOf(AssertionFailed);
  });

  it("[DRQ1] one fits a single code, and reads the same in lower case and with white space around", () => {
    const text = deviceRequestToText(signed.bytes);
    expect(text.length).toBeLessThan(350);
    expect(isDeviceRequestText(text)).toBe(true);
    for (const shown of [text, `  ${text.toLowerCase()}\n`])
      expect(orThrow(textToDeviceRequest(shown, network.tag))).toEqual(signed);
  });

  it("[DRQ1] what is no request of this network says so", () => {
    const text = deviceRequestToText(signed.bytes);
    const errorOf = (shown: string, tag = network.tag): string => {
      const read = textToDeviceRequest(shown, tag);
      return read.ok ? "none" : read.error.type;
    };
    expect(errorOf("AMIGOS:BAAAA")).toBe("not-a-device-request");
    expect(errorOf(text.slice(0, -9))).toBe("malformed");
    expect(errorOf(`${text}!`)).toBe("malformed");
    expect(errorOf(`${text}${"A".repeat(2000)}`)).toBe("too-large");
    expect(errorOf(text, elsewhere.tag)).toBe("wrong-network");
  });
});

describe("the code of a request", () => {
  it("[DRQ2] is twelve digits in three groups, the same on both devices and another for every other request", async () => {
    const here = deviceCode(signed);
    expect(here).toMatch(/^\d{4} \d{4} \d{4}$/);
    expect(deviceCode(orThrow(verifyDeviceRequest(signed.bytes, network.tag)))).toBe(here);
    const others = await Promise.all(
      [{ nonce: "01".repeat(16) }, { device: "Tablet" }, { expiry: timeMs(START + 1) }].map((change) =>
        signDeviceRequest({ ...request, ...change }, alice.signer),
      ),
    );
    expect(new Set([here, ...others.map(deviceCode)]).size).toBe(4);
  });
});

describe("device answers", () => {
  const record = { inception: alice.inception.bytes, control: [alice.grant.bytes] };
  const standing = { checkpoint: new Uint8Array(3), proof: new Uint8Array(4) };

  it("[DRQ3] one says which request it answers, with the account's record or without one", () => {
    for (const answer of [
      { version: 1, network: network.tag, request: signed.id, record } as const,
      { version: 1, network: network.tag, request: signed.id, record, standing } as const,
      { version: 1, network: network.tag, request: signed.id } as const,
    ]) {
      const bytes = encodeDeviceAnswer(answer);
      expect(orThrow(decodeDeviceAnswer(bytes, network.tag))).toEqual(answer);
      expect(orThrow(textToDeviceAnswer(deviceAnswerToText(bytes), network.tag))).toEqual(answer);
    }
  });

  it("[DRQ3] what is no answer of this network says so", () => {
    const bytes = encodeDeviceAnswer({ version: 1, network: network.tag, request: signed.id });
    const text = deviceAnswerToText(bytes);
    const errors = [
      textToDeviceAnswer(deviceRequestToText(signed.bytes), network.tag),
      textToDeviceAnswer(`${text}!`, network.tag),
      textToDeviceAnswer(`${text}${"A".repeat(700_000)}`, network.tag),
      textToDeviceAnswer(text, elsewhere.tag),
    ].map((read) => (read.ok ? "none" : read.error.type));
    expect(errors).toEqual(["not-a-device-answer", "malformed", "too-large", "wrong-network"]);
  });
});
