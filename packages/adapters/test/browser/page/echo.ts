/** A page with its worker or iframe, connected by a MessagePort link: what is said there comes back. */
import { createMessagePortLink, type Port } from "@amigos/adapters/link-message-port";
import { RecordedLink, type RecordedEnd } from "../../../src/contract/link-recorder.ts";

const HERE = "echo what comes over this port";

/** Answers whoever hands over a port. */
export function echoOverPorts(): void {
  addEventListener("message", ({ data, ports }: MessageEvent) => {
    const [port] = ports;
    if (data !== HERE || port === undefined) return;
    const link = createMessagePortLink({ port, heartbeatMs: 1_000 });
    void link.start((connection) =>
      connection.start({ onMessage: (message) => connection.send(message), onClose: () => {} }),
    );
  });
}

/** What came back, and how the connection ended after the worker was terminated. */
export async function echoFromWorker(
  text: string,
): Promise<{ readonly heard: string; readonly end: string | undefined }> {
  const worker = new Worker(import.meta.url, { type: "module" });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(HERE, [port2]);
  const { end, heard, stop } = await echo(port1, text);
  worker.terminate();
  const reason = await end.untilClosed();
  await stop();
  return { heard, end: reason };
}

/** What came back from an iframe of another origin. */
export async function echoFromFrame(text: string, origin: string): Promise<string> {
  const frame = document.createElement("iframe");
  frame.src = origin;
  const { port1, port2 } = new MessageChannel();
  frame.addEventListener("load", () => frame.contentWindow?.postMessage(HERE, origin, [port2]));
  document.body.append(frame);
  const { heard, stop } = await echo(port1, text);
  await stop();
  frame.remove();
  return heard;
}

interface Echo {
  readonly end: RecordedEnd;
  readonly heard: string;
  readonly stop: () => Promise<void>;
}

async function echo(port: Port, text: string): Promise<Echo> {
  const link = new RecordedLink(createMessagePortLink({ port, heartbeatMs: 1_000, helloMs: 20 }));
  await link.start();
  const end = await link.end(0);
  end.connection.send(new TextEncoder().encode(text));
  await end.untilMessages(1);
  return { end, heard: end.texts[0] ?? "", stop: () => link.link.stop() };
}
