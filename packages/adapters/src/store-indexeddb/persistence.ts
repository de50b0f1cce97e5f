/** Whether the browser promises to keep what we store when its disk runs low, and asking it to. */

/** Browsers that ask their user take as long as the user; a wallet opens meanwhile. */
const ANSWER_MS_MAX = 1_000;

/**
 * Asks the browser to keep this origin's storage. Only a window may ask (a worker learns the answer with
 * `isPersisted`), and browsers grant it sooner to an installed app. Resolves to what holds now.
 */
export async function requestPersistence(): Promise<boolean> {
  if (await isPersisted()) return true;
  const storage = storageManager();
  // Missing in workers, whatever the types say.
  if (storage === undefined || !("persist" in storage)) return false;
  return (await firstWithin(ANSWER_MS_MAX, storage.persist())) ?? false;
}

export async function isPersisted(): Promise<boolean> {
  try {
    return (await storageManager()?.persisted()) ?? false;
  } catch {
    // Some private modes reject. No promise was made, which is the answer.
    return false;
  }
}

/** Missing in insecure contexts. */
function storageManager(): StorageManager | undefined {
  return "storage" in navigator ? navigator.storage : undefined;
}

async function firstWithin<Value>(waitMs: number, answer: Promise<Value>): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
