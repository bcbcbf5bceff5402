import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import type { PlanBody } from '#contract/helpdesk.ts';
import { helpdeskAnswers, found, createPlan } from '../../../testing/helpdesk.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';
import { findMatch } from './highlight-match.tsx';
import { parseOpening } from './opening.ts';

const here = pageRequest('/helpdesk', { answers: { helpdesk: helpdeskAnswers } });
const searched = (sent: Sent[]): string[] => sent.map(({ path }) => path).filter((path) => path.includes('?q='));
const answer = (change: object = {}): Response => reply(200, { people: found, more: false, limited: false, ...change });

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
const field = (): HTMLInputElement => screen.getByRole('combobox');
const type = (text: string): boolean => fireEvent.change(field(), { target: { value: text } });
async function pass(ms: number): Promise<void> {
  await act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  for (let turn = 0; turn < 20; turn += 1) await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
}

test('searches from three characters, 250 ms after the last key, and ignores outdated answers', async () => {
  const never: Sent[] = [];
  const sent = fakeEdge((one) => {
    if (!one.path.endsWith('q=kat')) return answer();
    never.push(one);
    return new Promise<Response>((_, reject) => {
      one.init.signal?.addEventListener('abort', () => reject(one.init.signal?.reason as Error));
    });
  });
  await openPage(here);
  type('ka');
  await pass(1000);
  expect(searched(sent)).toEqual([]);
  type('kat');
  await pass(249);
  expect(searched(sent)).toEqual([]);
  await pass(1);
  expect(searched(sent)).toEqual(['/api/helpdesk/people?q=kat']);
  type('kath');
  await pass(250);
  expect(never[0]?.init.signal?.aborted).toBe(true);
  expect(searched(sent)).toEqual(['/api/helpdesk/people?q=kat', '/api/helpdesk/people?q=kath']);
  expect(screen.getAllByRole('option')).toHaveLength(2);
});

test('works by keyboard: arrows select, Enter opens, Escape clears', async () => {
  const sent = fakeEdge(({ path }) => (path.includes('?q=') ? answer() : reply(200, helpdeskAnswers.getPerson)));
  await openPage(here);
  type('kat');
  await pass(250);
  const chosen = (): string | null | undefined =>
    document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.textContent;
  expect(field().getAttribute('aria-expanded')).toBe('true');
  expect(chosen()).toContain('Katherine Johnson');
  fireEvent.keyDown(field(), { key: 'ArrowDown' });
  expect(chosen()).toContain('Katrin Bauer');
  expect(screen.getAllByRole('option').map((one) => one.getAttribute('aria-selected'))).toEqual(['false', 'true']);
  fireEvent.keyDown(field(), { key: 'ArrowDown' });
  expect(chosen()).toContain('Katherine Johnson');
  fireEvent.keyDown(field(), { key: 'ArrowUp' });
  fireEvent.keyDown(field(), { key: 'Enter' });
  await pass(0);
  expect(window.location.pathname).toBe(`/helpdesk/people/${found[1]!.id}`);
  expect(sent.some(({ path }) => path.includes(`/people/${found[1]!.id}`))).toBe(true);
});

test('Enter before the answer searches at once, and opens the first', async () => {
  const sent = fakeEdge(({ path }) => (path.includes('?q=') ? answer() : reply(200, helpdeskAnswers.getPerson)));
  await openPage(here);
  type('kath');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await pass(0);
  expect(searched(sent)).toEqual(['/api/helpdesk/people?q=kath']);
  expect(window.location.pathname).toBe(`/helpdesk/people/${found[0]!.id}`);
});

test('marks the matching text; says more, limited and nobody', async () => {
  const answers = [answer({ more: true, limited: true }), answer({ people: [] })];
  fakeEdge(() => answers.shift()!);
  await openPage(here);
  type('kat');
  await pass(250);
  expect([...document.querySelectorAll('mark')].map((one) => one.textContent)).toEqual(['Kat', 'kat', 'Kat']);
  expect(screen.getByRole('status').textContent).toBe('2 people found. Use the arrows, then Enter.');
  expect(document.body.textContent).toContain('There are more than these.');
  expect(document.body.textContent).toContain('Okta returned only some');
  type('katx');
  await pass(250);
  expect(document.body.textContent).toContain('Nobody you can help matches “katx”.');
  expect(screen.getByRole('status').textContent).toBe('Nobody found.');
});

test('says with whom there are signs of an attack, and tells people of one name apart', async () => {
  const about = ['Engineer', 'Research'];
  fakeEdge(() =>
    answer({
      people: [
        { ...found[0]!, attackSigns: true },
        { ...found[0]!, id: 'other', about },
      ],
    }),
  );
  await openPage(here);
  type('kat');
  await pass(250);
  const [first, second] = screen.getAllByRole('option').map(({ textContent }) => textContent);
  expect(first).toContain('Signs of an attack');
  expect(second).not.toContain('Signs of an attack');
  expect([first?.includes('Engineer'), second?.includes('Engineer · Research')]).toEqual([false, true]);
  expect(document.body.textContent).toContain('to find the right person. They verify nobody.');
});

