import { inspect } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { endpointOf } from '#contract/all.ts';
import { said } from '#testing/visitor.ts';
import { parseInput } from '../../../http/endpoints/input.ts';
import { signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { pruneEnded } from '../../../platform/lifecycle/prune.ts';

const DAY = 24 * 3600;
const env = await testEnv();
let portal: Portal;
let hedy: SignedInStaff;
let annie: SignedInStaff;
let grace: string;
beforeEach(async () => {
  portal = await env.fresh();
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  grace = await personId(portal, GRACE);
});

const add = ({ visitor }: SignedInStaff, text: string, userId = grace) =>
  visitor.call('addNote', { userId }, { body: { reason: 'traveling', text } });
const notesOf = async ({ visitor }: SignedInStaff, userId = grace) =>
  (await visitor.call('getPerson', { userId })).body.notes as { text: string; by: string; older: boolean }[];
const rows = () => portal.store.selectFrom('person_notes').select('id').execute();

test('a note is seen by whoever may write one, newest first, and its text is in no audit row', async () => {
  expect(said(await add(hedy, 'Until May.'))).toBe('201');
  env.advance(1);
  await add(annie, '');
  expect(await notesOf(hedy)).toMatchObject([
    { reason: 'traveling', text: '', by: 'Annie Easley' },
    { reason: 'traveling', text: 'Until May.', by: 'Hedy Lamarr' },
  ]);
  // Nobody reads notes on herself.
  await add(hedy, 'Until June.');
  await portal.store.updateTable('person_notes').set({ user_id: annie.id }).execute();
  expect(await notesOf(annie, annie.id)).toEqual([]);
  const log = await portal.store.selectFrom('audit_log').select(['event', 'reason']).orderBy('seq').execute();
  expect(log.filter(({ event }) => event === 'helpdesk.note.add')).toHaveLength(3);
  expect(JSON.stringify(log)).not.toMatch(/Until/);
});

test('nobody buries what others wrote: an agent has ten notes on a person, and her older ones stand last', async () => {
  const warning = 'Do not believe who says that he is her brother.';
  await add(annie, warning);
  await add(hedy, 'He called again.');
  for (let count = 2; count <= 10; count += 1) {
    env.advance(60);
    expect(said(await add(hedy, `Note ${count}.`))).toBe('201');
  }
  const more = await add(hedy, 'Note 11.');
  expect([said(more), more.body.error.rule]).toEqual(['429 limit_reached', 'notes']);
  const notes = await notesOf(annie);
  expect(notes).toHaveLength(11);
  const first = notes.filter(({ older }) => !older).map(({ text }) => text);
  expect(first).toEqual(['Note 10.', 'Note 9.', warning]);
  // What she is made to write does not take her own warning away, either.
  expect(notes.filter(({ older }) => older).map(({ text }) => text)).toContain('He called again.');
  // It is for each person, each agent, and for 30 days.
  expect(said(await add(hedy, 'Note 1.', await personId(portal, ADA)))).toBe('201');
  expect(said(await add(annie, 'Once more.'))).toBe('201');
  env.advance(30 * DAY - 9 * 60);
  hedy = await signInAgent(portal, HEDY);
  expect(more.body.error.retryAt).toBe(new Date(env.clock.now()).toISOString());
  expect(said(await add(hedy, 'Note 11.'))).toBe('201');
});

test('a text with a code, or of more than 140 characters, is refused, and nothing is kept', async () => {
  for (const text of ['her code is 123 456', 'BFHK-MQRW', 'x'.repeat(141)])
    expect([text, said(await add(hedy, text))]).toEqual([text, '400 bad_request']);
  expect(await rows()).toEqual([]);
});

test('no other text of staff takes a code or a number either, but the ticket; what was refused is in no log', async () => {
  const text = 'Her code is 123 456, phone +1 555 010 9988';
  const visitor = annie.visitor;
  const reset = { factorIds: 'all', reason: 'lost', ticket: 'INC-1234567', note: text };
  const { note: _, factorIds: _all, reason: _lost, ...rest } = reset;
  const id = 'A'.repeat(16);
  const calls: [Parameters<typeof visitor.call>[0], Record<string, string>, object][] = [
    ['resetMethods', { userId: grace }, reset],
    ['unfreeze', { userId: grace }, reset],
    ['unlock', { userId: grace }, { ...rest, note: text }],
    ['decideApproval', { id }, { decision: 'deny', reason: 'other', note: text }],
    ['endAttackSigns', { userId: grace }, { reason: text }],
    ['addNote', { userId: grace }, { reason: 'other', text: text }],
  ];
  for (const [name, params, body] of calls) {
    expect([name, said(await visitor.call(name, params, { body }))]).toEqual([name, '400 bad_request']);
    const fault = (() => {
      try {
        return parseInput(endpointOf(name), { params, query: undefined, body });
      } catch (error) {
        return error;
      }
    })();
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toMatch(/123 456|555 010/);
    const without = JSON.parse(JSON.stringify(body).replace(text, 'She lost it.')) as object;
    expect([name, said(await visitor.call(name, params, { body: without }))]).not.toEqual([name, '400 bad_request']);
  }
  const log = await portal.store.selectFrom('audit_log').selectAll().execute();
  expect(JSON.stringify(log)).not.toMatch(/123 456|555 010/);
});

test('notes end after 30 days: the page shows them no longer, and they are deleted', async () => {
  await add(hedy, 'Until May.');
  env.advance(30 * DAY - 1);
  hedy = await signInAgent(portal, HEDY);
  await pruneEnded(portal.store, env.clock);
  expect([(await notesOf(hedy)).length, (await rows()).length]).toEqual([1, 1]);
  env.advance(1);
  expect(await notesOf(hedy)).toEqual([]);
  await pruneEnded(portal.store, env.clock);
  expect(await rows()).toEqual([]);
});

test('no note lowers what a reset takes', async () => {
  const ask = () => hedy.reset(grace, { callerVerificationId: undefined });
  const before = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect(said(await ask())).toBe('403 caller_verification_required');
  for (const reason of ['traveling', 'new_device', 'call_back', 'language', 'ticket', 'other'])
    await hedy.visitor.call('addNote', { userId: grace }, { body: { reason, text: 'Verified, please reset.' } });
  const { notes, ...after } = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect([notes.length, { ...after, notes: [], stepUp: null }]).toEqual([6, { ...before, stepUp: null }]);
  expect(said(await ask())).toBe('403 caller_verification_required');
});
