/** Every word of the demo, in English. Amounts, names and times come in ready to be shown. */
import { counted } from "./counted.ts";
import type { StoriesTexts } from "../../demo/texts.ts";

const stories: StoriesTexts = {
  "double-spend": {
    title: "A copied phone",
    about: "A thief copies Alice’s phone, and both pay with the same number where nobody can see it.",
    says: {
      copied: () =>
        "A thief copies Alice’s phone while it is switched off: the disk, the keys, everything. To everybody else the two are one phone.",
      parted: () => "The network falls in two. Alice is with Bob, the thief is with Carol, and nobody reaches the hub.",
      paid: ({ first }) =>
        `Alice pays Bob ${first}. His phone checks her signature itself and keeps the payment: received, not settled.`,
      limited: ({ third }) =>
        `Alice wants to pay ${third} more. Her own phone says no before it signs: it was given 50.00 a day. The copy is held to the same limit, so what can be lost has a bound.`,
      paidTwice: ({ second }) =>
        `The copy pays Carol ${second}, with the same number. Offline Carol cannot know of the other one. She, too, has it as received, not settled.`,
      settled: ({ one }) => `${one} reaches the hub first. What ${one} brings is judged and settled.`,
      proven: ({ one }) =>
        `Now ${one} reaches the hub as well. Two signatures for one number meet: that is the proof, and everybody gets it. The second payment no longer fits into the day’s limit, so the ledger refuses it.`,
      frozen: ({ one }) =>
        `All are back, and all have computed the same root. Alice’s phone and its copy are frozen: the next try is refused. ${one} bears the loss, which is why a wallet says “received, not settled” until the end.`,
    },
  },
  "two-days-offline": {
    title: "Two days offline",
    about: "Three friends in a valley without any network, for two days and two daily limits.",
    says: {
      away: () => "Three friends walk into a valley. Their phones reach each other, and nobody reaches the hub.",
      paid: ({ first }) =>
        `Alice pays Bob ${first}, from phone to phone. Everything that he needs to check it comes along.`,
      paidOn: ({ first }) =>
        `Bob pays Carol ${first}. He pays from what was settled: what he only received is not his to spend yet.`,
      night: () => "A night passes. Nothing has to be renewed. What is signed stays signed.",
      newDay: ({ first }) =>
        `A new day, and a new daily limit. Alice pays Carol ${first}. With yesterday’s payment it would have been too much for one day.`,
      alone: ({ first }) => `Carol goes ahead alone. Behind her Bob pays Alice ${first}, and she knows nothing of it.`,
      secondNight: () => "Another night passes. The ledger stands where it stood two days ago.",
      back: () =>
        "Carol is the first one home. She brings the hub what she was paid, and with it what Alice had signed before: a log comes whole or not at all.",
      everybody: () =>
        "Bob and Alice come home. They check what was settled without them, step by step, and arrive at the same root. Nothing was lost, nothing counted twice.",
    },
  },
  "killed-phone": {
    title: "A phone that dies",
    about: "A battery gives up in the middle of a payment. Was it signed, or was it not?",
    says: {
      away: () => "Alice and Bob meet in a place without a network. Carol is elsewhere.",
      died: ({ first }) =>
        `Alice pays Bob ${first}, and in the middle of it her battery dies. A place in her log is taken on her disk. The payment is not there yet.`,
      started: ({ first }) =>
        `She switches the phone on. It finds the place it had taken and finishes that very payment, ${first}: one number, one signature, never two.`,
      asleep: () => "Now Bob’s phone is switched off. What it had is on its disk.",
      settled: ({ first }) =>
        `Alice and Carol reach the hub, and it settles Alice’s payment. Carol pays Bob ${first}: for that he need not be there.`,
      awake: () =>
        "Bob switches his phone on. It does not believe what the hub says: it replays every step, compares the root, and only then shows the money.",
      everybody: () => "Everybody is in reach again. One battery died, and nobody’s books did.",
    },
  },
  "wrong-clock": {
    title: "Clocks that are wrong",
    about: "One phone lives in the future, another in the past. The ledger has a time of its own.",
    says: {
      ahead: () => "Carol’s clock runs three hours ahead. She has not noticed.",
      waiting: ({ first }) =>
        `She pays Alice ${first}. It is dated in the future, so the hub neither keeps nor refuses it: it waits.`,
      meanwhile: ({ first }) => `Nobody else has to wait for that. Alice pays Bob ${first}, and it is settled at once.`,
      behind: () => "Bob’s clock is two hours slow.",
      backdated: ({ first }) =>
        `He pays Carol ${first}. It looks like an old payment that was long on its way, which is nothing unusual here: it is settled.`,
      later: ({ first }) =>
        `Three hours pass. Now the time that Carol had claimed is here, and her ${first} are settled without anybody signing anew.`,
      right: () =>
        "Both clocks are set right. Nobody gained by a wrong one: what counts is the order in which the ledger took it in.",
    },
  },
};

