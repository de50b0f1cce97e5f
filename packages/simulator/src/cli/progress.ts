/** How far it is, on the error stream of a terminal: the results go to the other one. */
export interface Progress {
  readonly show: (done: number, all: number) => void;
  readonly end: () => void;
}

/** Between two lines. */
const EVERY_MS = 500;

export function createProgress(what: string): Progress {
  const { stderr } = process;
  const begun = performance.now();
  let shown = begun;
  return {
    show: (done, all) => {
      const now = performance.now();
      if (!stderr.isTTY || now - shown < EVERY_MS) return;
      shown = now;
      const rate = (1000 * done) / (now - begun);
      const left = Math.ceil((all - done) / rate);
      stderr.write(`\r${done} of ${all} ${what}, ${rate.toFixed(1)} a second, ${left} s left   `);
    },
    end: () => {
      if (stderr.isTTY) stderr.write("\r\u001B[K");
    },
  };
}
