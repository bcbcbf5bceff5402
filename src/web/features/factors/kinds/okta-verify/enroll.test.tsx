import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { factorQueries } from '../../../../api/queries.ts';
import { setNow } from '../../../../api/client/clock.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../../testing/edge.ts';
import { mountScreen } from '../../../../testing/screen.tsx';
import { autoStart } from '../../enrollment/auto-start.ts';
import EnrollOktaVerify from './enroll.tsx';

const id = 'opf00000000000000001';
const factor = {
  id,
  kind: 'okta-verify',
  name: null,
  detail: null,
  status: 'PENDING_ACTIVATION',
  strength: 3,
  created: null,
  lastVerified: null,
};
const offer = {
  kind: 'okta-verify',
  name: 'Okta Verify',
  strength: 3,
  status: 'NOT_SETUP',
  enrollment: 'OPTIONAL',
  atOkta: false,
} as const;
const inTime = (ms: number): string => new Date(Date.now() + ms).toISOString();
const qr = `/api/factors/${id}/activation/qr`;
const pollPath = `/api/factors/${id}/activation/poll`;
const linkPath = `/api/factors/${id}/activation/link`;

let sent: Sent[];
let links: string[];
/** Answers a poll for the state of the enrollment. */
let poll: () => Response;
let link: () => Response;
const open = (how: 'WAITING' | 'TIMEOUT' | 'CANCELLED' | 'ERROR'): Response =>
  reply(200, { result: how, expiresAt: how === 'WAITING' ? inTime(600_000) : null });
const to = (path: string): Sent[] => sent.filter((one) => one.path === path);
const pass = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  setNow(Date.now());
  links = ['sms', 'email'];
  poll = () => open('WAITING');
  link = () => reply(200, { to: 'a••@example.com', resendAt: inTime(30_000), expiresAt: null });
  sent = fakeEdge(({ method, path, body }) => {
    if (path === pollPath) return poll();
    if (path === linkPath) return link();
    if (path === '/api/sessions') return reply(200, { sessions: [] });
    if (path !== '/api/factors') return reply(method === 'DELETE' ? 204 : 200, method === 'DELETE' ? undefined : {});
    const expiresAt = inTime(600_000);
    const codes = (body as { method: string }).method === 'totp';
    const secret = { how: 'secret', sharedSecret: 'KZXW6YTB', uri: 'otpauth://totp/x?secret=KZXW6YTB', expiresAt };
    return reply(201, { factor, activation: codes ? secret : { how: 'poll', qr, links, expiresAt } });
  });
});

function draw(methods: ('push' | 'totp')[] = ['push', 'totp'], state: unknown = null) {
  return mountScreen(<EnrollOktaVerify />, {
    at: { pathname: '/add/okta-verify', state },
    prepare: (client) => client.setQueryData(factorQueries.catalog().queryKey, { factors: [{ ...offer, methods }] }),
  });
}
async function show(): Promise<void> {
  draw();
  fireEvent.click(screen.getByRole('button', { name: 'Show the QR code' }));
  await screen.findByRole('img', { name: 'QR code that adds this account to Okta Verify' });
}

describe('the start', () => {
  it.each(['push', 'totp'] as const)('starts at once without a choice where only %s is offered', async (method) => {
    draw([method], autoStart);
    await waitFor(() => expect(to('/api/factors')[0]?.body).toEqual({ kind: 'okta-verify', method }));
    expect(screen.queryByRole('radio')).toBeNull();
  });

  it('asks first where both are offered, whatever the link requested', async () => {
    draw(['push', 'totp'], autoStart);
    await pass(100);
    expect(to('/api/factors')).toEqual([]);
  });
});

it.each(['push', 'totp'] as const)('keeps the choice of %s over a step-up at Okta, once', async (method) => {
  const options = [{ type: 'okta', href: '/auth/step-up?purpose=enroll%3Aokta-verify&returnTo=%2F' }];
  vi.stubGlobal('fetch', () =>
    Promise.resolve(reply(403, refusal('step_up_required', { purpose: 'enroll:okta-verify', strength: 0, options }))),
  );
  draw();
  fireEvent.click(screen.getByRole('radio', { name: method === 'push' ? 'Approve on your phone' : 'Codes only' }));
  fireEvent.click(screen.getByRole('button', { name: 'Show the QR code' }));
  const okta = await screen.findByRole('link', { name: /Sign in at Okta again/ });
  okta.addEventListener('click', (event) => event.preventDefault());
  fireEvent.click(okta);
  cleanup();

  const asked = fakeEdge(() => reply(503, refusal('org_unavailable')));
  draw();
  await waitFor(() => expect(asked.map(({ body }) => body)).toEqual([{ kind: 'okta-verify', method }]));
  cleanup();
  draw();
  await pass(100);
  expect(asked).toHaveLength(1);
});

