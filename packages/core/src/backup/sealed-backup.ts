/**
 * A backup as a file: sealed by a password or by the account's phrase (spec [BAK4], [BAK5], [BAK6]). One mechanism with
 * two sources for its key: scrypt (RFC 7914) makes one of a password, SLIP-0010 one of a phrase. The cipher is
 * XChaCha20-Poly1305, whose nonce is long enough to be drawn at random every time, and the header is authenticated.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { assert } from "../assert.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  integer,
  oneOf,
  refined,
  version,
  type DecodeError,
  type Schema,
} from "../encoding/schema.ts";
import { networkTag, type NetworkId, type NetworkTag } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import {
  BACKUP_BYTES_MAX,
  encodeAccountBackup,
  openAccountBackup,
  type AccountBackup,
  type AccountBackupError,
  type OpenedBackup,
} from "./account-backup.ts";
import { deriveSealKey } from "./account-keys.ts";
import { readPassword, type SecretTextError } from "./secret-text.ts";

/** What seals a backup and opens it again. */
export type BackupSecret =
  | { readonly type: "password"; readonly password: string }
  /** The entropy of the account's phrase, and its passphrase where it has one. */
  | { readonly type: "phrase"; readonly entropy: Uint8Array; readonly passphrase?: string };

export interface EncryptBackupOptions {
  readonly secret: BackupSecret;
  /** Unpredictable bytes; the engine's port `Random` is one such source. */
  readonly random: { readonly bytes: (length: number) => Uint8Array };
  /** Binary logarithm of scrypt's cost, from 10 to 18. Each step doubles time and memory. Left out: 17. */
  readonly costLog2?: number;
}

export interface DecryptBackupOptions {
  readonly secret: BackupSecret;
  /** Refuses a backup of any other network. Left out: whatever network the backup names. */
  readonly network?: NetworkId;
}

/** What a backup says before it is opened: enough to ask for the right secret. Not authenticated yet. */
export interface BackupDescription {
  readonly network: NetworkTag;
  readonly sealedBy: BackupSecret["type"];
}

export type BackupError =
  | AccountBackupError
  | SecretTextError
  /** It is opened by another kind of secret than was given. */
  | { readonly type: "sealed-otherwise"; readonly sealedBy: BackupSecret["type"] }
  /** The tag does not fit: another password, or damaged bytes. Nothing can tell the two apart. */
  | { readonly type: "password-wrong-or-damaged" }
  /** The same of a phrase: another phrase or passphrase, or damaged bytes. */
  | { readonly type: "phrase-wrong-or-damaged" }
  /** The device does not give the memory that the password's cost asks for. Another device may. */
  | { readonly type: "out-of-memory"; readonly bytes: number };

type Seal =
  | { readonly type: "password"; readonly costLog2: number; readonly salt: string }
  | { readonly type: "phrase" };

interface Header {
  readonly version: 1;
  readonly network: NetworkTag;
  readonly seal: Seal;
  readonly nonce: string;
}

interface SealedBackup extends Header {
  readonly ciphertext: Uint8Array;
}

/** scrypt with N = 2^17, r = 8, p = 1, as OWASP advises for passwords: 128 MiB, and about a second in a browser. */
const COST_LOG2 = 17;
/** 256 MiB and twice the time. The file names its cost, and opening a hostile one must not take minutes or gigabytes. */
const COST_LOG2_MAX = 18;
/** 1 MiB and some milliseconds: what tests take. Below it a password is hardly protected at all. */
const COST_LOG2_MIN = 10;
/** Fixed for version 1: parameters that nobody varies would only be something for a hostile file to vary. */
const SCRYPT_BLOCK_SIZE = 8;
const SCRYPT_PARALLELISM = 1;

const KEY_BYTES = 32;
/** As RFC 7914 and NIST SP 800-132 advise: no two files share one. */
const SALT_BYTES = 16;
const NONCE_BYTES = 24;
/** Bytes around the ciphertext: about 70 of header. */
const HEADER_BYTES_MAX = 256;
/** What Poly1305 adds. */
const TAG_BYTES = 16;

/** A backup as a file. */
const SEALED_BYTES_MAX: number = BACKUP_BYTES_MAX + TAG_BYTES + HEADER_BYTES_MAX;

const costSchema: Schema<number> = refined(integer(COST_LOG2_MAX), (cost) =>
  cost >= COST_LOG2_MIN ? undefined : `at least ${COST_LOG2_MIN}`,
);

const headerFields = {
  version: field(0, version(1)),
  network: field(1, hexBytes<NetworkTag>(4)),
  seal: field(
    2,
    oneOf<Seal>({
      password: { kind: 0, schema: body({ costLog2: field(1, costSchema), salt: field(2, hexBytes(SALT_BYTES)) }) },
      phrase: { kind: 1, schema: body({}) },
    }),
  ),
  nonce: field(3, hexBytes<string>(NONCE_BYTES)),
};

