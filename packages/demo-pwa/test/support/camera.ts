/**
 * A camera made of a file: Chromium plays a Y4M video instead of a device, and reads it again each time a page opens the
 * camera. So one page's code can be put in front of another page's camera within one browser.
 */
import { writeFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { encodeQR } from "qr";

/** Pixels of a side: what a phone's camera gives of a code that fills most of the picture. */
const SIDE = 720;
const MARGIN = 60;

export function cameraArgs(file: string): readonly string[] {
  return [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${file}`,
  ];
}

/** A camera that looks at a wall. */
export function showNothing(file: string): void {
  writeVideo(file, Buffer.alloc(SIDE * SIDE, 128));
}

/** Puts the code that a page shows in front of the camera, as its pixels. */
export async function showCode(file: string, code: Locator): Promise<void> {
  writeVideo(file, await photograph(code));
}

/** How a film is made of codes that follow one another. */
export interface Film {
  /** Whether the camera catches the code of this index, from 0. */
  readonly isCaught: (index: number) => boolean;
  /** Told each code that it catches. Says whether the film is long enough. */
  readonly isEnough: (text: string) => boolean;
}

/** Different codes filmed before it is said that they never are enough. */
const FILMED_MAX = 200;

/** Films different codes that follow one another where `code` is, as their pixels, and plays those caught, each as long as it was shown. */
export async function filmCodes(file: string, code: Locator, { isCaught, isEnough }: Film): Promise<void> {
  const pictures: Buffer[] = [];
  const seen = new Set<string>();
  while (seen.size < FILMED_MAX) {
    const text = (await code.getAttribute("data-text")) ?? "";
    if (seen.has(text)) continue;
    const picture = await photograph(code);
    if ((await code.getAttribute("data-text")) !== text) continue;
    seen.add(text);
    if (!isCaught(seen.size - 1)) continue;
    pictures.push(picture, picture);
    if (isEnough(text)) return writeVideo(file, ...pictures);
  }
  throw new RangeError(`${FILMED_MAX} codes were not enough`);
}

async function photograph(code: Locator): Promise<Buffer> {
  const picture = await code.evaluate(
    (svg, { side, margin }) => {
      const path = svg.querySelector("path")?.getAttribute("d") ?? "";
      const [left = 0, top = 0, width = 1] = (svg.getAttribute("viewBox") ?? "").split(" ").map(Number);
      const canvas = document.createElement("canvas");
      canvas.width = side;
      canvas.height = side;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      context.fillStyle = "#fff";
      context.fillRect(0, 0, side, side);
      context.translate(margin, margin);
      context.scale((side - 2 * margin) / width, (side - 2 * margin) / width);
      context.translate(-left, -top);
      context.fillStyle = "#000";
      context.clip(new Path2D(path));
      context.fillRect(left, top, width, width);
      const { data } = context.getImageData(0, 0, side, side);
      let text = "";
      for (let index = 0; index < data.length; index += 4) text += String.fromCharCode(data[index] ?? 0);
      return btoa(text);
    },
    { side: SIDE, margin: MARGIN },
  );
  return Buffer.from(picture, "base64");
}

/** Puts a code of any text in front of the camera: what somebody may have printed. */
export function showText(file: string, text: string): void {
  const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const luma = Buffer.alloc(SIDE * SIDE, 255);
  const scale = Math.floor(SIDE / rows.length);
  for (let y = 0; y < rows.length * scale; y++) {
    for (let x = 0; x < rows.length * scale; x++) {
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true) luma[y * SIDE + x] = 0;
    }
  }
  writeVideo(file, luma);
}

/** Grey pictures, ten a second, which play for ever. A video of one picture is none, so that one is shown twice. */
function writeVideo(file: string, ...pictures: readonly Buffer[]): void {
  const shown = pictures.length === 1 ? [...pictures, ...pictures] : pictures;
  const frames = shown.flatMap((luma) => [Buffer.from("FRAME\n"), luma, Buffer.alloc((SIDE * SIDE) / 2, 128)]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${SIDE} H${SIDE} F10:1 Ip A1:1 C420\n`), ...frames]));
}
