/**
 * The vectors of `vectors/core-1.json`, made anew: every kind of body, whole and broken, as bytes with what must come of
 * them. Keys are hashes of names and Ed25519 is deterministic, so every run makes the same file. `pnpm vectors` writes
 * it and a test compares; a change of any byte of any body shows as a difference in that file.
 */
import {
  accountToText,
  amount,
  assetCode,
  bundleToText,
  bytesToHex,
  decodeBundle,
  decodeCbor,
  decodeEntry,
  decodeNetwork,
  encodeBundle,
  encodeCbor,
  encodeEquivocationProof,
  entryToText,
  err,
  hexToBytes,
  joinSigned,
  ok,
  orThrow,
  paymentRequestToText,
  proveEquivocation,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  sessionToText,
  signEntry,
  splitSigned,
  textToAccount,
  textToBundle,
  textToEntry,
  textToPaymentRequest,
  textToSession,
  verifyControlEntry,
  verifyEntry,
  verifyEquivocationProof,
  verifyInception,
  type CborValue,
  type Result,
} from "../../src/index.ts";
import { ami, createPerson, createTestNetwork, signPayment, type Person } from "../../src/testing/index.ts";

export interface Vector {
  readonly name: string;
  readonly kind: Kind;
  /** Hex, or the text itself for kinds that are text. */
  readonly input: string;
  /** For valid ones: what is computed from the input. */
  readonly expected?: Readonly<Record<string, string>>;
  /** For invalid ones: the type of the error. */
  readonly error?: string;
}

export interface CoreVectors {
  readonly about: string;
  readonly version: 1;
  /** What a reader of the vectors knows beforehand. */
  readonly context: Readonly<Record<string, string>>;
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
}

type Outcome = Result<Readonly<Record<string, string>>, { readonly type: string }>;

const network = createTestNetwork(["alice", "bob"]);
const alice = await createPerson("alice", {
  network,
  permissions: [READ_ALL, SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(50))],
});
const bob = await createPerson("bob", { network });
const carol = await createPerson("carol", { network });

/** How an input of each kind is checked, all the way, against what `context` says. */
const CHECKS = {
  genesis: (input) => mapped(decodeNetwork(hexToBytes(input)), ({ id, tag }) => ({ id, tag })),
  inception: (input) => mapped(verifyInception(hexToBytes(input), network.id), ({ id }) => ({ id })),
  "control-entry": (input) =>
    mapped(verifyControlEntry(hexToBytes(input), masterOf(alice)), ({ id, link }) => ({ id, link })),
  entry: (input) => {
    const decoded = decodeEntry(hexToBytes(input), network.tag);
    const verified = decoded.ok ? verifyEntry(decoded.value, alice.signer.publicKey) : decoded;
    return mapped(verified, ({ id, link }) => ({ id, link }));
  },
  "equivocation-proof": (input) =>
    mapped(
      verifyEquivocationProof(hexToBytes(input), { network: network.tag, key: alice.signer.publicKey }),
      ({ session, sequence, a, b }) => ({ session, sequence: `${sequence}`, a: a.id, b: b.id }),
    ),
  bundle: (input) =>
    mapped(decodeBundle(hexToBytes(input), network.tag), ({ accounts, entries }) => ({
      accounts: `${accounts.length}`,
      entries: `${entries.length}`,
    })),
  "bundle-text": (input) =>
    mapped(textToBundle(input, network.tag), (bundle) => ({ bytes: bytesToHex(encodeBundle(bundle)) })),
  "account-text": (input) => mapped(textToAccount(input), (account) => ({ account })),
  "session-text": (input) => mapped(textToSession(input), (session) => ({ session })),
  "entry-text": (input) => mapped(textToEntry(input), (entry) => ({ entry })),
  "payment-request": (input) =>
    mapped(textToPaymentRequest(input, network.tag), ({ to, asset, amount: asked, memo }) => ({
      to,
      asset,
      ...(asked === undefined ? {} : { amount: asked.toString() }),
      ...(memo === undefined ? {} : { memo }),
    })),
} satisfies Readonly<Record<string, (input: string) => Outcome>>;

export type Kind = keyof typeof CHECKS;

/** What comes of a vector's input here. */
export function checkVector({ kind, input }: Pick<Vector, "kind" | "input">): Outcome {
  return CHECKS[kind](input);
}

