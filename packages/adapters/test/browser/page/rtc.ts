/** WebRTC links of this page, by name, for a test that carries their codes from one page to another. */
import { createWebRtcLink, type WebRtcError, type WebRtcLink } from "@amigos/adapters/link-webrtc";
import { watchPeers } from "../../helpers/watched-peers.ts";
import { RecordedLink } from "../../../src/contract/link-recorder.ts";

const links = new Map<string, { readonly link: WebRtcLink; readonly recorded: RecordedLink }>();

async function create(name: string): Promise<void> {
  const link = createWebRtcLink({ heartbeatMs: 1_000 });
  const recorded = new RecordedLink(link);
  links.set(name, { link, recorded });
  await recorded.start();
}

function of(name: string): { readonly link: WebRtcLink; readonly recorded: RecordedLink } {
  const found = links.get(name);
  if (found === undefined) throw new RangeError(`no link ${name}`);
  return found;
}

/** What it gives, or the type of what it refuses with. */
async function attempt(action: () => Promise<string | void>): Promise<string> {
  try {
    return (await action()) ?? "done";
  } catch (error) {
    const { detail } = error as WebRtcError;
    return detail.type === "code-refused" ? detail.error.type : detail.type;
  }
}

/** How a connection ends when one of these comes as a part of a message. */
async function endsOf(parts: readonly (readonly number[])[]): Promise<readonly (string | undefined)[]> {
  const ends: (string | undefined)[] = [];
  for (const part of parts) {
    const { create: createPeerConnection, channels } = watchPeers();
    const [liar, link] = [createWebRtcLink({ createPeerConnection }), createWebRtcLink()];
    const [lying, recorded] = [new RecordedLink(liar), new RecordedLink(link)];
    await Promise.all([lying.start(), recorded.start()]);
    await liar.accept(await link.answer(await liar.offer()));
    const [end] = await Promise.all([recorded.end(0), lying.end(0)]);
    for (const channel of channels) channel.send(Uint8Array.from(part));
    ends.push(await end.untilClosed());
    await Promise.all([liar.stop(), link.stop()]);
  }
  return ends;
}

export const rtc = {
  create,
  endsOf,
  offer: (name: string) => attempt(() => of(name).link.offer()),
  answer: (name: string, code: string) => attempt(() => of(name).link.answer(code)),
  accept: (name: string, code: string) => attempt(() => of(name).link.accept(code)),
  stop: (name: string) => of(name).link.stop(),
  say: async (name: string, text: string): Promise<void> => {
    (await of(name).recorded.end(0)).connection.send(new TextEncoder().encode(text));
  },
  hear: async (name: string): Promise<string | undefined> => {
    const end = await of(name).recorded.end(0);
    await end.untilMessages(1);
    return end.texts[0];
  },
  end: async (name: string): Promise<string | undefined> => (await of(name).recorded.end(0)).untilClosed(),
};
