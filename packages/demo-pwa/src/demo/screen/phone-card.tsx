/** A phone of the demo: what its wallet shows, and everything that can be done with it. */
import { countToText } from "../../format/count.ts";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { hexToGroups } from "../../format/identity.ts";
import { changeToText, textToAmount } from "../../format/money.ts";
import { timeOfDay } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PaymentStateLine } from "../../ui/payment-state.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { nameOfAccount } from "../../wallet/contacts.ts";
import { paymentState } from "../../wallet/payment-state.ts";
import { assetOf, mainAsset } from "../../wallet/selectors.ts";
import { BalanceStick } from "../../features/home/balance-stick.tsx";
import { nameOf } from "../names.ts";
import type { Player } from "../player.ts";
import { demo } from "../texts.ts";
import { PEOPLE, type Person } from "../world/action.ts";
import type { PhoneView, WorldView } from "../world/world-view.ts";
import { PhoneControls } from "./phone-controls.tsx";
import { PhoneTrouble } from "./phone-trouble.tsx";
import "../../features/home/home.css";

const ROOT_DIGITS = 8;
/** So many are in sight; the others are told below. */
const PAYMENTS_SHOWN = 3;
const AMOUNT_FIRST = "5";

export interface PhoneCardProps {
  readonly phone: PhoneView;
  readonly player: Player;
  readonly world: WorldView;
}

export function PhoneCard({ phone, player, world, isActing }: PhoneCardProps & { readonly isActing: boolean }) {
  const { id, owner, isOn, view, clockShiftMs } = phone;
  const isCopy = id === "copy";
  const name = nameOf(id, world.phones);
  const heading = useId();
  const hasHub = view.connections.some(({ role }) => role === "hub");
  const [balance] = view.balances;
  return (
    <article
      class={`demo-phone${isCopy ? " demo-phone-copy" : ""}${isActing ? " demo-phone-acting" : ""}`}
      aria-labelledby={heading}
      data-phone={id}
    >
      <header class="demo-phone-head">
        <TallyMark id={view.account} size={44} />
        <div>
          <h2 id={heading}>{isCopy ? name : demo.phone.heading(demo.names[owner])}</h2>
          <p class="small soft">
            {isCopy ? demo.phone.copied : <span class="number">{timeOfDay(world.now + clockShiftMs, locale)}</span>}
          </p>
        </div>
        <p class={`small demo-phone-reach${isOn && hasHub ? " connection-here" : ""}`}>
          <Icon name={isOn && hasHub ? "reach" : "no-reach"} size={18} />
          <span class="visually-hidden">
            {isOn ? (hasHub ? demo.phone.reached : demo.phone.notReached) : demo.phone.off}
          </span>
        </p>
      </header>
      <div class="demo-phone-screen" data-on={String(isOn)}>
        {isOn ? null : <p class="demo-phone-off">{demo.phone.off}</p>}
        {balance === undefined ? null : <BalanceStick balance={balance} account={view.account} owner={name} />}
        <PhoneTrouble phone={phone} world={world} />
        <Payments phone={phone} />
      </div>
      <PayForm phone={phone} player={player} name={name} />
      <PhoneControls phone={phone} player={player} world={world} name={name} />
      <p class="demo-phone-root small">
        <span class="soft">
          {demo.badge.height(countToText(view.ledger.height))} · {demo.phone.root}
        </span>{" "}
        <span class="mono">{hexToGroups(view.ledger.stateRoot, ROOT_DIGITS)}</span>
      </p>
    </article>
  );
}

function Payments({ phone: { view } }: { readonly phone: PhoneView }) {
  const shown = view.payments.slice(0, PAYMENTS_SHOWN);
  const more = view.payments.length - shown.length;
  if (shown.length === 0) return <p class="small soft">{demo.phone.none}</p>;
  return (
    <>
      <ul class="demo-payments" aria-label={demo.phone.payments}>
        {shown.map((payment) => {
          const state = paymentState(payment);
          return (
            <li key={payment.id} data-state={state}>
              <span class="demo-payment-who">
                <bdi>{nameOfAccount(payment.counterparty)}</bdi>
                <PaymentStateLine state={state} />
              </span>
              <span class={`number demo-payment-much${state === "refused" ? " payment-row-void" : ""}`}>
                {changeToText(payment.direction, payment.amount, assetOf(view, payment.asset), locale)}
              </span>
            </li>
          );
        })}
      </ul>
      {more > 0 ? <p class="small soft">{demo.phone.more(countToText(more))}</p> : null}
    </>
  );
}

interface PayFormProps {
  readonly phone: PhoneView;
  readonly player: Player;
  readonly name: string;
}

function PayForm({ phone: { id, owner, view, isOn }, player, name }: PayFormProps) {
  const others = PEOPLE.filter((person) => person !== owner);
  const payee = useSignal<Person>(others[0] ?? "bob");
  const text = useSignal(AMOUNT_FIRST);
  const error = useSignal<string | undefined>(undefined);
  const select = useId();
  const pay = (): void => {
    const amount = textToAmount(text.value, mainAsset(view));
    error.value =
      amount.ok && amount.value > 0n
        ? undefined
        : sentenceForError(amount.ok || text.value.trim() === "" ? { type: "amount-zero" } : amount.error);
    if (!amount.ok || amount.value === 0n) return;
    void player.act({ type: "pay", payer: id, payee: payee.value, cents: Number(amount.value) });
  };
  return (
    <form
      class="demo-pay"
      aria-label={demo.phone.payLabel(name)}
      onSubmit={(event) => {
        event.preventDefault();
        if (isOn) pay();
      }}
    >
      <div class="field">
        <label class="field-label" for={select}>
          {demo.phone.payTo}
        </label>
        <select
          id={select}
          class="demo-select"
          value={payee.value}
          onChange={({ currentTarget: { value } }) => (payee.value = value as Person)}
        >
          {others.map((person) => (
            <option key={person} value={person}>
              {demo.names[person]}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={demo.phone.amount}
        value={text.value}
        error={error.value}
        inputMode="decimal"
        lengthMax={9}
        onInput={(value) => {
          text.value = value;
          error.value = undefined;
        }}
      />
      <Button type="submit" kind="primary" icon="pay" isBusy={!isOn}>
        {demo.phone.pay}
      </Button>
    </form>
  );
}
