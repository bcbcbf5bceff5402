import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { BrowserRouter } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionView } from '#contract/endpoints.ts';
import { sessionQueries } from '../../../../api/queries.ts';
import { now } from '../../../../api/client/clock.ts';
import { makeQueryClient } from '../../../../api/query-client.ts';
import { Announcer } from '../../../../components/ui/announcer.tsx';
import { NoticeProvider } from '../../../../components/ui/notice-provider.tsx';
import { SettingsContext } from '../../../../components/settings.ts';
import { TranslationProvider } from '../../../../i18n/translate.tsx';
import { cachedIn, fakeEdge, refusal, reply, type Sent } from '../../../../testing/edge.ts';
import { home, settings } from '../../../../testing/person.ts';
import '../../../../testing/tidy.ts';
import { autoStart, autoStartOver } from '../../enrollment/auto-start.ts';
import EnrollTotp from './enroll.tsx';

const secret = 'KZXW6YTBOI4DIMRQGEYDCMZVGEZTIMBR';
const factor = {
  id: 'uft',
  kind: 'totp',
  name: null,
  detail: null,
  status: 'PENDING_ACTIVATION',
  strength: 3,
  created: null,
  lastVerified: null,
};
const enrolled = (): unknown => ({
  factor,
  activation: {
    how: 'secret',
    sharedSecret: secret,
    uri: `otpauth://totp/Example:ada?secret=${secret}&issuer=Example`,
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  },
});
const requirement = {
  purpose: 'enroll:totp',
  strength: 3,
  options: [
    {
      type: 'factor',
      factorId: 'own',
      kind: 'okta-verify',
      name: 'Okta Verify',
      detail: null,
      strength: 3,
      verificationType: 'code',
    },
    { type: 'okta', href: '/auth/step-up?purpose=enroll%3Atotp&returnTo=%2F' },
  ],
};

let sent: Sent[] = [];
let answer: (asked: Sent) => [status: number, body?: unknown];
let client: QueryClient;

function open(state: unknown = null, session: Partial<SessionView> = {}): ReturnType<typeof render> {
  client = makeQueryClient();
  client.setQueryData(sessionQueries.current().queryKey, { ...home.session, ...session });
  // react-router keeps a link's state under `usr`.
  history.replaceState({ usr: state }, '', '/add/totp');
  return render(
    <BrowserRouter>
      <QueryClientProvider client={client}>
        <TranslationProvider locale="en">
          <SettingsContext value={settings}>
            <Announcer>
              <NoticeProvider>
                <EnrollTotp />
              </NoticeProvider>
            </Announcer>
          </SettingsContext>
        </TranslationProvider>
      </QueryClientProvider>
    </BrowserRouter>,
  );
}

/** All storage that survives a change of the screen. */
const kept = (): string =>
  JSON.stringify([cachedIn(client), { ...localStorage }, { ...sessionStorage }, history.state]);
const begun = (path: string): Sent[] => sent.filter(({ path: asked, method }) => method === 'POST' && asked === path);

beforeEach(() => {
  answer = ({ path, method }) => {
    if (path === '/api/factors') return [201, enrolled()];
    if (path === '/api/home') return [200, { ...home, factors: [factor] }];
    if (path.endsWith('/activate')) return [200, { factor: { ...factor, status: 'ACTIVE' } }];
    if (path === '/api/sessions') return [200, { sessions: [] }];
    return [method === 'DELETE' ? 204 : 200, method === 'DELETE' ? undefined : {}];
  };
  sent = fakeEdge((asked) => {
    const [status, body] = answer(asked);
    return reply(status, body, { 'x-latchkey-time': String(Date.now()) });
  });
});

