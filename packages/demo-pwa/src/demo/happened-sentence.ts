/** One plain sentence for each thing that happened. */
import { countToText, listToText } from "../format/count.ts";
import type { Failure } from "@amigos/reconcile";
import { moneyToText } from "../format/money.ts";
import { sentenceForError } from "../texts/error-sentences.ts";
import { describeFailure } from "../texts/failure-sentences.ts";
import { locale } from "../texts/index.ts";
import type { AppError } from "../wallet/app-error.ts";
import { mainAsset } from "../wallet/selectors.ts";
import { durationOf, nameOf } from "./names.ts";
import { demo } from "./texts.ts";
import type { PartyId } from "./world/action.ts";
import type { Happening, WorldView } from "./world/world-view.ts";

export function happenedSentence(happening: Happening, world: WorldView): string {
  const words = demo.happened;
  const name = (party: PartyId): string => nameOf(party, world.phones);
  switch (happening.type) {
    case "began":
      return words.began;
    case "signed":
      return words.signed(centsToText(happening.cents, world), name(happening.to), countToText(happening.place));
    case "refused":
      return words.refused(
        centsToText(happening.cents, world),
        name(happening.to),
        refusalSentence(happening.error, { world, time: happening.time, isOwn: false }),
      );
    case "arrived":
      return words.arrived(centsToText(happening.cents, world), name(happening.from));
    case "proven":
      return words.proven;
    case "settled":
      return settledSentence(happening, world);
    case "followed":
      return words.followed(countToText(happening.height));
    case "copied":
      return words.copied(name(happening.of));
    case "died":
    case "off":
    case "on":
      return words[happening.type];
    case "shifted":
      if (happening.ms === 0) return words.shiftedRight;
      return words[happening.ms > 0 ? "shiftedAhead" : "shiftedBehind"](durationOf(happening.ms));
    case "passed":
      return words.passed(durationOf(happening.ms));
    case "linked":
    case "cut":
      return words[happening.type](name(happening.other));
    case "parted":
      return partedSentence(happening.groups, name);
  }
}

interface Telling {
  readonly world: WorldView;
  /** When it happened: "in three hours" is said as of then. */
  readonly time: number;
  /** Whether it is told to the payer. */
  readonly isOwn: boolean;
}

/** Why a payment was not signed. */
export function refusalSentence(error: AppError, telling: Telling): string {
  if (error.type === "payment-refused") return failureSentence(error.failure, telling);
  return sentenceForError(error);
}

export function centsToText(cents: number, { phones }: WorldView): string {
  const [first] = phones;
  return first === undefined ? "" : moneyToText(BigInt(cents), mainAsset(first.view), locale);
}

function settledSentence(settled: Extract<Happening, { readonly type: "settled" }>, world: WorldView): string {
  const words = demo.happened;
  const money = (cents: number): string => centsToText(cents, world);
  const why = (failure: Failure): string => failureSentence(failure, { world, time: settled.time, isOwn: false });
  return [
    words.settled(countToText(settled.height)),
    ...(settled.kept.length === 0 ? [] : [words.kept(listToText(settled.kept.map(money)))]),
    ...settled.refused.map(({ cents, failure }) => words.rejected(money(cents), why(failure))),
    ...settled.waiting.map(({ cents, failure }) => words.waiting(money(cents), why(failure))),
  ].join(" ");
}

function failureSentence(failure: Failure, { world, time, isOwn }: Telling): string {
  const [first] = world.phones;
  return first === undefined ? "" : describeFailure(failure, { view: first.view, now: time, isOwn }).sentence;
}

function partedSentence(groups: readonly (readonly PartyId[])[], name: (party: PartyId) => string): string {
  const words = demo.happened;
  const [first = [], ...others] = groups.filter((group) => group.length > 1);
  if (first.length === 0) return words.nobody;
  if (others.length === 0 && ["alice", "bob", "carol", "hub"].every((party) => first.includes(party as PartyId)))
    return words.joined;
  return words.parted([first, ...others].map((group) => listToText(group.map(name))).join(" · "));
}
