import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FactorDetail } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { fakeEdge, reply, type Sent } from '../testing/edge.ts';
import { openPage } from '../testing/hydrate.tsx';
import { render } from '../testing/render.ts';
import { detail, home, pageRequest, strange, totp, unfinished } from '../testing/person.ts';

let complaints: ReturnType<typeof vi.spyOn>[];
let sent: Sent[];
beforeEach(() => {
  complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) => spy.mockImplementation(() => {}));
  sent = fakeEdge(() => reply(500));
});
afterEach(() => void vi.restoreAllMocks());

const method = `/methods/${totp.id}`;
const steppedUp = { ...detail, removal: { ...detail.removal, steppedUp: true } as typeof detail.removal };
const last: FactorDetail = { ...detail, removal: { allowed: false, reason: 'last_factor' } };
const half: FactorDetail = {
  ...detail,
  factor: unfinished,
  enrollment: { expiresAt: '2026-03-10T12:09:00.000Z', how: 'secret' },
};

const halfSent: FactorDetail = {
  ...half,
  factor: { ...unfinished, kind: 'call', name: 'Phone call', detail: '•••• 0123' },
  enrollment: { expiresAt: '2026-03-10T12:09:00.000Z', how: 'code' },
};
const onFile = {
  ...home,
  catalog: home.catalog.map((one) => (one.kind === 'sms' ? { ...one, phones: ['•••• 0123'] } : one)),
};

const justAdded = { ...home, factors: [{ ...totp, created: '2026-03-10T11:50:00.001Z' }] };

describe('hydration changes nothing of what the server rendered', () => {
  test.each<[string, Parameters<typeof pageRequest>]>([
    ['list', ['/']],
    ['list, empty', ['/', { answers: { home: { ...home, factors: [] } } }]],
    ['list, one that stops being new meanwhile', ['/', { answers: { home: justAdded } }]],
    ['list, unfinished and unknown', ['/', { answers: { home: { ...home, factors: [unfinished, strange] } } }]],
    ['add', ['/add']],
    ['enroll', ['/add/totp']],
    ['enroll sms', ['/add/sms']],
    ['enroll sms, a number on file', ['/add/sms', { answers: { home: onFile } }]],
    ['enroll call', ['/add/call']],
    ['enroll email', ['/add/email']],
    ['enroll question', ['/add/question']],
    ['activate, a code that was sent', [`${method}/activate`, { answers: { detail: halfSent } }]],
    ['method', [method]],
    ['method, unfinished', [method, { answers: { detail: half } }]],
    ['activate', [`${method}/activate`, { answers: { detail: half } }]],
    ['test', [`${method}/test`]],
    ['remove', [`${method}/remove`]],
    ['remove, proved', [`${method}/remove`, { answers: { detail: steppedUp } }]],
    ['remove, the last', [`${method}/remove`, { answers: { detail: last } }]],
    ['prove', ['/step-up?purpose=sessions&returnTo=/sessions']],
    ['sessions', ['/sessions']],
    ['get help', ['/get-help']],
    ['sign-out', ['/sign-out']],
    ['signed-out', ['/signed-out', { signedIn: false }]],
    ['the front door', ['/', { signedIn: false }]],
    ['nowhere', ['/nowhere']],
    ['no org', ['/', { refuse: new ApiError('org_timeout') }]],
    ['busy', ['/', { refuse: new ApiError('busy', { retryAt: '2026-03-10T12:05:00.000Z' }) }]],
  ])('%s', async (_, [url, how]) => {
    const { recovered, container } = await openPage(pageRequest(url, how));
    expect(recovered).toEqual([]);
    for (const spy of complaints) expect(spy.mock.calls).toEqual([]);
    expect(container.querySelectorAll('h1')).toHaveLength(1);
    // The document contains all data, so the script fetches none.
    expect(sent).toEqual([]);
    // After hydration, no button needs a popover to remember a tap.
    expect(container.querySelectorAll('button:disabled, [popover], [popovertarget]')).toHaveLength(0);
  });
});

test('detects a planted difference in the document', async () => {
  const { recovered } = await openPage(pageRequest('/'), (html) => html.replace('open here', 'open there'));
  expect(recovered).toHaveLength(1);
});

test('the server marks a method that is new', async () => {
  expect((await render(pageRequest('/', { answers: { home: justAdded } }))).html).toContain('>New</span>');
  expect((await render(pageRequest('/'))).html).not.toContain('>New</span>');
});

test('times become relative after hydration', async () => {
  const { container } = await openPage(pageRequest('/sessions'));
  const said = [...container.querySelectorAll('time')].map(({ textContent }) => textContent);
  expect(said).toEqual(['3 March 2026 at 09:00', '1 minute ago', '3 March 2026 at 09:00']);
});
