import type { Json, OnFactor } from './kind.ts';
import { link } from './link.ts';

/** `_links` of an answer that waits for verification. */
export function challengeLinks({ below }: Pick<OnFactor, 'below'>): Json {
  return { verify: link(below('/verify'), 'POST'), factor: link(below(''), 'GET', 'DELETE') };
}
