let skew = 0;

/**
 * Sets this page's clock by the server's: what it says ends at a time must end when the server thinks so. Milliseconds
 * since the epoch.
 */
export function setNow(serverNow: number): void {
  skew = serverNow - Date.now();
}

/** The server's now, as far as we know it; milliseconds since the epoch. */
export const now = (): number => Date.now() + skew;
