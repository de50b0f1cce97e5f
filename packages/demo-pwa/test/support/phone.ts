/** The app on one page, in the words of the person who holds it. Finds everything by role and name, as they would. */
import type { Locator, Page } from "playwright-core";

export class Phone {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The whole first run, without a lock. Resolves when the home screen is there. */
  async createWallet(): Promise<void> {
    await this.button("Create my wallet").click();
    await this.button("Not now").click();
    await this.link("Pay").waitFor();
  }

  /** Resolves when this much can be spent: `"100.00"`. */
  async hasAvailable(amount: string): Promise<void> {
    await this.goHome();
    await this.page
      .getByRole("definition")
      .filter({ hasText: `${amount} AMI` })
      .first()
      .waitFor();
  }

  async hasHub(isInReach: boolean): Promise<void> {
    await this.goHome();
    await this.page.getByText(isInReach ? "Hub in reach" : "No hub in reach").waitFor();
  }

  async hasWalletsNearby(): Promise<void> {
    await this.goHome();
    await this.page.getByText(/wallets? nearby/).waitFor();
  }

  /** The text of a request for this wallet: `amigos:pay?…`. */
  async requestText(amount?: string): Promise<string> {
    await this.goHome();
    await this.link("Receive").click();
    if (amount !== undefined) await this.page.getByLabel("Amount").fill(amount);
    const code = this.page.getByRole("img", { name: /request as a QR code/ });
    const wanted = amount === undefined ? /^amigos:pay\?/ : new RegExp(`amount=${amount.replace(".", "")}(&|$)`);
    return this.#textOfCode(code, wanted);
  }

  /** Up to the confirm sheet: pastes what the payee showed, and writes an amount if none was asked. */
  async preparePayment(request: string, amount?: string): Promise<void> {
    await this.goHome();
    await this.link("Pay").click();
    await this.pasteToPay(request);
    if (amount !== undefined) await this.page.getByRole("dialog").getByLabel("Amount").fill(amount);
  }

  async pasteToPay(text: string): Promise<void> {
    await this.page.getByLabel("Request or account").fill(text);
    await this.button("Continue").click();
  }

  async confirmPayment(): Promise<void> {
    await this.page.getByRole("dialog").getByRole("button", { name: /^Pay / }).click();
  }

  /** Pays, and gives back the handover: the payment as text, for a payee without a link. */
  async pay(request: string, amount?: string): Promise<string> {
    await this.preparePayment(request, amount);
    await this.confirmPayment();
    await this.heading("Payment signed").waitFor();
    return this.#textOfCode(this.page.getByRole("img", { name: "The payment as a QR code" }), /^AMIGOS:B/);
  }

  /** Takes a payment that somebody showed. Resolves when the app has answered. */
  async take(handover: string): Promise<void> {
    await this.goHome();
    await this.link("Receive").click();
    await this.page.getByLabel("Payment text").fill(handover);
    await this.button("Take the payment").click();
    const said = this.page.locator(".take").locator("[role=alert]:not(:empty), [role=status]:not(:empty)");
    await said.or(this.heading("Payment received")).first().waitFor();
  }

  /** The payments in the list as `"+5.00 Settled"`, newest first. */
  async payments(): Promise<readonly string[]> {
    await this.goHome();
    return this.#rows().evaluateAll((rows) =>
      rows.map(
        (row) =>
          `${row.querySelector(".payment-row-amount")?.textContent} ${row.querySelector(".payment-state")?.textContent}`,
      ),
    );
  }

  /** Resolves when a payment of this amount stands like this: `"+5.00"`, `"Settled"`. */
  async hasPayment(amount: string, state: string): Promise<void> {
    await this.goHome();
    await this.#rows()
      .filter({ hasText: amount.replace("-", "\u2212") })
      .filter({ has: this.page.getByText(state, { exact: true }) })
      .first()
      .waitFor();
  }

  async openPayment(amount: string): Promise<void> {
    await this.goHome();
    await this.#rows()
      .filter({ hasText: amount.replace("-", "\u2212") })
      .getByRole("link")
      .first()
      .click();
  }

  /** Height and state root of the newest checkpoint that this phone has checked: `"18 a1b2 c3d4"`. */
  async ledger(): Promise<string> {
    await this.goHome();
    await this.link("Device and limits").click();
    const [height, root] = await Promise.all([
      this.page.getByTestId("height").innerText(),
      this.page.getByTestId("state-root").getAttribute("title"),
    ]);
    return `${height} ${root}`;
  }

  /** Also brings the page to the front: a browser draws a tab behind another once a second, if at all. */
  async goHome(): Promise<void> {
    await this.page.bringToFront();
    await this.page.evaluate(() => {
      if (location.hash !== "" && location.hash !== "#/") location.hash = "#/";
    });
    await this.link("Pay").waitFor();
  }

  async openDevices(): Promise<void> {
    await this.goHome();
    await this.link("Device and limits").click();
    await this.page.getByRole("link", { name: /^Your devices/ }).click();
    await this.heading("Your devices").waitFor();
  }

  /** One of the account's devices, by its name. */
  device(name: string): Locator {
    return this.page.locator(".device-card").filter({ hasText: name });
  }

  /** Somebody with a name, as the button that does something with them: pays, or changes the name. */
  person(what: string, name: string): Locator {
    return this.page.getByRole("button", { name: new RegExp(`^${what}: ${name}`) });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  #rows(): Locator {
    return this.page.getByRole("listitem").filter({ has: this.page.locator(".payment-row") });
  }

  /** What a shown code says, once it says what is wanted: codes are drawn again while one types. */
  async #textOfCode(code: Locator, wanted: RegExp): Promise<string> {
    await code.waitFor();
    const handle = await this.page.waitForFunction(
      ([source, label]) => {
        const text = document.querySelector(`svg[aria-label="${label}"]`)?.getAttribute("data-text") ?? "";
        return new RegExp(source ?? "").test(text) ? text : undefined;
      },
      [wanted.source, (await code.getAttribute("aria-label")) ?? ""] as const,
    );
    return (await handle.jsonValue()) ?? "";
  }
}
