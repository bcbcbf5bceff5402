// @vitest-environment node
import { expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { NetworkError } from './network-error.ts';
import { pollInterval } from './poll-interval.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const refused = (code: ConstructorParameters<typeof ApiError>[0], details = {}): ApiError =>
  new ApiError(code, details);

test.each([
  ['still open', { open: true, error: null }, 4000],
  ['answered', { open: false, error: null }, false],
  ['nobody answered', { open: true, error: new NetworkError('offline') }, 4000],
  ['the org is away', { open: true, error: refused('org_unavailable') }, 4000],
  ['told to wait longer', { open: true, error: refused('busy', { retryAt: '2026-01-01T00:00:30Z' }) }, 30_000],
  ['told to wait less', { open: true, error: refused('busy', { retryAt: '2026-01-01T00:00:01Z' }) }, 4000],
  ['told nonsense', { open: true, error: refused('busy', { retryAt: 'soon' }) }, 4000],
  ['gone', { open: true, error: refused('not_found') }, false],
  ['signed out', { open: true, error: refused('signed_out') }, false],
  ['begun in another session', { open: true, error: refused('step_up_required') }, false],
] as const)('%s', (_, last, pause) => expect(pollInterval(last, now)).toBe(pause));
