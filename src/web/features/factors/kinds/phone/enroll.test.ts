import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import type { Enrolled, Factor } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../../testing/edge.ts';
import { openPage } from '../../../../testing/hydrate.tsx';
import { home, pageRequest, totp } from '../../../../testing/person.ts';

const pending: Factor = {
  ...totp,
  kind: 'sms',
  name: null,
  detail: '•••• 0123',
  status: 'PENDING_ACTIVATION',
  strength: 2,
};
const active: Factor = { ...pending, status: 'ACTIVE' };
const sentNow = { to: '•••• 0123', resendAt: '2026-03-10T12:00:30.000Z', expiresAt: '2026-03-10T12:05:00.000Z' };
const enrolled = (factor = pending, digits = 6): Enrolled => ({
  factor,
  activation: { how: 'code', digits, sent: sentNow, expiresAt: '2026-03-10T12:10:00.000Z' },
});
const onFile = {
  ...home,
  catalog: home.catalog.map((one) => (one.kind === 'sms' ? { ...one, phones: ['•••• 0123'] } : one)),
};

/** `over`: the test's own answers, each under the end of its `METHOD path`. */
function edge(over: Record<string, (sent: Sent) => Response> = {}): Sent[] {
  return fakeEdge((sent) => {
    const own = Object.entries(over).find(([end]) => `${sent.method} ${sent.path}`.endsWith(end));
    if (own) return own[1](sent);
    if (sent.path === '/api/factors') return reply(201, enrolled());
    if (sent.path.endsWith('/activate')) return reply(200, { factor: active });
    if (sent.path.endsWith('/resend')) return reply(200, { ...sentNow, resendAt: '2026-03-10T12:01:30.000Z' });
    if (sent.path === '/api/sessions') return reply(200, { sessions: [] });
    return sent.method === 'DELETE' ? reply(204) : reply(500);
  });
}
const changes = (sent: Sent[]): string[] =>
  sent.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
const number = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>('Phone number');
const country = (): HTMLSelectElement => screen.getByLabelText<HTMLSelectElement>('Country');
const code = (): Promise<HTMLInputElement> => screen.findByRole<HTMLInputElement>('textbox', { name: 'Code' });

async function begin(user: ReturnType<typeof userEvent.setup>, typed = '07700 900123'): Promise<void> {
  await user.selectOptions(country(), 'GB');
  await user.type(number(), typed);
  await user.click(screen.getByRole('button', { name: 'Send the code' }));
}

