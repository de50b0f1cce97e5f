/** The story in the terminal. Its devices live in a folder of their own, which is gone afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Story } from "../../packages/hub/test/story/story.ts";
import { formatLine, formatTable, paletteFor } from "../../packages/hub/test/story/timeline.ts";

/** Resolves with the exit code: 0 only if everything in the story held. */
export async function playStory(): Promise<number> {
  const palette = paletteFor(process.stdout, process.env);
  const folder = await mkdtemp(join(tmpdir(), "amigos-story-"));
  const begun = performance.now();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const story = new Story({ folder, report: (line) => say(formatLine(line, performance.now() - begun, palette)) });
  const interrupted = onInterrupt(() => story.end());
  try {
    say(palette.bold("\nPay offline, get copied, meet again, agree\n"));
    const rows = await Promise.race([story.tell(), interrupted]);
    if (rows === undefined) return 130;
    say(`\n${formatTable(rows, palette)}\n`);
    say(palette.good("Everything held: a real hub process, real wallets, real sockets and disks."));
    return 0;
  } catch (error) {
    say(
      palette.bad(
        `\nThe story does not hold: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      ),
    );
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves with `undefined` when the user pressed Ctrl-C and everything has ended. */
function onInterrupt(end: () => Promise<void>): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => void end().then(() => resolve(undefined)));
  });
}
