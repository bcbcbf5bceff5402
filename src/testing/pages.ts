import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PageRenderer } from '#contract/page.ts';
import type { Pages } from '#bff/http/pages/routes.ts';

const statusOfProblem = { sign_in_expired: 400, sign_in_refused: 403, too_many_sessions: 403 };

const render: PageRenderer = async ({ url, signedIn, formToken, formResult, problem, call }) => {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  const path = url.startsWith('/freeze/') ? '/freeze/:token' : null;
  if (problem) {
    const name = problem.kind === 'error' ? problem.error.code : problem.kind;
    const status = problem.kind === 'error' ? problem.error.status : statusOfProblem[problem.kind];
    return { status, headers, path, html: `<title>problem ${name}</title>` };
  }
  if (url === '/fails') throw new Error('the renderer failed, with a secret-of-ours');
  const person = signedIn && url === '/' ? (await call('getHome', {})).session.user.login : null;
  const title = `<title>page ${new URL(url, 'http://x').pathname} ${person ?? ''}</title>`;
  const html = `${title}<input name="formToken" value="${formToken ?? ''}">${formResult ? JSON.stringify(formResult) : ''}`;
  return { status: 200, headers, path, html };
};

/** One asset has a hash in its name, the other has none. */
export function plainPages(): Pages & { assets: string } {
  const assets = mkdtempSync(join(tmpdir(), 'latchkey-pages-'));
  mkdirSync(join(assets, 'assets'));
  writeFileSync(join(assets, 'assets', 'entry-0123abcd.js'), 'export {};\n');
  writeFileSync(join(assets, 'robots.txt'), 'User-agent: *\nDisallow: /\n');
  return { render, build: 'build-of-the-test', assets };
}
