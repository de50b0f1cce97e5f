/** Every word of the demo, in German. */
import { counted } from "./counted.ts";
import type { DemoTexts } from "../../demo/texts.ts";

export const german: DemoTexts = {
  title: "Sieh zu, wie es geht",
  lead: "Echte Geldbörsen mit echten Schlüsseln, samt ihrem Hub, alles in dieser Seite. Sieh einer Geschichte zu oder mach mit: zahle, trenne eine Verbindung, kopiere ein Handy.",
  loading: "Drei Geldbörsen und ein Hub entstehen…",
  failedTitle: "Die Vorführung ist stehen geblieben",
  failed: "In diesem Browser hat etwas nicht geklappt. Lade die Seite neu.",
  toWallet: "Zur Geldbörse",
  names: {
    alice: "Alice",
    bob: "Bob",
    carol: "Carol",
    hub: "Hub",
    copyOf: (name) => `${name}s Kopie`,
  },
  story: {
    choose: "Geschichte",
    none: "Keine Geschichte: selbst spielen",
    noneAbout:
      "Drei Geldbörsen mit je 100,00. Zahle, trenne Verbindungen, kopiere ein Handy, verstelle eine Uhr, und lass dann alle zusammenkommen.",
    seed: "Startzahl",
    seedHint: "Dieselbe Startzahl erzählt dieselbe Geschichte, bis zur letzten Stelle der Wurzel.",
    another: "Andere Beträge",
    copyLink: "Link kopieren",
    step: (number, of) => `Schritt ${number} von ${of}`,
    beginning: "Der Anfang",
    begin: "Alice, Bob und Carol haben je 100,00. Alle erreichen den Hub, und alle sind sich einig.",
    play: "Abspielen",
    pause: "Anhalten",
    next: "Weiter",
    restart: "Von vorn",
    over: "Das Ende",
    joined: "Du hast mitgemacht, deshalb kann es anders ausgehen.",
    controls: "Die Geschichte",
  },
  badge: {
    title: "Sind sich alle einig?",
    agree: "Alle sind sich einig",
    differ: "Noch nicht einig",
    agreeHint: (count) =>
      counted(count, {
        one: (n) => `${n} Beteiligter hat diese Wurzel ausgerechnet.`,
        other: (n) => `${n} Beteiligte haben dieselbe Wurzel ausgerechnet.`,
      }),
    differHint: "Jemand hat noch nicht alles gesehen.",
    open: (count) =>
      counted(count, {
        one: (n) => `${n} Zahlung ist nicht verbucht.`,
        other: (n) => `${n} Zahlungen sind nicht verbucht.`,
      }),
    height: (height) => `Höhe ${height}`,
  },
  phone: {
    heading: (name) => `${name}s Handy`,
    copied: "Dieselben Schlüssel, derselbe Speicher",
    off: "Ausgeschaltet",
    clock: "Seine Uhr",
    right: "Geht richtig",
    ahead: "3 Stunden vor",
    behind: "2 Stunden nach",
    reaches: "Erreicht",
    reach: (name, other) => `${name} erreicht ${other}`,
    payTo: "An",
    amount: "Betrag",
    pay: "Zahlen",
    payLabel: (name) => `Zahlen als ${name}`,
    copy: "Dieses Handy kopieren",
    switchOff: "Ausschalten",
    switchOn: "Einschalten",
    conflict: "Zweimal unterschrieben",
    payments: "Zahlungen",
    none: "Noch keine Zahlungen",
    more: (count) => `und ${count} weitere unten, bei dem, was geschah`,
    root: "Wurzel",
    reached: "Hub erreichbar",
    notReached: "Kein Hub erreichbar",
  },
  world: {
    title: "Die Welt",
    undecided: (count) => `${count} zu entscheiden`,
    part: "Das Netz zerteilen",
    heal: "Alle verbinden",
    hour: "Eine Stunde vergeht",
    day: "Ein Tag vergeht",
  },
  happened: {
    title: "Was geschah",
    hint: "Eine Linie für jeden, die Zeit läuft nach unten. Durchgezogen ist sie, solange das Handy den Hub erreicht. Die Tabelle sagt dasselbe.",
    picture: "Wer was tat, und wann andere davon erfuhren. Die Tabelle darunter sagt dasselbe.",
    step: "Nummer",
    who: "Wer",
    what: "Was geschah",
    began: "Alle haben 100,00, verbucht.",
    signed: (money, to, place) => `Hat ${money} für ${to} unterschrieben, als Nummer ${place}.`,
    refused: (money, to, why) => `Hat ${money} für ${to} nicht unterschrieben. ${why}`,
    arrived: (money, from) => `Hat die ${money}, unterschrieben von: ${from}.`,
    proven: "Beide Unterschriften für eine Nummer sind hier: Das ist der Beweis.",
    settled: (height) => `Hat Prüfpunkt ${height} unterschrieben.`,
    kept: (moneys) => `Behalten: ${moneys}.`,
    rejected: (money, why) => `${money} abgelehnt: ${why}`,
    waiting: (money, why) => `${money} noch nicht zu entscheiden: ${why}`,
    followed: (height) => `Hat alles bis Prüfpunkt ${height} nachgerechnet und hat dieselbe Wurzel.`,
    copied: (name) => `Ist eine Kopie von ${name}s Handy, wie es jetzt ist.`,
    died: "Mitten in einer Zahlung ging der Strom aus.",
    off: "Wurde ausgeschaltet.",
    on: "Wurde eingeschaltet.",
    shiftedAhead: (much) => `Hat eine Uhr, die vorgeht: ${much}.`,
    shiftedBehind: (much) => `Hat eine Uhr, die nachgeht: ${much}.`,
    shiftedRight: "Hat eine Uhr, die richtig geht.",
    passed: (much) => `Zeit vergeht: ${much}.`,
    linked: (other) => `Erreicht wieder: ${other}.`,
    cut: (other) => `Erreicht nicht mehr: ${other}.`,
    parted: (groups) => `Einander erreichen jetzt: ${groups}.`,
    joined: "Alle erreichen alle.",
    nobody: "Niemand erreicht irgendwen.",
  },
  stories: {
    "double-spend": {
      title: "Ein kopiertes Handy",
      about: "Ein Dieb kopiert Alices Handy, und beide zahlen unter einer Nummer, wo es niemand sehen kann.",
      says: {
        copied: () =>
          "Ein Dieb kopiert Alices Handy, während es ausgeschaltet ist: Speicher, Schlüssel, alles. Für alle anderen sind die beiden ein und dasselbe.",
        parted: () =>
          "Das Netz zerfällt in zwei Teile. Alice ist bei Bob, der Dieb bei Carol, und den Hub erreicht niemand.",
        paid: ({ first }) =>
          `Alice zahlt Bob ${first}. Sein Handy prüft ihre Unterschrift selbst und behält die Zahlung: erhalten, nicht verbucht.`,
        limited: ({ third }) =>
          `Alice will noch ${third} zahlen. Ihr eigenes Handy sagt Nein, bevor es unterschreibt: Es darf 50,00 am Tag. Für die Kopie gilt dieselbe Grenze, und so hat auch der Schaden eine.`,
        paidTwice: ({ second }) =>
          `Die Kopie zahlt Carol ${second}, unter derselben Nummer. Ohne Netz kann Carol von der anderen nichts wissen. Auch bei ihr heißt es: erhalten, nicht verbucht.`,
        settled: ({ one }) => `${one} erreicht den Hub zuerst. Was ${one} mitbringt, wird beurteilt und verbucht.`,
        proven: ({ one }) =>
          `Jetzt erreicht auch ${one} den Hub. Zwei Unterschriften für eine Nummer treffen sich: Das ist der Beweis, und alle bekommen ihn. Die zweite Zahlung passt nicht mehr in die Grenze des Tages, also lehnt das Hauptbuch sie ab.`,
        frozen: ({ one }) =>
          `Alle sind zurück, und alle haben dieselbe Wurzel ausgerechnet. Alices Handy und die Kopie sind eingefroren: Der nächste Versuch wird abgelehnt. Den Schaden hat ${one}. Darum heißt es bis zuletzt „erhalten, nicht verbucht“.`,
      },
    },
    "two-days-offline": {
      title: "Zwei Tage ohne Netz",
      about: "Drei Leute in einem Tal ganz ohne Netz, zwei Tage und zwei Tagesgrenzen lang.",
      says: {
        away: () => "Drei Leute wandern in ein Tal. Ihre Handys erreichen einander, den Hub erreicht keines.",
        paid: ({ first }) =>
          `Alice zahlt Bob ${first}, von Handy zu Handy. Alles, was er zum Prüfen braucht, kommt mit.`,
        paidOn: ({ first }) =>
          `Bob zahlt Carol ${first}. Er zahlt aus dem, was verbucht ist: Was er nur erhalten hat, kann er noch nicht ausgeben.`,
        night: () => "Eine Nacht vergeht. Nichts muss erneuert werden. Unterschrieben bleibt unterschrieben.",
        newDay: ({ first }) =>
          `Ein neuer Tag, eine neue Tagesgrenze. Alice zahlt Carol ${first}. Zusammen mit gestern wäre das für einen Tag zu viel gewesen.`,
        alone: ({ first }) =>
          `Carol geht allein voraus. Hinter ihr zahlt Bob ${first} an Alice, und sie weiß nichts davon.`,
        secondNight: () => "Noch eine Nacht vergeht. Das Hauptbuch steht, wo es vor zwei Tagen stand.",
        back: () =>
          "Carol ist als Erste zu Hause. Sie bringt dem Hub, was ihr gezahlt wurde, und damit auch, was Alice davor unterschrieben hatte: Ein Verlauf kommt ganz an oder gar nicht.",
        everybody: () =>
          "Bob und Alice kommen nach Hause. Sie rechnen nach, was ohne sie verbucht wurde, Schritt für Schritt, und kommen auf dieselbe Wurzel. Nichts ging verloren, nichts zählte doppelt.",
      },
    },
    "killed-phone": {
      title: "Ein Handy stürzt ab",
      about: "Mitten in einer Zahlung ist der Akku leer. Ist sie unterschrieben, oder ist sie es nicht?",
      says: {
        away: () => "Alice und Bob treffen sich an einem Ort ohne Netz. Carol ist anderswo.",
        died: ({ first }) =>
          `Alice zahlt Bob ${first}, und mittendrin ist ihr Akku leer. Ein Platz in ihrem Verlauf ist im Speicher vergeben. Die Zahlung steht noch nicht da.`,
        started: ({ first }) =>
          `Sie schaltet das Handy ein. Es findet den vergebenen Platz und bringt genau diese Zahlung zu Ende, ${first}: eine Nummer, eine Unterschrift, niemals zwei.`,
        asleep: () => "Jetzt ist Bobs Handy aus. Was es hatte, steht in seinem Speicher.",
        settled: ({ first }) =>
          `Alice und Carol erreichen den Hub, und er verbucht Alices Zahlung. Carol zahlt Bob ${first}: Dafür muss er nicht da sein.`,
        awake: () =>
          "Bob schaltet sein Handy ein. Es glaubt dem Hub nicht aufs Wort: Es rechnet jeden Schritt nach, vergleicht die Wurzel und zeigt erst dann das Geld.",
        everybody: () => "Alle sind wieder erreichbar. Ein Akku war leer, doch kein Buch ging verloren.",
      },
    },
    "wrong-clock": {
      title: "Uhren, die falsch gehen",
      about: "Ein Handy lebt in der Zukunft, eines in der Vergangenheit. Das Hauptbuch hat seine eigene Zeit.",
      says: {
        ahead: () => "Carols Uhr geht drei Stunden vor. Sie hat es nicht bemerkt.",
        waiting: ({ first }) =>
          `Sie zahlt Alice ${first}. Das Datum liegt in der Zukunft, also behält der Hub die Zahlung nicht und lehnt sie nicht ab: Er wartet.`,
        meanwhile: ({ first }) =>
          `Sonst muss deshalb niemand warten. Alice zahlt Bob ${first}, und das ist sofort verbucht.`,
        behind: () => "Bobs Uhr geht zwei Stunden nach.",
        backdated: ({ first }) =>
          `Er zahlt Carol ${first}. Das sieht aus wie eine ältere Zahlung, die lange unterwegs war, und das ist hier nichts Besonderes: Sie wird verbucht.`,
        later: ({ first }) =>
          `Drei Stunden vergehen. Jetzt ist die Zeit da, die Carol genannt hatte, und ihre ${first} werden verbucht, ohne dass jemand neu unterschreibt.`,
        right: () =>
          "Beide Uhren gehen wieder richtig. Niemand hat durch eine falsche gewonnen: Es zählt die Reihenfolge, in der das Hauptbuch alles aufnahm.",
      },
    },
  },
};
