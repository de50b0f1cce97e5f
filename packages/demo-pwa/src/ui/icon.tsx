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
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      class="icon"
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
