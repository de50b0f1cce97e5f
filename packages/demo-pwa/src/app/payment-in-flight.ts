/** Whether a payment is being signed right now. An update of the app waits until none is. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";

const count = signal(0);

export const isPaymentInFlight: ReadonlySignal<boolean> = computed(() => count.value > 0);

export async function whilePaying<Value>(pay: () => Promise<Value>): Promise<Value> {
  count.value++;
  try {
    return await pay();
  } finally {
    count.value--;
  }
}