export async function makeCoreVectors(): Promise<CoreVectors> {
  const first = await signPayment(alice, { network, to: bob.account, money: ami(5), memo: "two coffees ☕" });
  const second = await signPayment(alice, { network, to: carol.account, money: ami(7, 50), after: first });
  const other = await signPayment(alice, { network, to: carol.account, money: ami(5) });
  const full = await signEntry(
    {
      ...second.entry,
      dependencies: [first.id, other.id].toSorted((a, b) => (a < b ? -1 : 1)),
      operation: { ...second.entry.operation, asset: assetCode("AMI"), amount: amount(2n ** 63n - 1n) },
    },
    alice.signer,
  );
  const proof = orThrow(proveEquivocation(first, other));
  const bundle = encodeBundle({
    version: 1,
    network: network.tag,
    accounts: [{ inception: alice.inception.bytes, control: [alice.grant.bytes] }],
    entries: [first.bytes, second.bytes],
  });
  const request = paymentRequestToText({ network: network.tag, to: bob.account, ...ami(5), memo: "two coffees" });
  const proofBytes = encodeEquivocationProof(proof);
  const elsewhere = createTestNetwork(["alice"], ami(1), "elsewhere");
  const foreign = await createPerson("alice", { network: elsewhere });

  const valid: readonly (readonly [name: string, kind: Kind, input: string | Uint8Array])[] = [
    ["a network with two founders", "genesis", network.bytes],
    ["alice's account", "inception", alice.inception.bytes],
    ["a grant to alice's phone", "control-entry", alice.grant.bytes],
    ["alice pays bob 5.00 with a memo", "entry", first.bytes],
    ["alice pays carol 7.50 next", "entry", second.bytes],
    ["the largest amount, with dependencies", "entry", full.bytes],
    ["alice signed twice for one place", "equivocation-proof", proofBytes],
    ["alice's two payments with what vouches for them", "bundle", bundle],
    ["an empty bundle", "bundle", encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [] })],
    ["the same as text", "bundle-text", bundleToText(bundle)],
    ["the same as text in lower case", "bundle-text", bundleToText(bundle).toLowerCase()],
    ["alice's account as text", "account-text", accountToText(alice.account)],
    ["alice's account in capitals", "account-text", accountToText(alice.account).toUpperCase()],
    ["alice's session as text", "session-text", sessionToText(alice.session)],
    ["a payment as text", "entry-text", entryToText(first.id)],
    ["bob asks for 5.00", "payment-request", request],
    [
      "bob asks for whatever it may be",
      "payment-request",
      paymentRequestToText({ network: network.tag, to: bob.account, asset: assetCode("AMI") }),
    ],
  ];

  const entry = first.bytes;
  const { body, signature } = orThrow(splitSigned(entry));
  const invalid: readonly (readonly [name: string, kind: Kind, input: string | Uint8Array])[] = [
    ["of a later version", "genesis", changed(network.bytes, 0, 2)],
    [
      "with an asset twice",
      "genesis",
      changed(network.bytes, 4, [
        ["AMI", 2],
        ["AMI", 2],
      ]),
    ],
    [
      "with an authority of small order",
      "genesis",
      changed(network.bytes, 3, Uint8Array.from([1, ...new Uint8Array(31)])),
    ],
    ["of another network", "inception", foreign.inception.bytes],
    ["with a flipped bit in its signature", "inception", flipped(alice.inception.bytes, -1)],
    [
      "with a master key of small order",
      "inception",
      resigned(alice.inception.bytes, 2, Uint8Array.from([1, ...new Uint8Array(31)])),
    ],
    ["of another account", "control-entry", bob.grant.bytes],
    ["with a flipped bit in its account", "control-entry", flipped(alice.grant.bytes, 60)],
    ["with an unknown operation", "control-entry", resigned(alice.grant.bytes, 5, new Map([[0, 9]]))],
    ["cut off", "entry", entry.subarray(0, 100)],
    ["with a byte too many", "entry", Uint8Array.of(...entry, 0)],
    ["of another network", "entry", resigned(entry, 1, hexToBytes(elsewhere.tag))],
    ["of a later version", "entry", resigned(entry, 0, 2)],
    ["with an unknown field", "entry", resigned(entry, 10, 0)],
    ["without its time", "entry", resigned(entry, 6, undefined)],
    ["with its time as text", "entry", resigned(entry, 6, "1767225600000")],
    ["with an empty list of dependencies", "entry", resigned(entry, 8, [])],
    [
      "with dependencies out of order",
      "entry",
      resigned(entry, 8, [hexToBytes("ff".repeat(32)), hexToBytes("00".repeat(32))]),
    ],
    ["with an amount of 2^63", "entry", resigned(entry, 9, payment(2n ** 63n))],
    ["with a memo of two lines", "entry", resigned(entry, 9, payment(1n, "two\nlines"))],
    ["with an asset in lower case", "entry", resigned(entry, 9, payment(1n, "coffee", "ami"))],
    ["with its sequence in more bytes than it needs", "entry", withLongSequence(body, signature)],
    ["with its sequence as a float", "entry", withFloatSequence(body, signature)],
    ["with an amount of 2^62 as a float", "entry", withFloatAmount(resigned(entry, 9, payment(2n ** 62n)))],
    ["larger than an entry may be", "entry", new Uint8Array(1025)],
    ["with a flipped bit in its signature", "entry", flipped(entry, -1)],
    [
      "signed by another session",
      "entry",
      (await signPayment(bob, { network, to: alice.account, money: ami(1) })).bytes,
    ],
    ["one entry twice", "equivocation-proof", encodeCbor([1, entry, entry])],
    ["in the other order", "equivocation-proof", encodeCbor([1, proof.b.bytes, proof.a.bytes])],
    ["of two places", "equivocation-proof", twoPlaces(first.bytes, second.bytes, first.id < second.id)],
    [
      "with a flipped bit in a signature",
      "equivocation-proof",
      encodeCbor([1, flipped(proof.a.bytes, -1), proof.b.bytes]),
    ],
    ["of another network", "bundle", encodeBundle({ version: 1, network: elsewhere.tag, accounts: [], entries: [] })],
    [
      "with keys out of order",
      "bundle",
      Uint8Array.of(0xa4, 0x01, 0x44, ...hexToBytes(network.tag), 0x00, 0x01, 0x02, 0x80, 0x03, 0x80),
    ],
    [
      "with an entry that is too large",
      "bundle",
      encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [new Uint8Array(1025)] }),
    ],
    ["of something else", "bundle-text", "hello"],
    ["cut off", "bundle-text", bundleToText(bundle).slice(0, 200)],
    [
      "with a wrong character",
      "account-text",
      accountToText(alice.account).replace(/.$/, (last) => (last === "q" ? "p" : "q")),
    ],
    ["a session where an account belongs", "account-text", sessionToText(alice.session)],
    ["in mixed case", "account-text", accountToText(alice.account).replace("amigo", "AMIGO")],
    ["with an unknown field", "payment-request", `${request}&callback=x`],
    ["of another network", "payment-request", request.replace(network.tag, elsewhere.tag)],
    ["with an amount of nothing", "payment-request", request.replace("amount=500", "amount=0")],
  ];

  return {
    about:
      "Bodies and texts of @amigos/core with what comes of them; see docs/spec. Control entries are checked as alice's, entries and proofs under alice's session key.",
    version: 1,
    context: {
      networkId: network.id,
      networkTag: network.tag,
      aliceAccount: alice.account,
      aliceMasterKey: alice.master.publicKey,
      aliceSession: alice.session,
      aliceSessionKey: alice.signer.publicKey,
    },
    valid: valid.map(([name, kind, input]) => {
      const vector = { name, kind, input: asText(input) };
      return { ...vector, expected: orThrow(checkVector(vector)) };
    }),
    invalid: invalid.map(([name, kind, input]) => {
      const vector = { name, kind, input: asText(input) };
      const outcome = checkVector(vector);
      return { ...vector, error: outcome.ok ? "none" : outcome.error.type };
    }),
  };
}

