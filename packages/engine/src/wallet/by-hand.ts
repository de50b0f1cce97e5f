/**
 * What passes by hand between wallets that no link connects, as codes, text or files: payments with what vouches for them,
 * payments with what proves them (spec [CAR9], [CAR10]), and receipts (spec [RCP2]).
 */
import {
  decodeBundle,
  encodeBundle,
  err,
  isBundleText,
  isPayment,
  isReceiptText,
  ok,
  receiptToText,
  textToBundle,
  textToReceipt,
  type AccountId,
  type Bundle,
  type BundleError,
  type EntryId,
  type Network,
  type Result,
  type SessionId,
  type VerifiedPayment,
} from "@amigos/core";
import { isCarried, isCarriedText, textToCarried, verifyCarriedPayment, type CarriedPayment } from "@amigos/reconcile";
import type { AcceptancePolicy } from "../journal/acceptance-row.ts";
import type { Clock } from "../ports/runtime.ts";
import type { Replica } from "../replica/replica.ts";
import type { CarriedProofs } from "./carried-proofs.ts";
import { carryOf, leadingTo } from "./carrying.ts";
import { viewPayment, viewShown, type ViewInput } from "./make-view.ts";
import type { SettledHistory } from "./settled-history.ts";
import type { PaymentWeighing, ReceiveReport } from "./wallet.ts";
import { WalletError, type HandoverError } from "./wallet-error.ts";
import { weighCarried, weighKnown, type Weighed, type WeighingOptions } from "./weighing.ts";

export interface ByHandOptions {
  readonly replica: Replica;
  readonly network: Network;
  readonly clock: Clock;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly carried: CarriedProofs;
  readonly payments: () => SettledHistory<VerifiedPayment>;
  readonly policy: () => AcceptancePolicy;
  readonly viewInput: () => ViewInput;
  /** Resolves when what views are made from shows what is durable by now. */
  readonly shown: () => Promise<void>;
  /** Views are to be made anew. */
  readonly changed: () => void;
}

/** What arrived, and what it proves beside. */
interface Handed {
  readonly bundle: Bundle;
  readonly proof?: { readonly bytes: Uint8Array; readonly carried: CarriedPayment };
}

export class ByHand {
  readonly #options: ByHandOptions;

  constructor(options: ByHandOptions) {
    this.#options = options;
  }

  handover(payment: EntryId): Uint8Array {
    const own = this.#options.replica.undecided.ofSession(this.#options.session);
    const index = own.findIndex(({ id }) => id === payment);
    if (index >= 0) return this.#options.replica.bundle(own.slice(0, index + 1));
    const settled = this.#options.payments().byId(payment);
    if (settled === undefined) throw paymentUnknown();
    return this.#options.replica.bundle([settled.entry]);
  }

