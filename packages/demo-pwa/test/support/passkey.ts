/** A passkey of the test's own: Chromium's virtual authenticator, which answers (PRF) as a phone's does. It is one page's alone. */
import type { CDPSession, Page } from "playwright-core";

export interface VirtualPasskey {
  /** Takes no finger any more. */
  readonly refuse: () => Promise<void>;
  /** What was made is deleted, as in the system's settings. */
  readonly forgetAll: () => Promise<void>;
}

export async function givePasskey(page: Page, { hasPrf = true } = {}): Promise<VirtualPasskey> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  });
  return {
    refuse: () =>
      devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }).then(() => undefined),
    forgetAll: () => devtools.send("WebAuthn.clearCredentials", { authenticatorId }).then(() => undefined),
  };
}
