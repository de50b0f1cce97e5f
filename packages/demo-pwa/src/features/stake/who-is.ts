/** What an account is called here, its owner's own included. */
import type { AccountId } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { texts } from "../../texts/index.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";

export function whoIs(account: AccountId, view: WalletView): string {
  return account === view.account ? texts.stake.self : nameOfAccount(account);
}
