import type { FastifyReply } from 'fastify';
import type { Cancellation } from '#okta/transport/request-headers.ts';

/** Has no reference to the request: calls to Okta hold this object, and would keep the whole request in memory. */
class Departure implements Cancellation {
  aborted = false;
  #listeners: readonly (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }
  happens(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

/** Fires when the browser leaves before its answer is written, so that nobody waits for what the answer needs. */
export function departureOf({ raw }: FastifyReply): Cancellation {
  const departure = new Departure();
  raw.on('close', () => {
    if (!raw.writableFinished) departure.happens();
  });
  return departure;
}
