/**
 * News that is heard: two short notes that rise for money, and two that fall for what wants to be looked at. Made by the browser
 * itself, so there is nothing to load. Its owner may switch it off; a page that nobody has touched yet stays silent, as browsers
 * demand.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { keepChoice, keptChoice } from "./kept-choice.ts";
import type { NewsTone } from "./news.ts";

const KEY = "amigos-sound";
/** Left open until somebody asks. */
const chosen = signal<boolean | undefined>(undefined);
export const isSoundOn: ReadonlySignal<boolean> = computed(() => chosen.value ?? keptChoice(KEY) !== "off");

export function switchSound(isOn: boolean): void {
  chosen.value = isOn;
  keepChoice(KEY, isOn ? "on" : "off");
}

/** In hertz: a fifth up from E5, a fourth down from A4. */
const NOTES: { readonly [Tone in NewsTone]: readonly [number, number] } = {
  open: [659.26, 987.77],
  settled: [659.26, 987.77],
  dispute: [440, 329.63],
  device: [440, 329.63],
};
const NOTE_SECONDS = 0.09;
/** How long the last one rings out. */
const RING_SECONDS = 0.25;
/** Of full scale: heard across a counter, and startling nobody. */
const LOUDNESS = 0.12;
/** What an exponential ramp may end at: it never reaches nothing. */
const SILENCE = 0.0001;

let context: AudioContext | undefined;

export function playNews(tone: NewsTone): void {
  if (!isSoundOn.value || typeof AudioContext !== "function") return;
  if ("userActivation" in navigator && !navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  // A phone may have put it to sleep. What cannot be played is seen and felt.
  void context.resume().catch(() => undefined);
  const begin = context.currentTime;
  const volume = context.createGain();
  volume.connect(context.destination);
  volume.gain.setValueAtTime(LOUDNESS, begin);
  volume.gain.exponentialRampToValueAtTime(SILENCE, begin + NOTE_SECONDS + RING_SECONDS);
  NOTES[tone].forEach((frequency, index) => {
    const note = (context as AudioContext).createOscillator();
    note.frequency.value = frequency;
    note.connect(volume);
    note.start(begin + index * NOTE_SECONDS);
    note.stop(index === 0 ? begin + NOTE_SECONDS : begin + NOTE_SECONDS + RING_SECONDS);
  });
}
