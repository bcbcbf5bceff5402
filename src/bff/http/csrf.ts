import { ApiError } from '#contract/errors.ts';
import { headers as ours } from '#contract/endpoints.ts';

type Headers = Record<string, string | string[] | undefined>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws `csrf` for a form of another site. The portal's pages send no referrer, so their forms have `Origin: null`,
 * and `Sec-Fetch-Site` decides. A form with neither header passes, because its token protects it.
 */
export function guardForm(method: string, headers: Headers, origin: string): void {
  if (SAFE.has(method)) return;
  const { origin: from, 'sec-fetch-site': site } = headers;
  if ((from !== undefined && from !== 'null' && from !== origin) || (site !== undefined && site !== 'same-origin')) {
    throw new ApiError('csrf');
  }
}

/** False for a typed address and a bookmark. */
export const isFromElsewhere = ({ 'sec-fetch-site': site }: Headers): boolean =>
  site !== undefined && site !== 'same-origin' && site !== 'none';

/**
 * The portal's own header is required: a form cannot set headers, and a script of another site needs CORS permission.
 * Throws `csrf`, `bad_type` for a body that is not JSON, and `bad_request` for a body on a DELETE.
 */
export function guardCsrf(method: string, headers: Headers, origin: string): void {
  if (SAFE.has(method)) return;
  const from = headers['origin'];
  const site = headers['sec-fetch-site'];
  const foreign = (from !== undefined && from !== origin) || (site !== undefined && site !== 'same-origin');
  if (headers[ours.guard] !== '1' || foreign || (from === undefined && site === undefined)) {
    throw new ApiError('csrf');
  }
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) return;
  if (method === 'DELETE') throw new ApiError('bad_request');
  const type = headers['content-type'];
  if (type !== 'application/json' && type !== 'application/json; charset=utf-8') {
    throw new ApiError('bad_type');
  }
}
