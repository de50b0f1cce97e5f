/** Reads a small JSON body, or says why not. Never holds more than it may. */
import type { IncomingMessage } from "node:http";
import { err, ok, type Result } from "@amigos/core";

export type BodyError =
  | { readonly type: "content-type-unsupported" }
  | { readonly type: "body-too-large"; readonly sizeMax: number }
  | { readonly type: "body-malformed" }
  | { readonly type: "request-aborted" };

export async function readJson(request: IncomingMessage, sizeMax: number): Promise<Result<unknown, BodyError>> {
  const [contentType = ""] = (request.headers["content-type"] ?? "").split(";");
  if (contentType.trim().toLowerCase() !== "application/json") return err({ type: "content-type-unsupported" });
  if (Number(request.headers["content-length"] ?? 0) > sizeMax) return err({ type: "body-too-large", sizeMax });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > sizeMax) return err({ type: "body-too-large", sizeMax });
      chunks.push(chunk);
    }
  } catch {
    return err({ type: "request-aborted" });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err({ type: "body-malformed" });
  }
}
