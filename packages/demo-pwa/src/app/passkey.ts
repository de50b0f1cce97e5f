/**
 * Passkeys, for what only the page can do: the browser asks for a finger, a face or the screen lock, and the passkey answers
 * 32 bytes that are always the same (WebAuthn level 3, the PRF extension). Not every passkey can; that shows only when one
 * was made and asked.
 */
import type { PasskeyProblem } from "../wallet/app-error.ts";
import type { NewPasskey, PasskeyAsked } from "../wallet/lock.ts";

/** Some providers take salts of this length alone. */
const SALT_BYTES = 32;
const USER_BYTES = 16;
/** For looking for one's glasses, or for another phone. */
const TIMEOUT_MS = 120_000;
/** Signature algorithms (IANA COSE): EdDSA, ES256, RS256. Nothing is signed with it, but one must be named. */
const ALGORITHMS = [-8, -7, -257];

class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  readonly detail: PasskeyProblem;
  constructor(type: PasskeyProblem["type"]) {
    super(type);
    this.detail = { type };
  }
}

/** Whether this browser says that its passkeys can answer. Only a try can tell. */
export async function mayHavePasskey(): Promise<boolean> {
  if (typeof PublicKeyCredential === "undefined") return false;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.();
  // A browser that does not say is asked.
  return capabilities?.["extension:prf"] ?? true;
}

/** Makes a passkey and asks it. @throws {PasskeyError} */
export async function createPasskey(device: string): Promise<NewPasskey> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const made = await attempt(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "Amigos" },
        user: { id: crypto.getRandomValues(new Uint8Array(USER_BYTES)), name: device, displayName: device },
        challenge: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        extensions: { prf: { eval: { first: salt } } },
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const { prf } = made.getClientExtensionResults();
  if (prf?.enabled === false) throw new PasskeyError("passkey-makes-no-key");
  const asked = { credential: new Uint8Array(made.rawId), salt };
  // Some answer only when they are asked for the second time.
  return { type: "passkey", ...asked, secret: answerOf(made) ?? (await askPasskey(asked)) };
}

/** What a passkey answers. @throws {PasskeyError} */
export async function askPasskey({ credential, salt }: PasskeyAsked): Promise<Uint8Array> {
  const got = await attempt(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
        allowCredentials: [{ type: "public-key", id: Uint8Array.from(credential) }],
        userVerification: "required",
        extensions: { prf: { eval: { first: Uint8Array.from(salt) } } },
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const answer = answerOf(got);
  if (answer === undefined) throw new PasskeyError("passkey-makes-no-key");
  return answer;
}

function answerOf(credential: PublicKeyCredential): Uint8Array | undefined {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return undefined;
  return first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer);
}

async function attempt(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    return (await ask()) as PublicKeyCredential;
  } catch (error) {
    const isGivenUp = error instanceof DOMException && error.name === "NotAllowedError";
    throw new PasskeyError(isGivenUp ? "passkey-cancelled" : "passkey-failed");
  }
}