describe('adding text messages', () => {
  test('sends the number in E.164, and activates it by the code', async () => {
    const sent = edge();
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    expect(number()).toMatchObject({ type: 'tel', autocomplete: 'tel', inputMode: 'tel' });
    await begin(user);
    const field = await code();
    expect(sent[0]?.body).toEqual({ kind: 'sms', phoneNumber: '+447700900123' });
    expect(document.body.textContent).toContain('We’ve sent a code to +44 7700 900123. Wrong number?');
    await user.type(field, '123 456{Enter}');
    await waitFor(() =>
      expect(screen.getByRole('heading', { name: 'Text messages are on' })).toBe(document.activeElement),
    );
    expect(changes(sent)).toEqual(['POST /api/factors', `POST /api/factors/${pending.id}/activate`]);
  });

  test('asks for no number that Okta’s policy does not allow', async () => {
    edge();
    await openPage(pageRequest('/add/sms', { answers: { home: { ...home, catalog: [] } } }));
    await screen.findByText(/^You don’t have permission to do this/);
    expect(screen.queryByLabelText('Phone number')).toBeNull();
  });

  test('does not send an invalid number, and focuses the field', async () => {
    const sent = edge();
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await begin(user, '12');
    await waitFor(() => expect(number().getAttribute('aria-invalid')).toBe('true'));
    await waitFor(() => expect(document.activeElement).toBe(number()));
    expect(number().value).toBe('12');
    expect(document.getElementById(number().getAttribute('aria-describedby')!)?.textContent).toMatch(
      /isn’t a complete number/,
    );
    expect(sent).toEqual([]);
  });

  test('follows the country code of a typed number', async () => {
    edge();
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await user.selectOptions(country(), 'GB');
    await user.type(number(), '+31 6 12345678');
    await user.tab();
    expect(country().value).toBe('NL');
    expect(number().value).toBe('06 12345678');
  });

  test('needs no typing for the stored number, and no code for a verified one', async () => {
    const sent = edge({ 'POST /api/factors': () => reply(201, { factor: active, activation: null }) });
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms', { answers: { home: onFile } }));
    await user.click(screen.getByRole('button', { name: 'Send the code to ••••\u00A00123' }));
    await screen.findByRole('heading', { name: 'Text messages are on' });
    expect(sent[0]?.body).toEqual({ kind: 'sms' });
  });

  test('once the old one is off, no longer says that it stops', async () => {
    const says = async (factors: typeof home.factors): Promise<string> => {
      edge({ 'GET /api/home': () => reply(200, { ...home, factors }) });
      await openPage(pageRequest(`/add/totp?replaces=${totp.id}`));
      await screen.findByText(factors.includes(totp) ? 'The old one stops' : 'The old one is off');
      const { title } = document;
      cleanup();
      return title;
    };
    const title = 'Move Authenticator app to your new phone · Meridian';
    expect([await says([totp]), await says([])]).toEqual([title, title]);
  });

  test('does not offer the number that is being replaced, until it is gone', async () => {
    edge();
    const offered = async (status: 'ACTIVE' | 'NOT_SETUP'): Promise<number> => {
      const catalog = onFile.catalog.map((one) => (one.kind === 'sms' ? { ...one, status } : one));
      await openPage(pageRequest(`/add/sms?replaces=${totp.id}`, { answers: { home: { ...onFile, catalog } } }));
      expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Use a new number for text messages');
      const found = screen.queryAllByRole('button', { name: 'Send the code to ••••\u00A00123' });
      cleanup();
      return found.length;
    };
    expect([await offered('ACTIVE'), await offered('NOT_SETUP')]).toEqual([0, 1]);
  });

  test('says that another number is stored, and replaces it when asked', async () => {
    const sent = edge({
      'POST /api/factors': ({ body }) =>
        (body as { updatePhone?: boolean }).updatePhone ? reply(201, enrolled()) : reply(409, refusal('phone_on_file')),
    });
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await begin(user);
    await screen.findByText('You have another number on file');
    expect(number().value).toBe('07700 900123');
    await user.click(screen.getByRole('button', { name: 'Replace it with this one' }));
    await code();
    expect(sent.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { kind: 'sms', phoneNumber: '+447700900123' },
      { kind: 'sms', phoneNumber: '+447700900123', updatePhone: true },
    ]);
  });

  test('shows at the field that the org cannot reach the number', async () => {
    edge({ 'POST /api/factors': () => reply(400, refusal('bad_phone')) });
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await begin(user);
    await waitFor(() => expect(number().getAttribute('aria-invalid')).toBe('true'));
    expect(document.querySelector('form .error')?.textContent).toBe(
      'That number can’t be reached. Check it, or use another.',
    );
  });

  test('discards a wrong number, and keeps it in the field to correct it', async () => {
    const sent = edge();
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await begin(user);
    await code();
    await user.click(screen.getByRole('button', { name: 'Wrong number?' }));
    await waitFor(() => expect(number().value).toBe('07700 900123'));
    expect(changes(sent)).toContain(`DELETE /api/factors/${pending.id}`);
    expect(window.location.pathname).toBe('/add/sms');
  });

  test('allows another message after the wait, not before', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const sent = edge();
    const user = userEvent.setup({ advanceTimers: (time) => vi.advanceTimersByTime(time) });
    await openPage(pageRequest('/add/sms'));
    await begin(user);
    await code();
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('We’ve sent a code to +44 7700 900123.'));
    expect(document.body.textContent).toMatch(/You can ask for another in 0:\d\d\./);
    expect(screen.queryByRole('button', { name: 'Send another code' })).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(31_000));
    await user.click(await screen.findByRole('button', { name: 'Send another code' }));
    await waitFor(() => expect(changes(sent)).toContain(`POST /api/factors/${pending.id}/resend`));
    await waitFor(() => expect(document.body.textContent).toMatch(/You can ask for another in/));
    expect(document.body.textContent).toContain('We’ve sent a code to +44 7700 900123.');
    expect(screen.getByRole('status').textContent).toBe('Another code is on its way. Use the newest one.');
    // Sending another code changes no data, so nothing is refetched.
    expect(sent.filter(({ method }) => method === 'GET')).toEqual([]);
    await act(() => vi.advanceTimersByTimeAsync(300_000));
    expect(document.body.textContent).toContain('That code has expired. Ask for another.');
  });

  test('shows a countdown, not an error, when it is too soon', async () => {
    edge({ 'POST /api/factors': () => reply(429, refusal('sent_too_soon', { retryAt: '2026-03-10T12:00:20.000Z' })) });
    const user = userEvent.setup();
    await openPage(pageRequest('/add/sms'));
    await begin(user);
    await waitFor(() => expect(document.body.textContent).toMatch(/The next one can be sent in 0:\d\d\./));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(number().value).toBe('07700 900123');
  });
});

describe('adding phone calls', () => {
  test('accepts an extension, and needs five digits', async () => {
    const sent = edge({ 'POST /api/factors': () => reply(201, enrolled({ ...pending, kind: 'call' }, 5)) });
    const user = userEvent.setup();
    await openPage(pageRequest('/add/call'));
    await user.selectOptions(country(), 'US');
    await user.type(number(), '(415) 555-0132');
    const extension = screen.getByLabelText<HTMLInputElement>(/^Extension/);
    await user.type(extension, '12,3');
    await user.click(screen.getByRole('button', { name: 'Call me' }));
    expect(await code()).toBeDefined();
    expect(sent[0]?.body).toEqual({ kind: 'call', phoneNumber: '+14155550132', phoneExtension: '12,3' });
    expect(document.body.textContent).toContain('We’re calling +1 415 555 0132. A voice reads out the code.');
    expect(document.body.textContent).toContain('Five digits.');
  });

  test('of two wrong fields, a summary links to both, and the title says so', async () => {
    edge();
    const user = userEvent.setup();
    await openPage(pageRequest('/add/call'));
    const press = (): Promise<void> => user.click(screen.getByRole('button', { name: 'Call me' }));
    await press();
    // A single error focuses its field and shows no summary.
    expect(document.title).toBe('Error: Add phone calls · Meridian');
    await waitFor(() => expect(document.activeElement).toBe(number()));
    expect(screen.queryByRole('group', { name: 'There is more than one problem' })).toBeNull();
    const extension = screen.getByLabelText<HTMLInputElement>(/^Extension/);
    await user.type(extension, 'abc');
    await press();
    const summary = await screen.findByRole('group', { name: 'There is more than one problem' });
    await waitFor(() => expect(summary).toBe(document.activeElement));
    const [first, second] = within(summary).getAllByRole('button');
    await user.click(second!);
    await waitFor(() => expect(document.activeElement).toBe(extension));
    await user.click(first!);
    await waitFor(() => expect(document.activeElement).toBe(number()));
    await user.clear(extension);
    await user.selectOptions(country(), 'US');
    await user.type(number(), '(415) 555-0132');
    await press();
    await waitFor(() => expect(document.title).toBe('Add phone calls · Meridian'));
  });
});
