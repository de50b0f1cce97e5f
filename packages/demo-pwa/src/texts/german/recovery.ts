import { counted } from "./counted.ts";
import type { RecoveryTexts } from "../language.ts";

const areNeeded = (needed: number): string =>
  counted(needed, { one: (n) => `nötig ist ${n}`, other: (n) => `nötig sind ${n}` });

export const recovery: RecoveryTexts = {
  title: "Wiederherstellung",
  entryNone: "Noch keine Hüter",
  entryChosen: (threshold, guardians) =>
    guardians === 1
      ? "1 Hüter bringt es zurück"
      : counted(threshold, {
          one: (n) => `${n} von ${guardians} Hütern bringt es zurück`,
          other: (n) => `${n} von ${guardians} Hütern bringen es zurück`,
        }),
  lead: "Sind alle deine Geräte weg, können dir Menschen, denen du vertraust, dein Konto zurückgeben: deine Hüter. Bis dahin sehen sie nichts davon und können nichts davon ausgeben.",
  honest: (threshold) =>
    `Gut zu wissen: Je ${threshold} von ihnen können zusammen dein Konto übernehmen. Dein Schutz ist die Frist: Bis sie vorbei ist, wird jedes Gerät gewarnt, das du noch hast, und wenn es für dein Konto sprechen darf, kann es das aufhalten.`,
  one: "Gut zu wissen: Dieser eine Mensch kann dein Konto allein übernehmen. Dein Schutz ist die Frist: Bis sie vorbei ist, wird jedes Gerät gewarnt, das du noch hast, und wenn es für dein Konto sprechen darf, kann es das aufhalten.",
  guardians: "Hüter",
  noneTitle: "Niemand kann es zurückbringen",
  none: "Du hast keine Hüter gewählt. Verlierst du alle Geräte und die Wörter mit ihrer Datei, ist das Konto weg.",
  settling: "Was du gewählt hast, ist hier unterschrieben und noch nicht verbucht.",
  needed: "Nötig sind",
  neededOf: (threshold, count) => `${threshold} von ${count}`,
  delay: "Frist",
  choose: "Hüter wählen",
  change: "Ändern",
  otherWays: "Andere Wege",
  words: "Zwölf Wörter und eine Datei",
  otherKey: "Ein Schlüssel, der woanders liegt",
  otherKeyAfter: (days) => counted(days, { one: (n) => `Nach ${n} Tag`, other: (n) => `Nach ${n} Tagen` }),
  help: "Jemand anderem helfen",
  helpNone: "Für Konten, die dich gewählt haben",
  helpCount: (count) =>
    counted(count, { one: (n) => `${n} Konto hat dich gewählt`, other: (n) => `${n} Konten haben dich gewählt` }),

  setup: {
    title: "Hüter wählen",
    lead: "Nimm Menschen, die dich persönlich kennen und sich nicht alle untereinander. Sie brauchen diese App und müssen einmal in diesem Netz gewesen sein.",
    noKeyTitle: "Nicht auf diesem Gerät",
    noKey:
      "Hüter werden mit dem eigenen Schlüssel des Kontos gewählt, und den hat dieses Gerät nicht. Wähle sie auf dem Gerät, auf dem das Konto entstanden ist oder zurückgeholt wurde.",
    invite: "Zuerst fragen",
    inviteHide: "Einladung verbergen",
    inviteHint:
      "Lass sie das unter „Wiederherstellung“, „Jemand anderem helfen“ scannen, oder schick es hin. Sie zeigen dir eine Antwort; dann stehen sie in der Liste.",
    inviteLabel: "Die Einladung als QR-Code",
    copyInvitation: "Einladung kopieren",
    takeAcceptance: "Ihre Antwort lesen",
    acceptanceLabel: "Oder ihre Antwort einfügen",
    accepted: (when) => `Hat ja gesagt ${when}`,
    who: "Wer",
    nobody: "Du hast noch niemandem einen Namen gegeben. Benenne zuerst die Leute, dann wähle unter ihnen.",
    toPeople: "Leute benennen",
    needed: "Wie viele von ihnen nötig sind",
    neededOption: (threshold, count) =>
      threshold === count ? (count === 1 ? "Dieser eine allein" : `Alle ${count}`) : `${threshold} von ${count}`,
    one: "Ein einzelner Hüter kann dein Konto allein übernehmen, und ist er weg, ist auch dieser Weg weg. Besser sind zwei oder drei.",
    delay: "Wie lange gewartet wird",
    delayHint:
      "So lange kannst du aufhalten, worum du nicht gebeten hast. Wähle länger, als du je ohne deine Geräte bist.",
    none: "Wähle wenigstens einen Menschen.",
    tooMany: (most) => `Höchstens ${most} Leute.`,
    confirm: "Unterschreiben",
    ends: "Eine Wiederherstellung, die im Gange ist, endet damit.",
    remove: "Keine Hüter mehr haben",
    removeTitle: "Keine Hüter mehr?",
    removeText: "Von da an kann niemand dieses Konto für dich zurückbringen.",
    removeConfirm: "Alle Hüter entfernen",
  },

  practice: {
    title: "Üben",
    lead: "Finde jetzt heraus, ob sie antworten würden. Es folgt nichts daraus: Kein Schlüssel wechselt den Besitzer.",
    begin: "Übung beginnen",
    beginAgain: "Neu beginnen",
    again: "Die Antworten bisher sind damit vergessen.",
    show: "Code zeigen",
    hide: "Code verbergen",
    codeLabel: "Die Übung als QR-Code",
    codeHint:
      "Lass ihn jeden Hüter unter „Wiederherstellung“, „Jemand anderem helfen“ scannen, oder schick ihn hin. Sie zeigen dir eine Antwort.",
    copy: "Übung kopieren",
    answered: (when) => `Geantwortet ${when}`,
    open: "Hat noch nicht geantwortet",
    asked: (when) => `Begonnen ${when}`,
    passedTitle: (when) => `Bestanden ${when}`,
    passed: "Genug haben geantwortet, um dein Konto zurückzubringen.",
    partly: (answered, needed) =>
      `Geantwortet ${counted(answered, { one: (n) => `hat ${n}`, other: (n) => `haben ${n}` })}, ${areNeeded(needed)}.`,
    take: "Antwort lesen",
    takeLabel: "Oder eine Antwort einfügen",
  },

  guardian: {
    title: "Jemandem helfen",
    lead: "Wer dich zum Hüter gewählt hat, zeigt dir einen Code: zur Übung, oder wenn alles verloren ist.",
    scan: "Den Code scannen",
    pasteLabel: "Oder einfügen, was geschickt wurde",
    yours: "Konten, die du hütest",
    yoursNone: "Bisher hat dich niemand gewählt.",
    yoursHint: "Auf einem neuen Handy weiß niemand sein Konto auswendig. Zeig es dort.",
    yoursMore: (count) =>
      counted(count, {
        one: (n) =>
          `${n} weiteres, für das du keinen Namen hast, hat dich gewählt. Benenne, wen du kennst, dann steht er hier.`,
        other: (n) =>
          `${n} weitere, für die du keinen Namen hast, haben dich gewählt. Benenne, wen du kennst, dann steht er hier.`,
      }),
    showAccount: "Zeigen",
    showAccountOf: (name) => `Zeigen: Konto von ${name}`,
    hideAccount: "Verbergen",
    accountLabel: (name) => `Das Konto von ${name} als QR-Code`,
    copyAccount: "Konto kopieren",
    invitedTitle: "Möchtest du Hüter sein?",
    invited:
      "Dieses Konto bittet dich, einer von denen zu sein, die es seinem Besitzer zurückgeben können. Du siehst nichts davon und kannst nichts davon ausgeben.",
    invitedHint:
      "Das heißt: erreichbar sein, und genau hinsehen, bevor du einer Sache zustimmst. Ein Ja verpflichtet dich zu nichts.",
    accept: "Ja, gern",
    accepted: "Zeig deine Antwort dem, der gefragt hat, oder schick sie. Hüter bist du, wenn er dich gewählt hat.",
    reviewTitle: "Ist es wirklich dieser Mensch?",
    warningTitle: "Triff dich, oder ruf an",
    warning:
      "Stimm nur zu, wenn dir der Mensch, dessen Konto es ist, diese Ziffern vorliest, mit einer Stimme oder einem Gesicht, das du kennst. Eine Nachricht beweist nichts: Wer fremde Post hat, schreibt in fremdem Namen.",
    agreed: "Zugestimmt haben bisher",
    agreedOf: (agreed, needed) => `${agreed}, ${areNeeded(needed)}`,
    agreedBefore: (when) =>
      `Du hast schon anderen Schlüsseln dieses Kontos zugestimmt (${when ?? "auf einem anderen Gerät"}), und wer die hat, kann es noch immer übernehmen.`,
    askedAt: "Gebeten",
    agree: "Es ist dieser Mensch, und die Ziffern sind gleich: zustimmen",
    no: "Nein",
    noTitle: "Du hast nicht zugestimmt",
    takenTitle: "Angenommen",
    taken: "Was jemand zu diesem Konto unterschrieben hat, geht mit deiner nächsten Verbindung zum Verbuchen.",
    noText: "Es wurde nichts unterschrieben. Hat jemand in fremdem Namen gefragt, sag es dem, dessen Konto es ist.",
    doneTitle: "Du hast zugestimmt",
    done: "Es ist unterschrieben und geht von selbst hinaus, wenn du den Hub triffst. Es zählt, sobald es verbucht ist, und die Frist beginnt, wenn genug zugestimmt haben.",
    byHand: "Wenn du kein Netz hast",
    byHandHint: "Dann nimmt, wer gefragt hat, das hier mit: durch Scannen, oder du schickst es.",
    statementLabel: "Was du unterschrieben hast, als QR-Code",
    copyStatement: "Unterschriebenes kopieren",
    answerTitle: "Deine Antwort",
    answer: "Zeig sie dem, der übt, oder schick sie. Sonst folgt nichts daraus.",
    answerLabel: "Deine Antwort als QR-Code",
    copyAnswer: "Antwort kopieren",
  },

  alarm: {
    byGuardian: (name) => `${name} hat um neue Schlüssel dafür gebeten.`,
    byKey: "Ein Schlüssel, den du einst gewählt hast, hat um neue Schlüssel dafür gebeten.",
    agreed: (agreed, needed) =>
      needed === 1
        ? `Der eine Hüter, der nötig ist, hat ${agreed === 0 ? "noch nicht zugestimmt" : "zugestimmt"}.`
        : counted(agreed, {
            one: (n) => `Zugestimmt hat ${n} von ${needed} Hütern, die nötig sind.`,
            other: (n) => `Zugestimmt haben ${n} von ${needed} Hütern, die nötig sind.`,
          }),
    dueIn: (when, date) =>
      `Hält es niemand auf, kann es ${when} abgeschlossen werden (${date}). Alle deine Geräte enden damit.`,
    dueNow: "Die Frist ist vorbei: Es kann jeden Moment abgeschlossen werden. Alle deine Geräte enden damit.",
    settling: "Es ist noch nicht verbucht.",
    ask: "Warst du es? Dann lass es laufen. Wenn nicht, halt es jetzt auf.",
    veto: "Aufhalten",
    vetoTitle: "Diese Wiederherstellung aufhalten?",
    vetoText:
      "Was bisher zugesagt wurde, zählt nicht mehr. Wer das Konto im Ernst verloren hat, muss seine Hüter noch einmal fragen.",
    vetoConfirm: "Aufhalten",
    vetoed: "Sie wurde aufgehalten. Das ist unterschrieben und gilt, sobald es verbucht ist.",
    showVeto: "Das Wort zeigen, das sie aufhält",
    vetoByHand: "Kein Netz? Jeder, der eines hat, kann das zum Hub bringen, deine Hüter zum Beispiel.",
    vetoLabel: "Dein Wort, das sie aufhält, als QR-Code",
    copyVeto: "Kopieren",
  },

  lost: {
    entry: "Alle meine Geräte sind weg",
    title: "Ein Konto zurückholen",
    lead: "Deine Hüter können es dir zurückgeben. Dieses Gerät macht neue Schlüssel und zeigt ihnen einen Code.",
    accountLabel: "Dein Konto",
    accountHint: "Ein Hüter kann es dir zeigen: unter „Wiederherstellung“, „Jemand anderem helfen“.",
    scanAccount: "Vom Handy eines Hüters scannen",
    confirm: "Meine Hüter fragen",
    sureTitle: "Ist das dein Konto?",
    sureLead: "Vergleich es mit dem Handy deines Hüters. Bisher ist nichts entstanden.",
    sureMade:
      "Dieses Gerät macht neue Schlüssel und eine eigene Geldbörse, leer und für niemanden zu sehen, um von dort zu fragen.",
    sureAgree:
      "Deine Hüter stimmen diesen Schlüsseln zu, und die Frist läuft. Die Geräte des Kontos werden gewarnt, und die für das Konto sprechen dürfen, können es aufhalten.",
    sureAfter: "Dann öffnet sich das Konto hier, und alle seine früheren Geräte enden.",
    sureNo: "Nein, ein anderes",
    lookingTitle: "Das Konto wird gesucht",
    looking: "Der Hub muss diesem Gerät erst davon erzählen.",
    lookingNoHub: "Kein Hub ist erreichbar. Es geht von selbst weiter, wenn einer da ist.",
    cannotTitle: "Darum lässt sich nicht bitten",
    showTitle: "Zeig das deinen Hütern",
    show: "Jeder von ihnen öffnet „Wiederherstellung“, dann „Jemand anderem helfen“, und scannt es. Lies die Ziffern vor: Sie müssen dieselben haben.",
    codeLabel: "Deine Bitte als QR-Code",
    copy: "Bitte kopieren",
    until: (when) => `Hüter nehmen diesen Code bis ${when} an.`,
    expiredTitle: "Dieser Code ist zu alt",
    expired:
      "Hüter nehmen einen Code einen Tag lang an. Was sie zugesagt haben, bleibt; zeig denen, die noch fehlen, einen neuen.",
    newCode: "Neuen Code zeigen",
    agreed: "Zugestimmt haben",
    agreedOf: (agreed, needed) => `${agreed} von ${needed}`,
    take: "Ein Hüter ohne Netz?",
    takeHint: "Dann zeigt er, was er unterschrieben hat. Scanne es, oder füge es ein.",
    scanStatement: "Unterschriebenes scannen",
    pasteStatement: "Text des Unterschriebenen",
    taken: "Es ist angenommen und geht weiter zum Verbuchen.",
    waitingTitle: (when) => `Dein Konto ${when}`,
    waiting: (date) =>
      `Genug haben zugestimmt. Jetzt läuft die Frist, bis ${date}. So lange können Geräte des Kontos, die es noch gibt, es aufhalten. Du kannst das hier schließen und wiederkommen.`,
    dueTitle: "Die Frist ist vorbei",
    due: "Niemand hat es aufgehalten. Hol dein Konto zurück: Alle seine Geräte von vorher enden, und dieses beginnt.",
    complete: "Mein Konto zurückholen",
    completing: "Es ist unterschrieben. Sobald es verbucht ist, öffnet sich das Konto hier.",
    ends: {
      stopped: {
        title: "Es wurde aufgehalten",
        text: "Ein Gerät, das für das Konto sprechen darf, hat beendet, wozu deine Hüter zugestimmt haben. Warst das nicht du, hat jemand eines deiner Geräte. Sprich mit deinen Hütern, bevor du noch einmal fragst.",
      },
      "other-ways": {
        title: "Das Konto hat neu gewählt",
        text: "Wer das Konto zurückbringen darf, wurde geändert, seit deine Hüter zugestimmt haben. Das zählt nun nicht mehr. Ändern kann es nur ein Gerät mit dem eigenen Schlüssel des Kontos. Sprich mit deinen Hütern, bevor du noch einmal fragst.",
      },
      "other-keys": {
        title: "Das Konto hat andere Schlüssel",
        text: "Seit deine Hüter zugestimmt haben, hat das Konto neue Schlüssel, und sie sind nicht von diesem Gerät. Entweder hat jemand anderes es bekommen, oder sein Inhaber hat sie gewechselt: Das Hauptbuch sagt nicht, was davon. Sprich mit deinen Hütern, bevor du noch einmal fragst.",
      },
      "not-held": {
        title: "Niemand stimmt mehr zu",
        text: "Das Konto hat nichts aufgehalten, aber das Hauptbuch hat nichts, wozu deine Hüter zugestimmt haben: Es hat das nicht angenommen, oder es gilt nicht mehr. Frag sie, und zeig ihnen den Code noch einmal.",
      },
    },
    openingTitle: "Es öffnet sich noch nicht",
    opening: "Das Konto gehört jetzt diesem Gerät; nur das Öffnen hier ist misslungen. Nichts ist verloren.",
    askAgain: "Noch einmal fragen",
    give: "Aufgeben",
    giveTitle: "Wirklich aufgeben?",
    giveText:
      "Dieses Gerät macht mit einer neuen, leeren Geldbörse weiter. Das Konto bleibt, wo es ist; auf einem anderen Gerät kannst du noch einmal fragen. Wozu ein Hüter ohne Netz zugestimmt hat, ist damit verloren.",
    keep: "Behalte dieses Gerät: Sie haben Schlüsseln zugestimmt, die nur hier sind, und wer es hat, kann das Konto übernehmen. Geht es verloren, frag sie von einem anderen aus noch einmal.",
    giveConfirm: "Aufgeben",
  },
};
