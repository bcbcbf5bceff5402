/** What of the browser this needs; locks are missing where a page is not secure. */
export type Surroundings = {
  locks: Pick<LockManager, 'request'> | undefined;
  page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
};

/**
 * Says whether it is this tab's turn: one tab of this browser at a time, and only while it is looked at. Where there
 * are no locks each tab has its turn; the BFF then asks the org once for all of them.
 * @returns stops, and lets the next one have its turn.
 */
export function oneTab(name: string, onTurn: (ours: boolean) => void, { locks, page }: Surroundings): () => void {
  let held: AbortController | undefined;

  const ask = (): void => {
    const own = new AbortController();
    held = own;
    if (!locks) return onTurn(true);
    const turn = async (): Promise<void> => {
      if (own.signal.aborted) return;
      onTurn(true);
      await new Promise((resolve) => own.signal.addEventListener('abort', resolve));
    };
    locks.request(name, { signal: own.signal }, turn).catch(() => {
      // Locks may be forbidden here. Having given up waiting is no failure.
      if (!own.signal.aborted) onTurn(true);
    });
  };
  const release = (): void => {
    if (!held) return;
    held.abort();
    held = undefined;
    onTurn(false);
  };
  const update = (): void => {
    if (page.visibilityState !== 'visible') release();
    else if (!held) ask();
  };

  update();
  page.addEventListener('visibilitychange', update);
  return () => {
    page.removeEventListener('visibilitychange', update);
    release();
  };
}