function masterOf(person: Person): Parameters<typeof verifyControlEntry>[1] {
  return { id: person.account, network: network.id, masterKey: person.master.publicKey };
}

function mapped<Value>(
  result: Result<Value, { readonly type: string }>,
  summary: (value: Value) => Readonly<Record<string, string>>,
): Outcome {
  return result.ok ? ok(summary(result.value)) : err(result.error);
}

function asText(input: string | Uint8Array): string {
  return typeof input === "string" ? input : bytesToHex(input);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const place = at < 0 ? bytes.length + at : at;
  return bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));
}

/** A body with one field replaced, or left out. */
function changed(body: Uint8Array, key: number, value: CborValue | undefined): Uint8Array {
  const fields = new Map(orThrow(decodeCbor(body)) as ReadonlyMap<number, CborValue>);
  if (value === undefined) fields.delete(key);
  else fields.set(key, value);
  return encodeCbor(fields);
}

/** The same inside its envelope. The signature no longer fits, but form is checked first. */
function resigned(bytes: Uint8Array, key: number, value: CborValue | undefined): Uint8Array {
  const { body, signature } = orThrow(splitSigned(bytes));
  return joinSigned(changed(body, key, value), signature);
}

function payment(value: bigint, memo = "coffee", asset = "AMI"): CborValue {
  return new Map<number, CborValue>([
    [0, 0],
    [1, hexToBytes(bob.account)],
    [2, asset],
    [3, value],
    [4, memo],
  ]);
}

/** Sequence 0 of a first entry stands between the session, 32 bytes, and `previous`, which is field 5. */
function spliceSequence(body: Uint8Array, signature: Uint8Array, sequence: string): Uint8Array {
  const hex = bytesToHex(body);
  const place = `${alice.session}0400055820`;
  return joinSigned(hexToBytes(hex.replace(place, `${alice.session}04${sequence}055820`)), signature);
}

function withLongSequence(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return spliceSequence(body, signature, "1800");
}

function withFloatSequence(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return spliceSequence(body, signature, "f90000");
}

/** The same amount in another encoding: what a library that maps whole floats to integers would take for the same. */
function withFloatAmount(bytes: Uint8Array): Uint8Array {
  return hexToBytes(bytesToHex(bytes).replace("031b4000000000000000", "03fa5e800000"));
}

function twoPlaces(first: Uint8Array, second: Uint8Array, isInOrder: boolean): Uint8Array {
  return encodeCbor(isInOrder ? [1, first, second] : [1, second, first]);
}
