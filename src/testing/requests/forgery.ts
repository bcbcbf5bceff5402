import { headers as ours } from '#contract/endpoints.ts';
import { getBody, filled, type Route } from './route-table.ts';
import { exchange, type Sent } from '../visitor.ts';

type Forgery = { what: string; headers: Sent['headers']; body?: boolean; expect: number };

const bound = 'multipart/form-data; boundary=x';

/** The portal must refuse all: requests that another site can make a browser send, and requests with invalid syntax. */
export function forgeries(base: string): Forgery[] {
  const { port } = new URL(base);
  const good = { [ours.guard]: '1', origin: base, 'content-type': 'application/json' };
  const guard = (value: string | undefined): Forgery => ({
    what: `guard header ${value}`,
    headers: { ...good, [ours.guard]: value },
    expect: 403,
  });
  const origin = (value: string | undefined, site?: string): Forgery => ({
    what: `origin ${value}, site ${site}`,
    headers: { ...good, origin: value, 'sec-fetch-site': site },
    expect: 403,
  });
  const type = (value: string | undefined, more: Sent['headers'] = {}): Forgery => ({
    what: `type ${JSON.stringify(value)} ${JSON.stringify(more)}`,
    headers: { ...good, 'content-type': value, ...more },
    body: true,
    expect: 415,
  });
  return [
    ...[undefined, '', '0', '1, 1', 'true'].map(guard),
    ...[
      undefined,
      'null',
      '',
      'https://evil.example',
      `https://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      'http://localhost',
      `${base}.evil.example`,
    ].map((value) => origin(value)),
    ...[`${base}/`, base.toUpperCase(), `${base} ${base}`, `http://evil.example#${base}`, `${base}@evil.example`].map(
      (value) => origin(value),
    ),
    ...['same-site', 'cross-site', 'none', '', 'Same-Origin'].map((site) => origin(base, site)),
    origin('https://evil.example', 'same-origin'),
    origin(undefined, 'same-site'),
    ...[
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      bound,
      'application/json;',
      'APPLICATION/JSON',
      'Application/Json',
    ].map((value) => type(value)),
    ...[
      'application/json\t; charset=utf-8',
      'application/json\tx',
      'application/json ; charset=utf-8',
      'application/json; charset=utf-7',
    ].map((value) => type(value)),
    ...['application/json;charset=utf-8', 'application/json; charset=UTF-8', 'application/json; charset="utf-8"'].map(
      (value) => type(value),
    ),
    ...[
      'application/json, text/plain',
      'text/plain, application/json',
      'text/plain; application/json',
      'application/json; charset=utf-8; a=b',
    ].map((value) => type(value)),
    ...['application/jsonp', 'application/json-patch+json', 'text/json', '*/*', 'application/json\u00a0'].map((value) =>
      type(value),
    ),
    type('text/plain', { 'transfer-encoding': 'chunked' }),
  ];
}

/** Returns the requests that were not refused, such as `POST /api/factors, guard header undefined: 201`. */
export async function forged(
  base: string,
  routes: readonly Route[],
  cookie: string,
  factorId: string,
): Promise<string[]> {
  const got: string[] = [];
  for (const route of routes.filter(({ unsafe }) => unsafe)) {
    const path = filled(route, factorId);
    const tries = forgeries(base).map(async ({ what, headers, body, expect }) => {
      const given = body || getBody(route.name) ? JSON.stringify(getBody(route.name) ?? {}) : undefined;
      const sent = {
        method: route.method,
        path,
        headers: { cookie, ...headers },
        body: route.method === 'DELETE' && !body ? undefined : given,
      };
      const { status } = await exchange(base, sent);
      // A DELETE with a body is refused with 400, whatever its content type.
      if (status !== (route.method === 'DELETE' && expect === 415 ? 400 : expect))
        got.push(`${route.method} ${path}, ${what}: ${status}`);
    });
    await Promise.all(tries);
  }
  return got;
}
