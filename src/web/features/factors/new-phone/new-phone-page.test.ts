import { cleanup, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { NewPhone } from '#contract/endpoints.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { key, newPhone, pageRequest, totp } from '../../../testing/person.ts';
import { recordTested } from '../enrollment/moves.ts';

type Listed = NewPhone['methods'][number];
const [app] = newPhone.methods as [Listed];
const sms: Listed = { ...app, factor: { ...totp, id: 'sms', kind: 'sms', detail: '•••• 0123' }, factorIds: ['sms'] };
async function open(methods: Listed[], elsewhere: NewPhone['elsewhere'] = []): Promise<void> {
  fakeEdge(() => reply(500));
  cleanup();
  await openPage(pageRequest('/new-phone', { answers: { newPhone: { ...newPhone, methods, elsewhere } } }));
}
const leads = (): (string | null)[] =>
  [...document.querySelectorAll('.row-more .actions a')].map((link) => link.getAttribute('href'));
const green = (): (string | null)[] =>
  [...document.querySelectorAll('main .primary')].map((link) => link.getAttribute('href'));

test.each<[string, Listed, string[]]>([
  ['an app', app, [`/add/totp?replaces=${totp.id}`, `/methods/${totp.id}/test?new-phone`]],
  ['an app that nothing stands in for', { ...app, spare: false }, ['/add', `/methods/${totp.id}/test?new-phone`]],
  ['a number', sms, ['/methods/sms/test?new-phone', '/add/sms?replaces=sms']],
  [
    'a number without a spare, where Okta allows two',
    { ...sms, way: 'after', spare: false },
    ['/methods/sms/test?new-phone', '/add/sms?replaces=sms'],
  ],
  [
    'a passkey',
    { ...app, factor: key, factorIds: [key.id], way: 'add' },
    ['/add/webauthn?new-phone', `/methods/${key.id}/test?new-phone`],
  ],
])('%s leads to its replacement and its test, the likeliest first', async (_what, method, expected) => {
  await open([method]);
  expect(leads()).toEqual(expected);
  expect(green()).toEqual(expected.slice(0, 1));
});

test('across visits: what is gone goes on as a new one, and at the end everything works', async () => {
  await open([app, sms]);
  await open([sms]);
  expect(document.body.textContent).toContain('The old one is gone, and the new one doesn’t work yet.');
  expect(green()).toEqual(['/add/totp?new-phone']);
  const added = { ...app, factor: { ...totp, id: 'new' }, factorIds: ['new'] };
  recordTested('sms');
  await open([added, sms]);
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Everything works on your new phone');
  expect(green()).toEqual(['/']);
});

test.each([
  ['here', 'Continue', '/methods/new', false],
  ['elsewhere', 'Start over', '/add/totp?new-phone', true],
  ['nowhere', 'Start over', '/add/totp?new-phone', false],
] as const)('a replacement that can be continued %s is shown in a browser that did not begin it', async (...row) => {
  const [resumable, text, to, isElsewhere] = row;
  const replacing = [{ kind: 'totp', factorId: totp.id, left: false, newFactorId: 'new', resumable } as const];
  fakeEdge(() => reply(500));
  await openPage(pageRequest('/new-phone', { answers: { newPhone: { ...newPhone, methods: [], replacing } } }));
  expect(document.body.textContent).toContain('The old one is gone, and the new one doesn’t work yet.');
  expect(document.body.textContent.includes('You started this on another screen.')).toBe(isElsewhere);
  expect(document.body.textContent.includes('You can’t go on from where you stopped')).toBe(resumable === 'nowhere');
  expect(screen.getByRole('link', { name: `${text} Authenticator app` }).getAttribute('href')).toBe(to);
  expect(green()).toEqual([to]);
});

test('where both are there, the old one can be removed', async () => {
  const passkey: Listed = { ...app, factor: key, factorIds: [key.id], way: 'add' };
  await open([passkey]);
  await open([passkey, { ...passkey, factor: { ...key, id: 'new' }, factorIds: ['new'] }]);
  expect(leads()).toEqual([`/methods/${key.id}/remove?new-phone`, '/methods/new/test?new-phone']);
});

test('what nobody here could see move is named, and so is a phone without methods', async () => {
  await open([], [{ kind: 'duo', name: null }]);
  expect(document.body.textContent).toContain('none of your methods is on a phone');
  expect(document.body.textContent).toContain('Not in this list: Duo Security. Move it where you set it up.');
});
