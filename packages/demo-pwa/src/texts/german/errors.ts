import type { DeviceAnswerRefusal, DeviceRequestRefusal, RecoveryRefusedDetail } from "@amigos/engine";
import { distance } from "../../format/time.ts";
import { counted } from "./counted.ts";
import type { ErrorTexts, SomeSentences } from "../error-sentences.ts";

const deviceRequests: SomeSentences<DeviceRequestRefusal> = {
  "request-expired": "Dieser Code ist zu alt. Lass das neue Gerät einen neuen zeigen.",
  "request-from-future": "Die Uhren der beiden Geräte gehen verschieden. Stell sie richtig und versuch es noch einmal.",
  "wrong-network": "Das neue Gerät ist in einem anderen Netz als dieses.",
  "request-of-another-account": "Das neue Gerät will zu einem anderen Konto gehören.",
  "session-ended": "Dieses Gerät wurde schon einmal entfernt. Lass es einen neuen Code zeigen.",
  "replaced-not-named": "Dieser Code will ein anderes Gerät beenden. Lass das neue Gerät ohne das fragen.",
  "last-honoured-out-of-reach":
    "Das neue Gerät behauptet mehr Zahlungen des alten, als es geben kann. Bring dieses Gerät auf den neuen Stand oder lass es neu fragen.",
  "unsupported-version": "Die App des neuen Geräts ist neuer als diese. Bring zuerst diese App auf den neuen Stand.",
};

const deviceAnswers: SomeSentences<DeviceAnswerRefusal> = {
  "device-denied": "Das andere Gerät hat Nein gesagt.",
  "answer-of-another-request": "Das antwortet einem anderen Gerät oder einem älteren Code von diesem.",
  "answer-of-another-account": "Das kommt von einem anderen Konto als dem, das dieses Gerät gefragt hat.",
  "wrong-network": "Die Antwort ist aus einem anderen Netz als diesem.",
  "session-ended": "Dieses Gerät wurde schon wieder entfernt. Frag noch einmal an.",
  "session-expired": "Die Zeit, die dieses Gerät bekam, ist vorbei. Frag noch einmal an.",
  "recovery-unproven":
    "Die Antwort behauptet, das Konto sei wiederhergestellt worden, und belegt es nicht. Nimm sie nicht an; frag neu, wenn das andere Gerät auf dem neuen Stand ist.",
  "session-not-granted": "Die Antwort lässt dieses Gerät nicht ein. Frag noch einmal an.",
  "unsupported-version": "Die App des anderen Geräts ist neuer als diese. Bring zuerst diese App auf den neuen Stand.",
};

const DAMAGED = "Das ist beschädigt: Ein Teil fehlt oder ist vertippt. Scanne es noch einmal, oder kopiere alles.";

const recoveries: SomeSentences<RecoveryRefusedDetail> = {
  "no-guardian": "Dieses Konto hat dich nicht als Hüter gewählt.",
  "may-not-speak": "Dieses Gerät darf bei einer Wiederherstellung nicht für dein Konto sprechen.",
  "recovery-waiting": "Es ist zu früh. Warte, bis die Frist vorbei ist.",
  "way-not-chosen": "Auf diesem Weg lässt sich das Konto nicht wiederherstellen.",
  "request-expired": "Diese Bitte ist mehr als einen Tag alt. Lass dir eine neue zeigen.",
  "request-from-future": "Die Uhren der beiden Geräte gehen verschieden. Stell sie richtig und versuch es noch einmal.",
  "not-a-recovery-request": "Das ist keine Bitte, ein Konto wiederherzustellen.",
  "recovery-unknown": "Eine solche Wiederherstellung ist nicht im Gange.",
  "not-a-recovery-statement": "Das ist nichts, was ein Hüter unterschrieben hat.",
  "not-a-guardian-request": "Das ist nichts, was Hüter gefragt werden oder antworten.",
  "asks-something-else": "Das gehört zu etwas anderem: Eine Einladung ist keine Übung.",
  "guardians-full": "Es wären schon so viele Hüter, wie ein Konto haben kann.",
  "answer-of-another-request": "Das antwortet auf eine frühere Anfrage. Zeig deinem Hüter die neueste.",
  "account-unknown":
    "Dieses Konto ist nicht bekannt. Sieh es dir noch einmal an: Ein Buchstabe kann falsch sein, oder es gehört zu einem anderen Netz.",
  "recovery-of-others": "Das betrifft ein Konto, das nichts mit dir zu tun hat.",
  "recoveries-full": "Für dieses Konto ist zu viel im Gange. Warte, bis es entschieden ist.",
  "wrong-network": "Das ist für ein anderes Netz als deines und hier nicht zu gebrauchen.",
  "key-refused": "Hier wird um einen Schlüssel gebeten, den niemand benutzen darf. Lass neu beginnen.",
  "signature-invalid": "Die Unterschrift ist falsch. Es wurde nichts angenommen.",
  malformed: DAMAGED,
  "not-canonical": DAMAGED,
  "too-large": DAMAGED,
  "schema-mismatch": DAMAGED,
  "unsupported-version": "Das stammt von einer App, die neuer ist als diese. Aktualisiere zuerst diese App.",
  "not-a-recovery": "Das sagt nichts über eine Wiederherstellung.",
};

