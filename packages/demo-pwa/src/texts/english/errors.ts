import type { DeviceAnswerRefusal, DeviceRequestRefusal, RecoveryRefusedDetail } from "@amigos/engine";
import { distance } from "../../format/time.ts";
import { counted } from "./counted.ts";
import type { ErrorTexts, SomeSentences } from "../error-sentences.ts";

const deviceRequests: SomeSentences<DeviceRequestRefusal> = {
  "request-expired": "This code is too old. Let the new device show a new one.",
  "request-from-future": "The clocks of the two devices differ. Set them right, then try again.",
  "wrong-network": "The new device is on another network than this one.",
  "request-of-another-account": "The new device wants to belong to another account.",
  "session-ended": "This device was removed before. Let it show a new code.",
  "replaced-not-named": "This code wants to end another device. Let the new device ask without that.",
  "last-honoured-out-of-reach":
    "The new device claims more payments of the old one than there can be. Bring this device up to date, or let it ask anew.",
  "unsupported-version": "The new device’s app is newer than this one. Update this app first.",
};

const deviceAnswers: SomeSentences<DeviceAnswerRefusal> = {
  "device-denied": "The other device said no.",
  "answer-of-another-request": "This answers another device, or an older code of this one.",
  "answer-of-another-account": "This is from another account than the one that this device asked.",
  "wrong-network": "The answer is from another network than this one.",
  "session-ended": "This device was removed again already. Ask anew.",
  "session-expired": "The time that this device was given is over. Ask again.",
  "recovery-unproven":
    "The answer claims that the account was recovered and does not prove it. Do not take it; ask anew when the other device is up to date.",
  "session-not-granted": "The answer does not let this device in. Ask again.",
  "unsupported-version": "The other device’s app is newer than this one. Update this app first.",
};

const DAMAGED = "This is damaged: a part of it is missing or mistyped. Scan it again, or copy all of it.";

const recoveries: SomeSentences<RecoveryRefusedDetail> = {
  "no-guardian": "That account has not chosen you as a guardian.",
  "may-not-speak": "This device may not speak for your account in a recovery.",
  "recovery-waiting": "It is too early. Wait until the delay is over.",
  "way-not-chosen": "The account cannot be recovered this way.",
  "request-expired": "This request is more than a day old. Let whoever asks show a new one.",
  "request-from-future": "The clocks of the two devices differ. Set them right, then try again.",
  "not-a-recovery-request": "This is not a request to recover an account.",
  "recovery-unknown": "No such recovery is under way.",
  "not-a-recovery-statement": "This is nothing that a guardian signed.",
  "not-a-guardian-request": "This is nothing that guardians are asked or answer.",
  "asks-something-else": "This belongs to something else: an invitation is not a practice.",
  "guardians-full": "As many would be guardians as an account can have.",
  "answer-of-another-request": "This answers an earlier request. Show your guardian the newest one.",
  "account-unknown":
    "The ledger does not know that account. Look at it again: a letter may be wrong, or it is of another network.",
  "recovery-of-others": "This is about an account that has nothing to do with you.",
  "recoveries-full": "Too much is under way for that account. Wait until the ledger has decided it.",
  "wrong-network": "This is for another network than yours, so it cannot be used here.",
  "key-refused": "This asks for a key that nobody may use. Let whoever asks begin anew.",
  "signature-invalid": "The signature is false. Nothing was taken.",
  malformed: DAMAGED,
  "not-canonical": DAMAGED,
  "too-large": DAMAGED,
  "schema-mismatch": DAMAGED,
  "unsupported-version": "This was made by an app that is newer than this one. Update this app first.",
  "not-a-recovery": "This says nothing about a recovery.",
};

/** What the ledger would say of it, by the code of its verdict. */
const recoveryVerdicts: { readonly [Code in string]?: string } = {
  duplicate: "You have agreed to this already, or it is known here.",
  "recovery-over": "That recovery was stopped or is over. Let whoever asks show a new code.",
  "recovery-pending":
    "Whoever signed this has agreed to the same already, or has begun as many recoveries of this account as they may: then let another guardian agree first.",
  "recovery-not-allowed": "The account does not allow this way, or has other guardians by now.",
  "signer-not-current": "Who signed this may not speak for that account any more.",
  "recovery-unknown": "What this belongs to is not known here. Take what the first guardian signed before it.",
};

