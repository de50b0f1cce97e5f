/** Whose account it is that a screen is about: its mark, what it is here, and its name. */
import type { ComponentChildren } from "preact";
import type { AccountId } from "@amigos/core";
import { texts } from "../texts/index.ts";
import { nameOfAccount } from "../wallet/contacts.ts";
import { TallyMark } from "./tally-mark.tsx";
import "./account-head.css";

const MARK_SIZE = 52;

export interface AccountHeadProps {
  readonly account: AccountId;
  /** Left out: the account. */
  readonly label?: string;
  /** What else is said of it. */
  readonly children?: ComponentChildren;
}

export function AccountHead({ account, label = texts.device.account, children }: AccountHeadProps) {
  return (
    <div class="account-head">
      <TallyMark id={account} size={MARK_SIZE} />
      <p>
        <span class="soft small">{label}</span>
        <strong class="account-head-name">
          <bdi>{nameOfAccount(account)}</bdi>
        </strong>
        {children}
      </p>
    </div>
  );
}
