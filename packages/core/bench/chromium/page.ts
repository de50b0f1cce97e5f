/** What the page of the bench offers, as `bench`: valid signatures, and how long each way of verifying them takes. */
import { hexToBytes, verifySignature, verifySignatures, type SignatureCheck } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";

let checks: readonly SignatureCheck[] = [];

const page = {
  /** As many signatures, by as many keys in turn. */
  sign: async (signatures: number, keys: number): Promise<void> => {
    const signers = Array.from({ length: keys }, (_unused, index) => namedSigner(`bench ${index}`));
    checks = await Promise.all(
      Array.from({ length: signatures }, async (_unused, index) => {
        const signer = signers[index % keys] ?? namedSigner("bench");
        const message = hexToBytes(index.toString(16).padStart(64, "0"));
        return { signature: await signer.sign(message), message, publicKey: signer.publicKey };
      }),
    );
  },
  together: (): Promise<number> => milliseconds(() => verifySignatures(checks)),
  oneByOne: (): Promise<number> =>
    milliseconds(async () =>
      checks.map(({ signature, message, publicKey }) => verifySignature(signature, message, publicKey)),
    ),
};

declare global {
  var bench: typeof page;
}

async function milliseconds(verify: () => Promise<readonly boolean[]>): Promise<number> {
  const start = performance.now();
  const verdicts = await verify();
  const elapsed = performance.now() - start;
  if (verdicts.length !== checks.length || verdicts.includes(false)) throw new RangeError("not all are valid");
  return elapsed;
}

globalThis.bench = page;
