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
  compareHex,
  decodeBundle,
  decodeCbor,
  decodeDeviceAnswer,
  decodeEntry,
  decodeNetwork,
  decodeGuardianRequest,
  deviceAnswerToText,
  deviceCode,
  deviceRequestToText,
  encodeBundle,
  encodeCbor,
  encodeDeviceAnswer,
  encodeEvidence,
  encodeGuardianRequest,
  entryToText,
  err,
  hexToBytes,
  joinSigned,
  keyDigest,
  ok,
  openedSession,
  orThrow,
  paymentRequestToText,
  proveDoubleAttestation,
  proveEquivocation,
  SEND_LIMIT_DAILY,
  recoveryCode,
  recoveryRequestToText,
  sequence,
  sessionToText,
  signControlEntry,
  signDeviceRequest,
  signEntry,
  signInception,
  signGuardianAnswer,
  signReceipt,
  signRecoveryRequest,
  splitSigned,
  textToAccount,
  textToBundle,
  textToDeviceAnswer,
  textToDeviceRequest,
  textToEntry,
  textToPaymentRequest,
  textToRecoveryRequest,
  textToSession,
  timeMs,
  verifyControlEntry,
  verifyDeviceRequest,
  verifyEntry,
  verifyEvidence,
  verifyInception,
  verifyGuardianAnswer,
  verifyReceipt,
  verifyRecoveryRequest,
  type CborValue,
  type ControlEntry,
  type DeviceRequest,
  type Link,
  type GuardianAnswer,
  type Receipt,
  type RequestId,
  type Result,
  type VerifiedEntry,
} from "../../src/index.ts";
import { ami, createPerson, createTestNetwork, signOperation, signPayment, START } from "../../src/testing/index.ts";
import {
  alice,
  aliceKeyOf,
  bob,
  carol,
  CONTROL_EXAMPLES,
  ENTRY_EXAMPLES,
  network,
  recovery,
  SIGNERS,
  statement,
  type ControlExample,
  type EntryExample,
} from "./operations.ts";

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

/** What alice's receipts are for, and the first entry of her log. */
const [{ entry: payment }] = ENTRY_EXAMPLES as [EntryExample];

/** How an input of each kind is checked, all the way, against what `context` says. */
const CHECKS = {
  genesis: (input) => mapped(decodeNetwork(hexToBytes(input)), ({ id, tag }) => ({ id, tag })),
  inception: (input) => mapped(verifyInception(hexToBytes(input), network.id), ({ id }) => ({ id })),
  "control-entry": (input) =>
    mapped(
      verifyControlEntry(hexToBytes(input), { id: alice.account, network: network.id, keyOf: aliceKeyOf }),
      (control) => ({
        operation: control.entry.operation.type,
        id: control.id,
        link: control.link,
        ...(openedSession(control) === undefined ? {} : { session: control.id }),
      }),
    ),
  entry: (input) => {
    const decoded = decodeEntry(hexToBytes(input), network.tag);
    const verified = decoded.ok ? verifyEntry(decoded.value, alice.signer.publicKey) : decoded;
    return mapped(verified, ({ id, link, entry: { operation } }) => ({ operation: operation.type, id, link }));
  },
  evidence: (input) =>
    mapped(
      verifyEvidence(hexToBytes(input), { network: network.tag, key: alice.signer.publicKey }),
      (evidence): Readonly<Record<string, string>> => ({
        type: evidence.type,
        session: evidence.session,
        ...(evidence.type === "equivocation"
          ? { sequence: `${evidence.sequence}` }
          : { aboutSession: evidence.about.session, aboutSequence: `${evidence.about.sequence}` }),
        a: evidence.a.id,
        b: evidence.b.id,
      }),
    ),
  receipt: (input) =>
    mapped(
      verifyReceipt(hexToBytes(input), { network: network.tag, payment, sessionKey: bob.signer.publicKey }),
      ({ id, receipt }) => ({ id, payment: receipt.payment, account: receipt.account, session: receipt.session }),
    ),
  "device-request": (input) =>
    mapped(verifyDeviceRequest(hexToBytes(input), network.tag), (request) => ({
      id: request.id,
      device: request.request.device,
      code: deviceCode(request),
    })),
  "device-request-text": (input) => mapped(textToDeviceRequest(input, network.tag), ({ id }) => ({ id })),
  "recovery-request": (input) =>
    mapped(verifyRecoveryRequest(hexToBytes(input), network.tag), (request) => ({
      id: request.id,
      account: request.request.account,
      code: recoveryCode(request),
    })),
  "recovery-request-text": (input) => mapped(textToRecoveryRequest(input, network.tag), ({ id }) => ({ id })),
  "guardian-request": (input) =>
    mapped(decodeGuardianRequest(hexToBytes(input), network.tag), ({ id, request }) => ({
      id,
      account: request.account,
      purpose: request.purpose.type,
    })),
  "guardian-answer": (input) =>
    mapped(
      verifyGuardianAnswer(hexToBytes(input), { network: network.tag, key: bob.master.publicKey }),
      ({ request, by }) => ({ request, account: by.account }),
    ),
  "device-answer": (input) =>
    mapped(decodeDeviceAnswer(hexToBytes(input), network.tag), ({ request, record }) => ({
      request,
      ...(record === undefined ? {} : { control: `${record.control.length}` }),
    })),
  "device-answer-text": (input) => mapped(textToDeviceAnswer(input, network.tag), ({ request }) => ({ request })),
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
    mapped(textToPaymentRequest(input, network.tag), ({ to, asset, amount: asked, memo, request }) => ({
      to,
      asset,
      ...(asked === undefined ? {} : { amount: asked.toString() }),
      ...(memo === undefined ? {} : { memo }),
      ...(request === undefined ? {} : { request }),
    })),
} satisfies Readonly<Record<string, (input: string) => Outcome>>;

