/** Getting an account back with the help of people: for its owner, for who guards it, and for who has lost it. */
import { counted } from "./counted.ts";

const areNeeded = (needed: number): string =>
  counted(needed, { one: (n) => `${n} is needed`, other: (n) => `${n} are needed` });

export const recovery = {
  title: "Recovery",
  entryNone: "No guardians yet",
  entryChosen: (threshold: number, guardians: number) =>
    guardians === 1
      ? "1 guardian brings it back"
      : counted(threshold, {
          one: (n) => `${n} of ${guardians} guardians brings it back`,
          other: (n) => `${n} of ${guardians} guardians bring it back`,
        }),
  lead: "If all your devices are gone, people whom you trust can give you your account back: your guardians. Until then they see nothing of it and can spend nothing of it.",
  honest: (threshold: number) =>
    `Know what this means: any ${threshold} of them together can take over your account. The delay is your protection: until it is over, each device that you still have is warned, and can stop it if it may speak for your account.`,
  one: "Know what this means: this one person can take over your account. The delay is your protection: until it is over, each device that you still have is warned, and can stop it if it may speak for your account.",
  guardians: "Guardians",
  noneTitle: "Nobody can bring it back",
  none: "You have chosen no guardians. If you lose every device and the words with their file, the account is gone.",
  settling: "What you chose is signed here and waits for the ledger.",
  needed: "It takes",
  neededOf: (threshold: string, count: string) => `${threshold} of ${count}`,
  delay: "Delay",
  choose: "Choose guardians",
  change: "Change them",
  otherWays: "Other ways",
  words: "Twelve words and a file",
  otherKey: "A key kept elsewhere",
  otherKeyAfter: (days: number) => counted(days, { one: (n) => `After ${n} day`, other: (n) => `After ${n} days` }),
  help: "Help somebody else",
  helpNone: "For accounts that have chosen you",
  helpCount: (count: number) =>
    counted(count, { one: (n) => `${n} account has chosen you`, other: (n) => `${n} accounts have chosen you` }),

  setup: {
    title: "Choose guardians",
    lead: "Take people who know you in person and who do not all know each other. They need this app, and must have been on this network once.",
    noKeyTitle: "Not on this device",
    noKey:
      "Guardians are chosen with the account’s own key, which this device does not hold. Choose them on the device where the account was made or brought back.",
    invite: "Ask them first",
    inviteHide: "Hide the invitation",
    inviteHint:
      "Let each of them scan this under Recovery, Help somebody else, or send it to them. They show you an answer; then they stand in the list.",
    inviteLabel: "The invitation as a QR code",
    copyInvitation: "Copy the invitation",
    takeAcceptance: "Read their answer",
    acceptanceLabel: "Or paste their answer",
    accepted: (when: string) => `Said yes ${when}`,
    who: "Who",
    nobody: "You have named nobody yet. Name the people first, then choose among them.",
    toPeople: "Name people",
    needed: "How many of them it takes",
    neededOption: (threshold: number, count: number) =>
      threshold === count ? (count === 1 ? "This one alone" : `All ${count}`) : `${threshold} of ${count}`,
    one: "One guardian alone can take over your account, and if that one is lost, so is this way. Two or three are better.",
    delay: "How long it waits",
    delayHint: "So long you can stop what you did not ask for. Choose longer than you are ever without your devices.",
    none: "Choose at least one person.",
    tooMany: (most: string) => `At most ${most} people.`,
    confirm: "Sign it",
    ends: "A recovery that is under way ends with it.",
    remove: "Have no guardians any more",
    removeTitle: "Have no guardians?",
    removeText: "Nobody can bring this account back for you from then on.",
    removeConfirm: "Remove all guardians",
  },

  practice: {
    title: "Practise",
    lead: "Find out now whether they would answer. Nothing comes of it: no key changes hands.",
    begin: "Begin a practice",
    beginAgain: "Begin anew",
    again: "The answers so far are forgotten with it.",
    show: "Show the code",
    hide: "Hide the code",
    codeLabel: "The practice as a QR code",
    codeHint:
      "Let each guardian scan it under Recovery, Help somebody else, or send it to them. They show you an answer.",
    copy: "Copy the practice",
    answered: (when: string) => `Answered ${when}`,
    open: "Has not answered yet",
    asked: (when: string) => `Begun ${when}`,
    passedTitle: (when: string) => `Passed ${when}`,
    passed: "Enough of them answered to bring your account back.",
    partly: (answered: number, needed: number) =>
      `${counted(answered, { one: (n) => `${n} has`, other: (n) => `${n} have` })} answered, ${areNeeded(needed)}.`,
    take: "Read an answer",
    takeLabel: "Or paste an answer",
  },

  guardian: {
    title: "Help somebody",
    lead: "Somebody whose guardian you are shows you a code: when they practise, or when they have lost everything.",
    scan: "Scan their code",
    pasteLabel: "Or paste what they sent",
    yours: "Accounts that you guard",
    yoursNone: "Nobody has chosen you so far.",
    yoursHint: "On a new phone nobody remembers their account. Show it to them there.",
    yoursMore: (count: number) =>
      `${counted(count, { one: (n) => `${n} more has`, other: (n) => `${n} more have` })} chosen you that you have no name for. Name whom you know, and they stand here.`,
    showAccount: "Show",
    showAccountOf: (name: string) => `Show the account of ${name}`,
    hideAccount: "Hide",
    accountLabel: (name: string) => `The account of ${name} as a QR code`,
    copyAccount: "Copy the account",
    invitedTitle: "Would you be a guardian?",
    invited:
      "This account asks you to be one of those who can give it back to its owner. You see nothing of it and can spend nothing of it.",
    invitedHint:
      "It means to be reachable, and to look closely before you agree to anything. Saying yes binds you to nothing.",
    accept: "Yes, I would",
    accepted: "Show your answer to whoever asked, or send it. You are a guardian when they have chosen you.",
    reviewTitle: "Is it really them?",
    warningTitle: "Meet them, or call them",
    warning:
      "Agree only when the person whose account it is reads these digits to you, in a voice or a face that you know. A message proves nothing: whoever has their mail writes in their name.",
    agreedBefore: (when: string | undefined) =>
      `You agreed to other keys of this account before (${when ?? "on another device"}), and whoever holds those may still take it.`,
    agreed: "Have agreed so far",
    agreedOf: (agreed: number, needed: number) => `${agreed}, and ${areNeeded(needed)}`,
    askedAt: "Asked for",
    agree: "It is them, and the digits are the same: agree",
    no: "No",
    takenTitle: "It was taken",
    taken: "What somebody signed about this account goes to the ledger with your next connection.",
    noTitle: "You have not agreed",
    noText: "Nothing was signed. If somebody asked in another’s name, tell the one whose account it is.",
    doneTitle: "You have agreed",
    done: "It is signed and goes out by itself when you meet the hub. It counts once the ledger has it, and the delay begins when enough have agreed.",
    byHand: "If you have no network",
    byHandHint: "Then whoever asked takes this along: they scan it, or you send it to them.",
    statementLabel: "What you signed as a QR code",
    copyStatement: "Copy what you signed",
    answerTitle: "Your answer",
    answer: "Show it to whoever practises, or send it. Nothing else comes of it.",
    answerLabel: "Your answer as a QR code",
    copyAnswer: "Copy your answer",
  },

  alarm: {
    byGuardian: (name: string) => `${name} has asked for new keys of it.`,
    byKey: "A key that you once chose has asked for new keys of it.",
    agreed: (agreed: number, needed: number) =>
      needed === 1
        ? `The one guardian that it takes has ${agreed === 0 ? "not agreed yet" : "agreed"}.`
        : counted(agreed, {
            one: (n) => `${n} of the ${needed} guardians that it takes has agreed.`,
            other: (n) => `${n} of the ${needed} guardians that it takes have agreed.`,
          }),
    dueIn: (when: string, date: string) =>
      `If nobody stops it, it can be completed ${when} (${date}). All your devices end with it.`,
    dueNow: "The delay is over: it can be completed at any moment. All your devices end with it.",
    settling: "The ledger does not have it yet.",
    ask: "Was it you? Then leave it. If not, stop it now.",
    veto: "Stop it",
    vetoTitle: "Stop this recovery?",
    vetoText:
      "What was agreed to counts no more. Whoever lost the account in earnest has to ask their guardians again.",
    vetoConfirm: "Stop it",
    vetoed: "It was stopped. That is signed, and takes effect when the ledger has it.",
    showVeto: "Show the word that stops it",
    vetoByHand: "No network? Anybody who has one can take this to the hub, your guardians for instance.",
    vetoLabel: "Your word that stops it as a QR code",
    copyVeto: "Copy it",
  },

  lost: {
    entry: "All my devices are lost",
    title: "Get an account back",
    lead: "Your guardians can give it back to you. This device makes new keys and shows them a code.",
    accountLabel: "Your account",
    accountHint: "A guardian can show it to you: under Recovery, Help somebody else.",
    scanAccount: "Scan it from a guardian’s phone",
    confirm: "Ask my guardians",
    sureTitle: "Is this your account?",
    sureLead: "Compare it with your guardian’s phone. So far nothing has been made.",
    sureMade: "This device makes new keys, and an empty wallet of its own to ask from.",
    sureAgree:
      "Your guardians agree to them, and the delay runs. The account’s devices are warned, and those that may speak for it can stop it.",
    sureAfter: "Then the account opens here, and all its earlier devices end.",
    sureNo: "No, another one",
    lookingTitle: "Looking for the account",
    looking: "The hub has to tell this device of it first.",
    lookingNoHub: "There is no hub in reach. It goes on by itself when there is one.",
    cannotTitle: "It cannot be asked for",
    showTitle: "Show this to your guardians",
    show: "Each of them opens Recovery, then Help somebody else, and scans it. Read the digits to them: they must have the same.",
    codeLabel: "Your request as a QR code",
    copy: "Copy the request",
    until: (when: string) => `Guardians take this code until ${when}.`,
    expiredTitle: "This code is too old",
    expired: "Guardians take a code for a day. What they have agreed to stays; show a new one to those who are left.",
    newCode: "Show a new code",
    agreed: "Have agreed",
    agreedOf: (agreed: string, needed: string) => `${agreed} of ${needed}`,
    take: "A guardian without a network?",
    takeHint: "Then they show what they signed. Scan it, or paste it.",
    scanStatement: "Scan what they signed",
    pasteStatement: "Text of what they signed",
    taken: "It was taken, and goes to the ledger.",
    waitingTitle: (when: string) => `Yours ${when}`,
    waiting: (date: string) =>
      `Enough have agreed. Now the delay runs, until ${date}. Devices of the account that are still about can stop it until then. You can close this and come back.`,
    dueTitle: "The delay is over",
    due: "Nobody has stopped it. Take your account back: all its devices of before end, and this one begins.",
    complete: "Take my account back",
    completing: "It is signed. When the ledger has it, the account opens here.",
    ends: {
      stopped: {
        title: "It was stopped",
        text: "A device that may speak for the account has ended what your guardians agreed to. If that was not you, somebody has one of your devices. Talk to your guardians before you ask again.",
      },
      "other-ways": {
        title: "The account has chosen anew",
        text: "Who may bring it back was changed since your guardians agreed, so that counts no more. Only a device with the account’s own key can do that. Talk to your guardians before you ask again.",
      },
      "other-keys": {
        title: "The account has other keys",
        text: "Since your guardians agreed it has new keys that are not this device’s. Somebody else was given it, or its holder changed them: the ledger does not say which. Talk to your guardians before you ask again.",
      },
      "not-held": {
        title: "Nobody agrees any more",
        text: "Nothing was stopped, but the ledger has nothing that your guardians agreed to: it did not take it, or it holds no more. Ask them, and show them the code again.",
      },
    },
    openingTitle: "It does not open yet",
    opening: "The account is this device’s now; only opening it here went wrong. Nothing is lost.",
    askAgain: "Ask again",
    give: "Give up",
    giveTitle: "Give it up?",
    giveText:
      "This device goes on with a new, empty wallet. The account stays where it is; you can ask again on another device. Whatever a guardian has agreed to without a network is lost with it.",
    keep: "Keep this device: they agreed to keys that are in it alone, and whoever has it may take the account. If you lose it, ask them again from another one.",
    giveConfirm: "Give it up",
  },
};
