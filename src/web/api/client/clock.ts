/** How far the page's clock may be off before an answer sets it again, in milliseconds. */
const tolerance = 2000;

/**
 * The server's time minus the browser's monotonic clock, in milliseconds; undefined until the server tells its time.
 * Nobody sets the monotonic clock, so a computer whose clock is wrong or is corrected changes nothing here.
 */
let offset: number | undefined;
let writtenAt = 0;

/**
 * Sets this page's clock to the server's, so that what expires at the server expires here at the same time.
 * @param serverNow milliseconds since the epoch
 * @param receivedAt when the server's time arrived, by `performance.now()`
 */
export function setNow(serverNow: number, receivedAt = performance.now()): void {
  offset = serverNow - receivedAt;
  writtenAt = serverNow;
}

/** Returns when the server wrote this page, which is the same for the server and for the browser that hydrates it. */
export const getWrittenAt = (): number => writtenAt;

/**
 * Compares the page's clock with the server's time in an answer, and corrects it if it is off by more than two seconds:
 * a computer that slept may have stopped its monotonic clock.
 * @param serverNow milliseconds since the epoch; NaN if the answer has none
 * @param sentAt when the request was sent, by `performance.now()`
 */
export function recordServerTime(serverNow: number, sentAt: number): void {
  if (Number.isNaN(serverNow)) return;
  const receivedAt = performance.now();
  // The server read its clock between `sentAt` and `receivedAt`.
  const [least, most] = [serverNow - receivedAt, serverNow - sentAt];
  if (offset === undefined || offset < least - tolerance || offset > most + tolerance) offset = (least + most) / 2;
}

/**
 * Returns the server's time, as far as the page knows it, in milliseconds since the epoch. On the server, where pages
 * are rendered, it is the server's own.
 */
export const now = (): number => (offset === undefined ? Date.now() : offset + performance.now());
