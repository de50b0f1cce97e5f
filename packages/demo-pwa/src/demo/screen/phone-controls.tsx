/** What can be done to a phone: whom it reaches, its clock, its power, and that somebody copies it. */
import { useId } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { nameOf } from "../names.ts";
import { demo } from "../texts.ts";
import type { PhoneCardProps } from "./phone-card.tsx";

const HOUR_MS = 3_600_000;

export function PhoneControls({ phone, player, world, name }: PhoneCardProps & { readonly name: string }) {
  const { id, owner, isOn, clockShiftMs } = phone;
  const clock = useId();
  const links = world.links.filter(({ a, b }) => a === id || b === id);
  const clocks = [
    { ms: 0, text: demo.phone.right },
    { ms: 3 * HOUR_MS, text: demo.phone.ahead },
    { ms: -2 * HOUR_MS, text: demo.phone.behind },
  ];
  return (
    <div class="demo-controls">
      <fieldset class="demo-reaches">
        <legend class="small soft">{demo.phone.reaches}</legend>
        {links.map(({ a, b, isUp }) => {
          const other = a === id ? b : a;
          return (
            <button
              key={other}
              type="button"
              class="demo-chip"
              aria-pressed={isUp}
              aria-label={demo.phone.reach(name, nameOf(other, world.phones))}
              onClick={() => void player.act({ type: "link", a, b, isUp: !isUp })}
            >
              {nameOf(other, world.phones)}
            </button>
          );
        })}
      </fieldset>
      <div class="demo-clock">
        <label class="small soft" for={clock}>
          {demo.phone.clock}
        </label>
        <select
          id={clock}
          class="demo-select demo-select-small"
          value={String(clockShiftMs)}
          onChange={({ currentTarget: { value } }) => void player.act({ type: "shift", phone: id, ms: Number(value) })}
        >
          {clocks.map(({ ms, text }) => (
            <option key={ms} value={String(ms)}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <div class="demo-row demo-phone-buttons">
        <Button
          kind="quiet"
          label={`${isOn ? demo.phone.switchOff : demo.phone.switchOn}: ${name}`}
          onClick={() => void player.act({ type: "power", phone: id, isOn: !isOn })}
        >
          {isOn ? demo.phone.switchOff : demo.phone.switchOn}
        </Button>
        {id === "copy" || world.phones.some((one) => one.id === "copy") ? null : (
          <Button
            kind="quiet"
            icon="copy"
            label={`${demo.phone.copy}: ${name}`}
            onClick={() => void player.act({ type: "copy", of: owner })}
          >
            {demo.phone.copy}
          </Button>
        )}
      </div>
    </div>
  );
}
