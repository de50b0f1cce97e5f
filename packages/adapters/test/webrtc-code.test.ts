/** The codes by which two browsers find each other: what is in them, how long they are, and what is none. */
import { base32nopad } from "@scure/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hexToBytes } from "@amigos/core";
import { addressToBytes, bytesToAddress } from "../src/link-webrtc/address.ts";
import { isRtcCodeText, rtcCodeToText, textToRtcCode, type RtcCode } from "../src/link-webrtc/rtc-code.ts";
import { codeToSdp, sdpToCode } from "../src/link-webrtc/session-description.ts";

const CODE: RtcCode = {
  role: "offer",
  fingerprint: "0123456789abcdef".repeat(4),
  ufrag: "Ab1+",
  pwd: "abcdefghijklmnopqrstuv/+",
  candidates: [{ address: "192.168.43.1", port: 50_000 }],
};

const words = (min: number, max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9+/]{${min},${max}}$`));
const candidates = fc.record({
  address: fc.oneof(
    fc.ipV4(),
    fc.uuid().map((id) => `${id}.local`),
  ),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const codes: fc.Arbitrary<RtcCode> = fc.record({
  role: fc.constantFrom("offer", "answer"),
  fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
  ufrag: words(4, 64),
  pwd: words(22, 64),
  candidates: fc.array(candidates, { minLength: 1, maxLength: 4 }),
});

describe("codes for WebRTC", () => {
  test("[RTC1] come back from their text, and from a session description", () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(textToRtcCode(rtcCodeToText(code))).toEqual({ ok: true, value: code });
        expect(sdpToCode(code.role, codeToSdp(code))).toEqual(code);
      }),
      { numRuns: 100 },
    );
  });

  test("[RTC1] are as long as a small code holds, and written in its alphanumeric mode", () => {
    const text = rtcCodeToText(CODE);
    expect(text).toMatch(/^AMIGOS:R[A-Z2-7]+$/);
    expect(text.length).toBeLessThan(125);
    expect(isRtcCodeText(` ${text.toLowerCase()}`)).toBe(true);
    expect(textToRtcCode(` ${text.toLowerCase()}\n`)).toEqual({ ok: true, value: CODE });
  });

  test("[RTC1] are what the spec writes out", () => {
    const bytes = [2, ...hexToBytes(CODE.fingerprint), 4, ...Buffer.from(CODE.ufrag), 24, ...Buffer.from(CODE.pwd)];
    const address = [4, 192, 168, 43, 1, 50_000 >> 8, 50_000 & 255];
    expect(rtcCodeToText(CODE)).toBe(`AMIGOS:R${base32nopad.encode(Uint8Array.from([...bytes, ...address]))}`);
    const answer = base32nopad.decode(rtcCodeToText({ ...CODE, role: "answer" }).slice(8));
    expect(answer[0]).toBe(3);
  });

  test("[RTC1] leave out what has no short form, and what is beyond the fourth", () => {
    const many = ["fe80::1%eth0", "10.0.0.1", "nowhere.example", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];
    const code = { ...CODE, candidates: many.map((address) => ({ address, port: 1 })) };
    const read = textToRtcCode(rtcCodeToText(code));
    expect(read.ok && read.value.candidates.map(({ address }) => address)).toEqual([
      "10.0.0.1",
      "10.0.0.2",
      "10.0.0.3",
      "10.0.0.4",
    ]);
  });

  test.each([
    ["nothing", "", "not-an-rtc-code"],
    ["a bundle", "AMIGOS:BAAAA", "not-an-rtc-code"],
    ["the prefix alone", "AMIGOS:R", "rtc-code-malformed"],
    ["no base32", "AMIGOS:R0189", "rtc-code-malformed"],
    ["another version", altered((bytes) => bytes.with(0, 4)), "rtc-code-malformed"],
    ["cut off in the fingerprint", altered((bytes) => bytes.subarray(0, 20)), "rtc-code-malformed"],
    ["cut off in the password", altered((bytes) => bytes.subarray(0, 50)), "rtc-code-malformed"],
    ["cut off in the address", altered((bytes) => bytes.subarray(0, bytes.length - 1)), "rtc-code-malformed"],
    ["no address", altered((bytes) => bytes.subarray(0, bytes.length - 7)), "rtc-code-malformed"],
    ["an address of another kind", altered((bytes) => bytes.with(bytes.length - 7, 5)), "rtc-code-malformed"],
    ["a word that breaks the line", altered((bytes) => bytes.with(35, 10)), "rtc-code-malformed"],
    ["a user fragment that is too short", shorter({ ufrag: "Ab1" }), "rtc-code-malformed"],
    ["a password that is too short", shorter({ pwd: "a".repeat(21) }), "rtc-code-malformed"],
    ["an empty word", altered((bytes) => bytes.with(33, 0)), "rtc-code-malformed"],
    ["a novel", `AMIGOS:R${"A".repeat(100_000)}`, "rtc-code-malformed"],
  ])("[RTC1] %s is none", (_what, text, type) => {
    expect(textToRtcCode(text)).toMatchObject({ ok: false, error: { type } });
  });

  test("[RTC1] no bytes make a session description with a line that is not ours", () => {
    const line = /^[a-z]=[\x20-\x7e]+$/;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), (bytes) => {
        const read = textToRtcCode(`AMIGOS:R${base32nopad.encode(Uint8Array.of(2, ...bytes))}`);
        const rows = read.ok ? codeToSdp(read.value).trimEnd().split("\r\n") : [];
        expect(rows.filter((row) => !line.test(row))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("[RTC1] a description without what is needed gives no code", () => {
    const sdp = codeToSdp(CODE);
    for (const name of ["fingerprint", "ice-ufrag", "ice-pwd"])
      expect(sdpToCode("offer", sdp.replace(new RegExp(`a=${name}:.*\r\n`), ""))).toBeUndefined();
    expect(sdpToCode("offer", sdp.replace("sha-256", "sha-1"))).toBeUndefined();
    const others = "a=candidate:9 1 tcp 1 10.0.0.9 9 typ host\r\na=candidate:9 1 udp 1 10.0.0.9 9 typ srflx\r\n";
    expect(sdpToCode("offer", sdp + others)?.candidates).toEqual(CODE.candidates);
  });
});

describe("addresses", () => {
  test("[RTC1] are four bytes, sixteen, or the name that hides them", () => {
    const cases: readonly (readonly [string, string, string?])[] = [
      ["10.0.0.255", "040a0000ff"],
      ["2001:db8::1", "0620010db8000000000000000000000001", "2001:0db8:0000:0000:0000:0000:0000:0001"],
      ["::", `06${"00".repeat(16)}`, "0000:0000:0000:0000:0000:0000:0000:0000"],
      ["fe80::", `06fe80${"00".repeat(14)}`, "fe80:0000:0000:0000:0000:0000:0000:0000"],
      ["1:2:3:4:5:6:7:8", "0600010002000300040005000600070008", "0001:0002:0003:0004:0005:0006:0007:0008"],
      [
        "0f36A3c2-1b2c-4d5e-8f90-123456789abc.local",
        "000f36a3c21b2c4d5e8f90123456789abc",
        "0f36a3c2-1b2c-4d5e-8f90-123456789abc.local",
      ],
    ];
    for (const [address, hex, back = address] of cases) {
      const bytes = addressToBytes(address);
      expect(Buffer.from(bytes ?? []).toString("hex"), address).toBe(hex);
      expect(bytesToAddress(Uint8Array.from([7, ...(bytes ?? [])]), 1)).toEqual({
        address: back,
        end: 1 + hex.length / 2,
      });
    }
  });

  test("[RTC1] nothing else is one", () => {
    const none = [
      "",
      "256.0.0.1",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.4.",
      "01.2.3.004",
      "example.local",
      "1::2::3",
      ":::",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::8",
      "12345::",
      "g::",
      "fe80::1%lo",
    ];
    for (const address of none) expect(addressToBytes(address), address).toBeUndefined();
  });
});

function shorter(change: Partial<RtcCode>): string {
  return rtcCodeToText({ ...CODE, ...change });
}

function altered(change: (bytes: Uint8Array) => Uint8Array): string {
  return `AMIGOS:R${base32nopad.encode(change(base32nopad.decode(rtcCodeToText(CODE).slice(8))))}`;
}
