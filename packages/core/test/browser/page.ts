/** What the test page offers to the tests, as `suite`: the vectors, and how often WebCrypto said yes. */
import { runVectors } from "../vectors/suite.ts";

let accepted = 0;

const verify = crypto.subtle.verify.bind(crypto.subtle);
Object.assign(crypto.subtle, {
  verify: async (...asked: Parameters<typeof verify>): Promise<boolean> => {
    const answer = await verify(...asked);
    if (answer) accepted++;
    return answer;
  },
});

const page = { runVectors, acceptedByWebCrypto: (): number => accepted };

declare global {
  var suite: typeof page;
}

globalThis.suite = page;
