import type { FailureTexts, StakeReason } from "../failure-sentences.ts";

/** By the reason of the rule. */
const stakeRules: { readonly [Reason in StakeReason]: string } = {
  "other-asset": "Hinterlegt wird nur das erste Geld des Netzes.",
  "not-staked": "So viel ist dort nicht hinterlegt.",
  "too-many-validators": "Du hast schon hinter 16 Zeugen hinterlegt. Nimm zuerst etwas zurück.",
  "too-many-unbonding": "Zu vieles ist schon auf dem Weg zurück. Warte, bis etwas davon da ist.",
};

export const failures: FailureTexts = {
  device: { own: "Dieses Gerät", other: "Das Gerät des Zahlers" },
  deviceInside: { own: "dieses Gerät", other: "das Gerät des Zahlers" },
  payer: { own: "Du hast", other: "Der Zahler hat" },
  codes: {
    duplicate: () => ({ title: "Schon bekannt", sentence: "Diese Zahlung steht schon im Hauptbuch." }),
    "account-unknown": () => ({
      title: "Zahler noch nicht bekannt",
      sentence: "Das Konto des Zahlers hat weder dieses Gerät noch das Hauptbuch erreicht.",
    }),
    "session-unknown": () => ({
      title: "Gerät noch nicht bekannt",
      sentence: "Nichts, was bisher ankam, bürgt für das Gerät des Zahlers.",
    }),
    "previous-missing": () => ({
      title: "Eine frühere Zahlung fehlt",
      sentence: "Sie folgt auf eine andere Zahlung desselben Geräts, die noch nicht angekommen ist.",
    }),
    "dependency-missing": () => ({
      title: "Sie baut auf einer anderen Zahlung auf",
      sentence: "Sie gibt Geld aus einer Zahlung aus, die noch nicht angekommen ist.",
    }),
    "time-in-future": ({ judgedFrom }, { when }) => ({
      title: "In der Zukunft datiert",
      sentence: `Die Uhr des Zahlers geht vor. Sie ist erst ${when(judgedFrom)} zu beurteilen.`,
    }),
    "checkpoint-ahead": ({ height, known }) => ({
      title: "Neuer als dieses Gerät",
      sentence: `Sie kannte beim Unterschreiben den Stand ${height}; dieses Gerät kennt ${known}. Sie wird beurteilt, wenn der Hub erreichbar ist.`,
    }),
    "history-missing": () => ({
      title: "Zu lange her",
      sentence: "Dieses Gerät behält den Teil der Vergangenheit nicht mehr, der nötig wäre. Der Hub entscheidet.",
    }),
    "session-killed": (_failure, { deviceInside }) => ({
      title: "Geräte abgeschaltet",
      sentence: `Alle Geräte des Kontos wurden auf einmal abgeschaltet, und ${deviceInside} mit ihnen.`,
    }),
    "session-revoked": (_failure, { deviceInside }) => ({
      title: "Gerät entfernt",
      sentence: `Das Konto hat dieses Gerät entfernt, und nichts zählt mehr, was ${deviceInside} von da an unterschreibt.`,
    }),
    "session-frozen": (_failure, { device }) => ({
      title: "Gerät eingefroren",
      sentence: `${device} hat zwei Zahlungen mit einer Nummer unterschrieben, deshalb zählt nichts mehr, was es von da an unterschreibt.`,
    }),
    "session-not-yet-valid": ({ notBefore }, { device, when }) => ({
      title: "Zu früh",
      sentence: `${device} darf erst ${when(notBefore)} zahlen.`,
    }),
    "session-expired": ({ reason, expiry }, { device, when }) => ({
      title: "Erlaubnis abgelaufen",
      sentence:
        reason === "signed-late"
          ? `${device} durfte nur bis zu diesem Zeitpunkt zahlen: ${when(expiry)}.`
          : `${device} durfte nur bis zu diesem Zeitpunkt zahlen: ${when(expiry)}. Die Zahlung kam zu lange danach ins Hauptbuch.`,
    }),
    "permission-missing": ({ permission, asset }, { device }) => ({
      title: "Nicht erlaubt",
      sentence:
        permission === "SEND" && asset !== ""
          ? `${device} darf kein ${asset} senden.`
          : `${device} hat dafür keine Erlaubnis.`,
    }),
    "region-not-allowed": (_failure, { device }) => ({
      title: "Nicht in dieser Gegend",
      sentence: `${device} darf nur in manchen Gegenden zahlen, und diese Zahlung wurde in keiner davon unterschrieben.`,
    }),
    "recipient-not-allowed": (_failure, { device }) => ({
      title: "Nicht an dieses Konto",
      sentence: `${device} darf nur an manche Konten zahlen, und dies ist keines davon.`,
    }),
    "time-went-backwards": () => ({
      title: "Uhr ging zurück",
      sentence: "Sie ist vor etwas datiert, nach dem sie kommen muss. Prüf die Uhr des zahlenden Geräts.",
    }),
    "checkpoint-unknown": () => ({
      title: "Andere Vergangenheit",
      sentence: "Sie bezieht sich auf einen Stand des Hauptbuchs, den es nie gab.",
    }),
    "checkpoint-went-backwards": () => ({
      title: "Ältere Vergangenheit",
      sentence: "Sie bezieht sich auf einen älteren Stand des Hauptbuchs als die Zahlung davor.",
    }),
    "offline-too-long": ({ limitMs }, { days }) => ({
      title: "Zu lange ohne Netz",
      sentence: `Eine Zahlung muss innerhalb dieser Zeit ins Hauptbuch kommen: ${days(limitMs)}.`,
    }),
    "asset-unknown": ({ asset }) => ({
      title: "Unbekanntes Geld",
      sentence: `In diesem Netz gibt es kein ${asset}.`,
    }),
    "amount-invalid": ({ reason }) =>
      reason === "zero"
        ? { title: "Kein Betrag", sentence: "Eine Zahlung bewegt mehr als nichts." }
        : { title: "An sich selbst", sentence: "Zahler und Empfänger sind dasselbe Konto." },
    "limit-per-transaction": ({ limit, asked, asset }, { device, money }) => ({
      title: "Über der Grenze für eine Zahlung",
      sentence: `${device} darf ${money(limit, asset)} auf einmal senden; verlangt waren ${money(asked, asset)}.`,
    }),
    "limit-per-day": ({ limit, left, asked, asset, renewsAt }, { device, money, when }) => ({
      title: "Über der Tagesgrenze",
      sentence: `${device} darf ${money(limit, asset)} am Tag senden. Übrig sind ${money(left, asset)}, verlangt waren ${money(asked, asset)}. Die Grenze erneuert sich ${when(renewsAt)}.`,
    }),
    "limit-offline": ({ limit, left, asked, asset }, { device, money }) => ({
      title: "Zu viel, das nicht verbucht ist",
      sentence: `${device} darf ${money(limit, asset)} auf einmal unterwegs haben. Übrig sind ${money(left, asset)}, verlangt waren ${money(asked, asset)}. Es wird wieder mehr, wenn der Hub das Gesendete verbucht hat.`,
    }),
    "float-exceeded": ({ left, asked, asset }, { device, money }) => ({
      title: "Mehr, als zurückgelegt ist",
      sentence: `${device} hat ${money(left, asset)} zurückgelegt, und ${money(asked, asset)} sollten zurückgehen.`,
    }),
    "stake-rules": ({ reason }) => ({ title: "So nicht zu hinterlegen", sentence: stakeRules[reason] }),
    "insufficient-funds": ({ left, asked, asset }, { payer, money }) => ({
      title: "Nicht genug Geld",
      sentence: `${payer} ${money(left, asset)} auszugeben, verlangt waren ${money(asked, asset)}.`,
    }),
  },
};
