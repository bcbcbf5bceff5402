import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionState } from '../api/client/session-state.ts';
import { render } from '../testing/render.ts';
import { matchPage, pages } from './pages.ts';
import { fakeEdge, refusal, reply } from '../testing/edge.ts';
import { openPage } from '../testing/hydrate.tsx';
import { detail, home, pageRequest, totp } from '../testing/person.ts';

let said: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  said = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(window, 'scrollTo').mockImplementation(() => {});
  fakeEdge(({ path }) => {
    if (path === '/api/home') return reply(200, home);
    return path.startsWith('/api/factors/') ? reply(200, detail) : reply(500);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  sessionState.set('active');
});

const addresses: [string, string | null][] = [
  ['/', '/'],
  ['/add', '/add'],
  ['/add/', '/add'],
  ['/add//', '/add'],
  ['/Add', null],
  ['/add/TOTP', null],
  ['/%61dd', null],
  ['/add%2Ftotp', null],
  ['/methods', null],
  ['/methods/', null],
  ['/methods/x/y', null],
  [`/methods/${totp.id}`, '/methods/:factorId'],
  ['/%', null],
  ['/%zz', null],
  ['/methods/%', '/methods/:factorId'],
  ['/methods/%C0%AE', '/methods/:factorId'],
  ['/index.html', null],
];

describe('an address', () => {
  it.each(addresses)('%s opens %s', async (path, template) => {
    expect(matchPage(path)?.page.path ?? null).toBe(template);
    expect(await render(pageRequest(path))).toMatchObject({ status: template === null ? 404 : 200, path: template });
    // react-router logs paths that it cannot decode. Anybody could fill the server's log with such requests.
    expect(said.mock.calls).toEqual([]);
  });

  it.each(['//add', '//evil.example/add', '/\\evil.example'])('%s names no other host', async (url) => {
    const { status, html } = await render(pageRequest(url, { signedIn: false }));
    expect(status).toBe(404);
    expect(html).not.toMatch(/(?:href|action)="(?:\/\/|\/\\|[a-z]+:)[^"]*evil/);
  });

  it('of a method is decoded once', () => {
    expect(matchPage('/methods/a%2Fb')?.params).toEqual({ factorId: 'a/b' });
    expect(matchPage('/methods/a%252Fb')?.params).toEqual({ factorId: 'a%252Fb' });
  });

  it('of every page is found by its own template', () => {
    for (const { path } of pages) expect(matchPage(path.replaceAll(/:\w+/g, 'x'))?.page.path).toBe(path);
  });
});

const stepUp = '/step-up?purpose=sessions&returnTo=%2Fsessions%3Fa%3D%252F';

describe('in the browser', () => {
  it('a returnTo with an encoded % stays as it is, in the link and in the address', async () => {
    const { recovered } = await openPage(pageRequest(stepUp));
    expect(recovered).toEqual([]);
    const back = screen.getByRole<HTMLAnchorElement>('link', { name: /Back/ });
    expect(back.getAttribute('href')).toBe('/sessions?a=%2F');
    await userEvent.click(back);
    expect(location.pathname + location.search).toBe('/sessions?a=%2F');
  });

  it('somebody who is not signed in gets from one address to another, and the title and the page follow', async () => {
    fakeEdge(() => reply(401, refusal('signed_out')));
    await openPage(pageRequest('/sessions', { signedIn: false }));
    expect(document.title).toMatch(/^Sign in to continue/);
    await userEvent.click(screen.getByRole('link', { name: /Latchkey/ }));
    await waitFor(() => expect(document.title).toMatch(/^Manage how you sign in/));
    expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('false');
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });

  it('a link to the page that is shown adds no history entry, and moves nothing', async () => {
    await openPage(pageRequest('/'));
    const entries = history.length;
    await userEvent.click(screen.getByRole('link', { name: 'Meridian Latchkey' }));
    expect([location.pathname, history.length]).toEqual(['/', entries]);
    expect(document.activeElement?.tagName).not.toBe('H1');
    expect(window.scrollTo).not.toHaveBeenCalled();
  });

  it('a link opens at the top with the heading in focus', async () => {
    await openPage(pageRequest('/'));
    const entries = history.length;
    await userEvent.click(screen.getByRole('link', { name: /^Google Authenticator/ }));
    const heading = await screen.findByRole('heading', { name: 'Google Authenticator' });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    expect([location.pathname, history.length]).toEqual([`/methods/${totp.id}`, entries + 1]);
    expect(window.scrollTo).toHaveBeenCalledWith(0, 0);
  });

  it('another page does not repeat what the page before it announced', async () => {
    await openPage(pageRequest(`/methods/${totp.id}`));
    await userEvent.click(screen.getByText('Rename'));
    await userEvent.type(screen.getByLabelText('Your name for it'), '{Enter}');
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Saved.'));
    await userEvent.click(screen.getByRole('link', { name: 'Your security methods' }));
    await screen.findByRole('heading', { level: 1, name: /^We don’t know/ });
    expect(screen.getByRole('status').textContent).toBe('');
  });
});