describe('adding an authenticator app', () => {
  it('starts when asked, and keeps the secret in the page only', async () => {
    const user = userEvent.setup();
    open();
    expect(sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Show the QR code' }));
    expect(await screen.findByRole('img', { name: /QR code/ })).toBeTruthy();
    expect(document.body.textContent).toContain('KZXW 6YTB OI4D IMRQ');
    expect(screen.getByRole('link', { name: 'Open app on this device' }).getAttribute('href')).toMatch(/^otpauth:/);
    expect(begun('/api/factors')[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
    expect(kept()).not.toContain(secret);

    await user.click(screen.getByLabelText('Code'));
    await user.paste('１２３ 456');
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByRole('heading', { name: 'Your authenticator app is on' })).toBe(document.activeElement),
    );
    expect(begun('/api/factors/uft/activate')[0]?.body).toEqual({ passCode: '１２３ 456' });
    expect(document.body.innerHTML.includes('KZXW')).toBe(false);
    expect(kept()).not.toContain(secret);
  });

  it('starts at once when the link says so, and only then', async () => {
    open(autoStart);
    await screen.findByRole('img', { name: /QR code/ });
    expect([location.pathname, history.state.usr]).toEqual(['/add/totp', null]);
    expect(begun('/api/factors')).toHaveLength(1);
  });

  it.each([
    { blocked: [{ kind: 'totp', closed: 'kind', retryAt: '2126-03-10T12:00:00.000Z' }] },
    { blocked: [{ kind: 'sms', closed: 'all', signIn: '/auth/step-up?purpose=codes' }] },
    { frozen: true },
  ] as const)('asks for no QR code while codes are blocked or the account is frozen: %j', async (session) => {
    open(autoStart, session as unknown as SessionView);
    await screen.findByText(/^Too many wrong codes|^Changes are frozen/);
    expect(screen.queryByRole('button')).toBeNull();
    expect(sent).toEqual([]);
  });

  it('offers the QR code when the block ends', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    open(null, { blocked: [{ kind: 'totp', closed: 'kind', retryAt: new Date(now() + 60_000).toISOString() }] });
    await screen.findByText(/You can try again in/);
    await act(() => vi.advanceTimersByTimeAsync(65_000));
    await screen.findByRole('button', { name: 'Show the QR code' });
  });

  it('asks for a step-up in the page, and then continues automatically', async () => {
    const user = userEvent.setup();
    const usual = answer;
    let steppedUp = false;
    answer = (asked) => {
      if (asked.path === '/api/factors' && !steppedUp) return [403, refusal('step_up_required', requirement)];
      if (asked.path === '/api/factors/own/verify') steppedUp = true;
      return usual(asked);
    };
    open(autoStart);
    const okta = await screen.findByRole('link', { name: /Sign in at Okta again/ });
    expect(okta.getAttribute('href')).toBe('/auth/step-up?purpose=enroll%3Atotp&returnTo=%2Fadd%2Ftotp');
    // The person has only one method for the step-up, so no button offers another method.
    expect(screen.queryByRole('button', { name: /^Use / })).toBeNull();
    await user.type(await screen.findByLabelText('Code'), '654321{Enter}');
    await screen.findByRole('img', { name: /QR code/ });
    expect(begun('/api/factors/own/verify')[0]?.body).toEqual({ passCode: '654321', purpose: 'enroll:totp' });
    expect(begun('/api/factors')).toHaveLength(2);
  });

  it.each(['abc', '12345', '1234567'])('sends nothing that cannot be a code: %s', async (typed) => {
    const user = userEvent.setup();
    open(autoStart);
    await user.type(await screen.findByLabelText('Code'), `${typed}{Enter}`);
    expect((await screen.findAllByText('That doesn’t look like a code. It has six digits.')).length).toBeGreaterThan(0);
    expect(begun('/api/factors/uft/activate')).toEqual([]);
  });

  it('discards it at Cancel, and goes back', async () => {
    const user = userEvent.setup();
    open(autoStart);
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(location.pathname).toBe('/'));
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toContain('DELETE /api/factors/uft');
    expect(document.body.innerHTML.includes('KZXW')).toBe(false);
    expect(kept()).not.toContain(secret);
  });

  it('warns a minute before the end, and removes the secret at the end', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    open(autoStart);
    await screen.findByRole('img', { name: /QR code/ });
    // Earlier tests may have left the page's clock up to two seconds off, which the page tolerates.
    await act(() => vi.advanceTimersByTimeAsync(545_000));
    expect((await screen.findByText(/You can start over afterwards/)).textContent).toMatch(/There’s 0:\d\d left/);
    expect(screen.getByText('One minute left to finish this.')).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Time ran out' })).toBe(document.activeElement));
    expect(document.body.innerHTML.includes('KZXW')).toBe(false);
  });

  it('says that another tab can finish it, and starts over only when asked to', async () => {
    const user = userEvent.setup();
    const usual = answer;
    answer = (asked) =>
      asked.path === '/api/factors' && !(asked.body as { startOver?: true }).startOver
        ? [409, refusal('open_elsewhere', { factorId: 'uft' })]
        : usual(asked);
    open(autoStart);
    await screen.findByText('You started this already, here or in another tab of this browser.');
    expect(screen.getByRole('link', { name: 'Finish it here' }).getAttribute('href')).toBe('/methods/uft/activate');
    expect(begun('/api/factors').map(({ body }) => body)).toEqual([{ kind: 'totp' }]);
    expect(document.body.textContent).toMatch(/Finish in the other tab .* can’t be shown again here/);
    await user.click(screen.getByRole('button', { name: 'Start over here' }));
    await screen.findByRole('img', { name: /QR code/ });
    expect(begun('/api/factors')[1]?.body).toEqual({ kind: 'totp', startOver: true });
  });

  it.each([
    ['another tab started over since', { expiresAt: '', how: 'secret', start: 2 }, true],
    ['it did not', { expiresAt: '', how: 'secret', start: 1 }, false],
    ['another tab finished it', null, false],
  ] as const)('on the way back to a QR code it learns whether it still counts: %s', async (_, enrollment, isOld) => {
    const usual = answer;
    answer = (asked) =>
      asked.path === '/api/factors'
        ? [201, { ...(enrolled() as object), start: 1 }]
        : asked.path === '/api/factors/uft'
          ? [200, { factor, enrollment }]
          : usual(asked);
    vi.useFakeTimers({ shouldAdvanceTime: true });
    open(autoStart);
    await screen.findByRole('img', { name: /QR code/ });
    await act(() => vi.advanceTimersByTimeAsync(3000));
    expect(sent.filter(({ path }) => path === '/api/factors/uft')).toEqual([]);
    // `SessionExpiryWarning` refetches in this way on every page.
    await act(() => client.refetchQueries({ type: 'active', stale: true }));
    await act(() => vi.advanceTimersByTimeAsync(100));
    expect(sent.filter(({ path }) => path === '/api/factors/uft')).toHaveLength(1);
    expect(document.body.textContent.includes('Finish in the other tab')).toBe(isOld);
    expect(screen.queryByRole('img', { name: /QR code/ }) === null).toBe(isOld);
  });

  it('starts over at once by a link that says so', async () => {
    open(autoStartOver);
    await screen.findByRole('img', { name: /QR code/ });
    expect(begun('/api/factors').map(({ body }) => body)).toEqual([{ kind: 'totp', startOver: true }]);
  });

  it('says that it exists already', async () => {
    answer = () => [409, refusal('already_enrolled', { factorId: 'uft' })];
    open(autoStart);
    await screen.findByRole('heading', { name: 'You already have an authenticator app' });
    expect(screen.getByRole('link', { name: 'See Authenticator app' }).getAttribute('href')).toBe('/methods/uft');
  });

  it('removes the secret when the page is hidden', async () => {
    open(autoStart);
    await screen.findByRole('img', { name: /QR code/ });
    act(() => void window.dispatchEvent(new Event('pagehide')));
    expect(document.body.innerHTML.includes('KZXW')).toBe(false);
    expect(screen.getByRole('button', { name: 'Show the QR code' })).toBeTruthy();
  });
});