/** What the ledger would say of it, by the code of its verdict. */
const recoveryVerdicts: { readonly [Code in string]?: string } = {
  duplicate: "Du hast dem schon zugestimmt, oder es ist hier schon bekannt.",
  "recovery-over": "Diese Wiederherstellung wurde aufgehalten oder ist vorbei. Lass dir einen neuen Code zeigen.",
  "recovery-pending":
    "Wer das unterschrieben hat, hat demselben schon zugestimmt oder für dieses Konto so viele Wiederherstellungen begonnen, wie er darf: Dann lass zuerst einen anderen Hüter zustimmen.",
  "recovery-not-allowed": "Das Konto erlaubt diesen Weg nicht, oder es hat inzwischen andere Hüter.",
  "signer-not-current": "Wer das unterschrieben hat, darf nicht mehr für dieses Konto sprechen.",
  "recovery-unknown": "Wozu das gehört, ist hier nicht bekannt. Nimm zuerst, was der erste Hüter unterschrieben hat.",
};

export const errors: ErrorTexts = {
  amount: {
    "amount-not-a-number": () => "Das ist kein Betrag. Schreib Ziffern, zum Beispiel 5 oder 5,20.",
    "amount-too-precise": ({ decimals }) =>
      counted(decimals, {
        one: (n) => `Hinter dem Komma steht höchstens ${n} Ziffer.`,
        other: (n) => `Hinter dem Komma stehen höchstens ${n} Ziffern.`,
      }),
    "amount-out-of-range": () => "Dieser Betrag ist größer als jeder, den es gibt.",
    "asset-unknown": () => "Dieses Netz kennt diese Art von Geld nicht.",
  },

  request: {
    "text-malformed": () => "Ein Zeichen ist falsch oder fehlt. Kopiere den ganzen Text noch einmal.",
    "text-wrong-kind": () => "Das benennt etwas anderes als ein Konto. Bitte um eine Zahlungsanfrage.",
    "not-a-request": () => "Das ist keine Zahlungsanfrage.",
    "request-field-invalid": ({ field }) =>
      `Die Anfrage ist beschädigt: Ihr Feld „${field}“ ist nicht lesbar. Bitte um eine neue.`,
    "wrong-network": () => "Das gehört zu einem anderen Netz als deinem und ist hier nicht zu gebrauchen.",
  },

  handover: {
    "not-a-bundle": () => "Das ist keine Zahlung, oder ein Teil fehlt. Kopiere oder scanne sie noch einmal.",
    malformed: () => "Der Text der Zahlung ist beschädigt. Kopiere oder scanne sie noch einmal.",
    "not-canonical": () => "Die Zahlung ist nicht so geschrieben, wie Zahlungen es sind. Sie wurde nicht angenommen.",
    "too-large": () => "Das ist viel größer als jede Zahlung. Es wurde nicht angenommen.",
    "schema-mismatch": () => "Die Zahlung ist beschädigt oder keine Zahlung. Sie wurde nicht angenommen.",
    "unsupported-version": () =>
      "Die App des Zahlers ist neuer als diese. Aktualisiere diese App und nimm die Zahlung dann an.",
    "wrong-network": () => "Diese Zahlung gehört zu einem anderen Netz als deinem. Sie wurde nicht angenommen.",
    "signature-invalid": () => "Die Unterschrift der Zahlung ist falsch. Sie wurde nicht angenommen.",
    "key-refused": () =>
      "Die Zahlung wurde mit einem Schlüssel unterschrieben, den niemand benutzen darf. Sie wurde nicht angenommen.",
    "signer-unknown": () =>
      "Was für den Zahler bürgt, nennt einen Unterzeichner, der hier nicht bekannt ist. Sie wurde nicht angenommen.",
    "wrong-account": () => "Die Zahlung verwechselt zwei Konten. Sie wurde nicht angenommen.",
    "account-unknown": () => "Das Konto des Zahlers ist nicht dabei. Lass dir die Zahlung noch einmal zeigen.",
    "session-unknown": () => "Nichts darin bürgt für das Gerät des Zahlers. Lass dir die Zahlung noch einmal zeigen.",
    "too-many-unsettled": () =>
      "Der Zahler hat zu viele Zahlungen, die nicht verbucht sind. Frag wieder, wenn sein Gerät einen Hub getroffen hat.",
    "carried-too-much": () =>
      "Dieses Gerät trägt für das Konto des Zahlers so viel, wie es darf, bis es einen Hub trifft.",
    "account-not-admitted": () =>
      "Dieser Hub nimmt nur Konten, die sein Betreiber zulässt, und das des Zahlers gehört nicht dazu.",
    "account-too-fast": () =>
      "Das Konto des Zahlers hat mehr geschickt, als dieser Hub in einer Minute nimmt. Versuch es bald wieder.",
    "account-full": () => "Dieser Hub hält für das Konto des Zahlers so viel, wie er darf, bis mehr verbucht ist.",
    "receipt-refused": () =>
      "Diese Quittung ist beschädigt oder für eine Zahlung, die nicht von diesem Gerät kommt oder schon verbucht ist.",
    "carried-refused": () =>
      "Was diese Zahlung beweisen soll, ist beschädigt oder für jemand anderen. Lass dir die Zahlung noch einmal zeigen.",
  },

  other: {
    "input-empty": () => "Hier steht noch nichts. Füge zuerst den Text ein.",
    "input-too-long": () => "Dieser Text ist viel zu lang für eine Anfrage oder eine Zahlung.",
    "input-is-payment": () =>
      "Das ist eine Zahlung, die jemand gemacht hat, keine Anfrage. Nimm sie unter Empfangen an.",
    "input-is-request": () => "Das bittet um eine Zahlung. Öffne es unter Zahlen.",
    "input-not-recognised": () => "Das ist weder eine Anfrage noch ein Konto noch eine Zahlung dieser App.",
    "amount-zero": () => "Schreib, wie viel du zahlen willst.",
    "payee-is-self": () => "Das ist dein eigenes Konto.",

    "message-damaged": () => "Diese Codes passen nicht zusammen. Halte die Kamera noch einmal darauf.",
    "camera-missing": () => "Keine Kamera gefunden. Füge stattdessen den Text ein.",
    "camera-denied": () =>
      "Der Browser darf die Kamera nicht benutzen. Erlaube es in seinen Einstellungen, oder füge stattdessen den Text ein.",
    "camera-failed": () =>
      "Die Kamera ist nicht angegangen. Vielleicht benutzt sie eine andere App. Füge stattdessen den Text ein.",

    "payment-refused": () => "Eine Regel würde diese Zahlung nicht annehmen, deshalb wurde sie nicht unterschrieben.",
    "float-refused": () =>
      "Eine Regel würde das nicht annehmen, deshalb wurde nichts zurückgelegt und nichts zurückgegeben.",
    "stake-refused": () =>
      "Eine Regel würde das nicht annehmen, deshalb wurde nichts eingesetzt und nichts zurückgenommen.",
    "not-meant-any-more": () => "Es kam etwas dazwischen, deshalb wurde nichts unterschrieben.",
    "acceptance-invalid": () => "Das ist keine Grenze, die sich einhalten lässt.",
    "attestation-refused": () => "Dieses Gerät darf nicht als Zeuge sprechen.",
    "text-invalid": ({ field, bytesMax }) =>
      field === "memo"
        ? `Die Notiz ist zu lang oder enthält Zeichen, die nicht zu zeigen sind. Höchstens ${bytesMax} Buchstaben.`
        : `Der Gerätename ist zu lang oder enthält Zeichen, die nicht zu zeigen sind. Höchstens ${bytesMax} Buchstaben.`,
    "carry-refused": () =>
      "Auf diesem Gerät beweist noch nichts diese Zahlung ohne Netz. Zeig sie, wie sie ist, oder triff zuerst einen Hub.",
    "terms-invalid": () => "Das lässt sich einem Gerät nicht erlauben. Ändere, was es darf oder wie lange.",
    "device-request-refused": ({ error }) =>
      deviceRequests[error.type] ??
      "Das ist nicht der Code eines neuen Geräts, oder er wurde unterwegs verändert. Lies ihn noch einmal ein.",
    "device-answer-refused": ({ error }) =>
      deviceAnswers[error.type] ??
      "Das ist keine Antwort an dieses Gerät, oder sie wurde unterwegs verändert. Lies sie noch einmal ein.",
    "recovery-refused": ({ error }) =>
      recoveryVerdicts["code" in error ? error.code : ""] ??
      recoveries[error.type] ??
      "So geht diese Wiederherstellung nicht weiter. Sieh nach, was im Gange ist, und versuch es noch einmal.",
    "recovery-invalid": () => "So lässt sich ein Konto nicht wiederherstellen. Ändere die Hüter oder die Frist.",
    "joining-closed": () => "Dieses Gerät fragt nicht mehr an. Beginn noch einmal.",
    "payment-unknown": () => "Dieses Gerät hat keine solche Zahlung.",
    "session-missing": () => "Auf diesem Gerät gibt es noch keine Geldbörse.",
    "key-missing": () => "Der Schlüssel dieses Geräts ist weg, deshalb kann es die Geldbörse nicht mehr öffnen.",
    "master-key-missing": () =>
      "Dieses Gerät hat den Schlüssel des Kontos nicht. Nimm das Gerät, auf dem das Konto entstanden ist.",
    "record-refused": () =>
      "Das Konto in dieser Sicherung ist beschädigt oder aus einem anderen Netz. Nimm eine andere.",
    "wallet-opened": () => "Auf diesem Gerät gibt es schon eine Geldbörse. Öffne sie.",
    "session-unknown": () => "Dieses Konto hat kein solches Gerät.",
    "sessions-full": ({ sessionsMax }) =>
      `Dieses Konto hat ${sessionsMax} Geräte, entfernte mitgezählt. Mehr kann es nicht haben.`,
    "store-of-another": () => "Die Daten auf diesem Gerät gehören zu einer anderen Geldbörse.",
    "too-many-unsettled": ({ unsettledMax }) =>
      `${unsettledMax} Zahlungen warten darauf, verbucht zu werden. Lass dieses Gerät zuerst einen Hub treffen.`,
    "circle-too-large": ({ membersMax }) => `Ein Gerät trägt für höchstens ${membersMax} Konten.`,
    "session-forked": () =>
      "Ein anderes Gerät unterschreibt mit dem Schlüssel dieses Geräts. Hier wurde nichts unterschrieben.",
    "signing-unsafe": () =>
      "Ein Teil des Gedächtnisses dieses Geräts ist beschädigt, deshalb unterschreibt es nichts mehr. Füge das Gerät deinem Konto neu hinzu.",
    "wallet-closed": () => "Die Geldbörse wurde geschlossen. Öffne sie wieder.",

    "journal-of-another-version": () =>
      "Die Daten auf diesem Gerät hat eine andere Version der App geschrieben. Aktualisiere die App.",
    "journal-of-another-network": () =>
      "Die Daten auf diesem Gerät gehören zu einem anderen Netz. Vielleicht wurde der Hub neu aufgesetzt: Öffne eine andere Geldbörse, indem du an die Adresse ?wallet=new anhängst.",
    "store-busy": () => "Die Geldbörse ist in einem anderen Tab offen.",
    "store-full": () =>
      "Auf diesem Gerät ist kein Platz mehr. Mach welchen frei und versuch es noch einmal. Es ging nichts verloren.",
    "store-closed": () => "Die Geldbörse wurde geschlossen. Öffne sie wieder.",
    "store-damaged": () => "Die Daten auf diesem Gerät sind nicht lesbar. Sie können beschädigt sein.",
    "store-failed": () => "Der Browser ließ die App keine Daten speichern. Private Fenster verbieten es manchmal.",
    "key-exists": () => "Auf diesem Gerät gibt es schon einen Schlüssel dieses Namens.",
    "key-locked": () => "Der Schlüssel auf diesem Gerät ist gesperrt.",
    "vault-failed": () => "Der Browser ließ die App keinen Schlüssel behalten. Ein neuerer Browser kann es vielleicht.",

    "pin-wrong": () => "Das ist nicht die PIN oder das Passwort.",
    "pin-too-soon": ({ notBefore }) => `Zu viele falsche Versuche. Der nächste zählt erst ${until(notBefore)}.`,
    "passkey-wrong": () => "Dieser Passkey öffnet die Geldbörse nicht.",
    "passkey-cancelled": () => "Der Passkey wurde nicht benutzt. Versuch es noch einmal, oder nimm einen anderen Weg.",
    "passkey-makes-no-key": () =>
      "Dieser Passkey kann keinen Schlüssel machen. Nimm stattdessen eine PIN oder ein Passwort.",
    "passkey-failed": () =>
      "Dieser Browser kann hier keinen Passkey benutzen. Nimm stattdessen eine PIN oder ein Passwort.",

    "link-stopped": () => "Die Verbindung wurde aufgegeben. Fang noch einmal an.",
    "too-many-codes": () => "Zu viele Codes und Verbindungen sind offen. Schließ eine, oder warte fünf Minuten.",
    "network-missing": () =>
      "Dieses Handy ist in keinem Netz. Geh zuerst in das WLAN oder den Hotspot des anderen; Internet braucht es nicht.",
    "no-offer": () => "Dein Code ist inzwischen zu alt. Zeig einen neuen.",
    "code-refused": ({ error }) =>
      error.type === "wrong-role"
        ? "Das ist der andere der beiden Codes. Scanne den, den das andere Handy jetzt zeigt."
        : "Das ist kein Verbindungscode, oder ein Teil fehlt. Scanne ihn noch einmal.",

    "words-refused": ({ error }) =>
      error.type === "phrase-word-unknown"
        ? `Wort ${error.position + 1}, „${error.word}“, ist keines der Wörter. Sieh noch einmal aufs Papier.`
        : error.type === "phrase-checksum"
          ? "Alle sind Wörter, aber nicht zusammen: Zwei sind vertauscht, oder eines ist ein anderes."
          : "Das sind nicht zwölf Wörter. Schreib alle, in ihrer Reihenfolge.",
    "words-of-another-account": () => "Diese Wörter oder diese Datei gehören zu einem anderen Konto.",
    "words-forgotten": () => "Dieses Gerät hat die Wörter vergessen, denn du hast sie auf Papier.",
    "backup-refused": ({ error }) =>
      error.type === "wrong-network"
        ? "Diese Datei ist aus einem anderen Netz."
        : error.type === "phrase-wrong-or-damaged"
          ? "Die Wörter öffnen diese Datei nicht, oder sie ist beschädigt."
          : "Das ist keine Sicherungsdatei, oder sie ist beschädigt.",
    "engine-not-loaded": () => "Ein Teil der App wurde nicht geladen. Lade die Seite neu.",
    "device-name-invalid": () => "Gib dem Gerät einen Namen von höchstens 64 Zeichen, ohne Zeilenumbruch.",
    "call-unknown": () => "Die Seite und ihr Arbeiter sind von zwei Versionen. Lade die Seite neu.",
    unexpected: ({ message }) => `Etwas ging schief, das nicht sollte: ${message}`,
  },
};

function until(time: number): string {
  return distance(time, Date.now(), "de");
}
