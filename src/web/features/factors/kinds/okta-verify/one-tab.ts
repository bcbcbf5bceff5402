/** `locks` is undefined on insecure pages. */
export type Surroundings = {
  locks: Pick<LockManager, 'request'> | undefined;
  page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
};

/**
 * Only one visible tab of this browser polls at a time. Without locks every visible tab polls, and the BFF merges the
 * tabs' calls to Okta. Returns a function that lets the next tab poll.
 */
export function oneTab(name: string, onTurn: (isMyTurn: boolean) => void, { locks, page }: Surroundings): () => void {
  let lock: AbortController | undefined;

  const ask = (): void => {
    const turn = new AbortController();
    lock = turn;
    if (!locks) return onTurn(true);
    const hold = async (): Promise<void> => {
      if (turn.signal.aborted) return;
      onTurn(true);
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve));
    };
    locks.request(name, { signal: turn.signal }, hold).catch(() => {
      // If the browser forbids locks, this tab polls. After an abort, this tab must not poll.
      if (!turn.signal.aborted) onTurn(true);
    });
  };
  const release = (): void => {
    if (!lock) return;
    lock.abort();
    lock = undefined;
    onTurn(false);
  };
  const update = (): void => {
    if (page.visibilityState !== 'visible') release();
    else if (!lock) ask();
  };

  update();
  page.addEventListener('visibilitychange', update);
  return () => {
    page.removeEventListener('visibilitychange', update);
    release();
  };
}
