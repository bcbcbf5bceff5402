let skew = 0;

/**
 * Sets this page's clock to the server's, so that what expires at the server expires here at the same time. Takes
 * milliseconds since the epoch.
 */
export function setNow(serverNow: number): void {
  skew = serverNow - Date.now();
}

/** Returns the server's time, as far as the page knows it, in milliseconds since the epoch. */
export const now = (): number => Date.now() + skew;
