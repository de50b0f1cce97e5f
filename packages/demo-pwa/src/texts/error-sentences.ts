/**
 * A sentence for every error that a person can meet: what is the matter, then what to do. The tables are typed by the
 * errors themselves, so an error without a sentence in some language does not compile.
 */
import type { AmountError, PaymentRequestError } from "@amigos/core";
import type { HandoverError } from "@amigos/engine";
import type { AppError } from "../wallet/app-error.ts";
import { errorTexts } from "./index.ts";

export type Sentences<Errors extends { readonly type: string }> = {
  readonly [Type in Errors["type"]]: (error: Extract<Errors, { readonly type: Type }>) => string;
};

/** Of errors that mostly come to the same: those of which more can be said. */
export type SomeSentences<Errors extends { readonly type: string }> = {
  readonly [Type in Errors["type"]]?: string;
};

/** What a language has: a table for each family of errors. */
export interface ErrorTexts {
  readonly amount: Sentences<AmountError>;
  readonly request: Sentences<PaymentRequestError>;
  readonly handover: Sentences<HandoverError>;
  readonly other: Omit<Sentences<AppError>, FamilyError>;
}

/** What a family's table answers. */
type FamilyError = AmountError["type"] | PaymentRequestError["type"] | "amount-invalid" | "handover-refused";

export function sentenceForError(error: AppError): string {
  if (error.type === "amount-invalid") return pick(errorTexts.amount, error.error);
  if (error.type === "handover-refused") return pick(errorTexts.handover, error.error);
  const table = { ...errorTexts.amount, ...errorTexts.request, ...errorTexts.other } as Sentences<AppError>;
  return error.type in table
    ? pick(table, error)
    : errorTexts.other.unexpected({ type: "unexpected", message: error.type });
}

function pick<Errors extends { readonly type: string }>(table: Sentences<Errors>, error: Errors): string {
  // The table maps each type to a function of that very type; TypeScript cannot follow the pairing through a union.
  return (table[error.type as Errors["type"]] as (error: Errors) => string)(error);
}
