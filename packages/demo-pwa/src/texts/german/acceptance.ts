import type { Texts } from "../language.ts";

export const acceptance: Texts["acceptance"] = {
  title: "Was du offline annimmst",
  none: "Alles, was verbucht würde",
  some: "Nach eigenen Regeln",
  lead: "Ohne Netz ist eine Zahlung ein Versprechen, bis sie verbucht ist. Hier sagst du, wie viel davon du tragen willst. Was ankommt, bleibt in jedem Fall; diese Regeln warnen dich, bevor du hergibst, wofür gezahlt wurde.",
  perPayment: "Höchstens in einer Zahlung",
  perPayer: "Höchstens von einem Zahler, bis es verbucht ist",
  anyAmount: "Leer gelassen: jeder Betrag.",
  age: "Wie alt sein darf, was vom Zahler bekannt ist",
  anyAge: "Beliebig alt",
  ageHint: "Je älter, desto mehr kann seither geschehen sein: ein Gerät entfernt, Geld anderswo ausgegeben.",
  floatOnly: "Nur was der Zahler zurückgelegt hat",
  floatOnlyHint:
    "Zurückgelegtes kann nur dieses eine Gerät ausgeben, also kann ihm kein anderes Gerät des Zahlers zuvorkommen.",
  keep: "Regeln behalten",
  keeping: "Wird behalten…",
  refusedTitle: "Deine Regeln sprechen dagegen",
  refused: "Sie bleibt und kann noch verbucht werden. Bis dahin überleg dir zweimal, ob du etwas hergibst.",
  look: "Deine Regeln ansehen",
};
