import { describe, expect, it } from "vitest";
import { alice, bob, carol, fullTerms } from "../../test/support/operations.ts";
import { assetCode, type Money } from "../amount.ts";
import { timeMs } from "../ids.ts";
import { ami, START } from "../testing/index.ts";
import { describeSession, type SessionLine } from "./describe-session.ts";
import {
  ACCOUNT_RECOVER,
  IMPORT_EXECUTE,
  READ_ALL,
  READ_ONLY,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type Permission,
} from "./permission.ts";

const expiry = timeMs(START + 1);
const gold = (whole: number): Money => ({ asset: assetCode("GOLD"), amount: ami(whole).amount });
const people = [alice, bob, carol];

/** A line as the plainest app would print it. */
function words(line: SessionLine): string {
  if ("asset" in line) return `${line.key} ${line.amount} ${line.asset}`;
  if (line.key === "only-to")
    return `only-to ${people
      .filter(({ account }) => line.recipients.includes(account))
      .map(({ name }) => name)
      .join()}`;
  if (line.key === "only-in") return `only-in ${line.regions.join()}`;
  return line.key === "until" ? `until ${line.expiry - START}` : line.key;
}

function lines(permissions: readonly Permission[], more: Partial<typeof fullTerms> = {}): readonly string[] {
  return describeSession({ permissions, expiry, ...more }).map(words);
}

describe("what a session may do, in words", () => {
  it.each([
    ["may-view", READ_ALL],
    ["may-only-view", READ_ONLY],
    ["may-send-anything", SEND_UNLIMITED],
    ["may-send-per-payment 2000 AMI", SEND_LIMIT_TX(ami(20))],
    ["may-send-per-day 5000 AMI", SEND_LIMIT_DAILY(ami(50))],
    ["may-stake", STAKE_MANAGE],
    ["may-run-imports", IMPORT_EXECUTE],
    ["may-recover", ACCOUNT_RECOVER],
  ])("[TERM4] %s, until it expires", (line, permission) => {
    expect(lines([permission])).toEqual([line, "until 1"]);
  });

  it("[TERM4] a session that was granted nothing says so", () => {
    expect(lines([])).toEqual(["may-nothing", "until 1"]);
  });

  it("[TERM4] rights come first, in the order of their grant, then bounds, then the end", () => {
    const { offlineLimits = [], recipients = [], regions = [] } = fullTerms;
    expect(lines(fullTerms.permissions, { offlineLimits, recipients, regions })).toEqual([
      "may-view",
      "may-send-per-day 5000 AMI",
      "may-stake",
      "may-run-imports",
      "may-recover",
      "at-most-unsettled 3000 AMI",
      "at-most-unsettled 100 GOLD",
      "only-to bob,carol",
      "only-in CH-ZH,DE",
      "until 1",
    ]);
    expect(lines([READ_ONLY], { regions })).toEqual(["may-only-view", "only-in CH-ZH,DE", "until 1"]);
  });

  it("[TERM4] of limits of one kind and asset the lowest stands, at the place of the first", () => {
    const permissions = [
      SEND_LIMIT_TX(ami(20)),
      SEND_LIMIT_DAILY(ami(50)),
      SEND_LIMIT_TX(gold(3)),
      SEND_LIMIT_TX(ami(10)),
      SEND_LIMIT_TX(ami(30)),
      SEND_LIMIT_DAILY(ami(5)),
    ];
    expect(lines(permissions)).toEqual([
      "may-send-per-payment 1000 AMI",
      "may-send-per-day 500 AMI",
      "may-send-per-payment 300 GOLD",
      "until 1",
    ]);
    expect(lines(permissions.toReversed())).toEqual([
      "may-send-per-day 500 AMI",
      "may-send-per-payment 1000 AMI",
      "may-send-per-payment 300 GOLD",
      "until 1",
    ]);
  });

  it("[TERM4] a limit beside sending without limit is said too, for it holds", () => {
    expect(lines([SEND_UNLIMITED, SEND_LIMIT_TX(ami(20)), SEND_UNLIMITED])).toEqual([
      "may-send-anything",
      "may-send-per-payment 2000 AMI",
      "until 1",
    ]);
  });

  it("[TERM4] the keys of its lines are all there are", () => {
    const every = [
      ...describeSession({
        ...fullTerms,
        permissions: [SEND_UNLIMITED, SEND_LIMIT_TX(ami(1)), ...fullTerms.permissions],
      }),
      ...describeSession({ permissions: [READ_ONLY], expiry }),
      ...describeSession({ permissions: [], expiry }),
    ];
    expect(new Set(every.map(({ key }) => key)).size).toBe(13);
  });
});
