/** WebRTC links of this page, by name, for a test that carries their codes from one page to another. */
import { createWebRtcLink, type WebRtcError, type WebRtcLink } from "@amigos/adapters/link-webrtc";
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

export const rtc = {
  create,
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
