/** In ms. If the page's clock differs more from the server's clock, it is corrected. */
const tolerance = 2000;

/**
 * The server's time minus the browser's monotonic clock, in ms. Nobody can set the monotonic clock, so a wrong computer
 * clock has no effect.
 */
let offset: number | undefined;
let writtenAt = 0;

/** `serverNow`: ms since 1970. `receivedAt`: when the server's time arrived, as a value of `performance.now()`. */
export function setNow(serverNow: number, receivedAt = performance.now()): void {
  offset = serverNow - receivedAt;
  writtenAt = serverNow;
}

/** The server and the hydrating browser get the same value. */
export const getWrittenAt = (): number => writtenAt;

/**
 * Corrects the page's clock, because the monotonic clock may have stopped while the computer slept. `serverNow`: ms
 * since 1970; NaN if the answer has no time. `sentAt`: a value of `performance.now()`.
 */
export function recordServerTime(serverNow: number, sentAt: number): void {
  if (Number.isNaN(serverNow)) return;
  const receivedAt = performance.now();
  // The server read its clock between `sentAt` and `receivedAt`.
  const [least, most] = [serverNow - receivedAt, serverNow - sentAt];
  if (offset === undefined || offset < least - tolerance || offset > most + tolerance) offset = (least + most) / 2;
}

/** The server's time, in ms since 1970. */
export const now = (): number => (offset === undefined ? Date.now() : offset + performance.now());