/** The associated data of the cipher: the file without its ciphertext. */
const headerSchema: Schema<Header> = body<Header>(headerFields);

const sealedSchema: Schema<SealedBackup> = body<SealedBackup>({
  ...headerFields,
  ciphertext: field(4, byteString(BACKUP_BYTES_MAX + TAG_BYTES)),
});

/**
 * Seals a backup. Under a password this takes about a second, in slices between which a page draws and takes clicks;
 * its timers may wait until the end. What could not be opened again is refused, with the error that opening would give.
 */
export async function encryptBackup(
  backup: AccountBackup,
  { secret, random, costLog2 = COST_LOG2 }: EncryptBackupOptions,
): Promise<Result<Uint8Array, BackupError>> {
  const isCost = Number.isInteger(costLog2) && costLog2 >= COST_LOG2_MIN && costLog2 <= COST_LOG2_MAX;
  assert(isCost, "a cost is one that readers take");
  const contents = encodeAccountBackup(backup);
  const opened = openAccountBackup(contents);
  if (!opened.ok) return opened;
  const draw = (length: number): string => {
    const bytes = random.bytes(length);
    assert(bytes.length === length, "a source of randomness gives as many bytes as it is asked for");
    return bytesToHex(bytes);
  };
  const seal: Seal =
    secret.type === "password" ? { type: "password", costLog2, salt: draw(SALT_BYTES) } : { type: "phrase" };
  const header: Header = { version: 1, network: networkTag(backup.network), seal, nonce: draw(NONCE_BYTES) };
  const key = await keyOf(seal, secret);
  if (!key.ok) return key;
  return ok(encodeWith(sealedSchema, { ...header, ciphertext: cipher(key.value, header).encrypt(contents) }));
}

/** What a file says of itself before anyone has typed a secret. */
export function describeBackup(bytes: Uint8Array): Result<BackupDescription, DecodeError> {
  const sealed = decodeWith(sealedSchema, bytes, SEALED_BYTES_MAX);
  return sealed.ok ? ok({ network: sealed.value.network, sealedBy: sealed.value.seal.type }) : sealed;
}

/** Opens a backup and verifies what is inside. What costs least is checked first: no hostile file is worked for. */
export async function decryptBackup(
  bytes: Uint8Array,
  { secret, network }: DecryptBackupOptions,
): Promise<Result<OpenedBackup, BackupError>> {
  const decoded = decodeWith(sealedSchema, bytes, SEALED_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const sealed = decoded.value;
  if (network !== undefined && networkTag(network) !== sealed.network)
    return err({ type: "wrong-network", expected: networkTag(network), found: sealed.network });
  const key = await keyOf(sealed.seal, secret);
  if (!key.ok) return key;
  let contents: Uint8Array;
  try {
    contents = cipher(key.value, sealed).decrypt(sealed.ciphertext);
  } catch {
    return err({ type: secret.type === "password" ? "password-wrong-or-damaged" : "phrase-wrong-or-damaged" });
  }
  const opened = openAccountBackup(contents);
  if (!opened.ok) return opened;
  const found = opened.value.backup.network;
  if (networkTag(found) !== sealed.network)
    return err({ type: "wrong-network", expected: sealed.network, found: networkTag(found) });
  if (network !== undefined && found !== network) return err({ type: "wrong-network", expected: network, found });
  return opened;
}

/** The key that a secret gives under a seal. This is where the time goes: milliseconds for a phrase, longer by intent for a password. */
async function keyOf(seal: Seal, secret: BackupSecret): Promise<Result<Uint8Array, BackupError>> {
  if (seal.type === "phrase" && secret.type === "phrase") return deriveSealKey(secret.entropy, secret.passphrase);
  if (seal.type === "phrase" || secret.type === "phrase") return err({ type: "sealed-otherwise", sealedBy: seal.type });
  const password = readPassword(secret.password);
  if (!password.ok) return password;
  const cost = 1 << seal.costLog2;
  try {
    const scrypt = { N: cost, r: SCRYPT_BLOCK_SIZE, p: SCRYPT_PARALLELISM, dkLen: KEY_BYTES };
    return ok(await scryptAsync(password.value, hexToBytes(seal.salt), scrypt));
  } catch {
    // Its parameters were checked: what is left to fail is the one large allocation.
    return err({ type: "out-of-memory", bytes: 128 * SCRYPT_BLOCK_SIZE * cost });
  }
}

function cipher(key: Uint8Array, header: Header): ReturnType<typeof xchacha20poly1305> {
  return xchacha20poly1305(key, hexToBytes(header.nonce), encodeWith(headerSchema, header));
}