export const english = {
  title: "See it work",
  lead: "Real wallets with real keys, and their hub, all inside this page. Watch a story, or take part: pay, cut a link, copy a phone.",
  loading: "Making three wallets and a hub…",
  failedTitle: "The demo stopped",
  failed: "Something did not work in this browser. Load the page again.",
  toWallet: "To the wallet",
  names: {
    alice: "Alice",
    bob: "Bob",
    carol: "Carol",
    hub: "Hub",
    copyOf: (name: string) => `${name}’s copy`,
  },
  story: {
    choose: "Story",
    none: "No story: play yourself",
    noneAbout:
      "Three wallets with 100.00 each. Pay, cut links, copy a phone, set a clock wrong, then let everybody meet.",
    seed: "Seed",
    seedHint: "The same seed tells the same story, to the last digit of the root.",
    another: "Other amounts",
    copyLink: "Copy link",
    step: (number: string, of: string) => `Step ${number} of ${of}`,
    beginning: "The beginning",
    begin: "Alice, Bob and Carol have 100.00 each. All of them reach the hub, and all agree.",
    play: "Play",
    pause: "Pause",
    next: "Next step",
    restart: "Restart",
    over: "The end",
    joined: "You took part, so this may end in another way.",
    controls: "The story",
  },
  badge: {
    title: "Do all agree?",
    agree: "All agree",
    differ: "They differ",
    agreeHint: (count: number) =>
      counted(count, {
        one: (n) => `${n} party has computed this root.`,
        other: (n) => `${n} parties have computed the same root.`,
      }),
    differHint: "Somebody has not seen everything yet.",
    open: (count: number) =>
      counted(count, { one: (n) => `${n} payment is not settled.`, other: (n) => `${n} payments are not settled.` }),
    height: (height: string) => `Height ${height}`,
  },
  phone: {
    heading: (name: string) => `${name}’s phone`,
    copied: "Same keys, same disk",
    off: "Switched off",
    clock: "Its clock",
    right: "Right",
    ahead: "3 hours ahead",
    behind: "2 hours behind",
    reaches: "Reaches",
    reach: (name: string, other: string) => `${name} reaches ${other}`,
    payTo: "To",
    amount: "Amount",
    pay: "Pay",
    payLabel: (name: string) => `Pay as ${name}`,
    copy: "Copy this phone",
    switchOff: "Switch off",
    switchOn: "Switch on",
    conflict: "Signed twice",
    payments: "Payments",
    none: "No payments yet",
    more: (count: string) => `and ${count} more below, in what happened`,
    root: "Root",
    reached: "Hub in reach",
    notReached: "No hub in reach",
  },
  world: {
    title: "The world",
    undecided: (count: string) => `${count} to decide`,
    part: "Cut the network in two",
    heal: "Connect everybody",
    hour: "An hour passes",
    day: "A day passes",
  },
  happened: {
    title: "What happened",
    hint: "A line down for each, time going down. A line is solid while its phone reaches the hub. The table says the same.",
    picture: "Who did what, and when others learned of it. The table below says the same.",
    step: "Number",
    who: "Who",
    what: "What happened",
    began: "Everybody has 100.00, settled.",
    signed: (money: string, to: string, place: string) => `Signed ${money} for ${to}, as number ${place}.`,
    refused: (money: string, to: string, why: string) => `Did not sign ${money} for ${to}. ${why}`,
    arrived: (money: string, from: string) => `Has the ${money} that ${from} signed.`,
    proven: "Both signatures for one number are here: that is the proof.",
    settled: (height: string) => `Signed checkpoint ${height}.`,
    kept: (moneys: string) => `Kept ${moneys}.`,
    rejected: (money: string, why: string) => `Refused ${money}: ${why}`,
    waiting: (money: string, why: string) => `Cannot decide ${money} yet: ${why}`,
    followed: (height: string) => `Checked everything up to checkpoint ${height}, and has the same root.`,
    copied: (name: string) => `Is a copy of ${name}’s phone as it is now.`,
    died: "The power went out in the middle of a payment.",
    off: "Was switched off.",
    on: "Was switched on.",
    shiftedAhead: (much: string) => `Has a clock that is ${much} ahead.`,
    shiftedBehind: (much: string) => `Has a clock that is ${much} behind.`,
    shiftedRight: "Has a clock that is right.",
    passed: (much: string) => `Time passes: ${much}.`,
    linked: (other: string) => `In reach again: ${other}.`,
    cut: (other: string) => `Out of reach now: ${other}.`,
    parted: (groups: string) => `In reach of each other now: ${groups}.`,
    joined: "Everybody reaches everybody.",
    nobody: "Nobody reaches anybody.",
  },
  stories,
};
