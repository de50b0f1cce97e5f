import type { FailureTexts, StakeReason } from "../failure-sentences.ts";

/** By the reason of the rule. */
const stakeRules: { readonly [Reason in StakeReason]: string } = {
  "other-asset": "Only the first money of the network can be staked.",
  "not-staked": "So much is not staked there.",
  "too-many-validators": "You stake behind 16 witnesses already. Take something back first.",
  "too-many-unbonding": "Too much is on its way back already. Wait until some of it is here.",
};

export const failures: FailureTexts = {
  device: { own: "This device", other: "The payer’s device" },
  deviceInside: { own: "this device", other: "the payer’s device" },
  payer: { own: "You have", other: "The payer has" },
  codes: {
    duplicate: () => ({ title: "Known already", sentence: "The ledger has this payment already." }),
    "account-unknown": () => ({
      title: "Payer not known yet",
      sentence: "The payer’s account has not reached this device or the ledger yet.",
    }),
    "session-unknown": () => ({
      title: "Device not known yet",
      sentence: "Nothing that arrived so far vouches for the payer’s device.",
    }),
    "previous-missing": () => ({
      title: "An earlier payment is missing",
      sentence: "It follows another payment of the same device that has not arrived yet.",
    }),
    "dependency-missing": () => ({
      title: "It builds on another payment",
      sentence: "It spends money from a payment that has not arrived yet.",
    }),
    "time-in-future": ({ judgedFrom }, { when }) => ({
      title: "Dated in the future",
      sentence: `The payer’s clock is ahead. It can be judged from ${when(judgedFrom)} on.`,
    }),
    "checkpoint-ahead": ({ height, known }) => ({
      title: "Newer than this device",
      sentence: `It was signed knowing checkpoint ${height}; this device knows ${known}. It is judged when the hub is in reach.`,
    }),
    "history-missing": () => ({
      title: "Too far back",
      sentence: "This device no longer keeps the part of the past that is needed. The hub decides.",
    }),
    "session-killed": (_failure, { deviceInside }) => ({
      title: "Devices switched off",
      sentence: `All devices of the account were switched off at once, and ${deviceInside} with them.`,
    }),
    "session-revoked": (_failure, { deviceInside }) => ({
      title: "Device removed",
      sentence: `The account has removed this device, and nothing that ${deviceInside} signs from there on counts.`,
    }),
    "session-frozen": (_failure, { device }) => ({
      title: "Device frozen",
      sentence: `${device} signed two payments with one number, so nothing it signs from there on counts.`,
    }),
    "session-not-yet-valid": ({ notBefore }, { device, when }) => ({
      title: "Too early",
      sentence: `${device} may pay from ${when(notBefore)} on.`,
    }),
    "session-expired": ({ reason, expiry }, { device, when }) => ({
      title: "Permission ended",
      sentence:
        reason === "signed-late"
          ? `${device} was allowed to pay until ${when(expiry)}.`
          : `${device} was allowed to pay until ${when(expiry)}, and the payment reached the ledger too long after that.`,
    }),
    "permission-missing": ({ permission, asset }, { device }) => ({
      title: "Not permitted",
      sentence:
        permission === "SEND" && asset !== ""
          ? `${device} has no permission to send ${asset}.`
          : `${device} has no permission for this.`,
    }),
    "region-not-allowed": (_failure, { device }) => ({
      title: "Not in this region",
      sentence: `${device} may pay in some regions only, and this payment was not signed in one of them.`,
    }),
    "recipient-not-allowed": (_failure, { device }) => ({
      title: "Not to this payee",
      sentence: `${device} may pay some accounts only, and this is none of them.`,
    }),
    "time-went-backwards": () => ({
      title: "Clock went back",
      sentence: "It is dated before something it must come after. Check the clock of the paying device.",
    }),
    "checkpoint-unknown": () => ({
      title: "Another past",
      sentence: "It refers to a state of the ledger that never was.",
    }),
    "checkpoint-went-backwards": () => ({
      title: "Older past",
      sentence: "It refers to an older state of the ledger than the payment before it.",
    }),
    "offline-too-long": ({ limitMs }, { days }) => ({
      title: "Offline for too long",
      sentence: `A payment must reach the ledger within ${days(limitMs)}.`,
    }),
    "asset-unknown": ({ asset }) => ({ title: "Unknown money", sentence: `This network has no ${asset}.` }),
    "amount-invalid": ({ reason }) =>
      reason === "zero"
        ? { title: "No amount", sentence: "A payment moves more than nothing." }
        : { title: "To oneself", sentence: "Payer and payee are the same account." },
    "limit-per-transaction": ({ limit, asked, asset }, { device, money }) => ({
      title: "Over the limit for one payment",
      sentence: `${device} may send ${money(limit, asset)} in one payment; ${money(asked, asset)} was asked.`,
    }),
    "limit-per-day": ({ limit, left, asked, asset, renewsAt }, { device, money, when }) => ({
      title: "Over the daily limit",
      sentence: `${device} may send ${money(limit, asset)} a day. ${money(left, asset)} is left and ${money(asked, asset)} was asked. It renews ${when(renewsAt)}.`,
    }),
    "limit-offline": ({ limit, left, asked, asset }, { device, money }) => ({
      title: "Too much that is not settled",
      sentence: `${device} may have ${money(limit, asset)} on its way at a time. ${money(left, asset)} is left and ${money(asked, asset)} was asked. It renews when the hub has settled what was sent.`,
    }),
    "float-exceeded": ({ left, asked, asset }, { device, money }) => ({
      title: "More than was set aside",
      sentence: `${device} has set aside ${money(left, asset)} and ${money(asked, asset)} was to go back.`,
    }),
    "stake-rules": ({ reason }) => ({ title: "Cannot be staked so", sentence: stakeRules[reason] }),
    "insufficient-funds": ({ left, asked, asset }, { payer, money }) => ({
      title: "Not enough money",
      sentence: `${payer} ${money(left, asset)} to spend and ${money(asked, asset)} was asked.`,
    }),
  },
};
