/** The page of the demo, in the words of whoever plays. */
import type { BrowserContext, Locator, Page } from "playwright-core";
import { english } from "../../src/texts/english/demo.ts";
import type { Stage } from "./stage.ts";

export interface Agreement {
  readonly isAgreed: boolean;
  readonly height: number;
  readonly root: string;
}

export class Demo {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** `search` as in `?story=double-spend&seed=7`. Resolves when the world is there. */
  static async open(stage: Stage, context: BrowserContext, search = ""): Promise<Demo> {
    const page = await context.newPage();
    await page.goto(`${stage.origin("demo")}/demo${search}`);
    const demo = new Demo(page);
    await demo.isThere();
    return demo;
  }

  async isThere(): Promise<void> {
    await this.page.locator(".demo-badge").waitFor();
  }

  /** One step, until it is done. */
  async step(): Promise<void> {
    const told = Number(await this.page.locator(".demo-teller").getAttribute("data-told"));
    await this.#next.click();
    await this.page.locator(`.demo-teller[data-told="${told + 1}"]:not([aria-busy])`).waitFor();
  }

  /** Step by step to the end. */
  async tell(): Promise<void> {
    while ((await this.#next.count()) > 0) await this.step();
  }

  async agreement(): Promise<Agreement> {
    const badge = this.page.locator(".demo-badge");
    return badge.evaluate((element) => ({
      isAgreed: element.getAttribute("data-agree") === "true",
      height: Number(element.getAttribute("data-height")),
      root: element.getAttribute("data-root") ?? "",
    }));
  }

  /** One of the phones, by who holds it. */
  phone(id: "alice" | "bob" | "carol" | "copy"): Locator {
    return this.page.locator(`[data-phone="${id}"]`);
  }

  async pay(id: "alice" | "bob" | "carol" | "copy", to: string, amount: string): Promise<void> {
    const phone = this.phone(id);
    await phone.getByLabel(english.phone.payTo).selectOption({ label: to });
    await phone.getByLabel(english.phone.amount).fill(amount);
    await phone.getByRole("button", { name: english.phone.pay, exact: true }).click();
  }

  /** What happened, as the table says it: `"Alice: Signed 5.00 AMI for Bob, as number 1."`. */
  async happened(): Promise<readonly string[]> {
    return this.page
      .getByRole("table")
      .locator("tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) =>
          `${row.querySelector("th")?.textContent}: ${row.querySelector("td:last-child")?.textContent}`.replaceAll(
            "\u00a0",
            " ",
          ),
        ),
      );
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** By its look: the words are in any language. */
  get #next(): Locator {
    return this.page.locator(".demo-teller .button-secondary");
  }
}
