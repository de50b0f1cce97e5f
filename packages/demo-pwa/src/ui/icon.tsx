/** The line icons, drawn on a 24-pixel grid. Decorative: every control that has one also has words. */
const PATHS = {
  pay: "M7 17 17 7M9 7h8v8",
  receive: "M17 7 7 17M7 9v8h8",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M7 12h10",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  back: "M20 12H4M11 5l-7 7 7 7",
  close: "M6 6l12 12M18 6 6 18",
  device: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1M11 18h2",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 8v4.5l3 2",
  reach: "M12 13.5v.01M8.5 16.5a5 5 0 0 1 0-6M15.5 16.5a5 5 0 0 0 0-6M5.5 19a9 9 0 0 1 0-11M18.5 19a9 9 0 0 0 0-11",
  "no-reach": "M4 4l16 16M8.5 16.5a5 5 0 0 1-1-3M15.8 10.9a5 5 0 0 1 .6 3M5.5 19a9 9 0 0 1-1-9.4M18.5 8a9 9 0 0 1 1 9",
  warning: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.01",
  next: "m9 5 7 7-7 7",
  hold: "M9 5v14M15 5v14",
  play: "M8 5.5v13l10-6.5z",
  devices:
    "M4 6a1 1 0 0 1 1-1h11v4M4 6v9a1 1 0 0 0 1 1h6M2 19h9M15 9h5a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.3 3.3 0 0 1 0 6.2M18 14.4c2.2.7 3.5 2.7 3.5 5.6",
  lock: "M7 10V8a5 5 0 0 1 10 0v2M6 10h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1M12 14v2",
  shield: "M12 3l7 3v5.5c0 4.4-2.9 7.6-7 9.5-4.1-1.9-7-5.1-7-9.5V6zM9 12l2.2 2.2L15.2 10",
  key: "M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8M10.8 12.2 20 3M16 7l3 3",
  link: "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1",
  add: "M12 5v14M5 12h14",
  edit: "M4 20h4L19.5 8.5a2 2 0 0 0 0-2.8l-1.2-1.2a2 2 0 0 0-2.8 0L4 16z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
