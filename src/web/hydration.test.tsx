import { hydrate } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Factor, FactorDetail, Home, Settings } from '#contract/endpoints.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { ApiError } from '#contract/errors.ts';
import type { PageAnswer, PageProblem, PageRequest } from '#contract/page.ts';
import { App } from './app.tsx';
import { setNow } from './client/clock.ts';
import { makeQueryClient } from './client/query-client.ts';
import { render } from './entry-server.tsx';
import { dataElementId, type PageData } from './page-data.ts';
import { pages } from './pages.ts';
import { openScene, problemScene } from './scene.ts';

/** What people are called must not get in the way of the script that reads it. */
const now = Date.parse('2026-11-25T12:00:00Z');
const hostile = '</script><script>alert(1)</script>\u2028<!--';
const id = 'uftm3iHSGFQXHCUSDAND';
const factor: Factor = {
  id,
  kind: 'totp',
  name: hostile,
  status: 'ACTIVE',
  strength: 3,
  created: '2026-01-14T10:00:00Z',
};
const pending: Factor = { ...factor, status: 'PENDING_ACTIVATION' };
const session = {
  user: { login: 'ada@example.com', name: `Ada ${hostile}`, firstName: 'Ada' },
  idleEndsAt: '2026-11-25T12:15:00Z',
  endsAt: '2026-11-25T20:00:00Z',
};
const home: Home = {
  session,
  factors: [factor, { ...factor, id: 'x'.repeat(20), kind: 'unknown', name: 'Smoke signal', created: null }],
  catalog: [
    { kind: 'okta-verify', method: 'totp', name: 'Okta Verify', strength: 3, status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
  ],
  notifies: ['a•••@example.com'],
};
const detail: FactorDetail = {
  factor,
  enrollment: null,
  testable: true,
  removal: {
    allowed: true,
    purpose: `remove:${id}`,
    strength: 3,
    proved: false,
    ways: [
      { way: 'factor', factorId: id, kind: 'totp', name: hostile, strength: 3 },
      { way: 'okta', href: '/auth/prove?purpose=x&returnTo=%2F' },
    ],
    keeps: [hostile],
  },
  notifies: ['a•••@example.com'],
};
const sessions = [
  { id: 'one_session', current: true, created: session.endsAt, lastSeen: session.endsAt, browser: 'Firefox', system: null },
  { id: 'two_session', current: false, created: session.endsAt, lastSeen: session.endsAt, browser: hostile, system: 'Linux' },
];
const settings: Settings = {
  orgName: 'Example',
  supportUrl: 'https://help.example.com',
  supportPhone: '+44 20 7946 0100',
  oktaSettingsUrl: null,
  deskUrl: 'http://localhost:3001/desk',
};

type Answers = Record<string, unknown>;
const answers: Answers = {
  getHome: home,
  getSession: session,
  getFactor: detail,
  listSessions: { sessions },
  listSupportedFactors: { factors: home.catalog },
};

function ask(url: string, over: Answers = {}, more: Partial<PageRequest> = {}): Promise<PageAnswer> {
  return render({
    url,
    signedIn: true,
    settings,
    build: 'build-1',
    now,
    call: (name) => {
      const answer = { ...answers, ...over }[name];
      return answer instanceof Error ? Promise.reject(answer) : (Promise.resolve(structuredClone(answer)) as never);
    },
    ...more,
  });
}

const failing = (code: ErrorCode, details = {}): Answers => {
  const error = new ApiError(code, code, details);
  return { getHome: error, getFactor: error, listSessions: error };
};

/** As a browser reads it, but for what it would fetch. */
const read = (html: string): Document =>
  new DOMParser().parseFromString(html.replace(/<link rel="stylesheet"[^>]*>|<script type="module"[^>]*>/g, ''), 'text/html');

const dataOf = (html: string): PageData =>
  JSON.parse(new RegExp(`id="${dataElementId}">([^<]*)<`).exec(html)?.[1] ?? '') as PageData;

type Case = { url: string; over?: Answers; more?: Partial<PageRequest> };
const withFactor = (over: Partial<FactorDetail>): Answers => ({ getFactor: { ...detail, ...over } });
const problem = (asked: PageProblem): Partial<PageRequest> => ({ problem: asked, signedIn: false });
const cases: Record<string, Case> = {
  list: { url: '/' },
  'list, empty': { url: '/', over: { getHome: { ...home, factors: [] } } },
  add: { url: '/add' },
  'add an app': { url: '/add/totp' },
  'add Okta Verify': { url: '/add/okta-verify' },
  method: { url: `/methods/${id}` },
  'method, unfinished': { url: `/methods/${id}`, over: withFactor({ factor: pending }) },
  activate: {
    url: `/methods/${id}/activate`,
    over: withFactor({ factor: pending, enrollment: { expiresAt: '2026-11-25T12:09:00Z' } }),
  },
  'activate, over': { url: `/methods/${id}/activate`, over: withFactor({ factor: pending }) },
  test: { url: `/methods/${id}/test` },
  remove: { url: `/methods/${id}/remove` },
  'remove, last': {
    url: `/methods/${id}/remove`,
    over: withFactor({ removal: { allowed: false, reason: 'last_factor' } }),
  },
  'remove, required': {
    url: `/methods/${id}/remove`,
    over: withFactor({ removal: { allowed: false, reason: 'required_factor' } }),
  },
  prove: { url: '/prove?purpose=sessions&returnTo=%2Fsessions&problem=unmet' },
  'cannot prove': { url: '/cant-prove' },
  sessions: { url: '/sessions' },
  'sign out': { url: '/sign-out' },
  'signed out': { url: '/signed-out', more: { signedIn: false } },
  landing: { url: '/', more: { signedIn: false } },
  'sign in first': { url: '/sessions?x=1', more: { signedIn: false } },
  'ended meanwhile': { url: '/sessions', over: failing('signed_out') },
  'no such page': { url: '/nope' },
  'no such method': { url: `/methods/${id}`, over: failing('not_found') },
  'no such id': { url: '/methods/x', over: failing('bad_request') },
  locked: { url: '/', over: failing('locked') },
  'org error': { url: '/', over: failing('org_error') },
  'org away': { url: '/', over: failing('org_unavailable') },
  'org slow': { url: '/', over: failing('org_timeout') },
  busy: { url: '/', over: failing('busy', { retryAt: '2026-11-25T12:01:00Z' }) },
  internal: { url: '/', over: failing('internal') },
  'a fault of ours': { url: '/', over: { getHome: new TypeError('x') } },
  'sign-in too old': { url: '/auth/callback?code=c', more: problem({ kind: 'sign_in_expired' }) },
  'sign-in refused': { url: '/auth/callback?code=c', more: problem({ kind: 'sign_in_refused' }) },
};
const table = Object.entries(cases);

it('covers every page of the table', () => {
  const seen = Object.values(cases).map(({ url }) => url.replace(/\?.*/, '').replace(id, ':factorId'));
  expect(pages.map(({ path }) => path).filter((path) => !seen.includes(path))).toEqual([]);
});

describe('the same page in the browser', () => {
  const complaints: unknown[] = [];
  beforeEach(() => {
    complaints.length = 0;
    vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words));
    vi.stubGlobal('fetch', vi.fn(() => new Promise(() => {})));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  it.each(table)('%s takes over without a word, and asks nothing again', async (_, { url, over, more }) => {
    const { html } = await ask(url, over, more);
    const served = read(html);
    const root = document.importNode(served.getElementById('root')!, true);
    document.body.replaceChildren(root);
    history.replaceState(null, '', url);
    const data = dataOf(html);
    setNow(data.now);
    const client = makeQueryClient();
    for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
    hydrate(client, data.queries);
    const scene = data.problem ? problemScene(data.problem) : await openScene(location.pathname, client);
    const mounted = await act(() =>
      hydrateRoot(
        root,
        <BrowserRouter>
          <App client={client} data={data} scene={scene} />
        </BrowserRouter>,
        { onRecoverableError: (error) => void complaints.push(error) },
      ),
    );
    expect(complaints).toEqual([]);
    // Before the script, whatever can be pressed is a link; a button that acts is asleep, and no code leaves in an address.
    for (const button of served.querySelectorAll('button')) expect(button.disabled).toBe(true);
    for (const form of served.querySelectorAll('form')) expect(form.getAttribute('method')).toBe('post');
    for (const button of root.querySelectorAll('button')) expect(button.disabled).toBe(false);
    expect(root.querySelector('h1')?.textContent).toBe(served.querySelector('h1')?.textContent);
    expect(vi.mocked(fetch).mock.calls).toEqual([]);
    act(() => mounted.unmount());
  });
});
