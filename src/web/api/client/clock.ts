let skew = 0;

/**
 * Sets this page's clock to the server's, so that what expires at the server expires here at the same time. Both times
 * are in milliseconds since the epoch.
 * @param receivedAt when the server's time arrived, by the browser's clock
 */
export function setNow(serverNow: number, receivedAt = Date.now()): void {
  skew = serverNow - receivedAt;
}

/** Returns the server's time, as far as the page knows it, in milliseconds since the epoch. */
export const now = (): number => Date.now() + skew;
