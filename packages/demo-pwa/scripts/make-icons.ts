/**
 * Draws the PNG icons that app stores and home screens want from the one drawing, `public/icons/icon.svg`. Run by hand
 * when the drawing changes: `node scripts/make-icons.ts`. The PNGs are kept in the repository, so a build needs no
 * browser.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../test/support/browser.ts";

const folder = fileURLToPath(new URL("../public/icons/", import.meta.url));
const drawing = readFileSync(`${folder}icon.svg`, "utf8");
/** A maskable icon is cut to any shape within its middle four fifths: the corners must be filled, the drawing smaller. */
const maskable = drawing
  .replace(/ rx="112"/, "")
  .replace(/<path/, '<g transform="translate(76.8 76.8) scale(.7)"><path')
  .replace("</svg>", "</g></svg>");

const ICONS = [
  { file: "icon-192.png", size: 192, svg: drawing },
  { file: "icon-512.png", size: 512, svg: drawing },
  { file: "icon-maskable-512.png", size: 512, svg: maskable },
] as const;

const browser = await launchBrowser();
const page = await browser.newPage();
for (const { file, size, svg } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
  await page.screenshot({ path: folder + file, omitBackground: true });
}
await browser.close();
