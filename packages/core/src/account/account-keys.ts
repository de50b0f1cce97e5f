/** The keys of an account at one moment. An inception brings the first; a rotation or a recovery brings others. */
import type { KeyDigest, PublicKey } from "../ids.ts";

export interface AccountKeys {
  /** Signs what the account says about itself. */
  readonly masterKey: PublicKey;
  /** Digest of the key that may take its place: committed to before anybody can have stolen it (pre-rotation). */
  readonly nextKeyDigest: KeyDigest;
}