describe('waiting for the phone', () => {
  it('shows the org’s QR code from our own path, and a countdown', async () => {
    await show();
    const picture = screen.getByRole('img', { name: /^QR code/ });
    expect(picture.getAttribute('src')).toBe(qr);
    expect(screen.getByRole('timer').textContent).toMatch(/^(?:10:00|9:5\d)$/);
    fireEvent.error(picture);
    expect((await screen.findByRole('alert')).textContent).toBe('The QR code couldn’t be loaded.');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.getByRole('img', { name: /^QR code/ }).getAttribute('src')).toBe(qr);
  });

  it('polls every four seconds in the background until it is active', async () => {
    await show();
    await waitFor(() => expect(to(pollPath)).toHaveLength(1));
    await pass(3500);
    expect(to(pollPath)).toHaveLength(1);
    poll = () => reply(200, { result: 'ACTIVE', factor: { ...factor, status: 'ACTIVE' } });
    await pass(1000);
    await waitFor(() =>
      expect(screen.getByRole('heading', { name: 'Okta Verify is on' })).toBe(document.activeElement),
    );
    await pass(20_000);
    expect(to(pollPath)).toHaveLength(2);
    expect(to(pollPath).every(({ headers }) => headers.get('x-latchkey-poll') === '1')).toBe(true);
  });

  it('ends when its time is over', async () => {
    await show();
    poll = () => open('TIMEOUT');
    await pass(4500);
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Time ran out' })).toBe(document.activeElement));
    expect(screen.getByText(/^A QR code or link lasts ten minutes/)).toBeDefined();
  });

  it.each([
    ['CANCELLED', 'That was cancelled on your phone. Nothing was turned on.'],
    ['ERROR', 'Okta Verify couldn’t be set up. Nothing was turned on.'],
  ] as const)('ends as %s, and starts over with the choice', async (result, words) => {
    await show();
    poll = () => open(result);
    await pass(4500);
    await waitFor(() => expect(screen.getByText(words)).toBe(document.activeElement));
    fireEvent.click(screen.getByRole('button', { name: 'Start over' }));
    expect(await screen.findByRole('radio', { name: 'Approve on your phone' })).toBeDefined();
    await waitFor(() =>
      expect(sent.some(({ method, path }) => method === 'DELETE' && path === `/api/factors/${id}`)).toBe(true),
    );
  });

  it('continues to wait while the portal is unreachable, and says so', async () => {
    await show();
    poll = () => reply(503, refusal('org_unavailable'));
    await pass(4500);
    expect((await screen.findByRole('alert')).textContent).toContain('We can’t reach Okta just now.');
    poll = () => open('WAITING');
    await pass(4500);
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('ends when it was restarted elsewhere', async () => {
    await show();
    poll = () => reply(404, refusal('not_found'));
    await pass(4500);
    expect(await screen.findByRole('heading', { name: 'This was started over or discarded elsewhere' })).toBeDefined();
    const before = to(pollPath).length;
    await pass(20_000);
    expect(to(pollPath)).toHaveLength(before);
  });

  it('polls in one tab, which tells the others', async () => {
    const turns: (() => Promise<void>)[] = [];
    const locks = {
      request: (_name: string, _options: unknown, turn: () => Promise<void>) => {
        turns.push(turn);
        return new Promise<void>(() => {});
      },
    };
    vi.stubGlobal('navigator', { ...navigator, locks, languages: ['en'] });
    await show();
    await pass(10_000);
    expect(to(pollPath)).toEqual([]);
    // Another tab polls and gets the answer first.
    const other = new BroadcastChannel(`latchkey:activation:${id}`);
    other.postMessage({ result: 'ACTIVE', factor: { ...factor, status: 'ACTIVE' } });
    expect(await screen.findByRole('heading', { name: 'Okta Verify is on' })).toBeDefined();
    other.close();
    expect(turns).toHaveLength(1);
  });

  it('polls when its turn comes', async () => {
    const locks = { request: (_name: string, _options: unknown, turn: () => Promise<void>) => turn() };
    vi.stubGlobal('navigator', { ...navigator, locks, languages: ['en'] });
    await show();
    await waitFor(() => expect(to(pollPath)).toHaveLength(1));
  });
});

describe('a link instead of the QR code', () => {
  it('is sent by email, once per wait', async () => {
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'Email me a link' }));
    expect(
      await screen.findByText(/^The link is on its way to a••@example\.com\./, { selector: '.strong' }),
    ).toBeDefined();
    expect(to(linkPath)[0]!.body).toEqual({ channel: 'email' });
    expect(screen.queryByRole('button', { name: 'Email me a link' })).toBeNull();
    expect(screen.getByText(/^You can ask for another in/).textContent).toMatch(/ in 0:(?:30|2\d)\.$/);
    await pass(31_000);
    expect(screen.getByRole('button', { name: 'Email me a link' })).toBeDefined();
  });

  it('shows a countdown, not an error, when it is too soon', async () => {
    link = () => reply(429, refusal('sent_too_soon', { retryAt: inTime(20_000) }));
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'Email me a link' }));
    expect(await screen.findByText(/^You can ask for another in/)).toBeDefined();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is not offered where the org has none', async () => {
    links = [];
    await show();
    expect(screen.queryByText(/can’t scan/)).toBeNull();
  });
});
