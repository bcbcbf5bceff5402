import { createHash } from 'node:crypto';
import type { Emulator } from '../start.ts';

export const CALLBACK = 'http://localhost:4567/auth/callback';
export const SIGNED_OUT = 'http://localhost:4567/signed-out';
const VERIFIER = 'a-verifier-of-forty-three-characters-or-more-0123';

export type Landing = { status: number; url: URL; text: string; headers: Headers };

type Cookie = { value: string; path: string };

/** `key`: the cookie's name and path. */
function readCookie(line: string): { key: string; cookie: Cookie; isDeleted: boolean } {
  const [pair = '', ...attributes] = line.split(/; */);
  const name = pair.slice(0, pair.indexOf('='));
  const attribute = (key: string) =>
    attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
  const path = attribute('path') ?? '/';
  const isDeleted = Date.parse(attribute('expires') ?? '') < 1000;
  return { key: `${name} ${path}`, cookie: { value: pair.slice(pair.indexOf('=') + 1), path }, isDeleted };
}

const authorization = (clientId: string, more: Record<string, string>) =>
  new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile email groups',
    redirect_uri: CALLBACK,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });

type Org = Pick<Emulator, 'url' | 'issuer' | 'clientId' | 'clientSecret'>;

async function exchangeCode(
  emulator: Org,
  landing: Landing,
): Promise<{ status: number; body: Record<string, string>; claims: Record<string, unknown> }> {
  const answer = await fetch(`${emulator.issuer}/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: landing.url.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      client_id: emulator.clientId,
      client_secret: emulator.clientSecret,
    }),
  });
  const body = (await answer.json()) as Record<string, string>;
  const claims = body.id_token
    ? JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString())
    : {};
  return { status: answer.status, body, claims };
}

export function createBrowser(emulator: Org) {
  const jar = new Map<string, Cookie>();

  function keep(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const { key, cookie, isDeleted } = readCookie(line);
      if (isDeleted) jar.delete(key);
      else jar.set(key, cookie);
    }
  }

  async function go(
    address: string | URL,
    form?: Record<string, string>,
    beforeFollowing: () => Promise<unknown> = async () => {},
  ): Promise<Landing> {
    let url = new URL(address, emulator.url);
    let body = form && new URLSearchParams(form);
    for (;;) {
      const cookies = [...jar]
        .filter(([, { path }]) => url.pathname.startsWith(path))
        .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`);
      const answer = await fetch(url, {
        method: body ? 'POST' : 'GET',
        body,
        redirect: 'manual',
        headers: { cookie: cookies.join('; '), accept: 'text/html' },
      });
      keep(answer);
      const to = answer.headers.get('location');
      if (!to) return { status: answer.status, url, text: await answer.text(), headers: answer.headers };
      url = new URL(to, url);
      body = undefined;
      await beforeFollowing();
      if (url.origin !== new URL(emulator.url).origin)
        return { status: answer.status, url, text: '', headers: answer.headers };
    }
  }

  return {
    cookies: () => [...jar.keys()].map((key) => key.split(' ')[0] ?? ''),
    go,
    authorize: (more: Record<string, string> = {}) =>
      go(`${emulator.issuer}/v1/authorize?${authorization(emulator.clientId, more)}`),
    submit: (page: Landing, form: Record<string, string>, beforeFollowing?: () => Promise<unknown>) =>
      go(page.url, form, beforeFollowing),
    tokens: (landing: Landing) => exchangeCode(emulator, landing),
  };
}
