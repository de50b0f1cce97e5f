/**
 * How fast entries become authentic: once decoded, and from their bytes on. Keys and signatures come from Node's crypto on both sides, so that preparing
 * ten thousand entries takes seconds, and the reference is the fastest verifier that Node has.
 */
import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from "node:crypto";
import {
  decodeEntry,
  firstPrevious,
  hexToBytes,
  idFromBytes,
  orThrow,
  sequence,
  signEntry,
  verifyLogsByTips,
  type AccountId,
  type Entry,
  type NetworkTag,
  type PublicKey,
  type SessionId,
  type SessionLog,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, createTestNetwork, genesisReference, START } from "@amigos/core/testing";
import { timed, type BenchCase } from "../../../scripts/bench/bench-case.ts";

const SESSIONS = 100;
const ENTRIES_PER_SESSION = 100;

interface Log extends SessionLog {
  readonly network: NetworkTag;
  readonly nodeKey: KeyObject;
}

const cases: readonly BenchCase[] = [
  {
    id: "core.bulk-authentication",
    what: "10,000 decoded entries of 100 sessions, authenticated by the tips of their chains; the reference verifies every signature with node:crypto",
    unit: "ms",
    bar: 1 / 8,
    prepare: async () => {
      const logs = await Promise.all(Array.from({ length: SESSIONS }, (_, index) => createLog(`session ${index}`)));
      return { ours: timed(() => authenticateByTips(logs)), reference: timed(() => verifyEach(logs)) };
    },
  },
  {
    id: "core.bytes-to-verified",
    what: "10,000 payments of 100 sessions, from their signed bytes to verified entries: decoded, hashed, authenticated by the tips of their chains; the reference hashes the same bytes and verifies one signature per session with node:crypto",
    unit: "ms",
    bar: 3,
    prepare: async () => {
      const logs = await Promise.all(Array.from({ length: SESSIONS }, (_, index) => createLog(`session ${index}`)));
      return { ours: timed(() => verifyBytes(logs)), reference: timed(() => hashEachAndVerifyTips(logs)) };
    },
  },
];

export default cases;

async function authenticateByTips(logs: readonly SessionLog[]): Promise<void> {
  const verdicts = await verifyLogsByTips(logs);
  expectAll(verdicts.reduce((sum, { verified }) => sum + verified.length, 0));
}

async function verifyBytes(logs: readonly Log[]): Promise<void> {
  const decoded = logs.map(({ entries, network, key }) => ({
    key,
    entries: entries.map(({ bytes }) => orThrow(decodeEntry(bytes, network))),
  }));
  await authenticateByTips(decoded);
}

/** The least that anyone could do: every byte goes through a hash once, and the newest signature of each session is checked. */
function hashEachAndVerifyTips(logs: readonly Log[]): void {
  let verified = 0;
  for (const { entries, nodeKey } of logs) {
    for (const { bytes } of entries) hash("sha256", bytes, "buffer");
    const tip = entries.at(-1);
    if (tip !== undefined && verify(null, hexToBytes(tip.id), nodeKey, tip.signature)) verified += entries.length;
  }
  expectAll(verified);
}

function verifyEach(logs: readonly Log[]): void {
  let verified = 0;
  for (const { entries, nodeKey } of logs) {
    for (const { id, signature } of entries) {
      if (verify(null, hexToBytes(id), nodeKey, signature)) verified += 1;
    }
  }
  expectAll(verified);
}

function expectAll(verified: number): void {
  if (verified !== SESSIONS * ENTRIES_PER_SESSION) throw new RangeError(`only ${verified} entries are authentic`);
}

/** One session's payments, each after the one before. */
async function createLog(name: string): Promise<Log> {
  const { signer, key } = createKey(name);
  const network = createTestNetwork();
  const session = idFromBytes<SessionId>(sha256(`${name} session`));
  const entries: VerifiedEntry[] = [];
  for (let index = 0; index < ENTRIES_PER_SESSION; index += 1) {
    const entry: Entry = {
      version: 1,
      network: network.tag,
      account: idFromBytes<AccountId>(sha256(`${name} account`)),
      session,
      sequence: sequence(index),
      previous: entries.at(-1)?.link ?? firstPrevious(session),
      time: START,
      checkpoint: genesisReference(network),
      operation: { type: "pay", to: idFromBytes<AccountId>(sha256("payee")), ...ami(1, index % 100) },
    };
    entries.push(await signEntry(entry, signer));
  }
  return { network: network.tag, key: signer.publicKey, nodeKey: key, entries };
}

/** DER prefix of an Ed25519 private key (RFC 8410 §7); the 32 bytes of seed follow. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function createKey(name: string): { readonly signer: Signer; readonly key: KeyObject } {
  const encoded = Buffer.concat([PKCS8_PREFIX, sha256(`${name} key`)]);
  const privateKey = createPrivateKey({ key: encoded, format: "der", type: "pkcs8" });
  const key = createPublicKey(privateKey);
  const publicKey = key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex") as PublicKey;
  return { key, signer: { publicKey, sign: async (message) => sign(null, message, privateKey) } };
}

function sha256(text: string): Uint8Array {
  return hash("sha256", text, "buffer");
}