export type Kind = keyof typeof CHECKS;

/** What comes of a vector's input here. */
export function checkVector({ kind, input }: Pick<Vector, "kind" | "input">): Outcome {
  return CHECKS[kind](input);
}

export async function makeCoreVectors(): Promise<CoreVectors> {
  const first = payment;
  const [, { entry: second }] = ENTRY_EXAMPLES as [EntryExample, EntryExample];
  const other = await signPayment(alice, { network, to: carol.account, money: ami(5) });
  const full = await signEntry(
    {
      ...second.entry,
      dependencies: [first.id, other.id].toSorted(compareHex),
      operation: { type: "pay", to: carol.account, asset: assetCode("AMI"), amount: amount(2n ** 63n - 1n) },
    },
    alice.signer,
  );
  const proof = orThrow(proveEquivocation(first, other));
  const proofBytes = encodeEvidence(proof);
  const seen = { type: "attest", account: bob.account, session: bob.session, sequence: sequence(0) } as const;
  const saw = await signOperation(alice, { ...seen, head: "0a".repeat(32) as Link }, { network, after: first });
  const sawToo = await signOperation(alice, { ...seen, head: "0b".repeat(32) as Link }, { network, after: saw });
  const lie = orThrow(proveDoubleAttestation(saw, sawToo));
  const withRecovery = await signInception({ ...alice.inception.inception, recovery }, alice.master);
  const arrived: Receipt = {
    version: 1,
    network: network.tag,
    payment: first.id,
    account: bob.account,
    session: bob.session,
    time: START,
  };
  const receipt = await signReceipt(arrived, bob.signer);
  const bundle = encodeBundle({
    version: 1,
    network: network.tag,
    accounts: [{ inception: alice.inception.bytes, control: [alice.grant.bytes] }],
    entries: [first.bytes, second.bytes],
  });
  const asks: DeviceRequest = {
    version: 1,
    network: network.tag,
    sessionKey: alice.signer.publicKey,
    device: "alice's phone",
    nonce: "5a".repeat(16),
    time: START,
    expiry: timeMs(START + 3_600_000),
  };
  const asked = await signDeviceRequest(asks, alice.signer);
  const askedInStead = await signDeviceRequest(
    {
      ...asks,
      permissions: [SEND_LIMIT_DAILY(ami(50))],
      account: alice.account,
      replaces: alice.session,
      lastHonoured: sequence(3),
    },
    alice.signer,
  );
  const answer = encodeDeviceAnswer({
    version: 1,
    network: network.tag,
    request: asked.id,
    record: { inception: alice.inception.bytes, control: [alice.grant.bytes] },
  });
  const denial = encodeDeviceAnswer({ version: 1, network: network.tag, request: asked.id });
  const lost = await signRecoveryRequest(
    {
      version: 1,
      network: network.tag,
      account: alice.account,
      masterKey: SIGNERS["alice/recovered"].publicKey,
      nextKeyDigest: keyDigest(SIGNERS["alice/next"].publicKey),
      time: START,
    },
    SIGNERS["alice/recovered"],
  );
  const toGuardians = {
    version: 1,
    network: network.tag,
    account: alice.account,
    nonce: "5a".repeat(16),
    time: START,
  } as const;
  const practice = encodeGuardianRequest({ ...toGuardians, purpose: { type: "practice" } });
  const invitation = encodeGuardianRequest({ ...toGuardians, purpose: { type: "invitation" } });
  const practised: GuardianAnswer = {
    version: 1,
    network: network.tag,
    request: orThrow(decodeGuardianRequest(practice, network.tag)).id,
    by: { account: bob.account },
    time: START,
  };
  const practiceAnswer = await signGuardianAnswer(practised, bob.master);
  const request = paymentRequestToText({ network: network.tag, to: bob.account, ...ami(5), memo: "two coffees" });
  const named = paymentRequestToText({
    network: network.tag,
    to: bob.account,
    ...ami(5),
    request: "c0ffee".padEnd(32, "0") as RequestId,
  });
  const elsewhere = createTestNetwork(["alice"], ami(1), "elsewhere");
  const foreign = await createPerson("alice", { network: elsewhere });

  const valid: readonly (readonly [name: string, kind: Kind, input: string | Uint8Array])[] = [
    ["a network with two founders", "genesis", network.bytes],
    ["alice's account", "inception", alice.inception.bytes],
    ["alice's account, with every way of recovery", "inception", withRecovery.bytes],
    ...CONTROL_EXAMPLES.map(({ name, control }) => [name, "control-entry", control.bytes] as const),
    ...ENTRY_EXAMPLES.map(({ name, entry }) => [name, "entry", entry.bytes] as const),
    ["the largest amount, with dependencies", "entry", full.bytes],
    ["alice signed twice for one place", "evidence", proofBytes],
    ["alice attested two heads for one place of bob's log", "evidence", encodeEvidence(lie)],
    ["bob has received alice's 5.00", "receipt", receipt.bytes],
    ["alice's phone asks for a session", "device-request", asked.bytes],
    ["alice's phone asks for one in the stead of another", "device-request", askedInStead.bytes],
    ["the same as text", "device-request-text", deviceRequestToText(asked.bytes)],
    ["alice asks her guardians for new keys", "recovery-request", lost.bytes],
    ["the same as text", "recovery-request-text", recoveryRequestToText(lost.bytes)],
    ["alice invites her guardians", "guardian-request", invitation],
    ["alice practises", "guardian-request", practice],
    ["bob would answer", "guardian-answer", practiceAnswer],
    ["alice grants her phone a session", "device-answer", answer],
    ["alice does not want the device", "device-answer", denial],
    ["the same as text", "device-answer-text", deviceAnswerToText(denial)],
    ["alice's two payments with what vouches for them", "bundle", bundle],
    ["an empty bundle", "bundle", encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [] })],
    ["the same as text", "bundle-text", bundleToText(bundle)],
    ["the same as text in lower case", "bundle-text", bundleToText(bundle).toLowerCase()],
    ["alice's account as text", "account-text", accountToText(alice.account)],
    ["alice's account in capitals", "account-text", accountToText(alice.account).toUpperCase()],
    ["alice's session as text", "session-text", sessionToText(alice.session)],
    ["a payment as text", "entry-text", entryToText(first.id)],
    ["bob asks for 5.00", "payment-request", request],
    ["bob asks for 5.00 and will know the answer", "payment-request", named],
    [
      "bob asks for whatever it may be",
      "payment-request",
      paymentRequestToText({ network: network.tag, to: bob.account, asset: assetCode("AMI") }),
    ],
  ];

  const control = (name: string): Uint8Array =>
    (CONTROL_EXAMPLES.find((example) => example.name === name) as ControlExample).control.bytes;
  const upgrade = control("alice's laptop takes the place of her phone");
  const ways = control("alice chooses every way of recovery");
  const rotation = CONTROL_EXAMPLES.find(
    ({ control: { entry } }) => entry.operation.type === "rotate",
  ) as ControlExample;
  const veto = control("alice vetoes");
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
    ["with an authority of small order", "genesis", changed(network.bytes, 3, SMALL_ORDER)],
    ["of another network", "inception", foreign.inception.bytes],
    ["with a flipped bit in its signature", "inception", flipped(alice.inception.bytes, -1)],
    ["with a master key of small order", "inception", resigned(alice.inception.bytes, 2, SMALL_ORDER)],
    ["with a time-locked key of small order", "inception", within(withRecovery.bytes, 5, [1], [SMALL_ORDER, 0])],
    ["with guardians out of order", "inception", within(withRecovery.bytes, 5, [0, 0], descendingGuardians())],
    ["with an empty recovery", "inception", resigned(withRecovery.bytes, 5, new Map())],
    ["of another account", "control-entry", bob.grant.bytes],
    ["of another network", "control-entry", resigned(alice.grant.bytes, 1, hexToBytes(elsewhere.id))],
    ["of a later version", "control-entry", resigned(alice.grant.bytes, 0, 2)],
    ["with a flipped bit in its account", "control-entry", flipped(alice.grant.bytes, 60)],
    ["with an unknown operation", "control-entry", resigned(alice.grant.bytes, 5, new Map([[0, 10]]))],
    ["without its place, though it has one", "control-entry", resigned(alice.grant.bytes, 3, undefined)],
    ["without its predecessor, though it has one", "control-entry", resigned(alice.grant.bytes, 4, undefined)],
    ["with a sequence, though it has no place", "control-entry", resigned(veto, 3, 0)],
    ["with a predecessor, though it has no place", "control-entry", resigned(veto, 4, hexToBytes(alice.account))],
    ["with a session key of small order", "control-entry", within(alice.grant.bytes, 5, [1], SMALL_ORDER)],
    ["with a new master key of small order", "control-entry", within(rotation.control.bytes, 5, [1], SMALL_ORDER)],
    ["with a backup key of small order", "control-entry", within(ways, 5, [1, 2], [SMALL_ORDER, 0])],
    ["with a session that ends as it begins", "control-entry", within(upgrade, 5, [5], START)],
    ["with READ_ONLY and another permission", "control-entry", within(upgrade, 5, [3], [[4], [3]])],
    ["with a permission of another form", "control-entry", within(upgrade, 5, [3], [[3, "AMI", 5]])],
    ["without a generation", "control-entry", within(upgrade, 5, [6], undefined)],
    [
      "with offline limits out of order",
      "control-entry",
      within(
        upgrade,
        5,
        [7],
        [
          ["GOLD", 1],
          ["AMI", 1],
        ],
      ),
    ],
    ["with a region twice", "control-entry", within(upgrade, 5, [8], ["DE", "DE"])],
    ["with a region in lower case", "control-entry", within(upgrade, 5, [8], ["ch"])],
    ["with an empty list of recipients", "control-entry", within(upgrade, 5, [9], [])],
    ["with no way in its recovery", "control-entry", within(ways, 5, [1], new Map())],
    [
      "with a threshold above the number of guardians",
      "control-entry",
      within(ways, 5, [1, 0], [[hexToBytes(bob.account)], 2, 0]),
    ],
    ["with a delay of more than a year", "control-entry", within(ways, 5, [1, 1, 1], 365 * 86_400_000 + 1)],
    ["that rotates, signed by the master key", "control-entry", await byMaster(rotation.control.entry)],
    [
      "that rotates to a key without commitment",
      "control-entry",
      await byMaster({
        ...rotation.control.entry,
        operation: { ...rotation.control.entry.operation, masterKey: alice.master.publicKey },
      } as ControlEntry),
    ],
    ["that a guardian signs by an unknown session", "control-entry", await byUnknownSession()],
    [
      "that takes up the keys of an unknown start",
      "control-entry",
      within(control("alice takes up her new keys"), 5, [3], new Uint8Array(32)),
    ],
    ["a veto signed by a guardian", "control-entry", await vetoBy("bob/master")],
    ["cut off", "entry", entry.subarray(0, 100)],
    ["with a byte too many", "entry", Uint8Array.of(...entry, 0)],
    ["of another network", "entry", resigned(entry, 1, hexToBytes(elsewhere.tag))],
    ["of a later version", "entry", resigned(entry, 0, 2)],
    ["with an unknown field", "entry", resigned(entry, 11, 0)],
    ["with a region that is none", "entry", resigned(entry, 10, "Zürich")],
    ["with an unknown operation", "entry", resigned(entry, 9, new Map([[0, 7]]))],
    ["with a request of 15 bytes", "entry", within(entry, 9, [5], new Uint8Array(15))],
    ["with a method without a name", "entry", within(entryOf("execute"), 9, [4], "")],
    ["with a float that names somebody", "entry", within(entryOf("float"), 9, [1], hexToBytes(bob.account))],
    ["with an attestation without a head", "entry", within(entryOf("attest"), 9, [4], undefined)],
    ["without its time", "entry", resigned(entry, 6, undefined)],
    ["with its time as text", "entry", resigned(entry, 6, "1767225600000")],
    ["with an empty list of dependencies", "entry", resigned(entry, 8, [])],
    [
      "with dependencies out of order",
      "entry",
      resigned(entry, 8, [hexToBytes("ff".repeat(32)), hexToBytes("00".repeat(32))]),
    ],
    ["with an amount of 2^63", "entry", resigned(entry, 9, pay(2n ** 63n))],
    ["with a memo of two lines", "entry", resigned(entry, 9, pay(1n, "two\nlines"))],
    ["with an asset in lower case", "entry", resigned(entry, 9, pay(1n, "coffee", "ami"))],
    ["with its sequence in more bytes than it needs", "entry", withLongSequence(body, signature)],
    ["with its sequence as a float", "entry", withFloatSequence(body, signature)],
    ["with an amount of 2^62 as a float", "entry", withFloatAmount(resigned(entry, 9, pay(2n ** 62n)))],
    ["larger than an entry may be", "entry", new Uint8Array(1025)],
    ["with a flipped bit in its signature", "entry", flipped(entry, -1)],
    [
      "signed by another session",
      "entry",
      (await signPayment(bob, { network, to: alice.account, money: ami(1) })).bytes,
    ],
    ["of a kind that is not known", "evidence", encodeCbor([3, proof.a.bytes, proof.b.bytes])],
    ["one entry twice", "evidence", encodeCbor([1, entry, entry])],
    ["in the other order", "evidence", encodeCbor([1, proof.b.bytes, proof.a.bytes])],
    ["of two places", "evidence", pairOf(1, first, second)],
    ["with a flipped bit in a signature", "evidence", encodeCbor([1, flipped(proof.a.bytes, -1), proof.b.bytes])],
    ["of two payments as two attestations", "evidence", pairOf(2, first, other)],
    ["of two attestations as an equivocation", "evidence", pairOf(1, saw, sawToo)],
    [
      "of one head attested twice",
      "evidence",
      pairOf(2, saw, await signOperation(alice, saw.entry.operation, { network, after: saw })),
    ],
    ["of another network", "receipt", resigned(receipt.bytes, 1, hexToBytes(elsewhere.tag))],
    ["of a later version", "receipt", resigned(receipt.bytes, 0, 2)],
    ["without its time", "receipt", resigned(receipt.bytes, 5, undefined)],
    ["with a flipped bit in its signature", "receipt", flipped(receipt.bytes, -1)],
    ["signed by the payer", "receipt", (await signReceipt(arrived, alice.signer)).bytes],
    ["for another payment", "receipt", (await signReceipt({ ...arrived, payment: second.id }, bob.signer)).bytes],
    ["of another account", "receipt", (await signReceipt({ ...arrived, account: carol.account }, bob.signer)).bytes],
    ["larger than a receipt may be", "receipt", new Uint8Array(257)],
    ["of another network", "device-request", resigned(asked.bytes, 1, hexToBytes(elsewhere.tag))],
    ["of a later version", "device-request", resigned(asked.bytes, 0, 2)],
    ["with a flipped bit in its signature", "device-request", flipped(asked.bytes, -1)],
    [
      "for a key that it was not signed by",
      "device-request",
      resigned(asked.bytes, 2, hexToBytes(bob.signer.publicKey)),
    ],
    ["for a key of small order", "device-request", resigned(asked.bytes, 2, SMALL_ORDER)],
    ["that ends as it begins", "device-request", resigned(asked.bytes, 6, START)],
    ["for longer than a day", "device-request", resigned(asked.bytes, 6, START + 86_400_001)],
    ["that replaces a session of no account", "device-request", resigned(askedInStead.bytes, 8, undefined)],
    ["with a last entry of no session", "device-request", resigned(askedInStead.bytes, 9, undefined)],
    ["larger than a device request may be", "device-request", new Uint8Array(769)],
    ["of something else", "device-request-text", "hello"],
    ["cut off", "device-request-text", deviceRequestToText(asked.bytes).slice(0, 100)],
    [
      "of another network",
      "device-answer",
      encodeDeviceAnswer({ version: 1, network: elsewhere.tag, request: asked.id }),
    ],
    ["cut off", "device-answer", answer.subarray(0, 100)],
    ["of another network", "recovery-request", resigned(lost.bytes, 1, hexToBytes(elsewhere.tag))],
    [
      "for a key that it was not signed by",
      "recovery-request",
      resigned(lost.bytes, 3, hexToBytes(bob.signer.publicKey)),
    ],
    ["for a key of small order", "recovery-request", resigned(lost.bytes, 3, SMALL_ORDER)],
    ["without its time", "recovery-request", resigned(lost.bytes, 5, undefined)],
    ["larger than a recovery request may be", "recovery-request", new Uint8Array(257)],
    ["of something else", "recovery-request-text", "hello"],
    ["cut off", "recovery-request-text", recoveryRequestToText(lost.bytes).slice(0, 100)],
    ["of another network", "guardian-request", changed(practice, 1, hexToBytes(elsewhere.tag))],
    ["without its nonce", "guardian-request", changed(practice, 3, undefined)],
    ["for no purpose", "guardian-request", changed(practice, 5, undefined)],
    ["of another network", "guardian-answer", resigned(practiceAnswer, 1, hexToBytes(elsewhere.tag))],
    ["signed by another", "guardian-answer", await signGuardianAnswer(practised, carol.master)],
    ["that is a recovery request", "guardian-answer", lost.bytes],
    ["that is a practice answer", "recovery-request", practiceAnswer],
    ["of something else", "device-answer-text", "hello"],
    ["cut off", "device-answer-text", deviceAnswerToText(answer).slice(0, 100)],
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
    ["with an id in capitals", "payment-request", named.replace("c0ffee", "C0FFEE")],
    ["with an id that is too short", "payment-request", named.slice(0, -1)],
  ];

  return {
    about:
      "Bodies and texts of @amigos/core with what comes of them; see docs/spec. Control entries are checked as alice's, entries and evidence under alice's session key, receipts as bob's for aliceFirstPayment.",
    version: 1,
    context: {
      networkId: network.id,
      networkTag: network.tag,
      aliceAccount: alice.account,
      aliceMasterKey: alice.master.publicKey,
      aliceNextKeyDigest: alice.inception.inception.nextKeyDigest,
      aliceSession: alice.session,
      aliceSessionKey: alice.signer.publicKey,
      aliceTimeLockedKey: SIGNERS["alice/time-locked"].publicKey,
      aliceBackupKey: SIGNERS["alice/backup"].publicKey,
      aliceRecoveryStart: (CONTROL_EXAMPLES.find(({ signer }) => signer === "bob/master") as ControlExample).control.id,
      aliceRecoveredKey: SIGNERS["alice/recovered"].publicKey,
      aliceFirstPayment: bytesToHex(payment.bytes),
      bobAccount: bob.account,
      bobMasterKey: bob.master.publicKey,
      bobSession: bob.session,
      bobSessionKey: bob.signer.publicKey,
      carolAccount: carol.account,
      carolMasterKey: carol.master.publicKey,
      carolSession: carol.session,
      carolSessionKey: carol.signer.publicKey,
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

/** The point of order 1: under it as a key, one signature fits every message. */
const SMALL_ORDER = Uint8Array.from([1, ...new Uint8Array(31)]);

function entryOf(type: VerifiedEntry["entry"]["operation"]["type"]): Uint8Array {
  return (ENTRY_EXAMPLES.find(({ entry }) => entry.entry.operation.type === type) as EntryExample).entry.bytes;
}

async function byMaster(entry: ControlEntry): Promise<Uint8Array> {
  return (await signControlEntry(entry, alice.master)).bytes;
}

async function vetoBy(signer: keyof typeof SIGNERS): Promise<Uint8Array> {
  const { entry } = (CONTROL_EXAMPLES.find(({ name }) => name === "alice vetoes") as ControlExample).control;
  return (await signControlEntry(entry, SIGNERS[signer])).bytes;
}

async function byUnknownSession(): Promise<Uint8Array> {
  const { control } = CONTROL_EXAMPLES.find(({ name }) => name === "carol approves") as ControlExample;
  const by = { account: carol.account, session: bob.session };
  const entry = statement({ ...control.entry.operation, by } as Parameters<typeof statement>[0]);
  return (await signControlEntry(entry, carol.signer)).bytes;
}

function descendingGuardians(): CborValue {
  return (recovery.guardians?.accounts ?? []).toReversed().map(hexToBytes);
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

/** A signed body with one value somewhere in a field replaced, or left out: `path` leads to it by keys and indices. */
function within(bytes: Uint8Array, key: number, path: readonly number[], value: CborValue | undefined): Uint8Array {
  const fields = orThrow(decodeCbor(orThrow(splitSigned(bytes)).body)) as ReadonlyMap<number, CborValue>;
  return resigned(bytes, key, replaced(fields.get(key) ?? 0, path, value));
}

function replaced(whole: CborValue, [step, ...rest]: readonly number[], value: CborValue | undefined): CborValue {
  if (step === undefined) return value ?? 0;
  if (whole instanceof Map) {
    const copy = new Map(whole as ReadonlyMap<number, CborValue>);
    if (rest.length === 0 && value === undefined) copy.delete(step);
    else copy.set(step, replaced(copy.get(step) ?? 0, rest, value));
    return copy;
  }
  return (whole as readonly CborValue[]).map((item, index) => (index === step ? replaced(item, rest, value) : item));
}

function pay(value: bigint, memo = "coffee", asset = "AMI"): CborValue {
  return new Map<number, CborValue>([
    [0, 0],
    [1, hexToBytes(bob.account)],
    [2, asset],
    [3, value],
    [4, memo],
  ]);
}

/** Sequence 0 of a first entry stands between the session, 32 bytes, and `previous`, which is field 5. */
function spliceSequence(body: Uint8Array, signature: Uint8Array, inPlace: string): Uint8Array {
  const hex = bytesToHex(body);
  const place = `${alice.session}0400055820`;
  return joinSigned(hexToBytes(hex.replace(place, `${alice.session}04${inPlace}055820`)), signature);
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

/** Two entries as evidence has them, in order of ids, whatever they prove. */
function pairOf(kind: number, first: VerifiedEntry, second: VerifiedEntry): Uint8Array {
  const [a, b] = [first, second].toSorted((one, other) => compareHex(one.id, other.id));
  return encodeCbor([kind, a?.bytes ?? 0, b?.bytes ?? 0]);
}
