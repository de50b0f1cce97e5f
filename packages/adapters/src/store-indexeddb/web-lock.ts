/** A Web Lock as something that is held and released. The browser frees it when the tab or worker dies, however it dies. */

export interface HeldLock {
  /** Resolves when another may have it. */
  readonly release: () => Promise<void>;
}

export interface WebLockOptions {
  readonly name: string;
  /** Takes the lock from whoever holds it. */
  readonly steal: boolean;
  /** Somebody took the lock from us. */
  readonly onStolen: () => void;
}

/** The lock, or `undefined` while another holds it. Rejects where there are no Web Locks: in an insecure context. */
export function acquireWebLock(options: WebLockOptions): Promise<HeldLock | undefined> {
  const released = Promise.withResolvers<void>();
  const acquired = Promise.withResolvers<HeldLock | undefined>();
  // Missing in insecure contexts, whatever the types say.
  if (!("locks" in navigator))
    return Promise.reject(new Error("this page is not secure: it needs https, or localhost"));
  const mode = options.steal ? { steal: true } : { ifAvailable: true };
  const held: Promise<void> = navigator.locks.request(options.name, mode, async (lock) => {
    if (lock === null) return acquired.resolve(undefined);
    const release = async (): Promise<void> => {
      released.resolve();
      await held.catch(() => {});
    };
    acquired.resolve({ release });
    await released.promise;
  });
  // The callback has resolved `acquired` before a lock can be taken away, so only one of the two has an effect.
  held.catch(acquired.reject);
  void acquired.promise.then(
    (lock) => lock && held.catch(options.onStolen),
    () => {},
  );
  return acquired.promise;
}