  async carry(payment: EntryId): Promise<Uint8Array> {
    const carried = await this.#options.replica.whileStill(async () => {
      const own = this.#options.replica.undecided.ofSession(this.#options.session);
      const found = own.find(({ id }) => id === payment);
      if (found === undefined || !isPayment(found)) throw paymentUnknown();
      return carryOf(this.#options.replica, found, leadingTo(found, own));
    });
    if (carried.ok) return carried.value;
    const { error } = carried;
    throw new WalletError({ type: "carry-refused", error }, `nothing proves this payment offline: ${error.type}`);
  }

  async weighCarried(carried: Uint8Array | string): Promise<PaymentWeighing> {
    const bytes = typeof carried === "string" ? textToCarried(carried) : ok(carried);
    const weighed = bytes.ok ? await weighCarried(bytes.value, this.#weighing()) : bytes;
    if (!weighed.ok) throw handoverRefused({ type: "carried-refused", error: weighed.error });
    return this.#shownWeighing(weighed.value);
  }

  async weigh(payment: EntryId): Promise<PaymentWeighing> {
    const settled = this.#options.payments().byId(payment)?.entry;
    const found = settled ?? this.#options.replica.outlook.undecided.find(({ id }) => id === payment);
    if (found === undefined || !isPayment(found) || found.entry.operation.to !== this.#options.account)
      throw paymentUnknown();
    return this.#shownWeighing(await weighKnown(found, this.#weighing()));
  }

  #weighing(): WeighingOptions {
    return {
      replica: this.#options.replica,
      account: this.#options.account,
      policy: this.#options.policy(),
      now: this.#options.clock.now(),
      settledAs: (payment) => this.#options.payments().byId(payment)?.verdict,
    };
  }

  #shownWeighing({ payment, judged, refusals }: Weighed): PaymentWeighing {
    const input = this.#options.viewInput();
    const { replica, payments } = this.#options;
    const isHere = payments().byId(payment.id) !== undefined || replica.undecided.byId(payment.id) !== undefined;
    const view = isHere ? viewPayment(input, payment) : viewShown(input, payment, judged?.verdict);
    return { payment: view, ...(judged === undefined ? {} : { judged }), refusals };
  }

  /** Of a payment to us that was taken in, and newer than the ledger here. */
  #isOfUse({ payment, checkpoint }: CarriedPayment): boolean {
    const { replica, account } = this.#options;
    const isTaken = payment.entry.operation.to === account && replica.undecided.byId(payment.id) !== undefined;
    return isTaken && checkpoint.checkpoint.height > replica.settled.height;
  }

  receipt(payment: EntryId): string {
    const receipt = this.#options.replica.receiptFor(payment);
    if (receipt?.receipt.account !== this.#options.account) throw paymentUnknown();
    const record = this.#options.replica.directory.record(this.#options.account, [receipt.receipt.session]);
    return receiptToText({ version: 1, receipt: receipt.bytes, ...(record === undefined ? {} : { account: record }) });
  }

  async #receiveReceipt(text: string): Promise<ReceiveReport> {
    const shown = textToReceipt(text);
    const taken = shown.ok ? await this.#options.replica.takeReceipt(shown.value) : shown;
    if (!taken.ok) throw handoverRefused({ type: "receipt-refused", error: taken.error });
    await this.#options.shown();
    const input = this.#options.viewInput();
    const delivered = taken.value.map(({ payment }) => viewPayment(input, payment));
    return { payments: [], delivered, known: taken.value.length === 0 ? 1 : 0 };
  }

  async receive(handover: Uint8Array | string): Promise<ReceiveReport> {
    if (typeof handover === "string" && isReceiptText(handover)) return this.#receiveReceipt(handover);
    const read = this.#readHandover(handover);
    if (!read.ok) throw handoverRefused(read.error);
    const { bundle, proof } = read.value;
    const report = await this.#options.replica.ingest(encodeBundle(bundle));
    if (!report.ok) throw handoverRefused(report.error);
    if (proof !== undefined && this.#isOfUse(proof.carried))
      await this.#options.carried.add(proof.bytes, proof.carried);
    // Receipts for what came are signed in steps of their own.
    await this.#options.replica.whileStill(() => Promise.resolve());
    await this.#options.shown();
    if (proof !== undefined) this.#options.changed();
    const input = this.#options.viewInput();
    const fresh = new Map(report.value.fresh.map((entry) => [entry.id, entry]));
    const payments = [...fresh.values()]
      .filter(isPayment)
      .filter(({ entry }) => entry.operation.to === this.#options.account)
      .map((entry) => viewPayment(input, entry));
    return { payments, delivered: [], known: report.value.known };
  }

  #readHandover(handover: Uint8Array | string): Result<Handed, HandoverError> {
    const { network } = this.#options;
    if (typeof handover !== "string")
      return isCarried(handover, network.tag)
        ? this.#readCarried(handover)
        : handed(decodeBundle(handover, network.tag));
    if (isBundleText(handover)) return handed(textToBundle(handover, network.tag));
    if (!isCarriedText(handover)) return err({ type: "not-a-bundle" });
    const bytes = textToCarried(handover);
    return bytes.ok ? this.#readCarried(bytes.value) : err({ type: "carried-refused", error: bytes.error });
  }

  /** Only what is authentic is taken out of it. */
  #readCarried(bytes: Uint8Array): Result<Handed, HandoverError> {
    const carried = verifyCarriedPayment(bytes, { network: this.#options.network, time: this.#options.clock.now() });
    if (!carried.ok) return err({ type: "carried-refused", error: carried.error });
    const { record, entries } = carried.value;
    const accounts = record === undefined ? [] : [record];
    const signed = entries.map((entry) => entry.bytes);
    const bundle: Bundle = { version: 1, network: this.#options.network.tag, accounts, entries: signed };
    return ok({ bundle, proof: { bytes, carried: carried.value } });
  }
}

function handed(bundle: Result<Bundle, BundleError>): Result<Handed, BundleError> {
  return bundle.ok ? ok({ bundle: bundle.value }) : bundle;
}

function paymentUnknown(): WalletError {
  return new WalletError({ type: "payment-unknown" }, "this wallet has no such payment");
}

function handoverRefused(error: HandoverError): WalletError {
  return new WalletError({ type: "handover-refused", error }, `what was handed over was not taken: ${error.type}`);
}
