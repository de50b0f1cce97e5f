/**
 * Where something may be settled that reconcile asks for when it judges an entry (spec [HIS1]): at its place and at the one
 * before, if the log has passed them or nothing there counts any more; and where attestations lie that it may contradict.
 */
import { sequence as toSequence, type AccountId, type Entry, type Sequence, type SessionId } from "@amigos/core";
import { accountOf, isVoidPlace, sessionOf, type LedgerState } from "@amigos/reconcile";

export type PlaceOfLog = Pick<Entry, "session" | "sequence">;
export type PlaceOfAccount = Pick<Entry, "account" | "session" | "sequence">;

/** Only what the log has passed, and what is void, can be settled. */
export function mayBeSettled(state: LedgerState, { account, session, sequence }: PlaceOfAccount): boolean {
  return mayBeSettledOf(state, account, session)(sequence);
}

/** The same for the places of one log. */
export function mayBeSettledOf(
  state: LedgerState,
  account: AccountId,
  session: SessionId,
): (sequence: Sequence) => boolean {
  const owner = accountOf(state, account);
  const known = owner?.sessions.get(session);
  if (owner === undefined || known === undefined) return () => false;
  return (sequence) => sequence < known.nextSequence || isVoidPlace(owner, known, sequence);
}

/** Nearly every entry goes straight on from the head of its log, where nothing is settled. */
const NOWHERE: readonly PlaceOfLog[] = [];

export function placesAskedFor(entry: Entry, state: LedgerState): readonly PlaceOfLog[] {
  const { account, session, sequence, operation } = entry;
  const known = sessionOf(state, account, session);
  if (known === undefined) return NOWHERE;
  const isNext = sequence === known.nextSequence && entry.previous === known.head;
  // What is void at one place is void at every later one.
  const isStraight = (isNext || sequence > known.nextSequence) && !mayBeSettled(state, entry);
  if (isStraight && operation.type !== "attest") return NOWHERE;
  const asked = isStraight ? [] : [...(isNext ? [] : [sequence - 1]), sequence].filter((place) => place >= 0);
  return [
    ...asked
      .map((place) => ({ account, session, sequence: toSequence(place) }))
      .filter((place) => mayBeSettled(state, place)),
    ...attestedBefore(entry, state),
  ];
}

function attestedBefore({ session: witness, operation }: Entry, state: LedgerState): readonly PlaceOfLog[] {
  if (operation.type !== "attest") return NOWHERE;
  const attested = accountOf(state, operation.account)?.sessions.get(operation.session)?.attested ?? [];
  return attested
    .filter(({ session }) => session === witness)
    .map(({ session, place }) => ({ session, sequence: place }));
}
