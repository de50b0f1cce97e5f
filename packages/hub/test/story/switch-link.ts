/** A link with a switch, as the airplane mode of a phone: what is behind it is a real link, made anew each time. */
import type { Connection, Link } from "@amigos/engine/ports";

export interface SwitchLink extends Link {
  readonly turnOn: () => Promise<void>;
  readonly turnOff: () => Promise<void>;
}

/** Off until it is turned on. */
export function createSwitchLink(name: string, createLink: () => Link): SwitchLink {
  let onConnection: ((connection: Connection) => void) | undefined;
  let inner: Link | undefined;
  let isOn = false;
  const update = async (): Promise<void> => {
    if (isOn && onConnection !== undefined && inner === undefined) {
      inner = createLink();
      await inner.start(onConnection);
    } else if ((!isOn || onConnection === undefined) && inner !== undefined) {
      const ending = inner;
      inner = undefined;
      await ending.stop();
    }
  };
  return {
    name,
    start: async (listener) => {
      onConnection = listener;
      await update();
    },
    stop: async () => {
      onConnection = undefined;
      await update();
    },
    turnOn: async () => {
      isOn = true;
      await update();
    },
    turnOff: async () => {
      isOn = false;
      await update();
    },
  };
}
