import { expect, test } from "vitest";
import type { EntryId, SessionId } from "@amigos/core";
import { fragmentToRoute, routeToFragment, type Route } from "./route.ts";

const ID = "0a".repeat(32);

test.each<Route>([
  { screen: "home" },
  { screen: "pay" },
  { screen: "receive" },
  { screen: "device" },
  { screen: "payment", payment: ID as EntryId },
  { screen: "handover", payment: ID as EntryId },
  { screen: "conflict", session: ID as SessionId, sequence: 7 },
])("the address of $screen leads back to it", (route) => {
  expect(fragmentToRoute(routeToFragment(route))).toEqual(route);
});

test.each(["", "#", "#/nowhere", "#/payment/x", `#/conflict/${ID}`, `#/conflict/${ID}/-1`, "#/payment/<script>"])(
  "%j leads home",
  (fragment) => {
    expect(fragmentToRoute(fragment)).toEqual({ screen: "home" });
  },
);
