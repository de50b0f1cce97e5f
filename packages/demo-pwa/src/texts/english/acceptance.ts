/** What one takes without a network, and what is more than that. */
export const acceptance = {
  title: "What you take offline",
  none: "Whatever the ledger would accept",
  some: "Your own rules",
  lead: "Without a network a payment is a promise until it settles. Here you say how much of that you want to carry. What arrives is kept in any case; these rules tell you before you hand over what was paid for.",
  perPayment: "At most in one payment",
  perPayer: "At most from one payer, until it settles",
  anyAmount: "Left empty, any amount.",
  age: "How old what is known of the payer may be",
  anyAge: "Any age",
  ageHint: "The older it is, the more may have happened since: a device removed, money spent elsewhere.",
  floatOnly: "Only what the payer has set aside",
  floatOnlyHint:
    "Money set aside can be spent by that one device alone, so no other device of the payer can spend it first.",
  keep: "Keep these rules",
  keeping: "Keeping…",
  refusedTitle: "Your rules speak against it",
  refused: "It is kept and may still settle. Until it does, think twice before you hand anything over.",
  look: "Look at your rules",
};
