import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { listFactors } from '../../testing/people.ts';
import { questions } from '../kind/questions.ts';

const body = (profile: unknown) => ({ factorType: 'question', provider: 'OKTA', profile });
const TURNIPS = { question: 'disliked_food', answer: 'Green turnips' };

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('a security question on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(() => emulator.reset());
  const ada = () => listFactors(emulator, ADA);
  const put = (id: string, profile: unknown) => emulator.api('PUT', `${ada().base}/${id}`, { profile });

  it('is active at once, and its answer is never shown', async () => {
    const { status, body: on } = await ada().enroll(body(TURNIPS));
    expect([status, on.status, on.id.slice(0, 3)]).toEqual([200, 'ACTIVE', 'ufs']);
    const seen = JSON.stringify([
      on,
      await ada().list(),
      (await emulator.api('GET', `${ada().base}/${on.id}`)).body,
      await ada().catalog('question'),
      (await emulator.api('GET', `/users/${ADA}`)).body,
    ]);
    expect(seen.toLowerCase()).not.toContain('turnips');
    for (const file of readdirSync(emulator.dataDir))
      expect(readFileSync(join(emulator.dataDir, file), 'latin1').toLowerCase()).not.toContain('turnips');
  });

  it.each(['Green turnips', 'green TURNIPS', '  green turnips\n', 'Ｇreen turnips'])(
    'accepts %j as its answer',
    async (answer) => {
      const { id } = (await ada().enroll(body(TURNIPS))).body;
      expect((await ada().verify(id, { answer })).body).toEqual({ factorResult: 'SUCCESS' });
      expect((await ada().verify(id, { answer })).body).toEqual({ factorResult: 'SUCCESS' });
    },
  );

  it.each([
    [{ answer: 'greenturnips' }],
    [{ answer: '' }],
    [{}],
    [{ answer: null }],
    [{ answer: ['green turnips'] }],
    [{ passCode: 'green turnips' }],
  ])('refuses %j', async (wrong) => {
    const { id } = (await ada().enroll(body(TURNIPS))).body;
    expect(await ada().verify(id, wrong)).toMatchObject({
      status: 403,
      body: {
        errorCode: 'E0000068',
        errorCauses: [{ errorSummary: "Your answer doesn't match our records. Please try again." }],
      },
    });
  });

  it.each([
    [{ ...TURNIPS, answer: 'abc' }],
    [{ ...TURNIPS, answer: ' abc ' }],
    [{ ...TURNIPS, answer: 1234 }],
    [{ question: 'disliked_food' }],
    [{ question: 'my_own', answer: 'something' }],
    [{ answer: 'something' }],
    [undefined],
  ])('cannot be enrolled with %j', async (profile) => {
    expect(await ada().enroll(body(profile))).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000001', errorCauses: [{ errorSummary: 'Invalid Profile.' }] },
    });
  });

  it('can be enrolled with every listed question', async () => {
    expect(questions).toHaveLength(19);
    for (const { question, questionText } of questions) {
      const { body: on } = await ada().enroll(body({ question, answer: 'four' }));
      expect(on.profile).toEqual({ question, questionText });
      await ada().remove(on.id);
    }
  });

  it('is unique, and PUT changes it under the same id', async () => {
    const { id, created, lastUpdated } = (await ada().enroll(body(TURNIPS))).body;
    expect((await ada().enroll(body(TURNIPS))).body.errorCauses).toEqual([
      { errorSummary: 'A factor of this type is already set up.' },
    ]);
    emulator.clock.advance(7);
    const { status, body: changed } = await put(id, { question: 'first_award', answer: 'Swimming' });
    expect([status, changed.id, changed.created]).toEqual([200, id, created]);
    expect(Date.parse(String(changed.lastUpdated)) - Date.parse(String(lastUpdated))).toBe(7000);
    expect(changed.profile).toEqual({
      question: 'first_award',
      questionText: 'What did you earn your first medal or award for?',
    });
    expect((await ada().verify(id, { answer: TURNIPS.answer })).status).toBe(403);
    expect((await ada().verify(id, { answer: 'swimming' })).status).toBe(200);
    expect((await put(id, { question: 'first_award', answer: 'x' })).body.errorCauses).toEqual([
      { errorSummary: 'Invalid Profile.' },
    ]);
    expect((await put('ufs000000000000005d7', TURNIPS)).body.errorCode).toBe('E0000007');
    const { id: app } = await emulator.enroll(ADA);
    expect((await put(app, TURNIPS)).body.errorCode).toBe('E0000008');
  });

  it('reset', async () => {
    await ada().enroll(body(TURNIPS));
    const reset = () => emulator.api('POST', `/users/${ADA}/lifecycle/reset_factors`);
    const types = async () => (await ada().list()).map(({ factorType }) => factorType);
    await reset();
    // On Identity Engine, the question is also the recovery question, which only a second reset removes.
    expect(await types()).toEqual(engine === 'oie' ? ['question', 'email'] : []);
    await reset();
    expect(await types()).not.toContain('question');
  });
});
