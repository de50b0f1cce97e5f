/**
 * Whose account a hub registers, and how much it takes of one. An account that it knows is let in for good; of any other
 * nothing is kept before it is admitted, so strangers cost an invited hub no memory and no disk.
 */
import type { AccountId } from "@amigos/core";
import type { IntakePolicy, Replica } from "@amigos/engine";
import type { Clock, Store } from "@amigos/engine/ports";
import type { Log } from "../log.ts";
import { AccountRates } from "./account-rates.ts";
import { readAllowList } from "./allow-list.ts";
import { Invites } from "./invites.ts";

export type AdmissionRule =
  | { readonly type: "open" }
  | { readonly type: "invite" }
  | { readonly type: "allow-list"; readonly path: string };

export interface AdmissionOptions {
  readonly rule: AdmissionRule;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The hub's own account, which needs nobody's leave. */
  readonly ownAccount: AccountId | undefined;
  readonly entriesPerMinute: number;
  readonly heldPerAccountMax: number;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #rates: AccountRates;
  readonly invites: Invites;
  #allowed: ReadonlySet<AccountId>;

  private constructor(options: AdmissionOptions, allowed: ReadonlySet<AccountId>) {
    this.#options = options;
    this.#allowed = allowed;
    this.invites = new Invites(options);
    this.#rates = new AccountRates({ clock: options.clock, perMinute: options.entriesPerMinute });
  }

  /** @throws {HubError} `option-invalid` when the allow-list cannot be used */
  static async open(options: AdmissionOptions): Promise<Admission> {
    return new Admission(options, await allowedBy(options.rule));
  }

  get rule(): AdmissionRule["type"] {
    return this.#options.rule.type;
  }

  /** What the replica asks. */
  get policy(): IntakePolicy {
    return {
      admits: (account) => this.#admits(account),
      heldPerAccountMax: this.#options.heldPerAccountMax,
      spend: (entriesByAccount) => this.#rates.spend(entriesByAccount),
      giveBack: (entriesByAccount) => this.#rates.giveBack(entriesByAccount),
    };
  }

  async isWelcome(account: AccountId, { directory }: Replica): Promise<boolean> {
    return directory.inception(account) !== undefined || this.#admits(account);
  }

  /** Reads the allow-list again. Never rejects: one that cannot be used is said in the log, and the one before still counts. */
  async reload(): Promise<void> {
    const { rule, log } = this.#options;
    if (rule.type !== "allow-list") return;
    try {
      this.#allowed = await allowedBy(rule);
      log("info", "allow-list-reloaded", { accounts: this.#allowed.size });
    } catch (error) {
      log("error", "allow-list-not-reloaded", { problem: error instanceof Error ? error.message : String(error) });
    }
  }

  async #admits(account: AccountId): Promise<boolean> {
    if (this.rule === "open" || account === this.#options.ownAccount || this.#allowed.has(account)) return true;
    return this.rule === "invite" && this.invites.isAdmitted(account);
  }
}

async function allowedBy(rule: AdmissionRule): Promise<ReadonlySet<AccountId>> {
  return rule.type === "allow-list" ? readAllowList(rule.path) : new Set();
}