test.each([
  ['phishing_resistant', 'a security key, a passkey or Okta FastPass'],
  ['second_method', 'a second method, other than a question or an email'],
] as const)('an agent who lacks a %s learns it first, and how to get one', async (lacks, what) => {
  fakeEdge(() => answer());
  await openPage(
    pageRequest('/helpdesk', { answers: { helpdesk: { ...helpdeskAnswers, getOwnStepUp: { lacks, limit: null } } } }),
  );
  const note = screen.getByRole('region', { name: 'You can’t reset, unlock or approve anything yet' });
  expect(note.textContent).toContain(what);
  expect(note.compareDocumentPosition(field())).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(screen.getByRole('link', { name: 'Add one.' }).getAttribute('href')).toBe('/add');
});

test.each([
  [2, '2 resets, unlocks or requests are left to you in this hour, one more from '],
  [1, 'One reset, unlock or request is left to you in this hour, one more from '],
  [0, 'You’ve made as many resets, unlocks and requests as one hour allows. The next is possible after '],
])('an agent with %i operations left in this hour reads it before the call', async (left, said) => {
  fakeEdge(() => answer());
  const getOwnStepUp = { lacks: null, limit: { left, nextAt: '2026-03-10T12:40:00.000Z' } };
  await openPage(pageRequest('/helpdesk', { answers: { helpdesk: { ...helpdeskAnswers, getOwnStepUp } } }));
  expect(document.querySelector('main')?.textContent).toContain(said);
});

test('shows an error of a search, and Escape starts again', async () => {
  vi.useRealTimers();
  fakeEdge(() => reply(503, refusal('org_unavailable')));
  const user = userEvent.setup();
  await openPage(here);
  await user.type(field(), 'kath');
  await screen.findByRole('alert');
  expect(field().value).toBe('kath');
  await user.keyboard('{Escape}');
  expect(field().value).toBe('');
  expect(screen.queryByRole('alert')).toBeNull();
});

test.each([
  ['Katherine Johnson', 'john', [10, 14]],
  ['Zoë Émile', 'emi', [4, 7]],
  ['katherine@example.com', 'exa', [10, 13]],
  ['Katherine', 'ther', null],
  ['Katherine', '', null],
])('in %s, %s matches at %o', (text, part, at) => expect(findMatch(text, part)).toEqual(at));

test.each([
  ['/helpdesk', 'frozen', 'Your account is frozen'],
  ['/helpdesk/audit-log', 'frozen', 'Your account is frozen'],
  ['/helpdesk', 'forbidden', 'This page isn’t for you'],
] as const)('%s tells a person without access (%s) before they type', async (url, code: ErrorCode, said) => {
  fakeEdge(() => reply(200, {}));
  const call: typeof here.call = (name, ...rest) =>
    name === (url === '/helpdesk' ? 'getOwnStepUp' : 'getAuditAccess')
      ? Promise.reject(new ApiError(code))
      : here.call(name, ...rest);
  await openPage({ ...pageRequest(url), call });
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(said);
  expect(screen.queryByRole('combobox')).toBeNull();
});

test('a link with a ticket and a person opens the only match, ready; it leaves others, and what another site names, to the agent', async () => {
  const one = { people: found.slice(0, 1), more: false, limited: false };
  for (const [people, path, name = 'person'] of [
    [one, `/helpdesk/people/${found[0]!.id}`],
    [{ ...one, people: found }, '/helpdesk'],
    [one, '/helpdesk', 'find'],
  ] as const) {
    fakeEdge(({ path: asked, body }) =>
      asked.endsWith('/plan')
        ? reply(200, createPlan(body as PlanBody))
        : reply(200, asked.includes('?q=') ? people : helpdeskAnswers.getPerson),
    );
    const url = `/helpdesk?ticket=INC-7&${name}=kath`;
    await openPage(pageRequest(url, { answers: { helpdesk: helpdeskAnswers } }));
    await pass(250);
    expect(window.location.pathname).toBe(path);
    if (name === 'find') expect([field().value, screen.getAllByRole('option').length]).toEqual(['kath', 1]);
    else if (people === one) expect(screen.getByLabelText<HTMLInputElement>('Ticket').value).toBe('INC-7');
    cleanup();
    sessionStorage.clear();
  }
});

test('reads a link’s ticket and person only as far as they are what they should be', () => {
  expect(parseOpening('?ticket=%20INC-1%20&person=ada%40example.com')).toEqual({
    ticket: 'INC-1',
    person: 'ada@example.com',
    opens: true,
  });
  const none = { ticket: '', person: '', opens: false };
  expect(parseOpening('?ticket=a%00b&person=ab')).toEqual(none);
  expect(parseOpening(`?ticket=${'1'.repeat(61)}&person=${'a'.repeat(101)}`)).toEqual(none);
});
