/** What locks a wallet, as page and worker speak of it. */

/** How a wallet is to be locked. */
export type LockChoice = { readonly type: "none" } | LockSecret;

export type LockSecret = PinSecret | NewPasskey;

export interface PinSecret {
  readonly type: "pin";
  readonly pin: string;
}

/** A passkey that was made just now, with what it answered. */
export interface NewPasskey extends PasskeyAsked {
  readonly type: "passkey";
  readonly secret: Uint8Array;
}

/** Which passkey to ask, and what. */
export interface PasskeyAsked {
  readonly credential: Uint8Array;
  /** 32 bytes. */
  readonly salt: Uint8Array;
}

export type UnlockSecret = PinSecret | { readonly type: "passkey"; readonly secret: Uint8Array };

/** What opens a locked wallet. */
export interface LockState {
  readonly passkey?: PasskeyAsked;
  readonly pin?: {
    /** No try is taken before, in milliseconds since 1970. */
    readonly notBefore: number;
  };
}

/** Digits of a PIN, or characters of a password. */
const PIN_LENGTH_MIN = 6;
export const PIN_LENGTH_MAX = 64;

/** Whether a text may be a PIN: long enough, and not one digit throughout. */
export function isPin(text: string): boolean {
  return text.length >= PIN_LENGTH_MIN && text.length <= PIN_LENGTH_MAX && new Set(text).size > 1;
}
