import { ApiError } from '#contract/errors.ts';
import { headers as ours } from '#contract/endpoints.ts';

type Headers = Record<string, string | string[] | undefined>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a form that another site sent, where a browser tells. Our pages name no referrer, so that a form's `Origin`
 * is `null` and `Sec-Fetch-Site` decides. It asks for nothing more: what such a form carries is the authority, not a
 * cookie. Throws `csrf`.
 */
export function guardForm(method: string, headers: Headers, origin: string): void {
  if (SAFE.has(method)) return;
  const { origin: from, 'sec-fetch-site': site } = headers;
  if ((from !== undefined && from !== 'null' && from !== origin) || (site !== undefined && site !== 'same-origin')) {
    throw new ApiError('csrf', 'This request did not come from our own page.');
  }
}

/**
 * Refuses an unsafe request that another site could have made a browser send: our own header must be there, which no
 * form can set and no foreign script may without our leave; and `Origin` or `Sec-Fetch-Site` must say it came from us,
 * each where it is there. Throws `csrf`; `bad_type` for a body that is not exactly JSON, `bad_request` for a body on a
 * DELETE.
 */
export function guardCsrf(method: string, headers: Headers, origin: string): void {
  if (SAFE.has(method)) return;
  const from = headers['origin'];
  const site = headers['sec-fetch-site'];
  const foreign = (from !== undefined && from !== origin) || (site !== undefined && site !== 'same-origin');
  if (headers[ours.guard] !== '1' || foreign || (from === undefined && site === undefined)) {
    throw new ApiError('csrf', 'This request did not come from our own page.');
  }
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) return;
  if (method === 'DELETE') throw new ApiError('bad_request', 'This request takes no body.');
  const type = headers['content-type'];
  if (type !== 'application/json' && type !== 'application/json; charset=utf-8') {
    throw new ApiError('bad_type', 'Only application/json is read here.');
  }
}