export const errors: ErrorTexts = {
  amount: {
    "amount-not-a-number": () => "This is not an amount. Write digits, such as 5 or 5.20.",
    "amount-too-precise": ({ decimals }) =>
      counted(decimals, {
        one: (n) => `There is at most ${n} digit behind the point.`,
        other: (n) => `There are at most ${n} digits behind the point.`,
      }),
    "amount-out-of-range": () => "This amount is larger than any that exists.",
    "asset-unknown": () => "This network does not know that kind of money.",
  },

  request: {
    "text-malformed": () => "A character is wrong or missing. Copy the whole text again.",
    "text-wrong-kind": () => "This names something else than an account. Ask the payee for their request.",
    "not-a-request": () => "This is not a payment request.",
    "request-field-invalid": ({ field }) =>
      `The request is damaged: its field “${field}” cannot be read. Ask for a new one.`,
    "wrong-network": () => "This is for another network than yours, so it cannot be used here.",
  },

  handover: {
    "not-a-bundle": () => "This is not a payment, or part of it is missing. Copy or scan it again.",
    malformed: () => "The payment’s text is damaged. Copy or scan it again.",
    "not-canonical": () => "The payment is not written the way payments are. It was not taken.",
    "too-large": () => "This is far larger than any payment. It was not taken.",
    "schema-mismatch": () => "The payment is damaged or not a payment. It was not taken.",
    "unsupported-version": () => "The payer’s app is newer than this one. Update this app, then take it again.",
    "wrong-network": () => "This payment is for another network than yours. It was not taken.",
    "signature-invalid": () => "The payment’s signature is false. It was not taken.",
    "key-refused": () => "The payment was signed with a key that nobody may use. It was not taken.",
    "signer-unknown": () => "What vouches for the payer names a signer that is not known here. It was not taken.",
    "wrong-account": () => "The payment mixes up two accounts. It was not taken.",
    "account-unknown": () => "The payer’s account is not in it. Ask the payer to show the payment again.",
    "session-unknown": () => "Nothing in it vouches for the payer’s device. Ask the payer to show the payment again.",
    "too-many-unsettled": () =>
      "The payer has too many payments that are not settled. Ask again after their device met a hub.",
    "carried-too-much": () => "This device carries as much for the payer’s account as it may until it meets a hub.",
    "account-not-admitted": () =>
      "This hub takes only accounts that its operator lets in, and the payer’s is none of them.",
    "account-too-fast": () => "The payer’s account has sent more than this hub takes in a minute. Try again soon.",
    "account-full": () => "This hub keeps as much of the payer’s account as it may until more is settled.",
    "receipt-refused": () =>
      "This receipt is damaged, or for a payment that this device has not made or that is settled.",
    "carried-refused": () =>
      "What should prove this payment is damaged, or was made for somebody else. Ask the payer to show the payment again.",
  },

  other: {
    "input-empty": () => "There is nothing here yet. Paste the text first.",
    "input-too-long": () => "This text is far too long to be a request or a payment.",
    "input-is-payment": () => "This is a payment that somebody made, not a request. Take it under Receive.",
    "input-is-request": () => "This asks for a payment. Open it under Pay.",
    "input-not-recognised": () => "This is neither a request nor an account nor a payment of this app.",
    "amount-zero": () => "Write how much to pay.",
    "payee-is-self": () => "This is your own account.",

    "message-damaged": () => "These codes do not fit together. Hold the camera on them once more.",
    "camera-missing": () => "No camera was found. Paste the text instead.",
    "camera-denied": () =>
      "The browser may not use the camera. Allow it in the browser’s settings, or paste the text instead.",
    "camera-failed": () => "The camera did not start. Another app may be using it. Paste the text instead.",

    "payment-refused": () => "A rule would not accept this payment, so it was not signed.",
    "float-refused": () => "A rule would not accept this, so nothing was set aside or given back.",
    "stake-refused": () => "A rule would not accept this, so nothing was staked or taken back.",
    "not-meant-any-more": () => "Something came in between, so nothing was signed.",
    "acceptance-invalid": () => "This is no bound that can be kept.",
    "attestation-refused": () => "This device may not speak as a witness.",
    "text-invalid": ({ field, bytesMax }) =>
      field === "memo"
        ? `The note is too long or holds signs that cannot be shown. At most ${bytesMax} letters.`
        : `The device’s name is too long or holds signs that cannot be shown. At most ${bytesMax} letters.`,
    "carry-refused": () =>
      "Nothing on this device can prove this payment without a network yet. Show it as it is, or meet a hub first.",
    "terms-invalid": () => "A device cannot be allowed this. Change what it may do, or for how long.",
    "device-request-refused": ({ error }) =>
      deviceRequests[error.type] ??
      "This is not the code of a new device, or it was changed on its way. Scan it again.",
    "device-answer-refused": ({ error }) =>
      deviceAnswers[error.type] ?? "This is not an answer to this device, or it was changed on its way. Scan it again.",
    "recovery-refused": ({ error }) =>
      recoveryVerdicts["code" in error ? error.code : ""] ??
      recoveries[error.type] ??
      "This recovery cannot go on like this. Look at what is under way, then try again.",
    "recovery-invalid": () => "An account cannot be recovered like this. Change the guardians or the delay.",
    "joining-closed": () => "This device has stopped asking. Begin again.",
    "payment-unknown": () => "This device has no such payment.",
    "session-missing": () => "There is no wallet on this device yet.",
    "key-missing": () => "This device’s key is gone, so it cannot open the wallet any more.",
    "master-key-missing": () =>
      "This device does not hold the account’s own key. Use the device that the account was made on.",
    "record-refused": () => "This backup’s account is damaged, or of another network. Take another backup.",
    "wallet-opened": () => "There is a wallet on this device already. Open that one.",
    "session-unknown": () => "This account has no such device.",
    "sessions-full": ({ sessionsMax }) =>
      `This account has ${sessionsMax} devices, removed ones included. It cannot have more.`,
    "store-of-another": () => "The data on this device belongs to another wallet.",
    "too-many-unsettled": ({ unsettledMax }) =>
      `There are ${unsettledMax} payments waiting to settle. Let this device meet a hub first.`,
    "circle-too-large": ({ membersMax }) => `A device carries for ${membersMax} accounts at most.`,
    "session-forked": () => "Another device signs with this device’s key. Nothing was signed here.",
    "signing-unsafe": () =>
      "Part of this device’s memory is damaged, so it signs nothing any more. Add this device to your account again.",
    "wallet-closed": () => "The wallet was closed. Open it again.",

    "journal-of-another-version": () =>
      "The data on this device was written by another version of the app. Update the app.",
    "journal-of-another-network": () =>
      "The data on this device belongs to another network. The hub may have been set up anew: open another wallet by adding ?wallet=new to the address.",
    "store-busy": () => "The wallet is open in another tab.",
    "store-full": () => "There is no space left on this device. Free some, then try again. Nothing was lost.",
    "store-closed": () => "The wallet was closed. Open it again.",
    "store-damaged": () => "The data on this device cannot be read. It may have been damaged.",
    "store-failed": () => "The browser did not let the app store data. Private windows sometimes forbid it.",
    "key-exists": () => "There is already a key of this name on this device.",
    "key-locked": () => "The key on this device is locked.",
    "vault-failed": () => "The browser did not let the app keep a key. A newer browser may.",

    "pin-wrong": () => "This is not the PIN or password.",
    "pin-too-soon": ({ notBefore }) => `Too many wrong tries. The next one is taken ${until(notBefore)}.`,
    "passkey-wrong": () => "This passkey does not open the wallet.",
    "passkey-cancelled": () => "The passkey was not used. Try again, or take another way.",
    "passkey-makes-no-key": () => "This passkey cannot make a key. Use a PIN or password instead.",
    "passkey-failed": () => "This browser cannot use a passkey here. Use a PIN or password instead.",

    "link-stopped": () => "The connection was given up. Begin anew.",
    "too-many-codes": () => "Too many codes and connections are open. Close one, or wait five minutes.",
    "network-missing": () =>
      "This phone is in no network. Join the other’s Wi-Fi or hotspot first; internet is not needed.",
    "no-offer": () => "Your code is too old by now. Show a new one.",
    "code-refused": ({ error }) =>
      error.type === "wrong-role"
        ? "This is the other one of the two codes. Scan the one that the other phone shows now."
        : "This is no connection code, or part of it is missing. Scan it again.",

    "words-refused": ({ error }) =>
      error.type === "phrase-word-unknown"
        ? `Word ${error.position + 1}, “${error.word}”, is none of the words. Look at the paper again.`
        : error.type === "phrase-checksum"
          ? "All of these are words, but not together: two are swapped, or one is another."
          : "These are not twelve words. Type all of them, in their order.",
    "words-of-another-account": () => "These words, or this file, belong to another account.",
    "words-forgotten": () => "This device has forgotten the words, since you have them on paper.",
    "backup-refused": ({ error }) =>
      error.type === "wrong-network"
        ? "This file is of another network."
        : error.type === "phrase-wrong-or-damaged"
          ? "The words do not open this file, or it is damaged."
          : "This is not a backup file, or it is damaged.",
    "engine-not-loaded": () => "A part of the app did not load. Load the page again.",
    "device-name-invalid": () => "Give the device a name of up to 64 characters, without line breaks.",
    "call-unknown": () => "The page and its worker are of two versions. Load the page again.",
    unexpected: ({ message }) => `Something went wrong that should not: ${message}`,
  },
};

function until(time: number): string {
  return distance(time, Date.now(), "en");
}
