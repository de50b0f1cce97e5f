/**
 * A genesis in words, as the body that it stands for (spec [SCN2]). What is wrong with the body is said by `decodeNetwork`, as of
 * one that came as bytes.
 */
import type { CborValue } from "@amigos/core";
import { digits, hex, listOf, object, textOf, whole, type Reader } from "./json-reader.ts";

interface GivenGenesis {
  readonly name: string;
  readonly time: number;
  readonly authority: Uint8Array;
  readonly assets: readonly { readonly code: string; readonly decimals: number }[];
  readonly parameters: {
    readonly clockSkewMs: number;
    readonly offlineMsMax: number;
    readonly expiryGraceMs: number;
    readonly unbondingMs: number;
  };
  readonly allocations: readonly {
    readonly founder: {
      readonly masterKey: Uint8Array;
      readonly nextKeyDigest: Uint8Array;
      readonly nonce: Uint8Array;
    };
    readonly asset: string;
    readonly amount: bigint;
  }[];
  readonly policy: string;
}

/** As many rows as a genesis may hold of anything. */
const ROWS_MAX = 512;
const word = textOf(64);

const readGiven = object<GivenGenesis>({
  name: word,
  time: whole,
  authority: hex,
  assets: listOf(object<GivenGenesis["assets"][number]>({ code: word, decimals: whole }), ROWS_MAX),
  parameters: object<GivenGenesis["parameters"]>({
    clockSkewMs: whole,
    offlineMsMax: whole,
    expiryGraceMs: whole,
    unbondingMs: whole,
  }),
  allocations: listOf(
    object<GivenGenesis["allocations"][number]>({
      founder: object<GivenGenesis["allocations"][number]["founder"]>({
        masterKey: hex,
        nextKeyDigest: hex,
        nonce: hex,
      }),
      asset: word,
      amount: digits,
    }),
    ROWS_MAX,
  ),
  policy: word,
});

export const readGenesis: Reader<CborValue> = (value, path) => {
  const { name, time, authority, assets, parameters, allocations, policy } = readGiven(value, path);
  const { clockSkewMs, offlineMsMax, expiryGraceMs, unbondingMs } = parameters;
  return new Map<number, CborValue>([
    [0, 1],
    [1, name],
    [2, time],
    [3, authority],
    [4, assets.map(({ code, decimals }) => [code, decimals])],
    [5, [clockSkewMs, offlineMsMax, expiryGraceMs, unbondingMs]],
    [
      6,
      allocations.map(({ founder: { masterKey, nextKeyDigest, nonce }, asset, amount }) => [
        [masterKey, nextKeyDigest, nonce],
        asset,
        amount,
      ]),
    ],
    [7, policy],
  ]);
};
