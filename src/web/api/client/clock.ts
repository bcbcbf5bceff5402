/** How far the page's clock may differ from the server's before an answer corrects it, in ms. */
const tolerance = 2000;

/**
 * The server's time minus the browser's monotonic clock, in ms; undefined until the server has sent its time. Nobody
 * can set the monotonic clock, so a wrong or corrected computer clock has no effect here.
 */
let offset: number | undefined;
let writtenAt = 0;

/**
 * Sets the page's clock to the server's, so that the page shows an expiry at the same time as the server applies it.
 * @param serverNow milliseconds since the epoch
 * @param receivedAt when the server's time arrived, as a value of `performance.now()`
 */
export function setNow(serverNow: number, receivedAt = performance.now()): void {
  offset = serverNow - receivedAt;
  writtenAt = serverNow;
}

/** When the server wrote this page. The server and the hydrating browser get the same value. */
export const getWrittenAt = (): number => writtenAt;

/**
 * Compares the page's clock with the server's time in an answer. Corrects the clock if it differs by more than two
 * seconds: the monotonic clock may have stopped while the computer slept.
 * @param serverNow milliseconds since the epoch; NaN if the answer has no time
 * @param sentAt when the request was sent, as a value of `performance.now()`
 */
export function recordServerTime(serverNow: number, sentAt: number): void {
  if (Number.isNaN(serverNow)) return;
  const receivedAt = performance.now();
  // The server read its clock between `sentAt` and `receivedAt`.
  const [least, most] = [serverNow - receivedAt, serverNow - sentAt];
  if (offset === undefined || offset < least - tolerance || offset > most + tolerance) offset = (least + most) / 2;
}

/**
 * Returns the server's time as the page knows it, in milliseconds since the epoch. On the server, this is the server's
 * own clock.
 */
export const now = (): number => (offset === undefined ? Date.now() : offset + performance.now());
